"""Where items go by another key, or by more shards of it.

Shards: a partition key with a suffix (developer guide, bp-partition-key-sharding). Where the table has a sort key the
suffix is calculated from the whole key, so that an item is found again by it, and a page of a collection reads all
shards. Where it has none, each write goes to a shard at random, and a read reads all of them.

A template makes the key of attributes. A read knows the key alone: of an item that the trace wrote before, the
attributes are remembered.
"""

from math import ceil
from zlib import crc32

import orjson

from thermodynamo.api import key_text
from thermodynamo.foresight.scenarios.answers import template_names
from thermodynamo.foresight.scenarios.scenario import PlannedTable
from thermodynamo.foresight.traces.event import Event
from thermodynamo_storage.values import keys
from thermodynamo_storage.values.schema import KeySchema

REMEMBERED_MAX = 1_000_000
ON_ITEMS = ("write", "transacted write", "failed", "check")
"""The kinds that go where a write goes."""
Key = bytes


class KeyChange:
    """The keys of one table in a scenario."""

    def __init__(self, planned: PlannedTable, schema: KeySchema) -> None:
        self.planned = planned
        self.schema = schema
        self.kind = schema.partition[0].kind
        self.has_sort = len(schema.attributes) > len(schema.partition)
        self.is_template = planned.partition is not None or planned.sort is not None
        self.names = template_names(planned)
        self.written: dict[Key, Key] = {}
        self.guessed = 0
        """Reads of items that the trace did not write before, whose template lacks an attribute: they stay."""

    def moved(self, event: Event) -> Event:
        """An access where the template puts it, whatever the shard.

        Where an earlier write has put the item under another key, it stays there, and this one does not replace it.
        """
        if not self.is_template or not event.key:
            return event
        if event.kind not in ON_ITEMS:
            key = self._found(event.key)
            return event if key == event.key else event._replace(key=key, detail=None)
        before = self.written.get(event.key)
        key = self._of_write(event.key, event.detail)
        stays = before is not None and before != self.written.get(event.key)
        return event._replace(key=key, old_size=None if stays else event.old_size)

    def _of_write(self, key: Key, detail: str | None) -> Key:
        """Where a write goes by the template."""
        made = self._of_template(key, detail)
        if made is None and detail is None:
            made = self.written.get(key)  # A deletion has no attributes.
        if made is None:
            return key
        if key in self.written or len(self.written) < REMEMBERED_MAX:
            self.written[key] = made
        return made

    def shards(self, event: Event, number: int) -> list[Event]:
        """An access as it goes to shards; `number` tells requests apart."""
        key, count, kind = event.key, self.planned.write_shards, self.kind
        if count == 1 or not key:
            return [event]
        if event.kind == "page":
            part = max(1, ceil((event.half_units or 1) / count))
            return [event._replace(key=sharded(key, each, kind), half_units=part, detail=None) for each in range(count)]
        if event.kind in ON_ITEMS:
            # Without a sort key a write goes to a shard at random.
            shard = crc32(key if self.has_sort else number.to_bytes(8, "big")) % count
            return [event._replace(key=sharded(key, shard, kind))]
        return [event._replace(key=becomes) for becomes, _ in self.spread(key, is_written=False)]

    def spread(self, key: Key, is_written: bool) -> list[tuple[Key, float]]:
        """The shards that accesses of a key go to, and which share of them goes to each."""
        count, kind = self.planned.write_shards, self.kind
        if len(key) > len(head_of(key)):
            return [(sharded(key, crc32(key) % count, kind), 1.0)]
        if self.has_sort:
            # A page of a collection reads its part in each shard.
            return [(sharded(key, shard, kind), 1 / count) for shard in range(count)]
        return [(sharded(key, shard, kind), 1 / count if is_written else 1.0) for shard in range(count)]

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


def head_of(key: Key) -> Key:
    """What all items of a partition key share; a key that is cut short is its own."""
    try:
        return keys.collection_of(key)
    except ValueError:
        return key


def sharded(key: Key, shard: int, kind: str) -> Key:
    """The key with a shard's suffix on its partition key, which is of this type."""
    head = head_of(key)
    return keys.item_key(suffixed(head[keys.TOKEN_BYTES :], shard, kind), key[len(head) :])


def suffixed(part: bytes, number: int, kind: str) -> bytes:
    """A key part with a suffix. Of a number it is a text: with more digits it would be another number."""
    opened = keys.open_part(part)
    if kind == "N":
        value = key_text.number_of(opened.replace(b"\x00\xff", b"\x00"))
        opened = value.encode() if value is not None else opened
    return opened + b"#%d\x00\x01" % number
