"""The file that keeps a database: SQLite, in write-ahead mode, in a folder that one server at a time may use.

    journal(sequence, crc, body)  records in the order of the sequence, those of one turn of the server together, under
                                  the sequence number of the last of them (`record_codec.py`)
    part(id, crc, body)           pieces of an image: of the items, of tables, of streams (`image.py`)
    image(sequence, crc, body)    the last whole image: which parts it has; it holds everything up to its sequence
                                  number, so that only later records of the journal count

SQLite checks its write-ahead log, and nothing else that it reads: `crc` is the CRC-32 of each body.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Literal
from zlib import crc32

from thermodynamo_storage.durability.log_damage import damaged_at
from thermodynamo_storage.durability.watermark import Watermark

Durability = Literal["process", "power"]

FORMAT = 1
APPLICATION_ID = 0x74644D6F
FILE_NAME = "thermodynamo.sqlite"
LOCK_NAME = "thermodynamo.lock"
PAGE_BYTES = 4096
LOG_PAGES_MAX = 4_096
"""So many pages in the write-ahead log are worth copying to their places: 16 MB."""
SCHEMA = """
CREATE TABLE journal(sequence INTEGER PRIMARY KEY, crc INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
CREATE TABLE part(id INTEGER PRIMARY KEY, crc INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
CREATE TABLE image(sequence INTEGER PRIMARY KEY, crc INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
"""


class FileError(Exception):
    """The folder or the file in it cannot be used; the text says why, where, and what can be done."""


class File:
    """An open file, locked against other servers until it is closed. Its methods raise sqlite3.Error and FileError."""

    def __init__(self, folder: Path, durability: Durability = "process") -> None:
        """Makes the folder and the file where there are none. Raises FileError."""
        self.path = folder / FILE_NAME
        self.durability = durability
        self.lock = _lock(folder)
        self.log_pages = 0
        """About how many pages are in the write-ahead log."""
        try:
            self.watermark = Watermark(self.lock, is_flushed=durability == "power")
            self._refuse_damaged_log()
            self._refuse_lost_records()
            self.appended = 0
            """The sequence number that was appended last."""
            self.connection = self._connect()
            self._refuse_foreign()
            # An acknowledged write of a server with `power` is on the disk, one with `process` in the hands of the
            # system: there the log is flushed only before its pages are copied, so that nothing can tear the file.
            self.connection.execute(f"PRAGMA synchronous={'FULL' if durability == 'power' else 'NORMAL'}")
            self.parts = self._connect()
            self.parts.execute("PRAGMA synchronous=NORMAL")
            self.copier = self._connect()
            self.sizes = dict(self._read("SELECT id, length(body) FROM part", "the parts"))
            """The bytes of every part by its number, those that no image has among them."""
        except (sqlite3.Error, OSError) as error:
            os.close(self.lock)
            raise FileError(f"{self.path} cannot be opened: {error}") from error
        except FileError:
            os.close(self.lock)
            raise

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False, timeout=10.0)
        connection.execute("PRAGMA wal_autocheckpoint=0")
        # Some builds of SQLite write zeros over what is deleted, which doubles what a checkpoint writes.
        connection.execute("PRAGMA secure_delete=OFF")
        # A page that is spilled before the commit and changed again has its frame in the log written over.
        connection.execute("PRAGMA cache_spill=OFF")
        return connection

    def _refuse_damaged_log(self) -> None:
        """Refuses a write-ahead log that ends before the last commit in it, while it is as it was found."""
        try:
            offset = damaged_at(self.path)
        except sqlite3.DatabaseError as error:
            raise self.damage(str(error)) from error
        if offset is not None:
            raise FileError(
                f"{self.path}-wal is damaged: from byte {offset} on it cannot be read, and there are commits behind. "
                f"It was left as it is: put a copy in its place, or cut it there to go on without them "
                f"(truncate -s {offset} {self.path}-wal && {self._forgetting})"
            )

    def _refuse_lost_records(self) -> None:
        """Refuses a file that has not all the records it had, while it is as it was found."""
        wanted = self.watermark.value
        if not wanted:
            return
        if not self.path.exists():
            # The folder was emptied to begin anew.
            return self.watermark.forget()
        if not self.path.stat().st_size:
            raise self.damage("it is empty")
        with closing(sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            try:
                last = _last_sequence(connection)
            except sqlite3.DatabaseError:
                return  # What is wrong with it is said when it is opened.
        if last < wanted:
            raise FileError(
                f"{self.path} is damaged: it had record {wanted}, and its last one is {last}. A part of "
                f"{self.path}-wal was cut off, or all of it removed. It was left as it is: put copies of both in "
                f"place, or go on without what is missing ({self._forgetting})"
            )

    @property
    def _forgetting(self) -> str:
        """The command after which nothing is missed."""
        return f"truncate -s 0 {self.path.with_name(LOCK_NAME)}"

    def _refuse_foreign(self) -> None:
        """Makes the tables of a new file, and refuses one that is not ours, is newer, or is not whole."""
        connection = self.connection
        try:
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            (version,) = connection.execute("PRAGMA user_version").fetchone()
        except sqlite3.DatabaseError as error:
            raise self.damage(str(error)) from error
        if not tables and not application:
            connection.execute(f"PRAGMA page_size={PAGE_BYTES}")
            connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
            connection.execute("PRAGMA journal_mode=WAL")
            marks = f"PRAGMA application_id={APPLICATION_ID}; PRAGMA user_version={FORMAT};"
            connection.executescript(f"BEGIN; {SCHEMA} {marks} COMMIT;")
        elif application != APPLICATION_ID:
            raise FileError(f"{self.path} is no file of thermodynamo: choose another folder")
        elif version > FORMAT:
            raise FileError(
                f"{self.path} has format {version}, and this version of thermodynamo reads up to {FORMAT}: "
                "use the version that wrote it, or a later one"
            )
        connection.execute("PRAGMA journal_mode=WAL")

    def damage(self, place: str) -> FileError:
        """The error for what cannot be read, with the place where it is."""
        return FileError(
            f"{self.path} is damaged: {place}. It was left as it is: put a copy in its place, or use another folder"
        )

    def append(self, sequence: int, body: bytes) -> None:
        """Adds records to the journal; they would survive when this returns."""
        self.connection.execute("INSERT INTO journal VALUES(?, ?, ?)", (sequence, crc32(body), body))
        self.appended = sequence
        self.log_pages += 1 + len(body) // PAGE_BYTES

    def mark(self) -> None:
        """Lets what was appended be missed where it is lost."""
        self.watermark.raise_to(self.appended)

    def put_part(self, id: int, body: bytes) -> None:
        """Adds a part of an image, which counts for nothing yet."""
        self.parts.execute("INSERT INTO part VALUES(?, ?, ?)", (id, crc32(body), body))
        self.sizes[id] = len(body)
        self.log_pages += 2 + len(body) // PAGE_BYTES

    def put_image(self, sequence: int, body: bytes) -> None:
        """Makes the parts that an image has the truth, in place of those of the image before."""
        connection = self.connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.execute("DELETE FROM image")
            connection.execute("INSERT INTO image VALUES(?, ?, ?)", (sequence, crc32(body), body))
            connection.execute("COMMIT")
        except sqlite3.Error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        self.log_pages += 2 + len(body) // PAGE_BYTES

    def drop_parts(self, ids: Sequence[int]) -> None:
        """Removes parts that no image has any more."""
        self.parts.execute(f"DELETE FROM part WHERE id IN ({','.join(map(str, ids))})")
        for id in ids:
            del self.sizes[id]
        self.log_pages += 2 * len(ids)

    def drop_journal(self, sequence: int, batches_max: int) -> bool:
        """Removes some records up to a sequence number, which an image has; returns whether more are left."""
        cursor = self.parts.execute(
            "DELETE FROM journal WHERE sequence IN (SELECT sequence FROM journal WHERE sequence <= ? LIMIT ?)",
            (sequence, batches_max),
        )
        self.log_pages += batches_max // 8
        return cursor.rowcount == batches_max

    def shrink(self, pages_max: int, free_bytes_max: int) -> bool:
        """Gives some free pages back to the file system; returns whether there are more than should be kept."""
        (free_pages,) = self.parts.execute("PRAGMA freelist_count").fetchone()
        if free_pages * PAGE_BYTES <= free_bytes_max:
            return False
        # `execute` would take one step of it, which frees one page.
        self.parts.executescript(f"PRAGMA incremental_vacuum({pages_max})")
        self.log_pages += 2 * pages_max
        return True

    def copy_log(self) -> None:
        """Copies the pages of the write-ahead log to their places; another thread may append meanwhile."""
        self._copy(self.copier)

    def end_log(self) -> None:
        """Copies what is left of the log, while nothing is appended, so that it is written from its beginning again."""
        if self._copy(self.connection):
            self.log_pages = 0

    def _copy(self, connection: sqlite3.Connection) -> bool:
        busy, pages, copied = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        return not busy and pages == copied

    def image(self) -> tuple[int, bytes] | None:
        """The last whole image: its sequence number, and its body. Raises FileError."""
        for sequence, crc, body in self._read("SELECT sequence, crc, body FROM image", "the image"):
            if crc32(body) != crc:
                raise self.damage(f"image {sequence} has another checksum")
            return sequence, body
        return None

    def part(self, id: int) -> bytes:
        """One part of an image. Raises FileError."""
        for crc, body in self._read("SELECT crc, body FROM part WHERE id = ?", f"part {id}", (id,)):
            if crc32(body) != crc:
                raise self.damage(f"part {id} of its image has another checksum")
            return bytes(body)
        raise self.damage(f"part {id} of its image is missing")

    def journal_bytes(self, after: int) -> int:
        """How many bytes the records later than a sequence number have."""
        text = "SELECT coalesce(sum(length(body)), 0) FROM journal WHERE sequence > ?"
        for (total,) in self._read(text, "the journal", (after,)):
            return int(total)
        return 0

    def records(self, after: int) -> Iterator[tuple[int, bytes]]:
        """The sequence numbers and bodies of the journal later than a sequence number, in order. Raises FileError."""
        text = "SELECT sequence, crc, body FROM journal WHERE sequence > ? ORDER BY sequence"
        for sequence, crc, body in self._read(text, "the journal", (after,)):
            if crc32(body) != crc:
                raise self.damage(f"record {sequence} of its journal has another checksum")
            yield sequence, body

    def _read(self, text: str, place: str, values: Sequence[int] = ()) -> Iterator[Any]:
        try:
            yield from self.connection.execute(text, values)
        except sqlite3.DatabaseError as error:
            raise self.damage(f"{place}: {error}") from error

    def close(self) -> None:
        """Lets another server use the folder."""
        self.mark()
        for connection in (self.copier, self.parts, self.connection):
            connection.close()
        os.close(self.lock)


def _last_sequence(connection: sqlite3.Connection) -> int:
    """The number of the last record that a file has, in its journal or an image; 0 for a file that is not begun."""
    if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,):
        return 0
    last_of_each = (f"coalesce((SELECT max(sequence) FROM {table}), 0)" for table in ("journal", "image"))
    (last,) = connection.execute(f"SELECT max({', '.join(last_of_each)})").fetchone()
    return int(last)


def _lock(folder: Path) -> int:
    """Takes the folder for this process, as long as it lives or until the descriptor is closed. Raises FileError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder / LOCK_NAME, os.O_RDWR | os.O_CREAT, 0o644)
        # SQLite makes its log beside the file.
        is_usable = not (folder / FILE_NAME).exists() or os.access(folder / FILE_NAME, os.R_OK | os.W_OK)
        if not is_usable or not os.access(folder, os.W_OK):
            os.close(descriptor)
            raise PermissionError
    except OSError as error:
        raise FileError(f"the folder {folder} cannot be used: {_reason(folder, error)}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise FileError(
            f"the folder {folder} is in use by another server: stop it, or choose another folder"
        ) from error
    return descriptor


def _reason(folder: Path, error: OSError) -> str:
    """Why a folder cannot be had. Where its owner is in the way, as that of a volume may be, with what helps."""
    if isinstance(error, FileExistsError | NotADirectoryError):
        return "there is a file of that name, or in place of a folder above it"
    path = folder.absolute()
    places = (path / FILE_NAME, path / LOCK_NAME, path, *path.parents)
    if not isinstance(error, PermissionError):
        return error.strerror or str(error)
    found = next((each for each in places if os.access(each, os.F_OK) and not os.access(each, os.W_OK)), path)
    owner, user = found.stat().st_uid, os.getuid()
    given = path if path in found.parents else found
    if owner == user:
        return f"user {user}, who runs this server, may not write {found}; chmod -R u+w {given}"
    return (
        f"user {user}, who runs this server, may not write {found}, which belongs to user {owner}; "
        f"chown -R {user} {given}, or run the server as user {owner}"
    )
