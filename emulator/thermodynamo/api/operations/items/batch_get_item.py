"""BatchGetItem: up to 100 items by key, from any tables. What does not fit into the reply is left unprocessed."""

from typing import Any

import orjson

from thermodynamo.api import errors, messages, slices
from thermodynamo.api.expressions import placeholders
from thermodynamo.api.expressions.projection import Projection
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations import consumed_capacity, reply
from thermodynamo.api.operations.items import item_keys, key_paths, request_expressions
from thermodynamo.api.operations.items.selections import Selection, read_shape, shown
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.slices import Slices
from thermodynamo.api.values.canonical import canonicalise
from thermodynamo_storage.capacity.refusals import Throttled
from thermodynamo_storage.capacity.units import read_half_units
from thermodynamo_storage.changes.request_counts import Tally
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=True, wording="current", unprocessed="UnprocessedKeys")

KEYS_MAX = 100
RESPONSE_BYTES_MAX = 16 * 1024 * 1024
"""The API reference names 1 MB per partition as another limit. By its own example, in which one table returns 52 items
of 300 KB, there is none that a table of few partitions meets."""


@dataclass(slots=True)
class TableKeys:
    """The keys wanted of one table; `request` is that table's part of the request, to be handed back unprocessed."""

    table_name: str
    keys: list[dict[str, Any]]
    is_consistent: bool
    projection: Projection | None
    request: dict[str, Any]


@dataclass(slots=True)
class BatchGetItem:
    """A checked request."""

    tables: list[TableKeys]
    consumed_mode: str | None


def validate(request: dict[str, Any]) -> BatchGetItem:
    if not request["RequestItems"]:
        # 32 of the 33 regions asked on 2026-09-02 answer so (nubo-db/dynoxide pull request 198).
        raise errors.validation(messages.BATCH_GET_EMPTY)
    placeholders.check_together(request["RequestItems"].values())
    tables = []
    count = 0
    for table_name, wanted in request["RequestItems"].items():
        placeholders.check(wanted)
        for key in wanted["Keys"]:
            canonicalise(key)
        refuse_duplicates(wanted["Keys"])
        projection = request_expressions.projection_of(wanted)
        count += len(wanted["Keys"])
        tables.append(TableKeys(table_name, wanted["Keys"], wanted.get("ConsistentRead", False), projection, wanted))
    if count > KEYS_MAX:
        raise errors.validation(messages.BATCH_TOO_LARGE.format("BatchGetItem"))
    return BatchGetItem(tables, consumed_capacity.mode_of(request))


@dataclass(slots=True)
class Progress:
    """What the reads of all tables share: the room left in the reply, and what became of the reads before."""

    room_bytes: int = RESPONSE_BYTES_MAX
    has_read: bool = False
    first_refusal: Throttled | None = None


@dataclass(slots=True)
class Found:
    """What was read of one table: the items, their cost, and the keys that were not processed."""

    selections: list[Selection]
    half_units: int
    unprocessed: list[dict[str, Any]]
    projection: Projection | None
    tally: Tally


def execute(namespace: Namespace, request: BatchGetItem, now: float) -> bytes | Slices[bytes]:
    seen: set[tuple[str, bytes]] = set()
    located = [(wanted, *locate(namespace, wanted, seen, now)) for wanted in request.tables]
    progress = Progress()
    found_by_table: dict[bytes, Found] = {}
    unprocessed: dict[str, Any] = {}
    capacities = []
    for wanted, table, _ in located:
        if wanted.is_consistent and table.replication is not None:
            table.replication.refuse_isolated()
    for wanted, table, keys in located:
        found = read(wanted, table, keys, progress, now)
        if found.unprocessed:
            unprocessed[wanted.table_name] = {**wanted.request, "Keys": found.unprocessed}
        found_by_table[orjson.dumps(wanted.table_name)[1:-1]] = found
        if request.consumed_mode is not None:
            used = consumed_capacity.Consumption(found.half_units)
            capacities.append(consumed_capacity.capacity(request.consumed_mode, wanted.table_name, used))
    if progress.first_refusal is not None and not progress.has_read:
        raise progress.first_refusal
    return slices.begin(_answer(found_by_table, capacities or None, unprocessed))


def _answer(
    found: dict[bytes, Found], capacities: list[dict[str, Any]] | None, unprocessed: dict[str, Any]
) -> Slices[bytes]:
    responses: dict[bytes, reply.Pieces] = {}
    for name, each in found.items():
        blobs = [blob for blob in (yield from shown(each.selections)) if blob is not None]
        responses[name] = reply.array(blobs)
        if each.projection is not None and blobs:
            read_bytes = sum([selection.item[1] for selection in each.selections if selection.item is not None])
            shape = read_shape("BatchGetItem", each.projection)
            each.tally.reads.count(shape, len(blobs), each.half_units, read_bytes, sum(map(len, blobs)))
    members = {b"ConsumedCapacity": capacities, b"Responses": reply.pieces(responses), b"UnprocessedKeys": unprocessed}
    return (yield from reply.sliced_body(members))


def read(wanted: TableKeys, table: Table, keys: list[bytes], progress: Progress, now: float) -> Found:
    """Reads and charges the items of one table, until the reply is full; a key that limits refuse is left out."""
    selections: list[Selection] = []
    project = wanted.projection.apply if wanted.projection is not None else None
    unprocessed: list[dict[str, Any]] = []
    spent_half_units = 0
    admission = table.keyspace.admission
    for position, key in enumerate(keys):
        partition = table.keyspace.locate(key)
        item = partition.items.get(key)
        if table.lagging_reads is not None and not wanted.is_consistent:
            item = table.lagging_reads.get(key, item, now)
        size_bytes = item[1] if item is not None else 0
        if size_bytes > progress.room_bytes:
            unprocessed += wanted.keys[position:]
            break
        half_units = read_half_units(size_bytes, wanted.is_consistent)
        try:
            admission.read(partition, key, half_units, now, wanted.is_consistent)
        except Throttled as refusal:
            progress.first_refusal = progress.first_refusal or errors.without_frames(refusal)
            unprocessed.append(wanted.keys[position])
            continue
        progress.room_bytes -= size_bytes
        progress.has_read = True
        spent_half_units += half_units
        if item is not None:
            selections.append(Selection(item, project))
    return Found(selections, spent_half_units, unprocessed, wanted.projection, table.tally)


def refuse_duplicates(keys: list[dict[str, Any]]) -> None:
    """No key may be asked for twice; the service sees it before it looks at the table."""
    if len({orjson.dumps(key, option=orjson.OPT_SORT_KEYS) for key in keys}) != len(keys):
        raise errors.validation(messages.BATCH_DUPLICATES)


def locate(
    namespace: Namespace, wanted: TableKeys, seen: set[tuple[str, bytes]], now: float
) -> tuple[Table, list[bytes]]:
    """The table and the key bytes wanted of it. Raises ValidationException for an item that is in `seen` already.

    `seen` holds table names and key bytes: a batch may give one table by its name and by its ARN.
    """
    table = namespace.table(wanted.table_name, now)
    keys = [item_keys.of_key(table.schema.key_schema, key) for key in wanted.keys]
    if wanted.projection is not None:
        key_paths.refuse(table.schema, wanted.projection.nested)
    items = {(table.schema.name, key) for key in keys}
    if not seen.isdisjoint(items):
        raise errors.validation(messages.BATCH_DUPLICATES)
    seen |= items
    return table, keys
