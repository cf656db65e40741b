"""Streams that are compressed. What was compressed is read piece by piece, so that no file is too large when it grows.

Compression is never guessed: a plain file is an error where GZIP was said (ack-api-quirks, DDB-IMPORT-015 and 020,
October 2026).
"""

import gzip
import io
import zlib
from typing import Any, BinaryIO, Literal

from thermodynamo.transfers import extras
from thermodynamo.transfers.formats.lines import Unreadable

Compression = Literal["NONE", "GZIP", "ZSTD"]
WINDOW_BYTES_MAX = 128 * 1024**2
"""The memory that a ZSTD file may ask for, which is what the command zstd allows without being told more."""
PIECE_BYTES = 128 * 1024
FRAME_PIECE_BYTES = 256
"""What of a ZSTD file is inflated at once: four bytes may become 128 KB, so that this is 8 MB at most."""


def decompressed(stream: BinaryIO, compression: Compression) -> BinaryIO:
    """The stream of what was compressed. Reading it raises Unreadable; this raises MissingExtra."""
    if compression == "NONE":
        return stream
    if compression == "GZIP":
        return io.BufferedReader(_Members(stream), PIECE_BYTES)
    zstandard = extras.load("zstandard", "zstd")
    return io.BufferedReader(_Frames(stream, zstandard), PIECE_BYTES)


class _Members(io.RawIOBase):
    """What a GZIP file holds. Its errors are Unreadable."""

    def __init__(self, stream: BinaryIO) -> None:
        self.inflating = gzip.GzipFile(fileobj=stream, mode="rb")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self.inflating.read(len(buffer))
        except (gzip.BadGzipFile, EOFError, zlib.error) as error:
            raise Unreadable(f"the object is no whole GZIP file: {error}") from error
        buffer[: len(data)] = data
        return len(data)


class _Frames(io.RawIOBase):
    """What the frames of a ZSTD file hold. Its errors are Unreadable, one for a frame that is cut short among them."""

    def __init__(self, stream: BinaryIO, zstandard: Any) -> None:
        self.stream = stream
        self.zstandard = zstandard
        self.inflating = zstandard.ZstdDecompressor(max_window_size=WINDOW_BYTES_MAX)
        self.frame: Any = None
        self.given = b""
        """What was read of the stream and not inflated yet."""
        self.ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self.ready:
            if not self.given:
                self.given = self.stream.read(PIECE_BYTES)
            if not self.given:
                if self.frame is not None:
                    raise Unreadable("the object is no whole ZSTD file: it ends within a frame")
                return 0
            self._inflate()
        count = min(len(buffer), len(self.ready))
        buffer[:count] = self.ready[:count]
        self.ready = self.ready[count:]
        return count

    def _inflate(self) -> None:
        piece, self.given = self.given[:FRAME_PIECE_BYTES], self.given[FRAME_PIECE_BYTES:]
        if self.frame is None:
            self.frame = self.inflating.decompressobj()
        try:
            self.ready = memoryview(self.frame.decompress(piece))
        except self.zstandard.ZstdError as error:
            raise Unreadable(f"the object is no ZSTD file: {error}") from error
        if self.frame.eof:
            self.given = self.frame.unused_data + self.given
            self.frame = None
