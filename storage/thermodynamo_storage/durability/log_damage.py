"""What SQLite does not say of a write-ahead log: that it ends at damage, before commits that are still there.

SQLite reads a log up to its first frame with a wrong checksum, and takes what follows for leftovers of an earlier log.
Leftovers have other salts. So a commit with the header's own salts that lies behind what SQLite has read was written,
and cannot be reached (sqlite.org, WAL-mode file format: the log's header, frames, and the index header's mxFrame).

An end without warning leaves such a commit as well, but not whole: a frame's header is written before its page, and
where an earlier log was longer there is a page of that behind it. A checksum goes on from that of the frame before.
So a frame that goes on from the one in front of it was written after it and is whole; only such a commit is lost.

Where the log's own header is wrong SQLite reads nothing of it, and where the file is empty SQLite deletes its log.
"""

import mmap
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from struct import Struct

HEADER = Struct(">8I")
"""Magic number, format, page size, checkpoint sequence, two salts, two checksums."""
FRAME = Struct(">6I")
"""Page number, pages of the file after a commit or 0, two salts, two checksums; the page follows."""
SUMMED_HEADER_BYTES = 8
"""Of a frame's header the page number and the pages after a commit are in its checksums."""
SUMMED_BYTES_OF_LOG_HEADER = 24
"""Of the log's header all but the checksums themselves is in them."""
MAGIC = 0x377F0682
BIG_ENDIAN = 1
"""Set in the magic number where the words that are summed are in this order."""
FRAMES_READ = Struct("=I")
FRAMES_READ_AT = 16
"""Where the index header has the number of the last frame that was read, in the machine's order of bytes."""

Sums = tuple[int, ...]


def damaged_at(path: Path) -> int | None:
    """The offset in the log of a file from which on commits cannot be read, or None where nothing is lost.

    Nothing is written to the file or its log. Raises OSError and sqlite3.Error, and DatabaseError where the file of a
    log is missing or empty.
    """
    log = path.with_name(path.name + "-wal")
    if not log.exists() or log.stat().st_size <= HEADER.size:
        return None
    if not path.exists() or not path.stat().st_size:
        raise sqlite3.DatabaseError(f"it is {'empty' if path.exists() else 'missing'}, and there is a log of it")
    # While a connection is open the index is there; one that only reads does not copy the log when it is closed.
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        (page_bytes,) = connection.execute("PRAGMA page_size").fetchone()
        index = path.with_name(path.name + "-shm").read_bytes()
        (frames_read,) = FRAMES_READ.unpack_from(index, FRAMES_READ_AT)
        with log.open("rb") as file, closing(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)) as body:
            if not _is_header_whole(body):
                return 0 if _has_commit(body, page_bytes) else None
            return _unread_commit(body, frames_read)


def _is_header_whole(body: mmap.mmap) -> bool:
    """Whether the log's header has its magic number and its checksums."""
    magic, *_, one, other = HEADER.unpack_from(body)
    words = Struct(f"{_order(magic)}{SUMMED_BYTES_OF_LOG_HEADER // 4}I")
    summed = body[:SUMMED_BYTES_OF_LOG_HEADER]
    return magic & ~BIG_ENDIAN == MAGIC and _sums_of(words.unpack(summed), (0, 0)) == (one, other)


def _has_commit(body: mmap.mmap, page_bytes: int) -> bool:
    """Whether a whole commit is in a log whose header tells nothing: a frame that goes on from the one before it."""
    frame_bytes = FRAME.size + page_bytes
    orders = [Struct(f"{order}{(SUMMED_HEADER_BYTES + page_bytes) // 4}I") for order in "<>"]
    before, salts = HEADER.unpack_from(body)[6:], HEADER.unpack_from(body)[4:6]
    for offset in range(HEADER.size, len(body) - frame_bytes + 1, frame_bytes):
        _, pages_after, *frame_salts = FRAME.unpack_from(body, offset)[:4]
        stored = _stored_sums(body, offset)
        is_next = offset == HEADER.size or tuple(frame_salts) == salts
        if pages_after and is_next and stored in [_sums(body, offset, before, words) for words in orders]:
            return True
        before, salts = stored, tuple(frame_salts)
    return False


def _unread_commit(body: mmap.mmap, frames_read: int) -> int | None:
    """Where the frames begin that are not read, if a whole commit of this log is behind what cannot be read."""
    magic, _, page_bytes, _, *rest = HEADER.unpack_from(body)
    salts = rest[:2]
    frame_bytes = FRAME.size + int(page_bytes)
    words = Struct(f"{_order(magic)}{(SUMMED_HEADER_BYTES + page_bytes) // 4}I")
    start = HEADER.size + frames_read * frame_bytes
    before = [_stored_sums(body, start - frame_bytes) if frames_read else tuple(rest[2:])]
    is_broken = False
    for offset in range(start, len(body) - frame_bytes + 1, frame_bytes):
        _, pages_after, *frame_salts = FRAME.unpack_from(body, offset)[:4]
        stored = _stored_sums(body, offset)
        if frame_salts != salts:
            before, is_broken = [stored], True
            continue
        found = [_sums(body, offset, each, words) for each in before]
        if stored not in found:
            # The page may be wrong, or the checksums from which the next frame goes on.
            before, is_broken = [stored, found[0]], True
        elif is_broken and pages_after:
            return start
        else:
            before = [stored]
    return None


def _order(magic: int) -> str:
    """The order of the bytes of the words that are summed, as `struct` writes it."""
    return ">" if magic & BIG_ENDIAN else "<"


def _stored_sums(body: mmap.mmap, offset: int) -> Sums:
    """The two checksums in the header of the frame at an offset."""
    return FRAME.unpack_from(body, offset)[4:]


def _sums(body: mmap.mmap, offset: int, before: Sums, words: Struct) -> Sums:
    """The checksums of the frame at an offset, which go on from those before it (sqlite.org, Checksum Algorithm)."""
    page = offset + FRAME.size
    summed = body[offset : offset + SUMMED_HEADER_BYTES] + body[page : page + words.size - SUMMED_HEADER_BYTES]
    return _sums_of(words.unpack(summed), before)


def _sums_of(words: Sequence[int], before: Sums) -> Sums:
    """The two checksums of an even number of words, which go on from those before them."""
    one, other = before
    numbers = iter(words)
    for even, odd in zip(numbers, numbers, strict=True):
        one = (one + even + other) & 0xFFFFFFFF
        other = (other + odd + one) & 0xFFFFFFFF
    return one, other
