"""One walk over attribute values as they came: validate, canonicalise in place, and add up the item size.

After the walk every number is in canonical text and every value is one the service would have stored, so nothing
behind it validates again. Canonicalising in place is safe: the tree was parsed for this request and belongs to it.
"""

from collections.abc import Callable
from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.values import refusals, sets
from thermodynamo_storage.values import numbers
from thermodynamo_storage.values.item import NESTED_BYTES, NESTED_MEMBER_BYTES, binary_size

Attributes = dict[str, Any]
NESTING_LEVELS_MAX = 32
"""How deep values may nest, the attribute's own value being the first level (developer guide, Constraints)."""

READ_LEVELS_MAX = 62
"""How deep a value nests that PutItem and UpdateItem refuse in the envelope; they refuse a deeper one without it.

Black-box evidence of ministack 1.5.33, which follows recorded replies, for every depth from 32 to 70.
"""

UNCHECKED_LEVEL = -77
"""The level to begin at where the service does not look at nesting: the other levels are for JSON's writer here.

So it is with keys: a reply of October 2026 to a transacted Delete whose key nests 100 levels deep speaks of its
condition, and ministack 1.5.33 (black box) calls such a key of a GetItem, a DeleteItem and an UpdateItem no match for
the schema.
"""

ATTRIBUTE_NAME_BYTES_MAX = 65_535
MEMBER_BYTES_MIN = NESTED_MEMBER_BYTES + 1
"""What a member of a list counts at least."""
NO_LIMIT = 1 << 62


def canonicalise(attributes: Attributes, level: int = 1, bytes_max: int = NO_LIMIT) -> int:
    """The item size in bytes of `attributes`, which are canonical afterwards; their values are at a nesting level.

    What becomes larger than `bytes_max` is looked at no further, and is to be refused: the size is then of what was
    seen. Raises ValidationException for
    the first value that breaks a rule, in the order of the request.
    """
    size = 0
    for name, value in attributes.items():
        name_bytes = len(name) if name.isascii() else len(name.encode())
        if not 0 < name_bytes <= ATTRIBUTE_NAME_BYTES_MAX:
            raise _name_complaint(name)
        size += name_bytes
        if len(value) != 1:
            raise _not_one_type(value)
        # Most values are texts: they are added up here, and a call for each is spared.
        if "S" in value:
            text = value["S"]
            size += len(text) if text.isascii() else len(text.encode())
        else:
            for kind, content in value.items():
                if kind == "L" and MEMBER_BYTES_MIN * len(content) > bytes_max:
                    return MEMBER_BYTES_MIN * len(content)
                size += _KINDS[kind](value, content, level)
        if size > bytes_max:
            return size
    return size


def canonicalise_value(value: Attributes, level: int = 1) -> int:
    """Makes one attribute value at a nesting level canonical in place; returns its size without a name."""
    if level > NESTING_LEVELS_MAX:
        raise errors.NestingRefused(_deepest(value, level) <= READ_LEVELS_MAX)
    if len(value) != 1:
        raise _not_one_type(value)
    for kind, content in value.items():
        return _KINDS[kind](value, content, level)
    raise AssertionError("unreachable: the value has one entry")


def number(text: str) -> str:
    """The canonical text of a number. Raises ValidationException."""
    try:
        return numbers.canonical(text)
    except numbers.NumberError as fault:
        raise refusals.number(text, fault) from None


def refuse_deep(value: Attributes, level: int = 1) -> None:
    """Raises ValidationException where a stored value, changed by an update, nests too deep."""
    if level > NESTING_LEVELS_MAX:
        refuse_levels(level)
    members = value.get("L")
    if members is None:
        members = value["M"].values() if "M" in value else ()
    for member in members:
        refuse_deep(member, level + 1)


def refuse_levels(levels: int) -> None:
    """Raises ValidationException where there are values on too many levels."""
    if levels > NESTING_LEVELS_MAX:
        raise errors.validation(messages.NESTING_TOO_DEEP)


def _deepest(value: Attributes, level: int) -> int:
    """The level of the innermost value."""
    deepest, members = level, [value]
    while members := [member for each in members for member in (*each.get("L", ()), *each.get("M", {}).values())]:
        deepest += 1
    return deepest


def _not_one_type(value: Attributes) -> errors.ApiError:
    """What is wrong with a value of no type or of several: its numbers come first.

    Replies of the service (ExtendDB/extenddb pull request 201); AWS's DynamoDB Local, dynalite and dynoxide agree.
    """
    for text in [value["N"]] if "N" in value else value.get("NS", ()):
        number(text)
    return errors.ValueRefused(messages.VALUE_WITH_MANY_TYPES if value else messages.VALUE_EMPTY)


def _name_complaint(name: str) -> errors.ApiError:
    """What is wrong with an attribute name. AWS's DynamoDB Local of 2020 refuses empty ones, in maps too."""
    return errors.NameTooLarge() if name else errors.validation(messages.ATTRIBUTE_NAME_EMPTY)


def _string(value: Attributes, content: str, level: int) -> int:
    return len(content) if content.isascii() else len(content.encode())


def _number(value: Attributes, content: str, level: int) -> int:
    try:
        text = numbers.canonical(content)
    except numbers.NumberError as fault:
        raise refusals.number(content, fault) from None
    if text is not content:
        value["N"] = text
    return numbers.size(text)


def _binary(value: Attributes, content: str, level: int) -> int:
    return binary_size(content)


def _boolean(value: Attributes, content: bool, level: int) -> int:
    return 1


def _null(value: Attributes, content: bool, level: int) -> int:
    if content is not True:
        raise errors.ValueRefused(messages.NULL_NOT_TRUE)
    return 1


def _list(value: Attributes, content: list[Attributes], level: int) -> int:
    size = NESTED_BYTES + NESTED_MEMBER_BYTES * len(content)
    for element in content:
        size += canonicalise_value(element, level + 1)
    return size


def _map(value: Attributes, content: dict[str, Attributes], level: int) -> int:
    size = NESTED_BYTES
    for name, element in content.items():
        name_bytes = len(name.encode())
        if not 0 < name_bytes <= ATTRIBUTE_NAME_BYTES_MAX:
            raise _name_complaint(name)
        size += NESTED_MEMBER_BYTES + name_bytes + canonicalise_value(element, level + 1)
    return size


def _string_set(value: Attributes, content: list[str], level: int) -> int:
    if not content:
        raise errors.ValueRefused(messages.STRING_SET_EMPTY)
    if not sets.are_distinct(content):
        raise refusals.string_set_duplicates(content)
    value["SS"] = sets.in_order("SS", content)
    return sum(len(element.encode()) for element in content)


def _number_set(value: Attributes, content: list[str], level: int) -> int:
    if not content:
        raise errors.ValueRefused(messages.NUMBER_SET_EMPTY)
    texts = [number(element) for element in content]
    if not sets.are_distinct(texts):
        raise refusals.number_set_duplicates()
    value["NS"] = sets.in_order("NS", texts)
    return sum(numbers.size(text) for text in texts)


def _binary_set(value: Attributes, content: list[str], level: int) -> int:
    if not content:
        raise errors.ValueRefused(messages.BINARY_SET_EMPTY)
    if not sets.are_distinct(content):
        raise refusals.binary_set_duplicates(content)
    value["BS"] = sets.in_order("BS", content)
    return sum(binary_size(element) for element in content)


_KINDS: dict[str, Callable[[Attributes, Any, int], int]] = {
    "S": _string,
    "N": _number,
    "B": _binary,
    "BOOL": _boolean,
    "NULL": _null,
    "L": _list,
    "M": _map,
    "SS": _string_set,
    "NS": _number_set,
    "BS": _binary_set,
}
