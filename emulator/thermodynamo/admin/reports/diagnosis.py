"""What ails a table, in one word with one sentence of advice, by the heat of its partitions.

The words: unmetered, idle, even, hot key, hot range, rolling, throttled index. Judged over the last minute.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from thermodynamo.api.slices import Slices
from thermodynamo_storage.capacity.refusals import Limit
from thermodynamo_storage.partitions.heat import WRITE_WEIGHT, HeatMeter
from thermodynamo_storage.partitions.keyspace import Keyspace
from thermodynamo_storage.partitions.split_reasons import HOT_SHARE

WINDOW_SECONDS = 60
STRETCH_SECONDS = 5
"""Which partition is the hottest is judged in stretches of so many seconds."""
DOMINANT_SHARE = 0.5
LEAD_SHARE = 0.8
"""Of few partitions, the one that leads a stretch has to have more of its load: of two with random keys, one always has
more than half."""
HOT_KEY_SHARE = 0.3
ROLLS_MIN = 3
METERS_AT_ONCE = 64
"""Meters that one slice reads: about two milliseconds."""
QUIET_WEIGHT = 2 * 10 * WRITE_WEIGHT
"""Ten write units in a minute, in half units: so much load says nothing about where load goes."""
ROLLING_SHARE = 0.1
"""A partition with less of its limit than this is not hot. Of sparse requests one partition always has the most."""

ADVICE = {
    "unmetered": "Nothing is counted with --capacity off: start the server with enforce or observe.",
    "idle": "Next to no load in the last minute.",
    "even": "Load is spread over the partitions; nothing to do.",
    "hot key": "One key has most of the load: no split can share it out; write to several keys (sharding) or cache it.",
    "hot range": "One partition has most of the load, from several items: it will be split if that lasts; "
    "a partition key with more different values spreads it sooner.",
    "rolling": "The hot partition keeps changing: requests come in key order; shuffle them or run them in parallel.",
    "throttled index": "An index refuses the table's writes: give it more units or a better partition key.",
}
FULL: dict[Limit, str] = {
    "ProvisionedThroughput": "Load is spread over the partitions, but the provisioned units and their burst are used "
    "up: provision more, or bill per request.",
    "MaxOnDemandThroughput": "Load is spread over the partitions, but the configured maximum is met: raise it.",
    "AccountLimit": "Load is spread over the partitions, but the quota of one table is met: on AWS ask for more, here "
    "--table-read-units-max and --table-write-units-max say how much.",
    "KeyRangeThroughput": "Load is spread over the partitions, but is more than they serve yet: raise it slowly, or "
    "set WarmThroughput beforehand.",
}
"""What to say of an even load of which some was refused, by the limit."""
CROWDED = {
    "hot key": "One key is asked for more than a partition serves: no split can share it out; write to several keys "
    "(sharding) or cache it.",
    "hot range": "A few partitions are asked for more than they serve, of several items: they will be split if that "
    "lasts; a partition key with more different values spreads it sooner.",
}
"""What to say where the load is spread over the partitions by and large, but some of them refuse."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    word: str
    advice: str


class Rolling:
    """Which partition has most of the load of each stretch of the window, and how much all have."""

    def __init__(self) -> None:
        count = WINDOW_SECONDS // STRETCH_SECONDS
        self.leaders = [0] * count
        self.weights = [0] * count
        self.totals = [0] * count
        self.partition_count = 0

    def add(self, place: int, series: Sequence[int]) -> None:
        """Takes in the next partition, with the weight of each second; none where it has no load."""
        self.partition_count += 1
        if not any(series):
            return
        for number in range(len(self.totals)):
            weight = sum(series[number * STRETCH_SECONDS : (number + 1) * STRETCH_SECONDS])
            self.totals[number] += weight
            if weight > self.weights[number]:
                self.leaders[number], self.weights[number] = place, weight

    def count(self, hot_weight: float) -> int:
        """How often the partition that has most of the load of a stretch is another one than before.

        A stretch counts where that partition had `hot_weight` a second in it.
        """
        share = DOMINANT_SHARE + LEAD_SHARE / max(1, self.partition_count)
        leaders = [
            leader
            for leader, weight, total in zip(self.leaders, self.weights, self.totals, strict=True)
            if weight >= STRETCH_SECONDS * hot_weight and self.partition_count > 1 and weight > share * total
        ]
        return len([leader for leader, _ in groupby(leaders)]) - 1


def diagnose(keyspace: Keyspace, throttled_indexes: Sequence[str], now: float) -> Slices[Diagnosis]:
    """The diagnosis of a keyspace; `throttled_indexes` names the table's indexes that refused writes lately.

    Where a table has no units left itself, its indexes are not what holds it up, though they may refuse as well.
    """
    if keyspace.admission.report(now) is None:
        return Diagnosis("unmetered", ADVICE["unmetered"])
    if not throttled_indexes:
        return (yield from _of_load(keyspace, now))
    names = ", ".join(throttled_indexes)
    if keyspace.name.index_name is None and _is_exhausted(keyspace, now):
        found = yield from _of_load(keyspace, now)
        return Diagnosis(found.word, f"{found.advice} Indexes refuse writes as well: {names}.")
    return Diagnosis("throttled index", f"{ADVICE['throttled index']} ({names})")


def _is_exhausted(keyspace: Keyspace, now: float) -> bool:
    """Whether writes lately met a limit of the keyspace as a whole."""
    return any(is_write and limit != "KeyRangeThroughput" for is_write, limit in refused_lately(keyspace, now))


def _of_load(keyspace: Keyspace, now: float) -> Slices[Diagnosis]:
    """The diagnosis by where the load goes."""
    word, unsplit = yield from _word(keyspace, now)
    advices = ADVICE
    if word == "even":
        crowded = yield from _crowded(keyspace, now)
        if crowded is not None:
            word, unsplit = crowded
            advices = CROWDED
    if word == "hot range" and unsplit is not None:
        return Diagnosis(word, f"{advices[word].partition(':')[0]}, and it was not split: {unsplit}.")
    if word == "even":
        for limit, advice in FULL.items():
            if any(limit == met for _, met in refused_lately(keyspace, now)):
                return Diagnosis(word, advice)
    return Diagnosis(word, advices[word])


def refused_lately(keyspace: Keyspace, now: float) -> list[tuple[bool, Limit]]:
    """What was refused in the last minute: whether it were writes, and the limit that they met."""
    report = keyspace.admission.report(now)
    refused_at = report.refused_at if report is not None else {}
    return [refused for refused, at in refused_at.items() if at > now - WINDOW_SECONDS]


def _word(keyspace: Keyspace, now: float) -> Slices[tuple[str, str | None]]:
    """The word by where most of the load goes, and why the partition that has it was not split."""
    partitions = list(keyspace.partitions)
    meters = [*(partition.meter for partition in partitions), *keyspace.closed_meters(now - WINDOW_SECONDS)]
    rolling = Rolling()
    totals: list[int] = []
    for place, meter in enumerate(meters):
        if place and place % METERS_AT_ONCE == 0:
            yield
        series = weights(meter, now) if meter is not None else ()
        totals.append(sum(series))
        if place < len(partitions):
            rolling.add(place, series)
    total = sum(totals)
    if total <= QUIET_WEIGHT:
        return ("even" if refused_lately(keyspace, now) else "idle"), None
    hottest = max(range(len(totals)), key=totals.__getitem__)
    if rolling.count(ROLLING_SHARE * limit_weight(keyspace)) >= ROLLS_MIN:
        return "rolling", None
    meter = meters[hottest]
    unsplit = partitions[hottest].split_reasons.unsplit if hottest < len(partitions) else None
    if meter is not None and _has_hot_key(meter, HOT_KEY_SHARE * total / totals[hottest], now):
        return "hot key", unsplit
    if len(partitions) > 1 and totals[hottest] > max(DOMINANT_SHARE, 2 / len(partitions)) * total:
        return "hot range", unsplit
    return "even", unsplit


def _crowded(keyspace: Keyspace, now: float) -> Slices[tuple[str, str | None] | None]:
    """Whether it is for a key or for a range that partitions refused, and why the one that refused most was not split.

    None where most of them are full alike.
    """
    if not any("KeyRangeThroughput" in reason for reason in refused_lately(keyspace, now)):
        return None
    partitions = list(keyspace.partitions)
    full = []
    for place, partition in enumerate(partitions):
        if place and place % METERS_AT_ONCE == 0:
            yield
        if (meter := partition.meter) is not None and (refused := _refusals_when_full(meter, keyspace, now)):
            full.append((refused, partition, meter))
    if not full:
        return None
    _, partition, meter = max(full, key=lambda each: each[0])
    unsplit = partition.split_reasons.unsplit
    if _has_hot_key(meter, DOMINANT_SHARE, now):
        return "hot key", unsplit
    return ("hot range", unsplit) if 2 * len(full) <= len(partitions) else None


def _refusals_when_full(meter: HeatMeter, keyspace: Keyspace, now: float) -> int:
    """What a partition refused that was near its limit in any second; none where it never was."""
    seconds = _seconds(meter, now)
    served = keyspace.served
    is_full = any(
        reads >= HOT_SHARE * 2 * served.read_units or writes >= HOT_SHARE * 2 * served.write_units
        for reads, writes, _ in seconds
    )
    return sum(refused for _, _, refused in seconds) if is_full else 0


def _has_hot_key(meter: HeatMeter, share: float, now: float) -> bool:
    """Whether one key has more than such a share of the partition's load."""
    keys, error = meter.heaviest(now)
    return bool(keys) and keys[0][1] - error > share * sum(weight for _, weight in keys)


def limit_weight(keyspace: Keyspace) -> int:
    """The weight of what one partition serves in a second."""
    return 2 * min(keyspace.served.read_units, WRITE_WEIGHT * keyspace.served.write_units)


def weights(meter: HeatMeter | None, now: float) -> list[int]:
    """The weight of a partition's load in each of the last seconds, oldest first; a write counts as in Insights."""
    if meter is None:
        return [0] * WINDOW_SECONDS
    return [read + WRITE_WEIGHT * write for read, write, _ in _seconds(meter, now)]


def _seconds(meter: HeatMeter, now: float) -> list[tuple[int, int, int]]:
    """Reads, writes (half units) and refusals of the window's seconds, oldest first.

    The last is that of `now`, as far as it has come: on a clock that stands still it never ends.
    """
    return [*meter.seconds(now, WINDOW_SECONDS - 1), meter.current(now)]
