"""JSON lines: an item on each line, as exports and `thermodynamo dump` have them, or as plain JSON.

A line is `{"Item": {...}}` or an item itself, in DynamoDB's JSON or with plain values; or the definition of a table,
which the items that follow belong to. Before one, they belong to the table that the file is named after.
"""

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from thermodynamo.seeds import json_tables
from thermodynamo.seeds.seed import Place, Seed, SeedError, SeedItem

ATTRIBUTE_TYPES = frozenset(("S", "N", "B", "SS", "NS", "BS", "M", "L", "NULL", "BOOL"))
CHANGE_MEMBERS = {"Metadata", "Keys", "NewImage", "OldImage"}
LINE_BYTES_MAX = 64 * 1024**2
"""An item of 400 KB is a tenth of it in its longest form."""


class _Number(str):
    """A number as it was written."""

    __slots__ = ()


def read(path: Path, file: str, table_name: str) -> Seed:
    """What a file of JSON lines holds, which may be compressed by gzip. Raises SeedError."""
    definitions = tuple(
        json_tables.definition(value, place) for value, place in _values(path, file) if json_tables.is_definition(value)
    )

    def items() -> Iterator[SeedItem]:
        owner = table_name
        for value, place in _values(path, file):
            if json_tables.is_definition(value):
                owner = json_tables.name_of(value)
            else:
                yield SeedItem(owner, item_of(value, place), place)

    return Seed(file, definitions, items)


def lines_of(path: Path, file: str) -> Iterator[tuple[int, bytes]]:
    """The lines of a file that are not empty, by number. Raises SeedError."""
    number = 0
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as stream:
            while line := stream.readline(LINE_BYTES_MAX):
                number += 1
                if len(line) == LINE_BYTES_MAX:
                    raise SeedError(Place(file, number), f"this line is longer than {LINE_BYTES_MAX} bytes")
                if line.strip():
                    yield number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise SeedError(Place(file, number + 1), f"this is no file of gzip: {error}") from None
    except OSError as error:
        raise SeedError(file, error.strerror or str(error)) from None


def _values(path: Path, file: str) -> Iterator[tuple[Any, Place]]:
    for number, line in lines_of(path, file):
        place = Place(file, number)
        try:
            yield _value(line, place), place
        except UnicodeDecodeError:
            raise SeedError(place, "this is no text in UTF-8") from None


def _value(line: bytes, place: Place) -> Any:
    """The JSON of a line; numbers that are no part of DynamoDB's JSON stay as they are written. Raises SeedError."""
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        value = None
    if isinstance(value, dict) and (json_tables.is_definition(value) or is_typed(_bare(value))):
        return value
    try:
        return json.loads(line.decode("utf-8"), parse_float=_Number, parse_int=_Number, parse_constant=_Number)
    except json.JSONDecodeError as error:
        raise SeedError(place, f"this is no JSON: {error.msg}, at character {error.pos + 1}") from None
    except RecursionError:
        raise SeedError(place, "this is nested too deeply") from None


def _bare(value: dict[str, Any]) -> Any:
    return value["Item"] if value.keys() == {"Item"} and isinstance(value["Item"], dict) else value


def is_typed(item: Any) -> bool:
    """Whether every member is an attribute value of DynamoDB's JSON."""
    return isinstance(item, dict) and all(_is_attribute_value(value) for value in item.values())


def _is_attribute_value(value: Any) -> bool:
    return isinstance(value, dict) and len(value) == 1 and next(iter(value)) in ATTRIBUTE_TYPES


def item_of(value: Any, place: Place) -> dict[str, Any]:
    """The item that a line is, in DynamoDB's JSON. Raises SeedError."""
    if not isinstance(value, dict):
        raise SeedError(place, 'a line is an item, such as {"Item": {"id": {"S": "a"}}} or {"id": "a"}')
    item = _bare(value)
    if is_typed(item):
        return dict(item)
    if item is not value or any(_is_attribute_value(each) for each in value.values()):
        name = next(name for name, each in item.items() if not _is_attribute_value(each))
        raise SeedError(place, f'{name} is no attribute value of DynamoDB\'s JSON, such as {{"S": "text"}}')
    if value.keys() <= CHANGE_MEMBERS and "Keys" in value:
        raise SeedError(place, "this is a change of an incremental export: only full exports are items")
    return {name: attribute_value(each, place) for name, each in value.items()}


def attribute_value(value: Any, place: Place) -> dict[str, Any]:
    """A plain JSON value in DynamoDB's JSON: numbers as they are written, null as NULL. Raises SeedError."""
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, _Number | int | float):
        return {"N": str(value)}
    if isinstance(value, str):
        return {"S": value}
    if value is None:
        return {"NULL": True}
    if isinstance(value, list):
        return {"L": [attribute_value(each, place) for each in value]}
    return {"M": {name: attribute_value(each, place) for name, each in value.items()}}
