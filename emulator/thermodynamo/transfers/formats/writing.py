"""Items and changes as lines of exports, in DynamoDB JSON and in Ion text.

Source: developer guide, DynamoDB table export output format. An item is `{"Item": {...}}`. A change has when the item
was written last, its keys, and its images, the new one alone where the view is NEW_IMAGE; in Ion it stands in `Record`.
"""

from binascii import a2b_base64
from collections.abc import Mapping
from decimal import Decimal, localcontext
from typing import Any, Protocol

import orjson

from thermodynamo.transfers import extras
from thermodynamo_storage.values.item import Item

DIGITS = 60
"""More digits than a number has, so that nothing is rounded."""
SETS = {"SS": "S", "NS": "N", "BS": "B"}
MICROSECONDS = 1_000_000


class Writer(Protocol):
    """Makes lines, each with its end."""

    def item(self, item: Item) -> bytes: ...

    def change(self, keys: dict[str, Any], written_at: float, images: Mapping[str, Item]) -> bytes:
        """`images` are those that the line has, by OldImage and NewImage."""
        ...


class JsonWriter:
    """Stored items are DynamoDB JSON as they are."""

    def item(self, item: Item) -> bytes:
        return b'{"Item":%b}\n' % item[0]

    def change(self, keys: dict[str, Any], written_at: float, images: Mapping[str, Item]) -> bytes:
        members = b"".join(b',"%b":%b' % (name.encode(), image[0]) for name, image in images.items())
        micros = int(written_at * MICROSECONDS)
        return b'{"Metadata":{"WriteTimestampMicros":{"N":"%d"}},"Keys":%b%b}\n' % (micros, orjson.dumps(keys), members)


class IonWriter:
    """Lines by the package amazon.ion. Making one raises MissingExtra."""

    def __init__(self) -> None:
        self.simpleion = extras.load("amazon.ion.simpleion", "ion")
        types = extras.load("amazon.ion.simple_types", "ion")
        self.list_of = types.IonPyList.from_value
        self.list_type = extras.load("amazon.ion.core", "ion").IonType.LIST

    def item(self, item: Item) -> bytes:
        return self._line({"Item": self._attributes(orjson.loads(item[0]))})

    def change(self, keys: dict[str, Any], written_at: float, images: Mapping[str, Item]) -> bytes:
        parts = {name: self._attributes(orjson.loads(image[0])) for name, image in images.items()}
        metadata = {"WriteTimestampMicros": Decimal(int(written_at * MICROSECONDS))}
        return self._line({"Record": {"Metadata": metadata, "Keys": self._attributes(keys), **parts}})

    def _line(self, value: dict[str, Any]) -> bytes:
        text: str = self.simpleion.dumps(value, binary=False)
        return text.encode() + b"\n"

    def _attributes(self, attributes: dict[str, Any]) -> dict[str, Any]:
        return {name: self._value(value) for name, value in attributes.items()}

    def _value(self, value: dict[str, Any]) -> Any:
        [(kind, content)] = value.items()
        match kind:
            case "N":
                return number(content)
            case "B":
                return a2b_base64(content)
            case "NULL":
                return None
            case "M":
                return self._attributes(content)
            case "L":
                return [self._value(member) for member in content]
            case "SS" | "NS" | "BS":
                members = [self._value({SETS[kind]: member}) for member in content]
                return self.list_of(self.list_type, members, annotations=(f"$dynamodb_{kind}",))
        return content


def number(text: str) -> Decimal:
    """A number without zeros at its end, as the guide's example has 6d2 for 600."""
    with localcontext() as context:
        context.prec = DIGITS
        return Decimal(text).normalize()


def writer_of(format: str) -> Writer:
    """Raises MissingExtra."""
    return IonWriter() if format == "ION" else JsonWriter()
