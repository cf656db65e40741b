"""What metrics say of requests: as many as came in each period, of as many units, spread over its seconds by chance."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from random import Random

from thermodynamo.foresight.arrivals import draws, metrics
from thermodynamo.foresight.arrivals.metrics import COUNT, Metrics
from thermodynamo.foresight.arrivals.model import Keys, Load, Model, Pattern
from thermodynamo.foresight.traces import origin

ACCOUNT = "000000000000"
UNIT_BYTES = 1024
UNITS_MAX = 400
"""What one request writes at most: an item of 400 KB."""
READ_BYTES = 4096


@dataclass(slots=True)
class ByPeriod:
    """Requests whose number in each period is known; each of its seconds is as likely as the others."""

    loads: Mapping[int, tuple[Load, ...]]
    """By the second in which a period begins."""
    period_seconds: int
    first: int
    """When the first period begins."""
    begins: int = -1
    left: list[int] = field(default_factory=list)

    def at(self, second: int, chance: Random) -> Iterable[Load]:
        begins = second - (second - self.first) % self.period_seconds
        given = self.loads.get(begins, ())
        if begins != self.begins:
            self.begins, self.left = begins, [load.requests for load in given]
        share = 1 / (begins + self.period_seconds - second)
        for place, load in enumerate(given):
            found = draws.binomial(chance, self.left[place], share)
            self.left[place] -= found
            if found:
                yield load._replace(requests=found)


def model(
    found: Metrics, table: str, region: str, keys: Keys, item_bytes: int | None = None, is_consistent: bool = False
) -> Model:
    """The model of a table's metrics.

    Where they do not count requests, each one reads or writes an item of `item_bytes`.
    """
    begins = found.begins
    made = Model(origin.METRICS, begins[0], begins[-1] + found.period_seconds - begins[0])
    place = ACCOUNT, region, table, None
    blocks = -(-(item_bytes or 1) // READ_BYTES)
    reads = _loads(found, metrics.READ, metrics.READ_REFUSED, 2 if is_consistent else 1, blocks)
    units = -(-(item_bytes or 1) // UNIT_BYTES)
    writes = _loads(found, metrics.WRITE, metrics.WRITE_REFUSED, 2, units)
    if reads:
        loads = ByPeriod(reads, found.period_seconds, begins[0])
        made.patterns.append(Pattern("read", "GetItem", place, keys, loads, is_consistent))
    if writes:
        sized = {
            second: tuple(Load(load.requests, None, (load.half_units or 2) // 2 * UNIT_BYTES) for load in loads)
            for second, loads in writes.items()
        }
        made.patterns.append(Pattern("write", "PutItem", place, keys, ByPeriod(sized, found.period_seconds, begins[0])))
    return made


def busyness(found: Metrics) -> dict[int, float]:
    """All units that were consumed in each period."""
    made: dict[int, float] = {}
    for metric in (metrics.READ, metrics.WRITE):
        for second, units in found.of(metric).items():
            made[second] = made.get(second, 0.0) + units
    return made


def _loads(found: Metrics, metric: str, refused: str, grain: int, grains_each: int) -> dict[int, tuple[Load, ...]]:
    """The requests of each period: those of the lower and those of the higher cost, which add up to what was consumed.

    A request costs a multiple of `grain` half units. What was refused is asked for, too, at the average cost.
    """
    made = {}
    for second in found.begins:
        grains = round(2 * found.of(metric).get(second, 0.0) / grain)
        counted = found.of(metric, COUNT).get(second)
        requests = round(counted) if counted is not None else -(-grains // grains_each)
        requests = min(max(requests, -(-grains // (2 * UNITS_MAX // grain))), grains)
        throttled = round(found.of(refused).get(second, 0.0))
        if requests and throttled:
            grains += round(grains / requests * throttled)
            requests += throttled
        elif throttled:
            grains, requests = throttled * grains_each, throttled
        if not requests:
            continue
        low, high = divmod(grains, requests)
        loads = Load(requests - high, low * grain), Load(high, (low + 1) * grain)
        made[second] = tuple(load for load in loads if load.requests)
    return made
