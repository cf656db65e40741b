"""Where items go by another key, or by more shards of it.

Shards: a partition key with a suffix (developer guide, bp-partition-key-sharding). Where the table has a sort key the
suffix is calculated from the whole key, so that an item is found again by it, and a page of a collection reads all
shards. Where it has none, each write goes to a shard at random, and a read reads all of them.

A template makes the key of attributes. A read knows the key alone: of an item that the trace wrote before, the
attributes are remembered.
"""

from collections.abc import Sequence
from zlib import crc32

import orjson

from thermodynamo.api import key_text
from thermodynamo.foresight.scenarios.answers import template_names
from thermodynamo.foresight.scenarios.scenario import PlannedTable
from thermodynamo.foresight.traces.event import Event
from thermodynamo_storage.values import keys
from thermodynamo_storage.values.schema import KeySchema

REMEMBERED_MAX = 1_000_000
Key = bytes


class KeyChange:
    """The keys of one table in a scenario."""

    def __init__(self, planned: PlannedTable, schema: KeySchema) -> None:
        self.planned = planned
        self.schema = schema
        self.has_sort = len(schema.attributes) > len(schema.partition)
        self.is_template = planned.partition is not None or planned.sort is not None
        self.names = template_names(planned)
        self.written: dict[Key, Key] = {}
        self.guessed = 0
        """Reads of items that the trace did not write before, whose template lacks an attribute: they stay."""

    def write(self, event: Event, number: int) -> Event:
        """A write as it is with the other key.

        Where an earlier write has put the item under another key, it stays there, and this one does not replace it.
        """
        assert event.key is not None
        before = self.written.get(event.key)
        key = self.of_write(event.key, event.detail, number)
        stays = before is not None and before != self.written.get(event.key)
        return event._replace(key=key, old_size=None if stays else event.old_size)

    def of_write(self, key: Key, detail: str | None, number: int) -> Key:
        """Where a write goes; `number` tells requests apart."""
        if self.is_template:
            made = self._of_template(key, detail)
            if made is None and detail is None:
                made = self.written.get(key)  # A deletion has no attributes.
            if made is not None:
                if key in self.written or len(self.written) < REMEMBERED_MAX:
                    self.written[key] = made
                key = made
        if self.planned.write_shards == 1:
            return key
        shard = crc32(key if self.has_sort else number.to_bytes(8, "big")) % self.planned.write_shards
        return sharded(key, shard)

    def of_read(self, key: Key) -> Sequence[Key]:
        """Where one has to read to find an item."""
        key = self._found(key)
        count = self.planned.write_shards
        if count == 1:
            return (key,)
        if self.has_sort:
            return (sharded(key, crc32(key) % count),)
        return [sharded(key, shard) for shard in range(count)]

    def of_page(self, key: Key) -> Sequence[Key]:
        """Where the pages of a collection are."""
        key = self._found(key)
        count = self.planned.write_shards
        return (key,) if count == 1 or not key else [sharded(key, shard) for shard in range(count)]

    def spread(self, key: Key, is_written: bool) -> list[tuple[Key, float]]:
        """Where accesses of a key go, and which share of them goes there."""
        count = self.planned.write_shards
        if self.has_sort:
            return [(sharded(key, crc32(key) % count), 1.0)]
        return [(sharded(key, shard), 1 / count if is_written else 1.0) for shard in range(count)]

    def _found(self, key: Key) -> Key:
        if not self.is_template or not key:
            return key
        made = self.written.get(key) or self._of_template(key, None)
        if made is None:
            self.guessed += 1
        return made if made is not None else key

    def _of_template(self, key: Key, detail: str | None) -> Key | None:
        """The key by the templates; None where an attribute is missing."""
        values = key_text.values(self.schema, key)
        if detail is not None:
            for name, kept in orjson.loads(detail).items():
                if name in self.names and isinstance(kept, dict):
                    values[name] = next(iter(kept.values()))
        if any(name not in values for name in self.names):
            return None
        _, parts = keys.split(key)
        partition, sort = (
            keys.part("S", template.format_map(values)) if template is not None else None
            for template in (self.planned.partition, self.planned.sort)
        )
        own = [_escaped(part) for part in parts]
        return keys.item_key(partition or own[0], sort if sort is not None else b"".join(own[1:]))


def _escaped(part: bytes) -> bytes:
    return part.replace(b"\x00", b"\x00\xff") + b"\x00\x01"


def sharded(key: Key, shard: int) -> Key:
    """The key with a shard's suffix on its partition key."""
    head = keys.collection_of(key)
    partition = keys.open_part(head[keys.TOKEN_BYTES :]) + b"#%d" % shard + b"\x00\x01"
    return keys.item_key(partition, key[len(head) :])


def copied(key: Key, copy: int) -> Key:
    """The key of a copy of an item, of a user that is another one."""
    return key if copy == 0 or not key else sharded(key, -copy)
