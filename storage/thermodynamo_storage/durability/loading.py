"""Loading: makes an empty catalog what a file says, by its last image and the records that came after it."""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
from struct import unpack
from typing import Any

from thermodynamo_storage.changes.request_tokens import RequestTokens
from thermodynamo_storage.durability import parts, plain, record_codec, table_image
from thermodynamo_storage.durability.file import File, FileError
from thermodynamo_storage.durability.records import Record
from thermodynamo_storage.facets.scaling import Scaling
from thermodynamo_storage.followers.item_history import Segment
from thermodynamo_storage.followers.replication import Replicated
from thermodynamo_storage.followers.shard import StreamRecord
from thermodynamo_storage.followers.stream import FIRST_NUMBER
from thermodynamo_storage.partitions.sorted_items import Run, SortedItems
from thermodynamo_storage.tables import replicating, restoring
from thermodynamo_storage.tables.catalog import Catalog, Namespace
from thermodynamo_storage.tables.definition import LinkSet
from thermodynamo_storage.tables.snapshot import Backup, NamespaceCopy, ReplicaCopy, Scope, Snapshot
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.errors import VectorsUnavailable

NUMBER_BYTES = 8


@dataclass(slots=True)
class Progress:
    """How many bytes of a file are loaded, and of how many."""

    done_bytes: int
    total_bytes: int


class Loader:
    """Reads one file into one catalog; `replay` carries out a record there."""

    def __init__(self, file: File, catalog: Catalog, replay: Callable[[Record], None]) -> None:
        self.file = file
        self.catalog = catalog
        self.replay = replay
        self.sequence = 0
        """The sequence number of what was loaded last."""
        self.now = 0.0
        """When that happened."""
        self.replayed_bytes = 0
        """How much of the journal came after the image."""
        self.image_ids: set[int] = set()
        """The parts that the image has."""
        self.progress = Progress(0, 0)
        self.runs: dict[int, Run] = {}
        """The runs by their first part: what tables and snapshots share in the file, they share in memory."""
        self.known_segments: dict[int, Segment] = {}
        """Those of histories, too, by their part."""

    def load(self) -> Iterator[Progress]:
        """Loads everything, in steps between which a server can say how far it is.

        Raises FileError, which names the place, for what cannot be read. Nothing is written to the file.
        """
        file = self.file
        image = file.image()
        image_sequence = image[0] if image is not None else 0
        self.progress.total_bytes = sum(file.sizes.values()) + file.journal_bytes(image_sequence)
        if image is not None:
            try:
                yield from self._fill(plain.loads(image[1]))
            except VectorsUnavailable as error:
                raise FileError(f"{file.path} has tables with vectors: {error}") from error
            except ValueError as error:
                raise self._unreadable(f"image {image_sequence}", error) from error
        self.sequence = image_sequence
        self.runs.clear()
        self.known_segments.clear()
        for number, batch in file.records(image_sequence):
            try:
                for record in record_codec.decode(batch):
                    if record.sequence > image_sequence:
                        self.replay(record)
                        self.sequence, self.now = record.sequence, record.now
            except VectorsUnavailable as error:
                raise FileError(f"{file.path} has tables with vectors: {error}") from error
            except (ValueError, LookupError, AssertionError) as error:
                raise self._unreadable(f"record {number} of its journal", error) from error
            self.replayed_bytes += len(batch)
            self.progress.done_bytes += len(batch)
            yield self.progress

    def _unreadable(self, place: str, error: Exception) -> FileError:
        if isinstance(error, plain.UnknownKind):
            return FileError(f"{self.file.path} was written by a later version of thermodynamo: {place}: {error}")
        return self.file.damage(f"{place} cannot be read ({error!r})")

    def _fill(self, body: Mapping[str, Any]) -> Iterator[Progress]:
        catalog = self.catalog
        self.now = body["now"]
        for source_region, target_region, bounds_seconds, is_cut in body.get("links", ()):
            replicating.set_link(catalog, LinkSet(source_region, target_region, bounds_seconds, is_cut))
        namespaces: dict[Namespace, NamespaceCopy] = {}
        for namespace, given in body["namespaces"]:
            namespaces[namespace] = yield from self._namespace(given)
        restoring.place_all(catalog, namespaces)
        for name, scope, taken_at, clock, its_namespaces in body["snapshots"]:
            snapshot = Snapshot(name, Scope(*scope), taken_at, {}, clock)
            for namespace, given in its_namespaces:
                snapshot.namespaces[namespace] = yield from self._namespace(given)
            catalog.snapshots[name] = snapshot
        catalog.clock = body["clock"]

    def _namespace(self, given: Mapping[str, Any]) -> Generator[Progress, None, NamespaceCopy]:
        tables, streams = [], []
        for place in given["tables"]:
            tables.append(self._table(place))
            yield self.progress
        backups = {}
        for label, time_to_live, place in given.get("backups", ()):
            backup = Backup(label, self._table(place), time_to_live)
            backups[backup.key] = backup
            yield self.progress
        for place in given["gone"]:
            streams.append(table_image.stream_of(plain.loads(self._only(place)), self, self.catalog))
            yield self.progress
        tokens = RequestTokens()
        tokens.carried_out = dict(self._list(given["tokens"]))
        replicas = {id: self._replica(*replica) for id, replica in given.get("replicas", ())}
        feeds = [
            table_image.feed_of(state, self.records(place, 0), self.catalog) for state, place in given.get("feeds", ())
        ]
        transfers = self._list(given["transfers"]) if "transfers" in given else []
        scaling = self._scaling(*given["scaling"]) if "scaling" in given else Scaling()
        backfills = list(given["backfills"])
        return NamespaceCopy(tables, streams, tokens, backfills, replicas, feeds, backups, transfers, scaling)

    def _scaling(self, numbers: int, place: bytes) -> Scaling:
        return Scaling(numbers, {(resource.id, resource.dimension): resource for resource in self._list(place)})

    def _replica(self, kept: ReplicaCopy, ways: Sequence[bytes], versions: bytes) -> ReplicaCopy:
        incoming = (
            replace(way, changes=tuple(Replicated(*change) for change in self._list(place)))
            for way, place in zip(kept.incoming, ways, strict=True)
        )
        return replace(kept, incoming=tuple(incoming), versions=dict(self._list(versions)))

    def _table(self, place: bytes) -> Table:
        table = table_image.table_of(plain.loads(self._only(place)), self, self.catalog)
        table_image.share_items(table)
        return table

    def _part(self, id: int) -> bytes:
        body = self.file.part(id)
        if id not in self.image_ids:
            self.image_ids.add(id)
            self.progress.done_bytes += len(body)
        return body

    def _only(self, place: bytes) -> bytes:
        ((first, _),) = places(place)
        return self._part(first)

    def _list(self, place: bytes) -> list[Any]:
        return [
            value for first, count in places(place) for id in range(first, first + count) for value in self._listed(id)
        ]

    def _listed(self, id: int) -> tuple[Any, ...]:
        values: tuple[Any, ...] = plain.loads(self._part(id))
        return values

    def items(self, place: bytes) -> SortedItems:
        return SortedItems(self._run(first, count) for first, count in places(place))

    def _run(self, first: int, count: int) -> Run:
        known = self.runs.get(first)
        if known is not None:
            return known
        ids = range(first, first + count)
        run = self.runs[first] = Run(chain.from_iterable(parts.items_of(self._part(id)) for id in ids))
        run.saved_as, run.is_shared = (first, count), True
        return run

    def records(self, place: bytes, first_number: int = FIRST_NUMBER) -> list[StreamRecord]:
        found: list[StreamRecord] = []
        for first, count in places(place):
            for id in range(first, first + count):
                found += parts.records_of(self._part(id), first_number)
        return found

    def pending(self, place: bytes) -> list[Any]:
        return self._list(place)

    def segments(self, place: bytes) -> list[Segment]:
        return [self._segment(first) for first, _ in places(place)]

    def _segment(self, id: int) -> Segment:
        known = self.known_segments.get(id)
        if known is None:
            known = self.known_segments[id] = Segment(parts.history_of(self._part(id)))
            known.saved_as = id, 1
        return known


def places(place: bytes) -> list[tuple[int, int]]:
    """The pairs of the first part and the number of parts that `image.packed` wrote."""
    numbers = unpack(f"<{len(place) // NUMBER_BYTES}Q", place)
    return list(zip(numbers[::2], numbers[1::2], strict=True))
