"""Decodes items whose JSON is long, measures values and compares them, a bounded part in a step.

An item of 190,000 values takes 20 to 40 ms to decode at once, and longer to measure.

The text is cut behind commas that separate members at any level. A part is JSON once what is open where it begins is
opened before it, and what is open where it ends is closed behind it. What it holds is added to the containers that are
open. All of it takes a third longer than decoding the item at once.
"""

import re
from collections.abc import Generator
from itertools import islice
from typing import Any, TypeVar

import orjson

from thermodynamo_storage.values.item import (
    NESTED_BYTES,
    NESTED_MEMBER_BYTES,
    Attributes,
    AttributeValue,
    Item,
    decode,
    same_value,
    text_size,
    value_size,
)

T = TypeVar("T")

PART_BYTES = 128 * 1024
"""Of the JSON that a step decodes: one to three milliseconds."""

STEP_VALUES = 8_192
"""That a step measures or compares: two or three milliseconds."""

_SEPARATOR = re.compile(rb'[}\]"],')
"""Numbers are strings, and no true, false or null stands beside another member: nothing else ends before a comma."""
_REST_OF_STRING = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+"')
_OTHER_THAN_BRACKETS = bytes(set(range(256)).difference(b"{}[]"))
_CLOSING = bytes.maketrans(b"{[", b"}]")


def decode_in_steps(item: Item) -> Generator[None, Any, Attributes]:
    """As `item.decode`, in steps."""
    if len(item[0]) <= 2 * PART_BYTES:
        return decode(item)
    parts = _Parts(item[0])
    while parts.step():
        yield
    attributes: Attributes = parts.containers[0]
    return attributes


def measure_in_steps(value: AttributeValue) -> Generator[None, Any, tuple[int, int]]:
    """As `item.value_size`, in steps; and on how many levels there are values, this one being on the first."""
    size_bytes = levels = 0
    values = [value]
    while values:
        levels += 1
        inner: list[AttributeValue] = []
        for first in range(0, len(values), STEP_VALUES):
            for each in values[first : first + STEP_VALUES]:
                ((kind, content),) = each.items()
                if kind == "L":
                    size_bytes += NESTED_BYTES + NESTED_MEMBER_BYTES * len(content)
                    inner += content
                elif kind == "M":
                    size_bytes += NESTED_BYTES + NESTED_MEMBER_BYTES * len(content) + text_size("".join(content))
                    inner += content.values()
                elif type(content) is list:
                    size_bytes += yield from _measure_set(kind, content)
                else:
                    size_bytes += value_size(each)
            yield
        values = inner
    return size_bytes, levels


def _measure_set(kind: str, members: list[str]) -> Generator[None, Any, int]:
    size_bytes = 0
    for first in range(0, len(members), STEP_VALUES):
        if first:
            yield
        size_bytes += value_size({kind: members[first : first + STEP_VALUES]})
    return size_bytes


def same_in_steps(one: AttributeValue, other: AttributeValue) -> Generator[None, Any, bool]:
    """As `item.same_value`, in steps."""
    pairs = [(one, other)]
    while pairs:
        inner: list[tuple[AttributeValue, AttributeValue]] = []
        for count, pair in enumerate(pairs, start=1):
            if pair[0] != pair[1] and not (yield from _take_apart(*pair, inner)):
                return False
            if count % STEP_VALUES == 0:
                yield
        yield
        pairs = inner
    return True


def _take_apart(
    one: AttributeValue, other: AttributeValue, inner: list[tuple[AttributeValue, AttributeValue]]
) -> Generator[None, Any, bool]:
    """Adds the pairs of members on which it depends whether two values are the same; returns whether they may be."""
    ((kind, content),) = one.items()
    others = other.get(kind)
    if others is None or kind not in ("L", "M"):
        return same_value(one, other)
    if len(content) != len(others):
        return False
    if kind == "M":
        if content.keys() != others.keys():
            return False
        inner += [(value, others[name]) for name, value in content.items()]
        return True
    for first in range(0, len(content), STEP_VALUES):
        if first:
            yield
        ours, theirs = content[first : first + STEP_VALUES], others[first : first + STEP_VALUES]
        if ours != theirs:
            inner += zip(ours, theirs, strict=True)
    return True


def finished(steps: Generator[None, Any, T]) -> T:
    """The result of steps, all of which are done here and now."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: T = end.value
            return result


class _Parts:
    """What has been decoded of a text so far, and what is open where the next part begins."""

    __slots__ = ("begin", "containers", "open", "text")

    def __init__(self, text: bytes) -> None:
        self.text = text
        self.begin = 0
        self.open = b""
        """The opening brackets, outermost first."""
        self.containers: list[Any] = []
        """What they have opened; in the end, the whole alone."""

    def step(self) -> bool:
        """Decodes the next part; returns whether there is another."""
        end = self._end()
        part = self.text[self.begin : end]
        closed, opened = _unpaired(part)
        kept = len(self.open) - closed
        still_open = self.open[:kept] + opened
        self._add(orjson.loads(b"".join((self._opening(), part, still_open.translate(_CLOSING)[::-1]))))
        del self.containers[max(1, kept) :]
        while len(self.containers) < len(still_open):
            self.containers.append(_last(self.containers[-1]))
        self.open, self.begin = still_open, end + 1
        return end < len(self.text)

    def _end(self) -> int:
        """Where the comma behind the next part stands, or the end of the text."""
        text, known, start = self.text, self.begin, self.begin + PART_BYTES
        # `known` is a place outside strings.
        while len(text) - start > PART_BYTES and (found := _SEPARATOR.search(text, start)):
            comma = found.end() - 1
            if unescaped(text[known:comma]).count(b'"') % 2 == 0:
                return comma
            rest = _REST_OF_STRING.match(text, comma)
            assert rest is not None
            known = rest.end()
            start = known - 1
        return len(text)

    def _opening(self) -> bytes:
        """What opens the containers anew, each with its last member again but for the innermost."""
        outer = [
            b"[" if type(container) is list else b"{" + orjson.dumps(next(reversed(container))) + b":"
            for container in self.containers[:-1]
        ]
        return b"".join(outer) + self.open[-1:]

    def _add(self, decoded: Any) -> None:
        """Adds the members of a part to the containers. All but the innermost come with the last member again."""
        if not self.containers:
            self.containers.append(decoded)
            return
        for container in self.containers[:-1]:
            if type(container) is list:
                inner = decoded[0]
                container.extend(islice(decoded, 1, None))
            else:
                inner = decoded.pop(next(reversed(container)))
                container.update(decoded)
            decoded = inner
        innermost = self.containers[-1]
        if type(innermost) is list:
            innermost.extend(decoded)
        else:
            innermost.update(decoded)


def unescaped(text: bytes) -> bytes:
    """A piece of JSON without escaped quotes, so that each that is left begins or ends a string."""
    return text.replace(b"\\\\", b"").replace(b'\\"', b"") if b"\\" in text else text


def _unpaired(part: bytes) -> tuple[int, bytes]:
    """How many containers a part closes that it has not opened, and the opening brackets of those that it leaves open.

    It begins outside strings.
    """
    outside = b"".join(unescaped(part).split(b'"')[::2])
    brackets, before = outside.translate(None, _OTHER_THAN_BRACKETS), b""
    while len(brackets) != len(before):
        before = brackets
        brackets = brackets.replace(b"{}", b"").replace(b"[]", b"")
    opened = brackets.lstrip(b"}]")
    return len(brackets) - len(opened), opened


def _last(container: Any) -> Any:
    return container[-1] if type(container) is list else container[next(reversed(container))]
