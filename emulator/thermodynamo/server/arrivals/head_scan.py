"""Reads a request's head in one pass, with what its connection sent last as the guess.

A client sends nearly the same lines with every request: a line that is the same as before is not looked into again.
Only a plain POST to `/` that comes whole, with its body and nothing after it, is read here. Whatever else comes is left
to the parser, and so is every head that the parser might refuse or read otherwise.
"""

import re
from collections.abc import Iterable
from typing import Any

from thermodynamo.server.arrivals.arrival import HEAD_END

Header = tuple[bytes, bytes]

START = b"POST / HTTP/1.1"
SCANNED_BYTES_MAX = 8_192
"""A longer head is the parser's, which knows how long one may be."""
LENGTH_DIGITS_MAX = 8
# A name, then a value that is not empty, with no blank at its end.
LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+): ?([!-~\x80-\xff](?:[\t -~\x80-\xff]*[!-~\x80-\xff])?)").fullmatch
WORD = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-"
NO_HEADER: Header = (b"", b"")
LENGTH = b"content-length"
CONNECTION = b"connection"
ASKING = frozenset((b"content-type", b"origin", b"x-amz-target"))
"""Headers that say what is asked for, and how it is to be answered."""
AUTHORIZATION = b"authorization"
"""Says who asks. So does a date, but only by being there."""
LEFT_TO_PARSER = frozenset((b"content-encoding", b"expect", b"proxy-connection", b"transfer-encoding", b"upgrade"))
"""Headers that change how a request is read or answered."""


class Head(list[Header]):
    """The headers of one request, names in lower case, never changed; and what the data plane has read in them.

    What it has read goes from a head to the next as long as the lines that it was read in stay the same. Reading all
    headers of each request anew took 1.5 of the 12 us of a GetItem.
    """

    __slots__ = ("asked", "scope")

    def __init__(self, headers: Iterable[Header] = (), asked: Any = None, scope: bytes | None = None) -> None:
        super().__init__(headers)
        self.asked = asked
        """What was read in ASKING; None if nothing was yet."""
        self.scope = scope
        """The scope of the credential in a complete AUTHORIZATION with a date; None if it was not read yet."""


class HeadScan:
    """The heads of one connection."""

    __slots__ = ("body_bytes", "changing", "headers", "lines", "text")

    def __init__(self) -> None:
        self.text = b"\0"
        """The head that was read last, with the blank line."""
        self.lines: list[bytes] = []
        """The guess for the next one."""
        self.changing: dict[int, tuple[bytes, int]] = {}
        """The lines that were seen to change: how each goes on beginning, and where in it the value begins."""
        self.headers = Head()
        """Those of the request that was read last."""
        self.body_bytes = -1

    def read(self, data: bytes) -> bytes | None:
        """The body of the one request that `data` is; None for what is left to the parser."""
        if not data.startswith(self.text):
            end = data.find(HEAD_END, 0, SCANNED_BYTES_MAX)
            if end < 0:
                return None
            head = data[:end]
            if not self._changes_as_before(head.split(b"\r\n")) and not self._learn(head.split(b"\r\n")):
                return None
            self.text = head + HEAD_END
        body = data[len(self.text) :]
        return body if len(body) == self.body_bytes else None

    def _changes_as_before(self, lines: list[bytes]) -> bool:
        """Whether only the lines that change differ from the guess, each in a word at its end. It is read then.

        A client signs every request anew: its signature, date, length and identifier differ, all of them in letters,
        digits and hyphens. Looking for other bytes in the whole lines took 4 us of a signed request.
        """
        known, before = self.lines, self.headers
        if len(lines) != len(known):
            return False
        headers = Head(before, before.asked, before.scope)
        body_bytes = self.body_bytes
        for at, (start, value_at) in self.changing.items():
            line = lines[at]
            word = line[len(start) :]
            if not line.startswith(start) or not (word.isalnum() or word.replace(b"-", b"").isalnum()):
                return False
            name, earlier = before[at - 1]
            value = line[value_at:]
            if name == LENGTH:
                if not value.isdigit() or len(value) > LENGTH_DIGITS_MAX:
                    return False
                body_bytes = int(value)
            elif name in ASKING and value != earlier:
                headers.asked = None
            headers[at - 1] = name, value
            lines[at] = known[at]
        if lines != known:
            return False
        self.headers, self.body_bytes = headers, body_bytes
        return True

    def _learn(self, lines: list[bytes]) -> bool:
        """Whether these are the lines of a head that can be read here; it is the guess for the next one then."""
        if lines[0] != START:
            return False
        known: list[bytes] | list[None] = self.lines
        before, changing = self.headers, self.changing.copy()
        headers = Head(before, before.asked, before.scope)
        if len(known) != len(lines):
            known, changing = [None] * len(lines), {}
            headers = Head([NO_HEADER] * (len(lines) - 1))
        for at, line in enumerate(lines[1:], 1):
            if line == known[at] and at not in changing:
                continue
            found = LINE(line)
            if found is None:
                return False
            name, value = found[1].lower(), found[2]
            if name in LEFT_TO_PARSER or (name == CONNECTION and value.lower() != b"keep-alive"):
                return False
            earlier_name, earlier = headers[at - 1]
            if name != earlier_name:
                headers.asked = headers.scope = None
                changing.pop(at, None)
            elif value != earlier:
                if name in ASKING:
                    headers.asked = None
                elif name == AUTHORIZATION:
                    headers.scope = None
                if name != CONNECTION:
                    value_at = found.start(2)
                    changing[at] = line[: max(value_at, len(line.rstrip(WORD)))], value_at
            headers[at - 1] = name, value
        lengths = [value for name, value in headers if name == LENGTH]
        if len(lengths) != 1 or not lengths[0].isdigit() or len(lengths[0]) > LENGTH_DIGITS_MAX:
            return False
        self.lines, self.changing, self.headers, self.body_bytes = lines, changing, headers, int(lengths[0])
        return True
