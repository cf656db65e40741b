"""Heat: what a partition served and refused in each of the last seconds, and which keys it was asked for most.

A meter's memory is bounded: a ring of seconds, sketches of keys and a queue of samples. Load is counted in half units,
exactly. A key's weight is that of Contributor Insights: a write unit counts three times a read unit. Keys are counted
exactly while the load is light; of a heavier one, keys at uneven gaps stand for what went by since the last.
"""

from array import array
from collections import deque
from functools import lru_cache
from math import sqrt

from thermodynamo_storage.partitions.key_sketch import KeySketch, summed

RING_SECONDS = 300
SAMPLES_MAX = 512
EXACT_WEIGHT = 1_024
"""So much weight of each second is counted key by key, and always the first request of a second."""
GAP_WEIGHT = 64
"""Beyond that, and for the samples, one key in so much weight on average."""
WIDENING = 128
"""What came of a second beyond the exact weight widens its gaps by so many times less.

So counting a second costs as its logarithm, while what it may be off by stays a part of it: about 9% of a heavy one.
One count takes 2.5 us, and every tenth write was counted, however many came.
"""
GENERATION_SECONDS = 60
WRITE_WEIGHT = 3
LINES = 3
"""Of each second the ring has three numbers: read half units, write half units, refusals."""


@lru_cache(maxsize=2)
def _second(number: int) -> tuple[int, float]:
    """The number of a second and when it ends.

    All partitions share these two objects, as they share the numbers of their limits.
    """
    return number, number + 1.0


class CurrentSecond:
    """What each request to a partition reads and writes of its heat.

    A class of its own for its place in memory: the attributes of a class lie before those of its subclasses, and these
    four together. A request to one of a thousand partitions finds none of them in the processor's cache.
    """

    __slots__ = ("left", "read_half_units", "second_ends", "write_half_units")

    left: int
    """How much weight goes by until the next key is counted."""
    read_half_units: int
    write_half_units: int
    """What the current second had so far."""
    second_ends: float


class HeatMeter(CurrentSecond):
    """The heat of one partition. `now` never goes backwards between two calls."""

    __slots__ = (
        "eventual_half_units",
        "exact_left",
        "gap",
        "generation_ends",
        "keys",
        "older_keys",
        "older_refused_keys",
        "partition_parts",
        "refused",
        "refused_keys",
        "refused_total",
        "ring",
        "sample_left",
        "samples",
        "second",
    )

    def __init__(self, now: float, partition_parts: int = 1) -> None:
        """`partition_parts` is how many parts of a key its item collection shares."""
        self.partition_parts = partition_parts
        self.second, self.second_ends = _second(int(now))
        self.read_half_units = self.write_half_units = self.refused = 0
        self.eventual_half_units = 0
        """What replicas shared of the reads of the current second."""
        self.ring = array("I", [0]) * (LINES * RING_SECONDS)
        """The seconds before the current one."""
        self.refused_total: dict[str, int] = {}
        """Refusals by reason."""
        self.keys = self._sketch()
        self.older_keys: KeySketch | None = None
        self.generation_ends = now + GENERATION_SECONDS
        self.refused_keys: KeySketch | None = None
        self.older_refused_keys: KeySketch | None = None
        self.samples: deque[bytes] = deque(maxlen=SAMPLES_MAX)
        self.exact_left = EXACT_WEIGHT
        self.gap = self.left = 0
        """`gap` is the weight that goes by uncounted between two keys."""
        self.sample_left = 0

    def _sketch(self) -> KeySketch:
        return KeySketch(self.partition_parts, KeySketch(self.partition_parts))

    def read(self, key: bytes, half_units: int) -> None:
        """Counts a read of the current second; `turn` has been called for it. No key means none in particular."""
        self.read_half_units += half_units
        self.left -= half_units
        if self.left < 0:
            self.count(key, half_units)

    def write(self, key: bytes, half_units: int) -> None:
        """Counts a write of the current second."""
        self.write_half_units += half_units
        self.left -= WRITE_WEIGHT * half_units
        if self.left < 0:
            self.count(key, WRITE_WEIGHT * half_units)

    def refuse(self, key: bytes, reason: str) -> None:
        """Counts a refusal of the current second. Refused load is sampled too: it is what a split must serve."""
        self.refused += 1
        self.refused_total[reason] = self.refused_total.get(reason, 0) + 1
        if key:
            if self.refused_keys is None:
                self.refused_keys = self._sketch()
            self.refused_keys.add(key, 1)
            self._sample(key, 2 * WRITE_WEIGHT)

    def add(self, key: bytes, half_units: int, is_write: bool) -> None:
        """Counts all that a key was given in the current second. Who adds up seconds takes the samples, too."""
        if is_write:
            self.write_half_units += half_units
        else:
            self.read_half_units += half_units
        self.keys.add(key, WRITE_WEIGHT * half_units if is_write else half_units)

    def add_refused(self, key: bytes, reason: str, count: int) -> None:
        """Counts all refusals of a key in the current second."""
        self.refused += count
        self.refused_total[reason] = self.refused_total.get(reason, 0) + count
        if key:
            if self.refused_keys is None:
                self.refused_keys = self._sketch()
            self.refused_keys.add(key, count)

    def count(self, key: bytes, own_weight: int) -> None:
        """Gives a key the weight that went by since the last one was counted, and draws the next gap.

        To be called when nothing is `left` to go by.
        """
        weight = self.gap - self.left
        if key:
            keys = self.keys
            count = keys.counts.get(key)
            if count is not None:
                keys.counts[key] = count + weight
            else:
                keys.add(key, weight)
            gap = weight - own_weight
            keys.gap_squares += gap * gap
            self.sample_left -= weight
            if self.sample_left < 0:
                self.samples.append(key)
                self.sample_left = self._draw_gap()
        self.exact_left -= weight
        self.gap = self.left = 0 if self.exact_left > 0 else self._draw_gap()

    def _sample(self, key: bytes, weight: int) -> None:
        self.sample_left -= weight
        if self.sample_left < 0:
            self.samples.append(key)
            self.sample_left = self._draw_gap()

    def _draw_gap(self) -> int:
        """Uneven, so that a load that repeats itself is not sampled in step with it; the same for the same requests.

        2,654,435,761 is 2^32 divided by the golden ratio, as in Knuth's multiplicative hash.
        """
        mixed = (
            self.read_half_units * 31 + self.write_half_units * 17 + self.refused * 7 + self.second
        ) * 2_654_435_761
        beyond = -self.exact_left
        return (mixed >> 8) % (2 * GAP_WEIGHT + (beyond // WIDENING if beyond > 0 else 0))

    def turn(self, now: float, exact_weight: int = EXACT_WEIGHT) -> int:
        """Closes the current second, and any idle ones up to that of `now`; returns how many that are.

        Of the second that begins, `exact_weight` is counted key by key.
        """
        second, second_ends = _second(int(now))
        seconds = second - self.second
        ring, place = self.ring, self.second % RING_SECONDS * LINES
        ring[place] = self.read_half_units
        ring[place + 1] = self.write_half_units
        ring[place + 2] = self.refused
        if seconds > 1:
            for idle in range(1, min(seconds, RING_SECONDS + 1)):
                place = (self.second + idle) % RING_SECONDS * LINES
                ring[place] = ring[place + 1] = ring[place + 2] = 0
        self.read_half_units = self.eventual_half_units = self.write_half_units = self.refused = 0
        self.exact_left = exact_weight
        self.gap -= self.left
        self.left = 0
        self.second, self.second_ends = second, second_ends
        if now >= self.generation_ends:
            is_idle = now >= self.generation_ends + GENERATION_SECONDS
            self.older_keys = None if is_idle else self.keys
            self.keys = self._sketch()
            self.older_refused_keys = None if is_idle else self.refused_keys
            self.refused_keys = None
            if is_idle:
                self.samples.clear()
            self.generation_ends = now + GENERATION_SECONDS
        return seconds

    def knows_load(self, now: float) -> bool:
        """Whether the samples are as many as are kept, and of the last two minutes."""
        return len(self.samples) == SAMPLES_MAX and now < self.generation_ends + GENERATION_SECONDS

    def seconds(self, now: float, count: int) -> list[tuple[int, int, int]]:
        """Read and write half units and refusals of the last `count` whole seconds before `now`, oldest first."""
        return list(zip(*self.lines(now, count), strict=True))

    def lines(self, now: float, count: int) -> "tuple[array[int], array[int], array[int]]":
        """Read half units, write half units and refusals, a line each, of the last `count` whole seconds before `now`.

        Oldest first. Reading them changes nothing.
        """
        count = min(count, RING_SECONDS)
        ring, place = self.ring, self.second % RING_SECONDS * LINES
        idle_seconds = min(int(now) - self.second, RING_SECONDS + 1)
        kept = max(0, count - idle_seconds) * LINES
        last = ring[place - kept : place] if kept <= place else ring[place - kept :] + ring[:place]
        if idle_seconds:
            last.extend((self.read_half_units, self.write_half_units, self.refused))
            last.extend([0] * (LINES * (idle_seconds - 1)))
        last = last[len(last) - LINES * count :]
        return last[0::LINES], last[1::LINES], last[2::LINES]

    def current(self, now: float) -> tuple[int, int, int]:
        """Read and write half units and refusals of the second of `now` so far.

        On a clock that stands still that second may have all of the load.
        """
        if int(now) != self.second:
            return 0, 0, 0
        return self.read_half_units, self.write_half_units, self.refused

    def heaviest(self, now: float) -> tuple[list[tuple[bytes, int]], int]:
        """The hottest keys of the last one to two minutes with their weights, and by how much those may be off.

        That is what the sketches may be off by, and where keys were counted at gaps three standard deviations of that.
        """
        sketches = self._lately(self.keys, self.older_keys, now)
        error = sum(sketch.floor for sketch in sketches) + _gap_error(sketches)
        return summed([sketch.counts for sketch in sketches]), error

    def heaviest_collections(self, now: float) -> tuple[list[tuple[bytes, int]], int]:
        """The hottest item collections of the same time with their weights, and by how much those may be off."""
        sketches = self._lately(self.keys, self.older_keys, now)
        error = sum(sketch.collections.floor for sketch in sketches if sketch.collections) + _gap_error(sketches)
        return summed([sketch.by_collection() for sketch in sketches]), error

    def most_refused(self, now: float) -> list[tuple[bytes, int]]:
        """The keys refused most in the last one to two minutes, and how often."""
        return summed([sketch.counts for sketch in self._lately(self.refused_keys, self.older_refused_keys, now)])

    def most_refused_collections(self, now: float) -> list[tuple[bytes, int]]:
        """The item collections refused most in the same time, and how often."""
        sketches = self._lately(self.refused_keys, self.older_refused_keys, now)
        return summed([sketch.by_collection() for sketch in sketches])

    def _lately(self, latest: KeySketch | None, older: KeySketch | None, now: float) -> list[KeySketch]:
        """Of the sketches of two generations those that are not too old; nothing may have turned the meter since."""
        if now >= self.generation_ends + GENERATION_SECONDS:
            return []
        return [sketch for sketch in (latest, older if now < self.generation_ends else None) if sketch is not None]

    def check(self) -> None:
        """Asserts that the memory is bounded."""
        assert len(self.samples) <= SAMPLES_MAX
        for sketch in (self.keys, self.older_keys, self.refused_keys, self.older_refused_keys):
            if sketch is not None:
                sketch.check()


def _gap_error(sketches: list[KeySketch]) -> int:
    """About three standard deviations of what counting at gaps may be off by.

    All the weight of a gap goes to one key. The weight of a key with half of the load varies most, by half of each gap
    either way: its variance is a quarter of the squares of the gaps. A third of them is taken, to be safe.
    """
    return int(sqrt(3 * sum(sketch.gap_squares for sketch in sketches)))
