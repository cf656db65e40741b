"""JSON of megabytes, read in pieces: between any two of them another thread may have its turn.

A parser in C keeps the interpreter to itself until it is done: a quarter of a second for 16 MB of the smallest values.
Here it is given runs of short elements and members, at most some tens of thousands of tokens at a time. What is between
the runs is read by patterns, which keep the interpreter to themselves, too, and look at a window of the text at a time.
A string that is longer is given to the parser alone. Each piece is judged by the parser, so that the same texts are
JSON.
"""

import re
from typing import Any

import orjson

DEPTH_MAX = 1_024
"""How deep long containers may stand in each other: the parser's own limit. No request nests so deep."""

WINDOW_BYTES = 1_048_576
"""Of the text that a pattern looks at in one piece: one to five milliseconds. The parser reads a string faster."""

# Nothing here gives back what it has matched, so each pattern looks at each byte once.
_SPACE = rb"[ \t\n\r]*+"
_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_SCALAR = rb"[-+.\w]++"
_INSIDE = rb"(?:" + _STRING + rb"|" + _SCALAR + rb"|[ \t\n\r:,]++){0,40}+"
_SHORT = rb"(?:" + _STRING + rb"|" + _SCALAR + rb"|\{" + _INSIDE + rb"\}|\[" + _INSIDE + rb"\])"
_KEY = _SPACE + _STRING + _SPACE + rb":" + _SPACE

_space = re.compile(_SPACE).match
_short = re.compile(_SHORT, re.DOTALL).match
_characters = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL).match
_rest_of_scalar = re.compile(rb"[-+.\w]*+").match
_elements = re.compile(rb"(?:" + _SPACE + _SHORT + _SPACE + rb",){1,1000}+", re.DOTALL).match
_members = re.compile(rb"(?:" + _KEY + _SHORT + _SPACE + rb",){1,1000}+", re.DOTALL).match

Container = list[Any] | dict[str, Any]


class _Reader:
    """A text and the place up to which it is read."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.at = 0

    def skip_space(self) -> bytes:
        """The byte after space; none at the end."""
        found = _space(self.text, self.at)
        assert found is not None
        self.at = found.end()
        return self.text[self.at : self.at + 1]

    def short(self) -> Any:
        """The value here, if it has no more than a few parts and is in one window; raises LookupError for another."""
        window_end = self.at + WINDOW_BYTES
        found = _short(self.text, self.at, window_end)
        # A number may go on behind the window.
        if found is None or found.end() == window_end:
            raise LookupError
        self.at = found.end()
        return orjson.loads(found[0])

    def long(self) -> Any:
        """The string, number or word here, however long it is."""
        begin = self.at
        is_string = self.text[begin : begin + 1] == b'"'
        self.at = begin + is_string
        more = _characters if is_string else _rest_of_scalar
        while (found := more(self.text, self.at, self.at + WINDOW_BYTES)) and found.end() > self.at:
            self.at = found.end()
        self.at += is_string
        return orjson.loads(self.text[begin : self.at])

    def take_run(self, container: Container) -> None:
        """Reads the short elements or members here that another follows."""
        if isinstance(container, list):
            while found := _elements(self.text, self.at, self.at + WINDOW_BYTES):
                container += orjson.loads(b"[%b]" % found[0][:-1])
                self.at = found.end()
        else:
            while found := _members(self.text, self.at, self.at + WINDOW_BYTES):
                container.update(orjson.loads(b"{%b}" % found[0][:-1]))
                self.at = found.end()

    def key(self, container: Container) -> str:
        """The name of the member here; none in a list."""
        if isinstance(container, list):
            return ""
        if self.skip_space() != b'"':
            raise self.malformed()
        name: str = self.long()
        if self.skip_space() != b":":
            raise self.malformed()
        self.at += 1
        return name

    def malformed(self) -> orjson.JSONDecodeError:
        return orjson.JSONDecodeError("malformed", "", self.at)


def loads(text: bytes) -> Any:
    """What orjson makes of the text. Raises orjson.JSONDecodeError."""
    reader = _Reader(text)
    around: list[tuple[Container, str]] = []
    """The containers that are open, from the outermost, each with the name of the member that is being read."""
    while True:
        opened = _value(reader, around)
        if isinstance(opened, _Open):
            container = opened.container
            if len(around) >= DEPTH_MAX:
                raise reader.malformed()
            if reader.skip_space() != (b"]" if isinstance(container, list) else b"}"):
                reader.take_run(container)
                around.append((container, reader.key(container)))
                continue
            reader.at += 1
            opened = container
        if (whole := _close(reader, around, opened)) is not None:
            return whole[0]


class _Open:
    """A container of which only the bracket was read."""

    __slots__ = ("container",)

    def __init__(self, container: Container) -> None:
        self.container = container


def _value(reader: _Reader, around: list[tuple[Container, str]]) -> Any:
    """The value here, or that a long container begins."""
    first = reader.skip_space()
    try:
        return reader.short()
    except LookupError:
        if first not in (b"[", b"{"):
            return reader.long()
    reader.at += 1
    return _Open([] if first == b"[" else {})


def _close(reader: _Reader, around: list[tuple[Container, str]], value: Any) -> tuple[Any] | None:
    """Puts a value where it belongs and ends the containers that end here; the whole text's value, when all has ended.

    Afterwards the next value can be read.
    """
    while around:
        container, name = around.pop()
        if isinstance(container, list):
            container.append(value)
        else:
            container[name] = value
        following = reader.skip_space()
        reader.at += 1
        if following == b",":
            reader.take_run(container)
            around.append((container, reader.key(container)))
            return None
        if following != (b"]" if isinstance(container, list) else b"}"):
            raise reader.malformed()
        value = container
    if reader.skip_space():
        raise reader.malformed()
    return (value,)
