"""What a Query or a Scan reads: a table, or one of its secondary indexes.

The two differ in their key schema, in where a page begins and ends (an index's place needs the keys of the index and
of the table), in what they can return, and in which units the reading costs.
"""

from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.expressions.condition import Condition
from thermodynamo.api.expressions.projection import Projection
from thermodynamo.api.operations.consumed_capacity import Consumption
from thermodynamo.api.operations.items import item_keys, key_paths
from thermodynamo_storage.changes.index import SecondaryIndex
from thermodynamo_storage.partitions.keyspace import Keyspace
from thermodynamo_storage.partitions.partition import Partition
from thermodynamo_storage.partitions.sorted_items import Run
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values import keys
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.item import Item
from thermodynamo_storage.values.keys import PARTITION_KEY_BYTES_MAX, SORT_KEY_BYTES_MAX
from thermodynamo_storage.values.schema import KeyAttribute, KeySchema

Attributes = dict[str, Any]
Entries = Iterator[tuple[bytes, Item]]


@dataclass(slots=True)
class Source:
    """The table where `index` is None, else the index; read at `now`."""

    table: Table
    index: SecondaryIndex | None
    key_schema: KeySchema
    is_consistent: bool
    now: float

    @property
    def keyspace(self) -> Keyspace:
        return self.table.keyspace if self.index is None else self.index.keyspace

    def parts(
        self, low: bytes, high: bytes | None, is_reverse: bool = False, has_keys: bool = False
    ) -> Iterator[tuple[Partition, Iterator[tuple[Run | None, Iterator[Any]]]]]:
        """The partitions that `[low, high)` touches, each with its pieces, in key order or backwards.

        `has_keys` says that the items or entries in them come with their keys.
        """
        keyspace, lagging_reads = self.keyspace, self.table.lagging_reads
        local_name = self.index.schema.name if self.index is not None and not self.index.schema.is_global else None
        partitions = keyspace.between(low, high)
        if is_reverse:
            partitions.reverse()
        for partition in partitions:
            if has_keys:
                yield partition, iter(((None, partition.range(low, high, is_reverse, local_name)),))
            elif lagging_reads is not None and self.index is None and not self.is_consistent:
                first, end = partition.clip(low, high)
                latest = partition.range(low, high, is_reverse)
                found = lagging_reads.range(latest, first, end, is_reverse, self.now)
                yield partition, iter(((None, map(itemgetter(1), found)),))
            else:
                yield partition, partition.pieces(low, high, is_reverse, local_name)

    def position(self, start_key: Attributes) -> bytes:
        """The key bytes of the place that ExclusiveStartKey names. Raises ValidationException where it names none."""
        if self.index is None:
            if start_key.keys() != set(self.key_schema.names):
                raise errors.validation(messages.START_KEY_INVALID)
            return self._of_table(start_key)
        if len(start_key) != len({*self.key_schema.names, *self.table.schema.key_schema.names}):
            raise errors.validation(messages.START_KEY_INVALID)
        try:
            place = _index_key(self.key_schema, start_key)
        except KeyError:
            raise errors.validation(messages.KEY_MISMATCH) from None
        names = self.table.schema.key_schema.names
        return place + self._of_table({name: start_key[name] for name in names if name in start_key})

    def _of_table(self, key: Attributes) -> bytes:
        try:
            return item_keys.of_key(self.table.schema.key_schema, key)
        except errors.ApiError as error:
            raise errors.validation(f"{messages.START_KEY_INVALID}: {error.message}") from None

    def key_of(self, attributes: Attributes) -> Attributes:
        """The LastEvaluatedKey of an item or entry: the keys of the index, and of the table."""
        key = item_keys.attributes_of(self.key_schema, attributes)
        if self.index is not None:
            key.update(item_keys.attributes_of(self.table.schema.key_schema, attributes))
        return key

    def fetches(self, selected: str | None, projection: Projection | None) -> bool:
        """Whether the items must be fetched from the table, because a local index lacks what is asked for.

        Raises ValidationException where a global one lacks it.
        """
        index = self.index
        if index is None or index.projected is None:
            return False
        if selected == "ALL_ATTRIBUTES":
            if index.schema.is_global:
                raise errors.validation(messages.SELECT_ALL_OF_INDEX.format(index.schema.name))
            return True
        if projection is None:
            return False
        missing = [name for name in projection.selection.entries if name not in index.projected]
        if missing and index.schema.is_global:
            raise errors.validation(messages.INDEX_LACKS_ATTRIBUTES.format(index.schema.name, ", ".join(missing)))
        return bool(missing)

    def refuse_unprojected(self, filter: Condition | None) -> None:
        """A Query's filter may only look at what the index projects. Raises ValidationException."""
        index = self.index
        if filter is not None and index is not None and index.projected is not None:
            missing = sorted(name for name in filter.paths if name not in index.projected)
            if missing:
                raise errors.validation(
                    messages.INDEX_LACKS_FILTER_ATTRIBUTES.format(index.schema.name, ", ".join(missing))
                )

    def refuse_key_paths(self, filter: Condition | None, projection: Projection | None) -> None:
        """Neither may look into key attributes of the table and its indexes. Raises ValidationException."""
        for expression in (filter, projection):
            if expression is not None:
                key_paths.refuse(self.table.schema, expression.nested)

    def fetch(self, entry_key: bytes) -> Item:
        """The table's item that an entry of a local index stands for."""
        item = self.table.keyspace.get(keys.rest(entry_key, len(self.key_schema.attributes)))
        assert item is not None, "a local index is never behind its table"
        return item

    def consumption(self, half_units: int, fetched_half_units: int) -> Consumption:
        """What reading a page used: an index's pages are not read from the table."""
        if self.index is None:
            return Consumption(half_units)
        used = {self.index.schema.name: half_units}
        if self.index.schema.is_global:
            return Consumption(0, {}, used)
        return Consumption(fetched_half_units, used)


def find(table: Table, index_name: str | None, is_consistent: bool, now: float, operation: str = "Query") -> Source:
    """The source that a request names, as it is at `now`. Raises ValidationException where it cannot be read."""
    if is_consistent and table.replication is not None:
        table.replication.refuse_isolated()
    if index_name is None:
        return Source(table, None, table.schema.key_schema, is_consistent, now)
    index = table.indexes.get(index_name)
    if index_name in table.vector_indexes:
        raise errors.validation(messages.INDEX_TYPE_NOT_SUPPORTED.format(operation))
    if index is None or index.transition == "DELETING":
        raise errors.validation(messages.INDEX_NOT_FOUND.format(index_name))
    if index.transition == "CREATING":
        raise errors.validation(messages.INDEX_BACKFILLING.format(index_name))
    if is_consistent and index.schema.is_global:
        raise errors.validation(messages.CONSISTENT_READ_OF_INDEX)
    index.catch_up(now)
    return Source(table, index, index.schema.key_schema, is_consistent, now)


def _index_key(schema: KeySchema, attributes: Attributes) -> bytes:
    """An index entry's key without the table's part. Raises KeyError, or ValidationException for an unfit value."""

    def parts(role: tuple[KeyAttribute, ...], bytes_max: int) -> bytes:
        return b"".join(item_keys.part(each, attributes[each.name][each.kind], bytes_max) for each in role)

    return keys.item_key(parts(schema.partition, PARTITION_KEY_BYTES_MAX), parts(schema.sort, SORT_KEY_BYTES_MAX))
