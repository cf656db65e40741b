"""Item keys as people read them, in logs, reports and heat maps."""

import unicodedata

from thermodynamo_storage.values import keys, numbers
from thermodynamo_storage.values.errors import StorageError
from thermodynamo_storage.values.schema import KeySchema


def values(schema: KeySchema, key: bytes) -> dict[str, str]:
    """The wire values of the key attributes that key bytes begin with; a part that is cut short is left out.

    In a replay a number may have become a text, such as 5#3 for a shard of 5.
    """
    for count in range(len(schema.attributes), 0, -1):
        try:
            _, parts = keys.split(key, count)
            return {
                attribute.name: number_of(part) or part.decode()
                if attribute.kind == "N"
                else keys.part_value(attribute.kind, part)
                for attribute, part in zip(schema.attributes, parts, strict=False)
            }
        except (ValueError, IndexError):
            continue
    return {}


def number_of(part: bytes) -> str | None:
    """The number whose order bytes these are; None where they are none's."""
    try:
        found = numbers.from_order_bytes(part)
        return found if numbers.order_bytes(found) == part else None
    except (ValueError, IndexError, StorageError):
        return None


def of_key(schema: KeySchema, key: bytes) -> str:
    """A key for people, such as pk=user#1 sk=2026-01."""
    text = " ".join(f"{name}={value}" for name, value in values(schema, key).items())
    return printable(text) or "(none in particular)"


def printable(text: str) -> str:
    """The text with its control characters written out, so that no key can play tricks on a terminal or a log."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def places(text: str) -> int:
    """How many places of a terminal a printable text takes: wide characters take two, combining ones none."""
    return sum(map(_width, text))


def fitted(text: str, width: int) -> str:
    """A printable text in at most `width` places; of a longer one the beginning and the end, where keys differ."""
    if places(text) <= width:
        return text
    end = _beginning(text[::-1], width // 3)[::-1]
    return f"{_beginning(text, width - 1 - places(end))}…{end}"


def _beginning(text: str, width: int) -> str:
    """As much of the text as there is room for."""
    taken = 0
    for position, character in enumerate(text):
        taken += _width(character)
        if taken > width:
            return text[:position]
    return text


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
