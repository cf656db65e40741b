"""BatchWriteItem: up to 25 puts and deletes on any tables, each on its own: the batch is not a transaction."""

from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations import consumed_capacity, reply
from thermodynamo.api.operations.items import collection_metrics, drafting, item_keys, single_write
from thermodynamo.api.operations.items.draft import Draft
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.values.canonical import canonicalise
from thermodynamo_storage.capacity.refusals import Throttled
from thermodynamo_storage.changes.commit import Change
from thermodynamo_storage.followers.item_collections import PlannedGrowth
from thermodynamo_storage.tables import write_admission
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.item import Item, encode

FACTS = Facts(is_read=False, unprocessed="UnprocessedItems")

Attributes = dict[str, Any]
REQUESTS_MAX = 25


@dataclass(slots=True)
class PutOrDelete:
    """One member of the batch: the attributes and the stored form of the item to put, or the key to delete and None."""

    attributes: dict[str, Any]
    item: Item | None


@dataclass(slots=True)
class BatchWriteItem:
    """A checked request."""

    tables: dict[str, list[PutOrDelete]]
    members: dict[str, list[Attributes]]
    """As they came, to be handed back unprocessed."""
    consumed_mode: str | None
    has_metrics: bool


@dataclass(slots=True)
class Planned:
    """What the batch is to do to one table."""

    table: Table
    changes: list[Change]


def validate(request: dict[str, Any]) -> BatchWriteItem:
    if not request["RequestItems"]:
        # 31 of the same 33 regions answer so (nubo-db/dynoxide pull request 198).
        raise errors.validation(messages.BATCH_WRITE_EMPTY)
    if sum(map(len, request["RequestItems"].values())) > REQUESTS_MAX:
        raise errors.validation(messages.BATCH_TOO_LARGE.format("BatchWriteItem"))
    tables = {name: list(map(member_of, members)) for name, members in request["RequestItems"].items()}
    return BatchWriteItem(
        tables, request["RequestItems"], consumed_capacity.mode_of(request), collection_metrics.wants(request)
    )


def member_of(member: dict[str, Any]) -> PutOrDelete:
    """One checked member. Raises ValidationException."""
    if len(member.keys() & {"PutRequest", "DeleteRequest"}) != 1:
        raise errors.validation(messages.WRITE_REQUEST_NOT_ONE)
    if "PutRequest" in member:
        item = member["PutRequest"]["Item"]
        size_bytes = canonicalise(item, bytes_max=single_write.ITEM_BYTES_MAX)
        if size_bytes > single_write.ITEM_BYTES_MAX:
            raise errors.validation(messages.ITEM_TOO_LARGE)
        # Here, where a request of very many values is beside the event loop, and once, however often it begins again.
        return PutOrDelete(item, encode(item, size_bytes))
    key = member["DeleteRequest"]["Key"]
    canonicalise(key)
    return PutOrDelete(key, None)


def execute(namespace: Namespace, request: BatchWriteItem, now: float) -> bytes:
    written: set[tuple[str, bytes]] = set()
    places = {name: locate(namespace, name, members, written, now) for name, members in request.tables.items()}
    looked_at = [each for place in places.values() for each in place.looked_at()]
    if drafting.are_long(drafting.weight(each.table, each.old, 0, each.new) for each in looked_at):
        drafting.require(namespace, map(draft_of, looked_at))
    planned = {name: plan(namespace, place) for name, place in places.items()}
    growth = PlannedGrowth()
    for each in planned.values():
        for change in each.changes:
            growth.add(each.table.collections, change)
    unprocessed = admit(request, planned, now)
    namespace.database.commit([change for each in planned.values() for change in each.changes], now)
    capacities = metrics = None
    if request.consumed_mode is not None:
        capacities = [
            consumed_capacity.capacity(
                request.consumed_mode, name, single_write.consumption_of(each.table, each.changes)
            )
            for name, each in planned.items()
        ]
    if request.has_metrics:
        metrics = collection_metrics.by_table(
            (name, each.table, change) for name, each in planned.items() for change in each.changes
        )
    return reply.body(
        {b"ConsumedCapacity": capacities, b"ItemCollectionMetrics": metrics, b"UnprocessedItems": unprocessed}
    )


def admit(request: BatchWriteItem, planned: dict[str, Planned], now: float) -> dict[str, list[Attributes]]:
    """Takes the members that a limit refuses out of what is planned; returns them as they came in the request.

    So is a member whose item a transaction holds: a batch has no exception for a conflict. Raises Throttled where
    limits refuse all.
    """
    unprocessed: dict[str, list[Attributes]] = {}
    first: Throttled | None = None
    for name, each in planned.items():
        table = each.table
        admitted = []
        for change, member in zip(each.changes, request.members[name], strict=True):
            if table.holds is not None and table.holds.is_held(change.key, now):
                table.tally.conflicts += 1
                unprocessed.setdefault(name, []).append(member)
                continue
            try:
                write_admission.write(table, change, now)
                admitted.append(change)
            except Throttled as refusal:
                first = first or errors.without_frames(refusal)
                unprocessed.setdefault(name, []).append(member)
        each.changes = admitted
    if first is not None and not any(each.changes for each in planned.values()):
        raise first
    return unprocessed


class LookedAt(NamedTuple):
    """One member with its old and new image, and the attributes of the new one."""

    table: Table
    key: bytes
    old: Item | None
    new: Item | None
    attributes: Attributes | None


def draft_of(member: LookedAt) -> Draft:
    return Draft(member.table, member.key, drafting.replacing(None, member.new, member.attributes))


@dataclass(slots=True)
class Located:
    """The items of one table that the batch is to write: keys, new images, and the attributes of these."""

    table: Table
    items: list[tuple[bytes, Item | None, Attributes | None]]

    def looked_at(self) -> Iterator[LookedAt]:
        """Those whose images an index or a record looks at: of most tables, none."""
        table = self.table
        if table.indexes or table.vector_indexes or table.followers:
            for key, new, attributes in self.items:
                old = table.keyspace.get(key)
                if table.looks_at(old, new):
                    yield LookedAt(table, key, old, new, attributes)


def locate(
    namespace: Namespace, table_name: str, members: list[PutOrDelete], written: set[tuple[str, bytes]], now: float
) -> Located:
    """The items of one table. Raises ValidationException for an item that is in `written` already.

    Raises what `Replication.refuse_write` raises, for any of them: the model has that exception of whole batches.

    `written` holds table names and keys: a batch may give one table by its name and by its ARN.
    """
    table = namespace.table(table_name, now)
    schema = table.schema.key_schema
    items: list[tuple[bytes, Item | None, Attributes | None]] = []
    for member in members:
        if member.item is not None:
            key = item_keys.of_batched_item(schema, member.attributes)
            items.append((key, member.item, member.attributes))
        else:
            key = item_keys.of_key(schema, member.attributes)
            items.append((key, None, None))
        if (table.schema.name, key) in written:
            raise errors.validation(messages.BATCH_DUPLICATES)
        written.add((table.schema.name, key))
        if table.replication is not None:
            table.replication.refuse_write(key, now)
    return Located(table, items)


def plan(namespace: Namespace, located: Located) -> Planned:
    """The changes to one table."""
    table = located.table
    changes = [
        drafting.drafted(namespace, table, key) or table.plan_write(key, None, partial(_replace, new))
        for key, new, _ in located.items
    ]
    return Planned(table, changes)


def _replace(new: Item | None, old: Item | None) -> Item | None:
    return new
