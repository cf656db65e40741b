"""What ails a table, in one word with one sentence of advice, by the heat of its partitions.

The words: idle, even, hot key, hot range, rolling, throttled index. Judged over the last minute.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from storage.heat import WRITE_WEIGHT
from storage.keyspace import Keyspace

WINDOW_SECONDS = 60
STRETCH_SECONDS = 5
"""Which partition is the hottest is judged in stretches of so many seconds."""
DOMINANT_SHARE = 0.5
HOT_KEY_SHARE = 0.3
ROLLS_MIN = 3
QUIET_WEIGHT = 2 * 10 * WRITE_WEIGHT
"""Ten write units in a minute, in half units: so much load says nothing about where load goes."""

ADVICE = {
    "idle": "Next to no load in the last minute.",
    "even": "Load is spread over the partitions; nothing to do.",
    "hot key": "One key has most of the load: no split can share it out; write to several keys (sharding) or cache it.",
    "hot range": "One partition has most of the load, from several keys: it will be split if that lasts; "
    "a partition key with more different values spreads it sooner.",
    "rolling": "The hot partition keeps changing: requests come in key order; shuffle them or run them in parallel.",
    "throttled index": "An index refuses the table's writes: give it more units or a better partition key.",
}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    word: str
    advice: str


def diagnose(keyspace: Keyspace, throttled_indexes: Sequence[str], now: float) -> Diagnosis:
    """The diagnosis of a keyspace; `throttled_indexes` names the table's indexes that refused writes lately."""
    if throttled_indexes:
        return Diagnosis("throttled index", f"{ADVICE['throttled index']} ({', '.join(throttled_indexes)})")
    word = _word(keyspace, now)
    return Diagnosis(word, ADVICE[word])


def _word(keyspace: Keyspace, now: float) -> str:
    series = [weights(keyspace, place, now) for place in range(len(keyspace.partitions))]
    totals = [sum(each) for each in series]
    total = sum(totals)
    if total <= QUIET_WEIGHT:
        return "idle"
    hottest = max(range(len(totals)), key=totals.__getitem__)
    if _rolls(series) >= ROLLS_MIN:
        return "rolling"
    meter = keyspace.partitions[hottest].meter
    if meter is not None:
        keys, error = meter.heaviest(now)
        known = sum(weight for _, weight in keys)
        if keys and (keys[0][1] - error) * totals[hottest] > HOT_KEY_SHARE * known * total:
            return "hot key"
    if len(totals) > 1 and totals[hottest] > max(DOMINANT_SHARE, 2 / len(totals)) * total:
        return "hot range"
    return "even"


def weights(keyspace: Keyspace, place: int, now: float) -> list[int]:
    """The weight of a partition's load in each of the last seconds, oldest first; a write counts as in Insights."""
    meter = keyspace.partitions[place].meter
    if meter is None:
        return [0] * WINDOW_SECONDS
    found = [read + WRITE_WEIGHT * write for read, write, _ in meter.seconds(now, WINDOW_SECONDS)]
    return found


def _rolls(series: list[list[int]]) -> int:
    """How often the partition that has most of the load of a stretch is another one than before."""
    leaders = []
    for start in range(0, WINDOW_SECONDS, STRETCH_SECONDS):
        stretch = [sum(each[start : start + STRETCH_SECONDS]) for each in series]
        leader = max(range(len(stretch)), key=stretch.__getitem__)
        if len(stretch) > 1 and stretch[leader] > DOMINANT_SHARE * sum(stretch):
            leaders.append(leader)
    return len([leader for leader, _ in groupby(leaders)]) - 1
