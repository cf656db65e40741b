"""What an aggregate replay is made of: slices of equal time, the partitions that tables begin with, changed keys."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Protocol

from thermodynamo.foresight.replays.exact import ExactReplay
from thermodynamo.foresight.replays.slices import Bounds, Place, Task
from thermodynamo.foresight.scenarios.copies import copied, share, slots
from thermodynamo.foresight.scenarios.key_change import KeyChange
from thermodynamo.foresight.scenarios.scenario import PlannedTable, Scenario
from thermodynamo.foresight.scenarios.traffic import Traffic
from thermodynamo.foresight.traces.trace_error import TraceError
from thermodynamo_storage.partitions.split_reasons import HOT_SHARE
from thermodynamo_storage.values import keys

SLICE_EVENTS = 2_000_000
"""So many events a slice has on average. Slices do not depend on the engine: its bytes are the same then."""
CHANGED_KEYS_MAX = 5_000_000


@dataclass(frozen=True, slots=True)
class Common:
    """What all tasks share; see `slices.Task`."""

    path: str
    traffic: float
    bounds: tuple[Bounds, ...]
    drops_retries: bool
    keys: tuple[tuple[int, bytes, bool, bytes, float], ...]
    passes_over: bool = True
    is_laid_out: bool = False
    indexes: int = 0


def tasks(common: Common, first: int, end: int, events: int) -> list[Task]:
    """One task for each slice of the seconds from `first` on, before `end`."""
    count = max(1, min(end - first, -(-events // SLICE_EVENTS)))
    edges = [first + (end - first) * number // count for number in range(count + 1)]
    return [
        Task(first=low, end=high, **{each.name: getattr(common, each.name) for each in fields(common)})
        for low, high in pairwise(edges)
    ]


class Loads(Protocol):
    """What is asked of tables and indexes: a trace, or what was laid out of it."""

    def keyspaces(self) -> list[Place]:
        """Everything that is asked for something."""
        ...

    def busiest_second(self, place: Place) -> tuple[float, float]:
        """The most half units of reads and of writes that a place was asked for in one second."""
        ...

    def keys(self, place: Place) -> Iterator[bytes]:
        """All keys that a place was asked for."""
        ...


def bounds(replay: ExactReplay, place: Place, scenario: Scenario, loads: Loads) -> Bounds:
    """The partitions of a table or an index, and what makes one hot. Raises TraceError.

    On demand the pool of a table stands for what its partitions serve together, so that a refusal by it makes the
    partition hot that was asked for. Where the table is asked for nearly as much, every key is kept. So it is of an
    index that comes later, whose partitions are not there yet.
    """
    table = replay.namespace(place[0], place[1]).tables.get(place[2])
    planned = scenario.planned(place[2]) or PlannedTable(place[2])
    if table is not None and place[3] is not None and place[3] not in table.indexes:
        return Bounds(place, (b"",), 0.0, 0.0, planned.size_factor, planned.item_bytes or 0)
    target = replay.find(place, replay.first_now)
    served = target.keyspace.served
    hot_read, hot_write = 2 * HOT_SHARE * served.read_units, 2 * HOT_SHARE * served.write_units
    if not target.table.schema.throughput.read_units:
        read, write = loads.busiest_second(place)
        factor = scenario.traffic * max(1.0, planned.size_factor)
        count = len(target.keyspace.partitions)
        if read * factor >= count * hot_read or write * factor >= count * hot_write:
            hot_read = hot_write = 0.0
    lows = tuple(target.keyspace.lows)
    return Bounds(place, lows, hot_read, hot_write, planned.size_factor, planned.item_bytes or 0)


def changed_keys(
    replay: ExactReplay,
    loads: Loads,
    scenario: Scenario,
    traffic: Traffic,
    places: Sequence[Place],
    has_times: bool,
) -> Iterator[tuple[int, bytes, bool, bytes, float]]:
    """Where keys become others, by shards or by more of them. Raises TraceError for too many.

    With `has_times` an access of the trace stands for several requests, any number of them.
    """
    count = 0
    for number, place in enumerate(places):
        change = traffic.changes.get(place[2])
        if change is not None and change.planned.write_shards == 1:
            change = None
        if scenario.keys == 1 and scenario.items == 1 and change is None:
            continue
        table = replay.namespace(place[0], place[1]).tables.get(place[2])
        index = table.indexes.get(place[3]) if table is not None and place[3] is not None else None
        kinds = traffic.kinds.get(place[2], "SS")
        is_global = index is not None and index.schema.is_global
        for key in loads.keys(place):
            for is_written in (True,) if is_global else (False, True):
                head = b""
                if index is not None and is_global:
                    # An entry stays where it is, and is that of another item.
                    item = keys.rest(key, len(index.schema.key_schema.attributes))
                    head = key[: len(key) - len(item)]
                own = change if place[3] is None or is_global else None
                for becomes, part in _others(key[len(head) :], kinds, scenario, own, is_written, has_times):
                    count += 1
                    if count > CHANGED_KEYS_MAX:
                        raise TraceError(
                            f"more than {CHANGED_KEYS_MAX:,} keys would be changed: use fewer, or --method exact"
                        )
                    yield number, key, is_written, head + becomes, part


def _others(
    key: bytes, kinds: str, scenario: Scenario, change: KeyChange | None, is_written: bool, has_times: bool
) -> Iterator[tuple[bytes, float]]:
    """What the key of an item becomes, by copies and shards, and which share of accesses goes to each."""
    if not key:
        yield key, 1.0
        return
    count = slots(key, scenario.keys, scenario.items)
    for slot in range(count):
        part = 1 / count if has_times else share(slot, count, scenario.traffic)
        if not part:
            return
        copy = copied(key, kinds, slot % scenario.keys, slot // scenario.keys)
        for becomes, of_shard in change.spread(copy, is_written) if change is not None else [(copy, 1.0)]:
            yield becomes, part * of_shard
