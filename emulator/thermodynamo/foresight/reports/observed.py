"""What a replay has shown of a table or an index, as advice takes it: see `thermodynamo.foresight.advice`."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from thermodynamo.api import key_text
from thermodynamo.foresight.advice.evidence import Evidence, KeyEvidence, ReadEvidence
from thermodynamo.foresight.advice.keys import shards
from thermodynamo.foresight.prices.cost import HOUR_SECONDS
from thermodynamo.foresight.prices.use import Use
from thermodynamo.foresight.replays.outcome import KeyLoad, KeyspaceOutcome
from thermodynamo.foresight.reports import facts
from thermodynamo.foresight.reports.asked import Asked
from thermodynamo_storage.values.keys import after
from thermodynamo_storage.values.schema import KeySchema, Throughput


def evidence(found: KeyspaceOutcome, first: int, end: int, asked: Asked) -> Evidence:
    """The evidence on one table or index, in the seconds from `first` on, before `end`."""
    busiest = facts.busiest_loads(found)
    keys = tuple(
        KeyEvidence(
            facts.key_of(found, each),
            load.read_peak / 2,
            load.write_peak / 2,
            refused_within(found, each),
            requests=asked.of_key(found.place, each) if is_hot(load) else (),
        )
        for each, load in busiest
    )
    keys += tuple(_collections(found, asked))
    reads: Iterable[ReadEvidence] = asked.reads(found.place) if found.index_name is None else ()
    return Evidence(
        found.table_name,
        found.index_name,
        use(found, first, end),
        dict(sorted(found.refused.items())),
        keys,
        tuple(reads),
        asked.operations((*found.place[:3], None)),
    )


def _collections(found: KeyspaceOutcome, asked: Asked) -> Iterator[KeyEvidence]:
    """The item collections that were asked for more than a partition serves, the busiest first."""
    schema = KeySchema(found.key_schema.partition)
    loads = sorted(
        found.busiest_collections.items(), key=lambda item: (-3 * item[1].write_peak - item[1].read_peak, item[0])
    )
    for collection, load in loads[: facts.KEYS_SHOWN]:
        refused = refused_within(found, collection)
        yield KeyEvidence(
            key_text.fitted(key_text.of_key(schema, collection), facts.KEY_WIDTH),
            load.read_peak / 2,
            load.write_peak / 2,
            refused,
            is_collection=True,
            requests=asked.of_key(found.place, collection, after(collection)) if refused else (),
        )


def refused_within(found: KeyspaceOutcome, prefix: bytes) -> int:
    """How many accesses of keys with this prefix were refused. A Scan asks for no key, and is in none."""
    return sum(count for key, count in found.refused_keys.items() if key.startswith(prefix))


def is_hot(load: KeyLoad) -> bool:
    """Whether no partition serves a key. What asks for others is not looked for: that takes a walk over the trace."""
    return shards(load.read_peak / 2, load.write_peak / 2) > 1


def use(found: KeyspaceOutcome, first: int, end: int) -> Use:
    """What it used in the seconds from `first` on, before `end`."""
    seconds = found.seconds.values()
    hours = unit_hours(found, first, end)
    return Use(
        max(1, end - first),
        found.read_half_units / 2,
        found.write_half_units / 2,
        max((second.read for second in seconds), default=0) / 2,
        max((second.write for second in seconds), default=0) / 2,
        hours,
        least(found.provisioned) if hours is not None else None,
        whole_hours(found, first, end),
        found.item_count,
        found.size_bytes,
        found.is_infrequent,
        found.features,
    )


def unit_hours(found: KeyspaceOutcome, first: int, end: int) -> tuple[float, float] | None:
    """The hours of provisioned read and write units in the time; None on demand."""
    changes = sorted(found.provisioned.items())
    if not changes or changes[-1][1] == Throughput(0, 0):
        return None
    read = write = 0.0
    for place, (since, units) in enumerate(changes):
        until = changes[place + 1][0] if place + 1 < len(changes) else end
        seconds = max(0, until - (max(since, first) if place else first))
        read += units.read_units * seconds / HOUR_SECONDS
        write += units.write_units * seconds / HOUR_SECONDS
    return read, write


def least(provisioned: Mapping[int, Throughput]) -> tuple[int, int] | None:
    """The least units of each kind; None where it was on demand at any time."""
    units: Sequence[Throughput] = list(provisioned.values())
    if Throughput(0, 0) in units:
        return None
    return min(each.read_units for each in units), min(each.write_units for each in units)


def whole_hours(found: KeyspaceOutcome, first: int, end: int) -> tuple[tuple[float, float], ...]:
    """The units of each whole hour of the time; nothing where it is shorter than one."""
    count = (end - first) // HOUR_SECONDS
    reads, writes = Counter[int](), Counter[int]()
    for number, second in found.seconds.items():
        reads[(number - first) // HOUR_SECONDS] += second.read
        writes[(number - first) // HOUR_SECONDS] += second.write
    return tuple((reads[hour] / 2, writes[hour] / 2) for hour in range(count))
