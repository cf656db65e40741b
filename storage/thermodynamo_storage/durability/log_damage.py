"""What SQLite does not say of a write-ahead log: that it ends at damage, before commits that are still there.

SQLite reads a log up to its first frame with a wrong checksum, and takes what follows for leftovers of an earlier log.
Leftovers have other salts. So a commit with the header's own salts that lies behind what SQLite has read was written,
and cannot be reached (sqlite.org, WAL-mode file format: the log's header, frames, and the index header's mxFrame).
"""

import mmap
import sqlite3
from contextlib import closing
from pathlib import Path
from struct import Struct

HEADER = Struct(">8I")
"""Magic number, format, page size, checkpoint sequence, two salts, two checksums."""
FRAME = Struct(">6I")
"""Page number, pages of the file after a commit or 0, two salts, two checksums; the page follows."""
FRAMES_READ = Struct("=I")
FRAMES_READ_AT = 16
"""Where the index header has the number of the last frame that was read, in the machine's order of bytes."""


def damaged_at(path: Path) -> int | None:
    """The offset in the log of a file from which on commits cannot be read, or None where nothing is lost.

    Nothing is written to the file or its log. Raises OSError and sqlite3.Error.
    """
    log = path.with_name(path.name + "-wal")
    if not log.exists() or log.stat().st_size <= HEADER.size:
        return None
    # While a connection is open the index is there; one that only reads does not copy the log when it is closed.
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        index = path.with_name(path.name + "-shm").read_bytes()
        (frames_read,) = FRAMES_READ.unpack_from(index, FRAMES_READ_AT)
        with log.open("rb") as file, closing(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)) as body:
            return _unread_commit(body, frames_read)


def _unread_commit(body: mmap.mmap, frames_read: int) -> int | None:
    """Where the frames begin that are not read, if any of them is a commit of this log."""
    _, _, page_bytes, _, *salts = HEADER.unpack_from(body)[:6]
    frame_bytes = FRAME.size + int(page_bytes)
    start = HEADER.size + frames_read * frame_bytes
    for offset in range(start, len(body) - frame_bytes + 1, frame_bytes):
        _, pages_after, *frame_salts = FRAME.unpack_from(body, offset)[:4]
        if pages_after and frame_salts == salts:
            return start
    return None
