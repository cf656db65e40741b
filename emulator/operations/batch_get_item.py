"""BatchGetItem: up to 100 items by key, from any tables. What does not fit into the reply is left unprocessed."""

from dataclasses import dataclass
from typing import Any

import orjson

from emulator import errors, messages
from emulator.engine import Engine
from emulator.expressions import placeholders
from emulator.expressions.projection import Projection
from emulator.operations import consumed, item_keys, key_paths, reply, requested
from emulator.values.canonical import canonicalise
from storage.capacity import read_half_units
from storage.errors import Throttled
from storage.item import decode
from storage.table import Table

KEYS_MAX = 100
RESPONSE_BYTES_MAX = 16 * 1024 * 1024


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
        projection = requested.projection_of(wanted)
        count += len(wanted["Keys"])
        tables.append(TableKeys(table_name, wanted["Keys"], wanted.get("ConsistentRead", False), projection, wanted))
    if count > KEYS_MAX:
        raise errors.validation(messages.BATCH_TOO_LARGE.format("BatchGetItem"))
    return BatchGetItem(tables, consumed.mode_of(request))


def execute(engine: Engine, request: BatchGetItem) -> bytes:
    now = engine.clock.now()
    found: set[tuple[str, bytes]] = set()
    located = [(wanted, *locate(engine, wanted, found, now)) for wanted in request.tables]
    room_bytes = RESPONSE_BYTES_MAX
    responses: dict[bytes, bytes] = {}
    unprocessed: dict[str, Any] = {}
    capacities = []
    has_read = False
    first: Throttled | None = None
    for wanted, table, item_key_list in located:
        blobs: list[bytes] = []
        refused: list[dict[str, Any]] = []
        half_units = 0
        admission = table.keyspace.admission
        for position, key in enumerate(item_key_list):
            partition = table.keyspace.locate(key)
            item = partition.items.get(key)
            if table.replica is not None and not wanted.is_consistent:
                item = table.replica.get(key, item, now)
            size_bytes = item[1] if item is not None else 0
            if size_bytes > room_bytes:
                refused += wanted.keys[position:]
                break
            cost = read_half_units(size_bytes, wanted.is_consistent)
            try:
                admission.read(partition, key, cost, now, wanted.is_consistent)
            except Throttled as refusal:
                first = first or refusal
                refused.append(wanted.keys[position])
                continue
            room_bytes -= size_bytes
            half_units += cost
            has_read = True
            if item is not None:
                blobs.append(orjson.dumps(wanted.projection.apply(decode(item))) if wanted.projection else item[0])
        if refused:
            unprocessed[wanted.table_name] = {**wanted.request, "Keys": refused}
        responses[orjson.dumps(wanted.table_name)[1:-1]] = reply.array(blobs)
        if request.consumed_mode is not None:
            capacities.append(
                consumed.capacity(request.consumed_mode, wanted.table_name, consumed.Consumption(half_units))
            )
    if first is not None and not has_read:
        raise first
    return reply.body(
        {
            b"ConsumedCapacity": capacities or None,
            b"Responses": reply.body(responses),
            b"UnprocessedKeys": unprocessed,
        }
    )


def refuse_duplicates(keys: list[dict[str, Any]]) -> None:
    """No key may be asked for twice; the service sees it before it looks at the table."""
    if len({orjson.dumps(key, option=orjson.OPT_SORT_KEYS) for key in keys}) != len(keys):
        raise errors.validation(messages.BATCH_DUPLICATES)


def locate(engine: Engine, wanted: TableKeys, found: set[tuple[str, bytes]], now: float) -> tuple[Table, list[bytes]]:
    """The table and the key bytes wanted of it. Raises ValidationException for an item that is in `found` already.

    `found` holds table names and keys: a batch may give one table by its name and by its ARN.
    """
    table = engine.table(wanted.table_name, now)
    item_key_list = [item_keys.of_key(table.schema.key_schema, key) for key in wanted.keys]
    if wanted.projection is not None:
        key_paths.refuse(table.schema, wanted.projection.nested)
    items = {(table.schema.name, key) for key in item_key_list}
    if not found.isdisjoint(items):
        raise errors.validation(messages.BATCH_DUPLICATES)
    found |= items
    return table, item_key_list
