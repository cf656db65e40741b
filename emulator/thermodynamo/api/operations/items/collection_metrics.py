"""ItemCollectionMetrics: how large the item collections are that a write touched, of tables with a local index."""

from collections.abc import Iterable
from typing import Any

from thermodynamo_storage.changes.commit import Change
from thermodynamo_storage.followers.item_collections import GIGABYTE
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values import keys
from thermodynamo_storage.values.keys import collection_of

Metrics = dict[str, Any]


def wants(request: dict[str, Any]) -> bool:
    """Whether the request asks for metrics."""
    return request.get("ReturnItemCollectionMetrics") == "SIZE"


def of_change(table: Table, change: Change) -> Metrics | None:
    """The metrics of the collection that a change of the table touched; None for a table that has no local index.

    The size is an estimate between two whole gigabytes: API reference, ItemCollectionMetrics.
    """
    collections = table.collections
    if collections is None:
        return None
    attribute = table.schema.key_schema.partition[0]
    _, (raw,) = keys.split(change.key, 1)
    gigabytes = collections.size_bytes(change.key) // GIGABYTE
    return {
        "ItemCollectionKey": {attribute.name: {attribute.kind: keys.part_value(attribute.kind, raw)}},
        "SizeEstimateRangeGB": [float(gigabytes), float(gigabytes + 1)],
    }


def by_table(changes: Iterable[tuple[str, Table, Change]]) -> dict[str, list[Metrics]] | None:
    """The metrics of every collection that changes touched, each once, by the table names that the request gave.

    Each change comes with the table's name as the request gave it, and the table.
    None where no table has a local index: DynamoDB Local, dynoxide, ministack and dynalite send no empty member.
    """
    found: dict[str, dict[bytes, Metrics]] = {}
    for table_name, table, change in changes:
        metrics = of_change(table, change)
        if metrics is not None:
            found.setdefault(table_name, {})[collection_of(change.key)] = metrics
    return {table_name: list(metrics.values()) for table_name, metrics in found.items()} or None
