"""GetItem: one item by its key."""

from typing import Any

import orjson

from thermodynamo.api import slices
from thermodynamo.api.expressions import placeholders
from thermodynamo.api.expressions.projection import Projection
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations import consumed_capacity, reply
from thermodynamo.api.operations.items import item_keys, key_paths, request_expressions, selections
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.slices import Slices
from thermodynamo.api.values.canonical import UNCHECKED_LEVEL, canonicalise
from thermodynamo_storage.capacity.units import read_half_units
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.item import Item
from thermodynamo_storage.values.long_items import decode_in_steps

FACTS = Facts(is_read=True, wording="current")

REQUIRED_MEMBERS = 2


@dataclass(slots=True)
class GetItem:
    """A checked request."""

    table_name: str
    key: dict[str, Any]
    is_consistent: bool
    projection: Projection | None
    consumed_mode: str | None


def validate(request: dict[str, Any]) -> GetItem:
    # Most requests have the two required members alone, and nothing that could be an expression.
    has_more = len(request) > REQUIRED_MEMBERS
    if has_more:
        placeholders.check(request)
    key = request["Key"]
    canonicalise(key, UNCHECKED_LEVEL)
    projection = request_expressions.projection_of(request) if has_more else None
    return GetItem(
        request["TableName"], key, request.get("ConsistentRead", False), projection, consumed_capacity.mode_of(request)
    )


def execute(namespace: Namespace, request: GetItem, now: float) -> bytes | Slices[bytes]:
    table = namespace.table(request.table_name, now)
    key = item_keys.of_key(table.schema.key_schema, request.key)
    if request.projection is not None:
        key_paths.refuse(table.schema, request.projection.nested)
    if request.is_consistent and table.replication is not None:
        table.replication.refuse_isolated()
    partition = table.keyspace.locate(key)
    item = partition.items.get(key)
    if table.lagging_reads is not None and not request.is_consistent:
        item = table.lagging_reads.get(key, item, now)
    half_units = read_half_units(item[1] if item is not None else 0, request.is_consistent)
    table.keyspace.admission.read(partition, key, half_units, now, request.is_consistent)
    if request.projection is None and request.consumed_mode is None:
        return b'{"Item":' + item[0] + b"}" if item is not None else reply.EMPTY
    if item is None or request.projection is None:
        return _answer(request, half_units, item[0] if item is not None else None)
    return slices.begin(_projected(request, request.projection, table, item, half_units))


def _projected(request: GetItem, projection: Projection, table: Table, item: Item, half_units: int) -> Slices[bytes]:
    attributes = yield from decode_in_steps(item)
    blob = orjson.dumps(projection.apply(attributes))
    table.tally.reads.count(selections.read_shape("GetItem", projection), 1, half_units, item[1], len(blob))
    return _answer(request, half_units, blob)


def _answer(request: GetItem, half_units: int, blob: bytes | None) -> bytes:
    capacity = None
    if request.consumed_mode is not None:
        capacity = consumed_capacity.capacity(
            request.consumed_mode, request.table_name, consumed_capacity.Consumption(half_units)
        )
    return reply.body({b"ConsumedCapacity": capacity, b"Item": blob})
