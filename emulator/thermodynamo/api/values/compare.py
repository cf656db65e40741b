"""Equality and order of attribute values in their canonical wire form.

Numbers are canonical text, so two numbers are equal when their texts are. Sets are equal when they have the same
members, at any depth. Only S, N and B have an order: UTF-8 bytes, numeric, unsigned bytes; code points sort as their
UTF-8 bytes do, so strings compare as they are.
"""

from base64 import b64decode
from decimal import Decimal
from typing import Any

AttributeValue = dict[str, Any]
Attributes = dict[str, AttributeValue]

ORDERED_TYPES = frozenset(("S", "N", "B"))
SET_TYPES = {"SS": "S", "NS": "N", "BS": "B"}
_DEEP_TYPES = frozenset(("SS", "NS", "BS", "L", "M"))


def type_of(value: AttributeValue) -> str:
    """The type letter(s) of an attribute value."""
    for kind in value:
        return kind
    raise AssertionError("an attribute value has one entry")


def equal(left: AttributeValue, right: AttributeValue) -> bool:
    """Deep equality; the order of a set's members does not matter."""
    if left == right:
        return True
    kind = type_of(left)
    if kind not in _DEEP_TYPES or kind not in right:
        return False
    ours, theirs = left[kind], right[kind]
    if len(ours) != len(theirs):
        return False
    if kind == "M":
        return ours.keys() == theirs.keys() and all(equal(value, theirs[name]) for name, value in ours.items())
    if kind == "L":
        return all(map(equal, ours, theirs))
    return set(ours) == set(theirs)


def compare(left: AttributeValue, right: AttributeValue) -> int | None:
    """Negative, zero or positive as left sorts before, with or after right; None if they have no common order."""
    kind = type_of(left)
    if kind not in right or kind not in ORDERED_TYPES:
        return None
    ours, theirs = order_key(left), order_key(right)
    return int(ours > theirs) - int(ours < theirs)


def order_key(value: AttributeValue) -> Any:
    """A Python object that sorts as the S, N or B value does among values of its type."""
    kind = type_of(value)
    content = value[kind]
    if kind == "S":
        return content
    if kind == "N":
        return Decimal(content) if "." in content else int(content)
    return b64decode(content)


def contains(container: AttributeValue, operand: AttributeValue) -> bool:
    """The `contains` function: a substring, a member of a set, or an element of a list."""
    kind = type_of(container)
    content = container[kind]
    if kind == "L":
        if operand in content:
            return True
        return type_of(operand) in _DEEP_TYPES and any(equal(element, operand) for element in content)
    if kind in SET_TYPES:
        member = operand.get(SET_TYPES[kind])
        return member is not None and member in content
    if kind == "S" and "S" in operand:
        return operand["S"] in content
    if kind == "B" and "B" in operand:
        return b64decode(operand["B"]) in b64decode(content)
    return False


def begins_with(value: AttributeValue, prefix: AttributeValue) -> bool:
    """The `begins_with` function, on strings and on binaries."""
    if "S" in value and "S" in prefix:
        return bool(value["S"].startswith(prefix["S"]))
    if "B" in value and "B" in prefix:
        return b64decode(value["B"]).startswith(b64decode(prefix["B"]))
    return False


def size(value: AttributeValue) -> int | None:
    """The `size` function; None for types that have no size.

    A string counts UTF-16 code units: AWS's DynamoDB Local of 2020 answers 2 for one emoji and 3 for three letters
    of one, two and three UTF-8 bytes.
    """
    kind = type_of(value)
    content = value[kind]
    if kind == "S":
        return len(content) if content.isascii() else len(content.encode("utf-16-le", "surrogatepass")) // 2
    if kind == "B":
        return int(len(content) // 4 * 3 - content.count("="))
    if kind not in _DEEP_TYPES:
        return None
    members: int = len(content)
    return members
