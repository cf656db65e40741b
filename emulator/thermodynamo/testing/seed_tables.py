"""Tables that are there when a test begins, with their items: given as requests of CreateTable, or as a file of them.

A definition is what CreateTable takes, and may have two members more: `TimeToLiveSpecification`, which
UpdateTimeToLive takes, and `Items`, a list of items in DynamoDB's JSON. A file is any that `thermodynamo.seeds` reads.

They are written as if hours ago. So the units that this takes are no load that the test finds, and what a limit
refuses is tried again a second later by the clock of the writes alone.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from typing import Any

from thermodynamo import seeds
from thermodynamo.api.caller import Caller
from thermodynamo.api.errors import ApiError
from thermodynamo.api.operations import NAMED
from thermodynamo.api.request_counts import is_throttled
from thermodynamo.seeds import seed
from thermodynamo.seeds.seed import TableSetting
from thermodynamo.service import Service

EARLIER_SECONDS = 6 * 3600
"""How long before now the first table is made."""
PAUSE_SECONDS = 1.0

Definition = Mapping[str, Any]
Tables = str | PathLike[str] | Definition | Sequence[Definition | str | PathLike[str]]
DEFINED = "AttributeDefinitions"


class SeedError(ValueError):
    """The tables could not be made; the message names the table, the item and the error."""


@dataclass(frozen=True, slots=True)
class SeedTable:
    """A table to be made, or one that is there where `request` is None, the settings it gets, and its items."""

    name: str
    request: Mapping[str, Any] | None
    settings: Sequence[TableSetting]
    items: Sequence[tuple[Mapping[str, Any], str]]
    """Each with its place, for errors."""


def load(service: Service, caller: Caller, given: Tables) -> list[str]:
    """Makes the tables in the caller's namespace; returns their names. Raises SeedError, and has then made none."""
    tables = read(given)
    writer = _Writer(service, caller)
    made: list[str] = []
    try:
        for table in tables:
            if table.request is not None:
                writer.write("CreateTable", table.request, f"table {table.name}")
                made.append(table.name)
            for item, place in table.items:
                writer.write("PutItem", {"TableName": table.name, "Item": item}, place)
            for setting in table.settings:
                writer.write(setting.operation, setting.request, f"table {table.name}, {named(setting)}")
    except SeedError:
        for name in made:
            writer.write("DeleteTable", {"TableName": name}, f"table {name}")
        raise
    return [table.name for table in tables]


def read(given: Tables) -> list[SeedTable]:
    """The tables, from files where paths are given. Raises SeedError for what is none."""
    if isinstance(given, str | PathLike | Mapping):
        given = [given]
    if not isinstance(given, Sequence) or isinstance(given, bytes):
        raise SeedError("tables: a definition is what CreateTable takes, such as {'TableName': 'Music', ...}")
    tables: dict[str, SeedTable] = {}
    for each in given:
        for table in _of_file(each, tables) if isinstance(each, str | PathLike) else [_of_definition(each)]:
            known = tables.pop(table.name, None) if table.request is None else None
            if table.name in tables:
                raise SeedError(f"table {table.name} is defined twice")
            tables[table.name] = replace(known, items=[*known.items, *table.items]) if known is not None else table
    return list(tables.values())


def _of_definition(given: Any) -> SeedTable:
    if not isinstance(given, Mapping) or not isinstance(given.get("Items", []), Sequence):
        raise SeedError(f"tables: {given!r} is no definition of a table with a list of Items")
    request = dict(given)
    items, specification = request.pop("Items", []), request.pop("TimeToLiveSpecification", None)
    name = str(request.get("TableName"))
    settings = [seed.time_to_live(name, specification)] if specification is not None else []
    numbered = [(item, f"table {name}, item {number}") for number, item in enumerate(items, start=1)]
    return SeedTable(name, request, settings, numbered)


def _of_file(path: str | PathLike[str], known: Mapping[str, SeedTable]) -> list[SeedTable]:
    """What a file holds. Items without a table of their own there belong to a table that is `known`, or there."""
    try:
        found = seeds.load(str(path))
        requests = {each.table_name: each for each in found.definitions}
        items: dict[str, list[tuple[Mapping[str, Any], str]]] = {name: [] for name in requests}
        for item in found.items():
            name = item.table_name
            definition = requests[name].request if name in requests else known[name].request if name in known else {}
            kinds = {each["AttributeName"]: each["AttributeType"] for each in (definition or {}).get(DEFINED, ())}
            items.setdefault(name, []).append((item.typed(kinds), str(item.place)))
    except seed.SeedError as error:
        raise SeedError(str(error)) from None
    return [
        SeedTable(name, requests[name].request, requests[name].settings, listed)
        if name in requests
        else SeedTable(name, None, (), listed)
        for name, listed in items.items()
    ]


def named(setting: TableSetting) -> str:
    """What a setting is called in a definition."""
    return next((name for name in setting.request if name.endswith("Specification")), setting.operation)


class _Writer:
    """Carries out requests one after the other, at a time that was."""

    def __init__(self, service: Service, caller: Caller) -> None:
        self.service = service
        self.caller = caller
        self.until = service.clock.now()
        self.at = self.until - EARLIER_SECONDS

    def write(self, operation: str, request: Mapping[str, Any], place: str) -> None:
        """Raises SeedError, which names the place."""
        while True:
            try:
                given = json.loads(json.dumps(request, default=_as_json))
                namespace = self.service.namespace(self.caller)
                self.service.perform(namespace, NAMED[operation], given, self.caller, self.at, ())
                return
            except TypeError as error:
                raise SeedError(f"{place}: {error}") from None
            except ApiError as error:
                if not is_throttled(error) or self.at + PAUSE_SECONDS > self.until:
                    raise SeedError(f"{place}: {error.name}: {error.message}") from None
                self.at += PAUSE_SECONDS


def _as_json(value: Any) -> Any:
    """Binary values in base 64, as boto3 sends them; a mapping or a sequence of another type as what it is."""
    if isinstance(value, bytes | bytearray):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence | set | frozenset):
        return sorted(value) if isinstance(value, set | frozenset) else list(value)
    raise TypeError(f"{value!r} is no value of DynamoDB's JSON")
