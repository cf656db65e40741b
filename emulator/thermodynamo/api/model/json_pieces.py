"""JSON of megabytes, read in pieces: between any two of them another thread may have its turn.

A parser in C keeps the interpreter to itself until it is done: a quarter of a second for 16 MB of the smallest values.
Here it is given runs of short elements and members, at most some tens of thousands of tokens at a time. What is between
the runs is read by patterns, which keep the interpreter to themselves, too, and look at a window of the text at a time.
A string that is longer is given to the parser alone. Each piece is judged by the parser, so that the same texts are
JSON.

Elements that are not short, as lists in lists, are taken as blocks: as many as end within 32 KB, found by counting
brackets. To open each of them took one to two microseconds for a bracket, and 27 s for 14 MB of lists 900 deep.
"""

import re
from itertools import accumulate
from typing import Any

import orjson

DEPTH_MAX = 1_024
"""How deep long containers may stand in each other: the parser's own limit. No request nests so deep."""

WINDOW_BYTES = 1_048_576
"""Of the text that a pattern looks at in one piece: one to five milliseconds. The parser reads a string faster."""

BLOCK_BYTES = 32_768
"""How far brackets are counted at once: one or two milliseconds, and as many to parse what is found."""
SMALL_BLOCK_BYTES = 1_024
SKIPPED_BYTES = 8_192
"""How far to read without a block after one that is small or missing; each further one doubles it, up to a window."""

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

_strings = re.compile(_STRING, re.DOTALL).sub
_LEVELS = [0] * 256
for _byte in b"[{":
    _LEVELS[_byte] = 1
for _byte in b"]}":
    _LEVELS[_byte] = -1

Container = list[Any] | dict[str, Any]


class _Reader:
    """A text and the place up to which it is read."""

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.at = 0
        self.block_from = 0
        """No block is looked for before this place."""
        self.skipped_bytes = SKIPPED_BYTES

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

    def take_run(self, container: Container, depth: int) -> bool:
        """Reads elements or members here that another follows; whether it has read the container to its end instead.

        The container stands in so many others. A short element is read, or one in a block; another is left.
        """
        short = _elements if isinstance(container, list) else _members
        while True:
            while found := short(self.text, self.at, self.at + WINDOW_BYTES):
                _extend(container, found[0][:-1])
                self.at = found.end()
            if self.at < self.block_from:
                return False
            block_bytes, is_end = self._block(container, depth)
            if block_bytes < SMALL_BLOCK_BYTES:
                self.block_from = self.at + self.skipped_bytes
                self.skipped_bytes = min(2 * self.skipped_bytes, WINDOW_BYTES)
            else:
                self.skipped_bytes = SKIPPED_BYTES
            if not block_bytes:
                return False
            _extend(container, self.text[self.at : self.at + block_bytes])
            self.at += block_bytes + 1
            if is_end:
                return True

    def _block(self, container: Container, depth: int) -> tuple[int, bool]:
        """How many bytes here are whole elements or members up to a comma or the container's end, and which of both.

        None where there is no comma or end at hand, and where the text cannot be JSON.
        """
        text = _strings(_blank, self.text[self.at : self.at + BLOCK_BYTES])
        cut = text.find(b'"')
        if cut >= 0:
            text = text[:cut]
        levels = list(accumulate(map(_LEVELS.__getitem__, text)))
        if depth + 1 + max(levels, default=0) > DEPTH_MAX:
            return 0, False
        try:
            end = levels.index(-1)
        except ValueError:
            comma = text.rfind(b",")
            if comma >= 0 and levels[comma]:
                # It stands in an element that is not whole: the comma before that is meant.
                levels.reverse()
                before = len(levels) - comma - 1
                comma = text.rfind(b",", 0, len(levels) - levels.index(0, before)) if 0 in levels[before:] else -1
                levels.reverse()
            # Nothing but space would be parsed as nothing, and no comma may follow that.
            is_block = comma > 0 and not levels[comma] and text[:comma].strip()
            return (comma, False) if is_block else (0, False)
        is_own = text[end] == (ord("]") if isinstance(container, list) else ord("}"))
        return (end, True) if is_own and text[:end].strip() else (0, False)

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


def _blank(string: re.Match[bytes]) -> bytes:
    return b"_" * (string.end() - string.start())


def _extend(container: Container, text: bytes) -> None:
    """Adds the elements or members that are written in a text."""
    if isinstance(container, list):
        container += orjson.loads(b"[%b]" % text)
    else:
        container.update(orjson.loads(b"{%b}" % text))


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
            if reader.skip_space() == (b"]" if isinstance(container, list) else b"}"):
                reader.at += 1
            elif not reader.take_run(container, len(around)):
                around.append((container, reader.key(container)))
                continue
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
            if not reader.take_run(container, len(around)):
                around.append((container, reader.key(container)))
                return None
        elif following != (b"]" if isinstance(container, list) else b"}"):
            raise reader.malformed()
        value = container
    if reader.skip_space():
        raise reader.malformed()
    return (value,)
