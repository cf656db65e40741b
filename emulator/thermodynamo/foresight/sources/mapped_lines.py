"""Accesses out of any CSV, JSON lines or Parquet, by a map that says under which name each value stands.

A name of JSON leads into objects with dots: attributes.db.name.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from thermodynamo.foresight.sources import file_lines, source_values
from thermodynamo.foresight.sources.asked_operation import Asked, asked
from thermodynamo.foresight.sources.file_lines import Line
from thermodynamo.foresight.sources.passed_over import Found, Passed
from thermodynamo.foresight.traces.event import Event
from thermodynamo.foresight.traces.location import Location
from thermodynamo.foresight.traces.trace_error import TraceError

REQUIRED = ("time", "table", "operation", "key")
OPTIONAL = ("sort_key", "size", "units", "consistent", "index", "attempt", "region")
MEMBERS = (*REQUIRED, *OPTIONAL)
ACCOUNT = "000000000000"
UNIT_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Map:
    """Where the values of an access stand."""

    names: dict[str, str]
    """By member, the name in the source."""
    fixed: dict[str, str] = field(default_factory=dict)
    """By member, what is the same for all."""
    key_types: dict[str, str] = field(default_factory=dict)
    """S, N or B of key and sort_key; S where it is not said."""
    time_unit: str = "s"
    zero_us: int = 0
    """The microseconds of the epoch that times count from."""


def map_of(
    named: list[str], fixed: list[str], time_unit: str, zero_us: int = 0, told: Mapping[str, str] | None = None
) -> Map:
    """The map of words as key=user:N, besides the names by member that the source tells. Raises TraceError."""
    names, values, types = pairs(named, "--map"), pairs(fixed, "--set"), {}
    for member in ("key", "sort_key"):
        for given in (names, values):
            name, separator, kind = given.get(member, "").rpartition(":")
            if separator and kind in ("S", "N", "B"):
                given[member], types[member] = name, kind
    names = {**(told or {}), **names}
    missing = [member for member in REQUIRED if member not in names and member not in values]
    if missing:
        raise TraceError(f"give {missing[0]}: --map {missing[0]}=NAME, or --set {missing[0]}=VALUE for all")
    return Map(names, values, types, time_unit, zero_us)


def pairs(words: list[str], flag: str) -> dict[str, str]:
    """The members of words as table=orders, of a flag. Raises TraceError."""
    made = {}
    for word in words:
        member, separator, value = word.partition("=")
        if not separator or not value or member not in MEMBERS:
            raise TraceError(f"{flag} {word}: it must be MEMBER=..., where MEMBER is {', '.join(MEMBERS)}")
        made[member] = value
    return made


def read(path: Location, given: Map, requests: Iterator[int], headings: Sequence[str] = ()) -> Iterator[Found]:
    """The accesses of a file in its order, with the numbers of `requests`. Raises TraceError.

    With `headings` it is CSV without a line of its own for them.
    """
    for place, line in file_lines.read(path, given.names, headings):
        if isinstance(line, str):
            yield Passed(place, line)
            continue
        try:
            yield event(line, given, next(requests))
        except ValueError as error:
            yield Passed(place, str(error), orjson.dumps(line, default=str).decode())


def event(line: Line, given: Map, number: int) -> Event:
    """The event of a line. Raises ValueError with what is wrong."""
    values = {member: _value(line, name) for member, name in given.names.items() if member != "size"} | given.fixed
    if "size" in given.names:
        values["size"] = _sum(line, given.names["size"])
    values = {member: value for member, value in values.items() if value is not None and value != ""}
    for member in REQUIRED:
        if member not in values:
            raise ValueError(f"{member} is missing")
    found = asked(str(values["operation"]))
    if found is None:
        raise ValueError("the operation asks nothing of items")
    parts = [(given.key_types.get(name, "S"), values[name]) for name in ("key", "sort_key") if name in values]
    index = str(values["index"]) if "index" in values else None
    if index is not None and found.kind not in ("read", "page"):
        raise ValueError("an index is written to")
    place = ACCOUNT, str(values.get("region", "us-east-1")), str(values["table"]), index
    size = source_values.whole_bytes(values["size"]) if "size" in values else None
    units = source_values.half_units(values["units"]) if "units" in values else None
    consistent = source_values.truth(values["consistent"]) if "consistent" in values else None
    attempt = source_values.half_units(values["attempt"]) // 2 if "attempt" in values else None
    at = source_values.at_us(values["time"], given.time_unit, given.zero_us)
    sizes = sized(found, size, units)
    return Event(
        at, number, found.kind, found.operation, *place, source_values.key_of(parts), *sizes, consistent, attempt
    )


def sized(found: Asked, size: int | None, units: int | None) -> tuple[int | None, int | None, int | None]:
    """Size, size before and half units as an event has them: of a deletion, what it costs is what was there."""
    if found.deletes:
        before = size if size is not None else units * UNIT_BYTES // 2 if units is not None else None
        return 0, before, None
    if found.kind == "transacted write" and size is None and units is not None:
        # A transaction consumes twice the units of its item.
        return units * UNIT_BYTES // 4, None, None
    return size, None, units


def _sum(line: Line, name: str) -> Any:
    """A size, or the sum of those whose names are joined by a plus sign; None where one of them is missing."""
    if "+" not in name or name in line:
        return _value(line, name)
    found = [_value(line, each) for each in name.split("+")]
    return sum(map(source_values.whole_bytes, found)) if all(each not in (None, "") for each in found) else None


def _value(line: Line, name: str) -> Any:
    """What stands under a name, or under the names that its dots part."""
    if name in line:
        return line[name]
    value: Any = line
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
