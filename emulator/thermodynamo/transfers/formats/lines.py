"""The lines of a stream, with their numbers."""

from collections.abc import Iterator
from typing import BinaryIO

LINE_BYTES_MAX = 8 * 1024**2
"""The longest line. An item of 400 KB has at most about 5 MB of JSON: lists of nulls, which count 2 bytes each."""


class Unreadable(Exception):
    """A stream does not give what it should from here on; the text says why."""


class Lines:
    """The lines of a stream, each without its end. Iterating raises Unreadable."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.number = 0
        """Of the last line."""
        self.size_bytes = 0
        """Of all lines so far."""

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        line = self.stream.readline(LINE_BYTES_MAX + 1)
        if not line:
            raise StopIteration
        self.number += 1
        self.size_bytes += len(line)
        if len(line) > LINE_BYTES_MAX:
            raise Unreadable(f"the line is longer than {LINE_BYTES_MAX} bytes")
        if self.number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        return line.rstrip(b"\r\n")
