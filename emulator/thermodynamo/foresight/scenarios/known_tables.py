"""The tables that a trace makes, with their keys and the indexes that they have at any time."""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import orjson

from thermodynamo.foresight.scenarios.table_requests import CREATE_TABLE, UPDATE_TABLE
from thermodynamo.foresight.traces.trace_reader import Trace


@dataclass(slots=True)
class KnownTable:
    """What the requests about one table say of it."""

    key_names: tuple[str, ...]
    indexes: set[str] = field(default_factory=set)
    """The names of its global indexes."""
    local_indexes: set[str] = field(default_factory=set)


def found(trace: Trace) -> dict[str, KnownTable]:
    """The tables that the trace makes, by name."""
    tables: dict[str, KnownTable] = {}
    for target, take in ((CREATE_TABLE, _make), (UPDATE_TABLE, _update)):
        for request in map(orjson.loads, trace.requests(target)):
            # What the recorded server refused may have any form.
            with suppress(KeyError, TypeError, AttributeError):
                take(tables, request)
    return tables


def _make(tables: dict[str, KnownTable], request: Any) -> None:
    keys = tuple(each["AttributeName"] for each in request["KeySchema"])
    indexes, local = _names(request.get("GlobalSecondaryIndexes")), _names(request.get("LocalSecondaryIndexes"))
    known = tables.setdefault(request["TableName"], KnownTable(keys))
    known.key_names = keys
    known.indexes |= indexes
    known.local_indexes |= local


def _update(tables: dict[str, KnownTable], request: Any) -> None:
    updated = tables.get(request["TableName"])
    for update in request.get("GlobalSecondaryIndexUpdates", ()):
        if updated is not None and "Create" in update:
            updated.indexes |= _names([update["Create"]])


def _names(indexes: Any) -> set[str]:
    return {each["IndexName"] for each in indexes or ()}
