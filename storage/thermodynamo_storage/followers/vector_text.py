"""Vectors read out of stored items, whose JSON is cut at the vector: no number becomes a string of its own.

A table that is loaded fills its vector indexes with what every item stores, and reading an item as any other is most of
that work: 768 numbers of an item are 768 dicts and strings. Here the numbers are made an array of plain JSON numbers
before they are read. What is stored is canonical, so that the text of a number list has one form; whatever has another
one is left to the reading of whole items.
"""

from array import array

import numpy
import orjson

from thermodynamo_storage.followers.vector_matrix import Vector
from thermodynamo_storage.values.item import Attributes, Item

_AROUND = b'{}":N'
"""What stands around the numbers of a list. A value of any other type leaves a letter."""
_END = b'"}]'
_TAKEN_OUT = b"null"
"""What stands for the list in the rest of the item. No stored list is that."""


def opening(name: str) -> bytes:
    """What the text of a list of numbers begins with, as the value of an attribute of that name."""
    return orjson.dumps(name) + b':{"L":[{"N":"'


def read(item: Item, name: str, begins_with: bytes) -> tuple[Vector, Attributes] | None:
    """The vector of an attribute as 32-bit floats, and the attributes, in which its list is taken out.

    `begins_with` is the `opening` of the name. None for an item whose attribute is no list of numbers alone, or that
    has the same text in more places. A number that is too large is infinite.
    """
    data = item[0]
    start = data.find(begins_with)
    if start < 0:
        return None
    first = start + len(begins_with)
    end = data.find(_END, first)
    if end < 0 or data.find(begins_with, end) >= 0:
        return None
    try:
        numbers = array("d", orjson.loads(b"[%b]" % data[first:end].translate(None, _AROUND)))
        rest: Attributes = orjson.loads(data[: first - len(b'[{"N":"')] + _TAKEN_OUT + data[end + len(_END) :])
    except (orjson.JSONDecodeError, TypeError, OverflowError):
        return None
    if rest.get(name) != {"L": None}:
        return None
    with numpy.errstate(over="ignore"):
        return numpy.frombuffer(numbers, numpy.float64).astype(numpy.float32), rest
