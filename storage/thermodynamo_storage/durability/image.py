"""An image: all that a database holds at one point of its sequence, written in parts, step by step.

Its body is a plain value that names the parts. Runs of items that the file has already, as they stand, are not written
again: images share parts, as copies of tables share runs. The place of something is bytes: for each run or piece the
number of its first part and how many parts there are.
"""

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from struct import pack
from typing import Any, TypeVar

from thermodynamo_storage.changes.index import SecondaryIndex
from thermodynamo_storage.durability import parts, plain, table_image
from thermodynamo_storage.durability.file import File
from thermodynamo_storage.followers.item_history import ItemHistory
from thermodynamo_storage.followers.shard import Shard, StreamRecord
from thermodynamo_storage.followers.stream import FIRST_NUMBER, Stream
from thermodynamo_storage.followers.undoing import Undoing
from thermodynamo_storage.partitions.sorted_items import Run, SortedItems
from thermodynamo_storage.tables import restoring
from thermodynamo_storage.tables.catalog import Catalog
from thermodynamo_storage.tables.snapshot import NamespaceCopy, ReplicaCopy, Snapshot
from thermodynamo_storage.tables.table import Table

PLACE = "QI"
STEP_BYTES = 128 * 1024
STEP_PARTS = 16
"""A step ends when it has written so much."""
LIST_PIECE = 250
"""Values of a long list that make a part."""

T = TypeVar("T")
Steps = Iterator[None]
Writing = Generator[None, None, T]
"""Writes something step by step, and gives its place or what is to be written of it elsewhere."""


class Image:
    """The image of a database as it is when this is made: it takes copies at once, and writes them by and by."""

    def __init__(self, file: File, catalog: Catalog, sequence: int, now: float, next_id: int) -> None:
        """`next_id` is the number of the next part; no part of the file has it, or a higher one."""
        self.file = file
        self.sequence = sequence
        self.now = now
        self.next_id = next_id
        self.clock = catalog.clock
        self.links = tuple((*pair, link.bounds_seconds, link.is_cut) for pair, link in catalog.links.items())
        self.namespaces = restoring.all_copied(catalog, now)
        self.snapshots = dict(catalog.snapshots)
        self.part_ids: set[int] = set()
        """All parts that the image has."""
        self.places: dict[int, bytes] = {}
        """Where each thing is that has parts of its own, by its identity."""
        self.step_bytes = self.step_parts = 0

    def write(self) -> Steps:
        """Writes all parts, and the image last. Raises sqlite3.Error; what was written then counts for nothing."""
        namespaces: list[Any] = []
        for namespace, kept in self.namespaces.items():
            namespaces.append((namespace, (yield from self._namespace(kept))))
        snapshots: list[Any] = []
        for snapshot in self.snapshots.values():
            snapshots.append((yield from self._snapshot(snapshot)))
        body = {
            "now": self.now,
            "clock": self.clock,
            "links": self.links,
            "namespaces": tuple(namespaces),
            "snapshots": tuple(snapshots),
        }
        self.file.put_image(self.sequence, plain.dumps(body))

    def _snapshot(self, snapshot: Snapshot) -> Writing[Any]:
        namespaces: list[Any] = []
        for namespace, kept in snapshot.namespaces.items():
            namespaces.append((namespace, (yield from self._namespace(kept))))
        return (snapshot.name, tuple(snapshot.scope), snapshot.taken_at, snapshot.clock, tuple(namespaces))

    def _namespace(self, kept: NamespaceCopy) -> Writing[Any]:
        tables: list[Any] = []
        streams: list[Any] = []
        for table in kept.tables:
            tables.append((yield from self._table(table)))
        for stream in kept.gone_streams:
            yield from self._records(stream)
            streams.append((yield from self._bytes(plain.dumps(table_image.stream_state(stream, self)))))
        tokens = yield from self._list(list(kept.tokens.carried_out.items()))
        backups: list[Any] = []
        for backup in kept.backups.values():
            backups.append((backup.label, backup.time_to_live, (yield from self._table(backup.table))))
        replicas: list[Any] = []
        for id, replica in kept.replicas.items():
            replicas.append((id, (yield from self._replica(replica))))
        feeds: list[Any] = []
        for feed in kept.feeds:
            feeds.append((table_image.feed_state(feed), (yield from self._record_parts(feed.pending, 0))))
        return {
            "tables": tuple(tables),
            "gone": tuple(streams),
            "tokens": tokens,
            "backfills": tuple(kept.backfills),
            "backups": tuple(backups),
            "replicas": tuple(replicas),
            "feeds": tuple(feeds),
            "transfers": (yield from self._list(kept.transfers)),
            "scaling": (kept.scaling.numbers, (yield from self._list(list(kept.scaling.resources.values())))),
        }

    def _replica(self, kept: ReplicaCopy) -> Writing[Any]:
        """The replica without what is on its way to it, and the places of that."""
        ways: list[Any] = []
        for way in kept.incoming:
            ways.append((yield from self._list([tuple(change) for change in way.changes])))
        versions = yield from self._list(list(kept.versions.items()))
        incoming = tuple(replace(way, changes=()) for way in kept.incoming)
        return replace(kept, incoming=incoming, versions={}), tuple(ways), versions

    def _table(self, table: Table) -> Writing[Any]:
        for items in table_image.every_items(table):
            yield from self._items(items)
        for index in table.indexes.values():
            self.places[id(index)] = yield from self._list(
                [(each.put_at, each.due_at, each.change.old, each.change.new) for each in index.propagation.pending]
            )
        for stream in table.streams:
            yield from self._records(stream)
        for history in (table.item_history, table.undoing):
            if history is not None:
                yield from self._history(history)
        return (yield from self._bytes(plain.dumps(table_image.state_of(table, self))))

    def _items(self, items: SortedItems) -> Steps:
        runs = [run for run in items.runs if run.items]
        for run in runs:
            if run.saved_as is None or run.saved_as[0] not in self.file.sizes:
                yield from self._run(run)
            assert run.saved_as is not None
            first, count = run.saved_as
            self.part_ids.update(range(first, first + count))
        self.places[id(items)] = packed(run.saved_as for run in runs)

    def _run(self, run: Run) -> Steps:
        entries = list(run.pairs())
        first = self.next_id
        for start, end in parts.pieces(len(key) + len(item[0]) for key, item in entries):
            self._put(parts.items_bytes(entries[start:end]))
            yield from self._pause()
        run.saved_as = first, self.next_id - first

    def _records(self, stream: Stream) -> Steps:
        for shard in stream.shards.values():
            self.places[id(shard)] = yield from self._record_parts(shard.records, FIRST_NUMBER)

    def _record_parts(self, given: Iterable[StreamRecord], first_number: int) -> Writing[bytes]:
        records = list(given)
        first = self.next_id
        for start, end in parts.pieces(record.held_bytes for record in records):
            self._put(parts.records_bytes(records[start:end], first_number))
            yield from self._pause()
        return packed([(first, self.next_id - first)])

    def _history(self, history: ItemHistory | Undoing) -> Steps:
        for segment in history.segments:
            if segment.saved_as is None or segment.saved_as[0] not in self.file.sizes:
                segment.saved_as = self.next_id, 1
                self._put(parts.history_bytes(segment.entries))
                yield from self._pause()
            self.part_ids.add(segment.saved_as[0])
        self.places[id(history)] = packed(segment.saved_as for segment in history.segments)

    def _list(self, values: Sequence[Any]) -> Writing[Any]:
        """Writes a list of plain values, in pieces, and gives its place."""
        first = self.next_id
        for start in range(0, len(values), LIST_PIECE):
            self._put(plain.dumps(tuple(values[start : start + LIST_PIECE])))
            yield from self._pause()
        return packed([(first, self.next_id - first)])

    def _bytes(self, body: bytes) -> Writing[Any]:
        first = self.next_id
        self._put(body)
        yield from self._pause()
        return packed([(first, 1)])

    def _put(self, body: bytes) -> None:
        id = self.next_id
        self.next_id += 1
        self.file.put_part(id, body)
        self.part_ids.add(id)
        self.step_bytes += len(body)
        self.step_parts += 1

    def _pause(self) -> Steps:
        if self.step_bytes >= STEP_BYTES or self.step_parts >= STEP_PARTS:
            self.step_bytes = self.step_parts = 0
            yield

    def of_items(self, items: SortedItems) -> bytes:
        return self.places[id(items)]

    def of_records(self, shard: Shard) -> bytes:
        return self.places[id(shard)]

    def of_pending(self, index: SecondaryIndex) -> bytes:
        return self.places[id(index)]

    def of_history(self, history: ItemHistory | Undoing) -> bytes:
        return self.places[id(history)]


def packed(places: Any) -> bytes:
    """Pairs of the first part and the number of parts, as bytes."""
    numbers = list(chain.from_iterable(places))
    return pack(f"<{len(numbers)}Q", *numbers)
