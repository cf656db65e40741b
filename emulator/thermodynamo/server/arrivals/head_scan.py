"""Reads a request's head in one pass, with what its connection sent last as the guess.

A client sends nearly the same lines with every request: a line that is the same as before is not looked into again.
Only a plain POST to `/` that comes whole, with its body and nothing after it, is read here. Whatever else comes is left
to the parser, and so is every head that the parser might refuse or read otherwise.
"""

import re

from thermodynamo.server.arrivals.arrival import HEAD_END

Header = tuple[bytes, bytes]

START = b"POST / HTTP/1.1"
SCANNED_BYTES_MAX = 8_192
"""A longer head is the parser's, which knows how long one may be."""
LENGTH_DIGITS_MAX = 8
# A name, then a value that is not empty, with no blank at its end.
LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+): ?([!-~\x80-\xff](?:[\t -~\x80-\xff]*[!-~\x80-\xff])?)").fullmatch
NO_HEADER: Header = (b"", b"")
LENGTH = b"content-length"
CONNECTION = b"connection"
LEFT_TO_PARSER = frozenset((b"content-encoding", b"expect", b"proxy-connection", b"transfer-encoding", b"upgrade"))
"""Headers that change how a request is read or answered."""


class HeadScan:
    """The heads of one connection."""

    __slots__ = ("body_bytes", "headers", "lines")

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.headers: list[Header] = []
        """Those of the request that was read last, names in lower case. The list is never changed."""
        self.body_bytes = -1

    def read(self, data: bytes) -> bytes | None:
        """The body of the one request that `data` is; None for what is left to the parser."""
        end = data.find(HEAD_END, 0, SCANNED_BYTES_MAX)
        if end < 0:
            return None
        lines = data[:end].split(b"\r\n")
        if lines != self.lines and not self._learn(lines):
            return None
        body = data[end + len(HEAD_END) :]
        return body if len(body) == self.body_bytes else None

    def _learn(self, lines: list[bytes]) -> bool:
        """Whether these are the lines of a head that can be read here; it is the guess for the next one then."""
        if lines[0] != START:
            return False
        known: list[bytes] | list[None] = self.lines
        headers = self.headers.copy()
        if len(known) != len(lines):
            known = [None] * len(lines)
            headers = [NO_HEADER] * (len(lines) - 1)
        for number, line in enumerate(lines[1:]):
            if line == known[number + 1]:
                continue
            found = LINE(line)
            if found is None:
                return False
            name, value = found[1].lower(), found[2]
            if name in LEFT_TO_PARSER or (name == CONNECTION and value.lower() != b"keep-alive"):
                return False
            headers[number] = name, value
        lengths = [value for name, value in headers if name == LENGTH]
        if len(lengths) != 1 or not lengths[0].isdigit() or len(lengths[0]) > LENGTH_DIGITS_MAX:
            return False
        self.lines, self.headers, self.body_bytes = lines, headers, int(lengths[0])
        return True
