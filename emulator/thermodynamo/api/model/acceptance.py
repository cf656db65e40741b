"""The quick half of the type check: is a value plainly well-formed? No means only that it must be read with care.

A request is checked in a microsecond or two, so these are closures over exact types. Null and unknown members, texts
for Booleans and decimals for integers are not accepted here although the service takes them: `serialization` reads
those.
"""

import binascii
from collections.abc import Callable, Iterable
from typing import Any

from thermodynamo.api import messages

Accept = Callable[[Any], bool]

_SCALARS: dict[str, type] = {"S": str, "N": str, "BOOL": bool, "NULL": bool}
# The two bits (four, after "==") that no byte uses must be zero.
_LAST_BEFORE_ONE_PAD = frozenset("AEIMQUYcgkosw048")
_LAST_BEFORE_TWO_PADS = frozenset("AQgw")


def structure_acceptor(plain: dict[str, type], nested: dict[str, Accept]) -> Accept:
    plain_type = plain.get
    nested_acceptor = nested.get

    def accepts(value: Any) -> bool:
        if type(value) is not dict:
            return False
        for name, content in value.items():
            if type(content) is plain_type(name):
                continue
            accept = nested_acceptor(name)
            if accept is None or not accept(content):
                return False
        return True

    return accepts


def map_acceptor(element: Accept) -> Accept:
    def accepts(value: Any) -> bool:
        return type(value) is dict and all(map(element, value.values()))

    return accepts


def accepts_map_of_strings(value: Any) -> bool:
    if type(value) is not dict:
        return False
    for content in value.values():  # noqa: SIM110 - twice as fast as a generator
        if type(content) is not str:
            return False
    return True


def list_acceptor(element: Accept) -> Accept:
    def accepts(value: Any) -> bool:
        return type(value) is list and all(map(element, value))

    return accepts


def accepts_value(value: Any) -> bool:
    return _accepts_values((value,))


def accepts_map_of_values(value: Any) -> bool:
    return type(value) is dict and _accepts_values(value.values())


def accepts_list_of_values(value: Any) -> bool:
    return type(value) is list and _accepts_values(value)


def _accepts_values(values: Iterable[Any]) -> bool:
    # One frame for each level of nesting: a body may nest 512 attribute values before the JSON parser refuses it.
    scalar = _SCALARS.get
    for value in values:
        if type(value) is not dict:
            return False
        if "S" in value and type(value["S"]) is str and len(value) == 1:
            continue
        for kind in value:
            content = value[kind]
            if type(content) is scalar(kind):
                continue
            if kind == "M":
                if type(content) is not dict or not _accepts_values(content.values()):
                    return False
            elif kind == "L":
                if type(content) is not list or not _accepts_values(content):
                    return False
            elif not _accepts_set_or_blob(kind, content):
                return False
    return True


def _accepts_set_or_blob(kind: str, content: Any) -> bool:
    if kind == "B":
        return type(content) is str and base64_error(content) is None
    if type(content) is not list:
        return False
    if kind == "SS" or kind == "NS":
        return all(type(element) is str for element in content)
    return kind == "BS" and all(type(element) is str and base64_error(element) is None for element in content)


def _accepts_integer(value: Any) -> bool:
    return type(value) is int and -(2**31) <= value < 2**31


def _accepts_long(value: Any) -> bool:
    return type(value) is int and -(2**63) <= value < 2**63


SCALAR_ACCEPTORS: dict[str, Accept] = {
    "string": lambda value: type(value) is str,
    "boolean": lambda value: type(value) is bool,
    "integer": _accepts_integer,
    "long": _accepts_long,
    "double": lambda value: type(value) is float or type(value) is int,
    "timestamp": lambda value: type(value) is float or type(value) is int,
    "blob": lambda value: type(value) is str and base64_error(value) is None,
}


def base64_error(text: str) -> str | None:
    """What the service says of a text that is not the base64 of some bytes; None if it is."""
    if len(text) % 4:
        return messages.BASE64_LENGTH.format(len(text))
    try:
        binascii.a2b_base64(text, strict_mode=True)
    except ValueError:
        return messages.BASE64_LAST_CHARACTER
    if text.endswith("=="):
        return None if text[-3] in _LAST_BEFORE_TWO_PADS else messages.BASE64_LAST_CHARACTER
    if text.endswith("="):
        return None if text[-2] in _LAST_BEFORE_ONE_PAD else messages.BASE64_LAST_CHARACTER
    return None
