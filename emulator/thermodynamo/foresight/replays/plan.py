"""What an aggregate replay is made of: slices of equal time, the partitions that tables begin with, changed keys."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from thermodynamo.foresight.replays.exact import ExactReplay
from thermodynamo.foresight.replays.slices import Bounds, Place, Task
from thermodynamo.foresight.replays.target import find
from thermodynamo.foresight.scenarios.key_change import copied
from thermodynamo.foresight.scenarios.scenario import PlannedTable, Scenario
from thermodynamo.foresight.scenarios.traffic import Traffic
from thermodynamo.foresight.traces.trace_error import TraceError
from thermodynamo.foresight.traces.trace_reader import Trace
from thermodynamo_storage.partitions.split_reasons import HOT_SHARE

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


def tasks(common: Common, first: int, end: int, events: int) -> list[Task]:
    """One task for each slice of the seconds from `first` on, before `end`."""
    count = max(1, min(end - first, -(-events // SLICE_EVENTS)))
    edges = [first + (end - first) * number // count for number in range(count + 1)]
    return [
        Task(
            common.path, low, high, common.traffic, common.bounds, common.drops_retries, common.keys, common.passes_over
        )
        for low, high in pairwise(edges)
    ]


def bounds(replay: ExactReplay, place: Place, scenario: Scenario, trace: Trace) -> Bounds:
    """The partitions of a table or an index, and what makes one hot. Raises TraceError.

    On demand the pool of a table stands for what its partitions serve together, so that a refusal by it makes the
    partition hot that was asked for. Where the table is asked for nearly as much, every key is kept.
    """
    target = find(place, replay.namespace(place[0], place[1]), replay.first_now)
    if target.table.indexes and place[3] is None:
        raise TraceError(
            f"table {place[2]} has indexes, whose entries and queues need the exact replay: --method exact"
        )
    served = target.keyspace.served
    hot_read, hot_write = 2 * HOT_SHARE * served.read_units, 2 * HOT_SHARE * served.write_units
    planned = scenario.planned(place[2]) or PlannedTable(place[2])
    if not target.table.schema.throughput.read_units:
        read, write = trace.busiest_second(place)
        factor = scenario.traffic * max(1.0, planned.size_factor)
        count = len(target.keyspace.partitions)
        if read * factor >= count * hot_read or write * factor >= count * hot_write:
            hot_read = hot_write = 0.0
    lows = tuple(target.keyspace.lows)
    return Bounds(place, lows, hot_read, hot_write, planned.size_factor, planned.item_bytes or 0)


def changed_keys(
    trace: Trace, scenario: Scenario, traffic: Traffic, places: Sequence[Place]
) -> Iterator[tuple[int, bytes, bool, bytes, float]]:
    """Where keys become others, by shards or by more of them. Raises TraceError for too many."""
    copies = scenario.keys
    count = 0
    for number, place in enumerate(places):
        change = traffic.changes.get(place[2]) if place[3] is None else None
        if copies == 1 and change is None:
            continue
        for key in trace.keys(place):
            for is_written in (False, True):
                found: list[tuple[bytes, float]] = [(key, 1.0)]
                if change is not None and key:
                    found = change.spread(key, is_written)
                for becomes, share in found:
                    for copy in range(copies):
                        count += 1
                        yield number, key, is_written, copied(becomes, copy), share / copies
        if count > CHANGED_KEYS_MAX:
            raise TraceError(f"more than {CHANGED_KEYS_MAX:,} keys would be changed: use fewer, or --method exact")
