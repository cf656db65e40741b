"""What is wrong with a number or a set, in the words of October 2026 and in the earlier ones.

Both were recorded in October 2026, in several regions. The earlier words are those of Java's numbers: an exponent that
Java cannot hold makes a text no number at all, and one at the end of its range, with the digits before it, runs over to
the other end and is an underflow.
"""

from collections.abc import Sequence

import orjson

from thermodynamo.api import messages
from thermodynamo.api.errors import ValueRefused
from thermodynamo.api.values import sets
from thermodynamo_storage.values import numbers

_INTEGER_MAX = 2**31 - 1


def number(text: str, fault: numbers.NumberError) -> ValueRefused:
    """Why a text is refused as a number."""
    match fault:
        case numbers.NumberOverflow():
            message = messages.NUMBER_OVERFLOW
        case numbers.NumberUnderflow():
            message = messages.NUMBER_UNDERFLOW
        case numbers.TooManyDigits():
            return ValueRefused(messages.NUMBER_TOO_PRECISE)
        case _:
            earlier = messages.NOT_A_NUMBER.format(text) if text else messages.EMPTY_NUMBER_EARLIER
            return ValueRefused(messages.NOT_A_NUMBER.format(text), earlier)
    return ValueRefused(message, _earlier(text, message))


def is_beyond_java(text: str) -> bool:
    """Whether the exponent of a number is one that Java's cannot have."""
    _, _, scale = numbers.parts(text)
    return abs(scale) > _INTEGER_MAX


def _earlier(text: str, message: str) -> str:
    _, significant, scale = numbers.parts(text)
    if abs(scale) > _INTEGER_MAX:
        return messages.NOT_A_NUMBER.format(text)
    return messages.NUMBER_UNDERFLOW if max(len(significant), 1) + scale > _INTEGER_MAX else message


def string_set_duplicates(members: Sequence[str]) -> ValueRefused:
    shown = sets.joined(", ", (orjson.dumps(member).decode() for member in sets.duplicates_last("SS", members)))
    earlier = sets.joined(", ", members)
    return ValueRefused(messages.STRING_SET_DUPLICATES.format(shown), messages.STRING_SET_DUPLICATES.format(earlier))


def binary_set_duplicates(members: Sequence[str]) -> ValueRefused:
    shown = sets.joined(",", (f'"{member}"' for member in sets.duplicates_last("BS", members)))
    earlier = sets.joined(", ", members)
    return ValueRefused(messages.BINARY_SET_DUPLICATES.format(shown), messages.BINARY_SET_DUPLICATES.format(earlier))


def number_set_duplicates() -> ValueRefused:
    return ValueRefused(messages.NUMBER_SET_DUPLICATES, messages.NUMBER_SET_DUPLICATES_EARLIER)
