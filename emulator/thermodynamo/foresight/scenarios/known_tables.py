"""The tables that a trace makes, with their keys and the indexes that they have at any time."""

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
    for made in map(orjson.loads, trace.requests(CREATE_TABLE)):
        keys = tuple(each["AttributeName"] for each in made.get("KeySchema", ()))
        known = tables.setdefault(made.get("TableName", ""), KnownTable(keys))
        known.key_names = keys
        known.indexes |= _names(made.get("GlobalSecondaryIndexes"))
        known.local_indexes |= _names(made.get("LocalSecondaryIndexes"))
    for changed in map(orjson.loads, trace.requests(UPDATE_TABLE)):
        updated = tables.get(changed.get("TableName", ""))
        for update in changed.get("GlobalSecondaryIndexUpdates", ()):
            if updated is not None and "Create" in update:
                updated.indexes |= _names([update["Create"]])
    return tables


def _names(indexes: Any) -> set[str]:
    return {each["IndexName"] for each in indexes or ()}
