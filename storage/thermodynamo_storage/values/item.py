"""Items as they are stored, and DynamoDB's item-size arithmetic.

A stored item is its canonical wire JSON with its size: about a tenth of the memory of nested dicts, nothing for the
garbage collector to walk, and a reply is a splice of bytes. Attribute values everywhere are in wire form.
"""

from typing import Any
from zlib import adler32

import orjson

from thermodynamo_storage.values import numbers

AttributeValue = dict[str, Any]
Attributes = dict[str, AttributeValue]

# An exact tuple, not a class: the garbage collector stops tracking exact tuples of atoms.
Item = tuple[bytes, int]

# A list or a map costs 3 bytes and 1 for each member: developer guide, CapacityUnitCalculations.
NESTED_BYTES = 3
NESTED_MEMBER_BYTES = 1

STEP_BYTES_MAX = 64 * 1024
"""The item with which the items of a step between requests reach it ends the step.

Each is decoded: 64 items of 400 KB, of up to 2.5 MB of JSON each, would hold up requests for seconds.
"""

MEASURED_BYTES_MAX = 16 * 1024
"""Of an item whose parts are measured in any case."""

SHARED_SIZES = 4_096
_SHARED_SIZES = tuple(range(SHARED_SIZES))
"""One integer for all items of a size: each of its own is 32 bytes, of the 500 that an item of 200 bytes takes."""


def value_size(value: AttributeValue) -> int:
    """DynamoDB's size in bytes of one attribute value, without its name."""
    if "S" in value:
        text: str = value["S"]
        return len(text) if text.isascii() else len(text.encode())
    if "N" in value:
        return numbers.size(value["N"])
    if "M" in value:
        return NESTED_BYTES + NESTED_MEMBER_BYTES * len(value["M"]) + item_size(value["M"])
    if "L" in value:
        return NESTED_BYTES + NESTED_MEMBER_BYTES * len(value["L"]) + sum(map(value_size, value["L"]))
    if "BOOL" in value or "NULL" in value:
        return 1
    if "B" in value:
        return binary_size(value["B"])
    if "SS" in value:
        return sum(map(text_size, value["SS"]))
    if "NS" in value:
        return sum(map(numbers.size, value["NS"]))
    return sum(map(binary_size, value["BS"]))


def item_size(attributes: Attributes) -> int:
    """DynamoDB's size in bytes of an item: its attribute names and values."""
    total = 0
    for name, value in attributes.items():
        total += entry_size(name, value)
    return total


def entry_size(name: str, value: AttributeValue) -> int:
    """DynamoDB's size in bytes of one attribute: its name and its value."""
    return (len(name) if name.isascii() else len(name.encode())) + value_size(value)


def text_size(text: str) -> int:
    """DynamoDB's size in bytes of a text, as UTF-8."""
    return len(text) if text.isascii() else len(text.encode())


def binary_size(base64: str) -> int:
    """The number of bytes that valid base64 text stands for."""
    return len(base64) // 4 * 3 - base64[-2:].count("=")


def encode(attributes: Attributes, size: int) -> Item:
    """The stored form of an item whose size is known."""
    # A copy, because a kept result of dumps holds on to the buffer it was written in. Joining makes one the quickest.
    return b"".join((b"", orjson.dumps(attributes))), _SHARED_SIZES[size] if size < SHARED_SIZES else size


def same(one: Item, other: Item) -> bool:
    """Whether two items have equal attributes; neither attributes nor the members of a set have an order."""
    if one[0] == other[0]:
        return True
    # As `may_be_same`: a write to an indexed table asks for each of its indexes.
    return one[1] == other[1] and _byte_sum(one[0]) == _byte_sum(other[0]) and _same_entries(decode(one), decode(other))


def may_be_same(one: Item, other: Item) -> bool:
    """Whether it takes a look at the attributes to say that two items are not the same."""
    return one[1] == other[1] and _byte_sum(one[0]) == _byte_sum(other[0])


def _byte_sum(blob: bytes) -> int:
    """The low half of an Adler-32 adds the bytes up in whatever order: most items that differ differ in it."""
    return adler32(blob) & 0xFFFF


def _same_entries(one: Attributes, other: Attributes) -> bool:
    return one.keys() == other.keys() and all(same_value(value, other[name]) for name, value in one.items())


def same_value(one: AttributeValue | None, other: AttributeValue | None) -> bool:
    """Whether two values, or two lacks of one, are equal; the members of a set have no order."""
    if one == other:
        return True
    if one is None or other is None:
        return False
    ((kind, content),) = one.items()
    if kind not in other:
        return False
    if kind == "M":
        return _same_entries(content, other[kind])
    if kind == "L":
        return len(content) == len(other[kind]) and all(map(same_value, content, other[kind]))
    return kind in ("SS", "NS", "BS") and set(content) == set(other[kind])


def decode(item: Item) -> Attributes:
    """The attributes of a stored item: new objects at each call, the caller's to keep."""
    attributes: Attributes = orjson.loads(item[0])
    return attributes
