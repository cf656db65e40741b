"""A sketch of keys: those counted most among any number of them, in bounded memory, and how far off that may be."""

from operator import itemgetter

from thermodynamo_storage.values.keys import collection_of

KEYS_KEPT = 64
KEYS_MAX = 2 * KEYS_KEPT
WEIGHT = itemgetter(1)


class KeySketch:
    """The heaviest keys and their counts.

    Holds up to KEYS_MAX counts, then forgets the lighter half. A key that (re)appears starts at `floor`, the heaviest
    count ever forgotten: so a count is never too low, and too high by at most `floor`.

    What was seen of the keys that are forgotten goes to `collections`, if there is one, by item collection: many cool
    keys may make a hot collection.
    """

    __slots__ = ("begun", "collections", "counts", "floor", "partition_parts", "sampled")

    def __init__(self, partition_parts: int = 1, collections: "KeySketch | None" = None) -> None:
        """`partition_parts` is how many parts of a key its item collection shares."""
        self.counts: dict[bytes, int] = {}
        self.begun: dict[bytes, int] = {}
        """The floors that counts began with."""
        self.floor = 0
        self.sampled = 0
        """The weight that was not counted key by key."""
        self.partition_parts = partition_parts
        self.collections = collections

    def add(self, key: bytes, weight: int) -> None:
        counts = self.counts
        count = counts.get(key)
        if count is not None:
            counts[key] = count + weight
            return
        if self.floor:
            self.begun[key] = self.floor
        counts[key] = self.floor + weight
        if len(counts) > KEYS_MAX:
            self._forget()

    def _forget(self) -> None:
        heaviest_first = sorted(self.counts.items(), key=WEIGHT, reverse=True)
        kept, forgotten = heaviest_first[:KEYS_KEPT], heaviest_first[KEYS_KEPT:]
        self.floor = forgotten[0][1]
        self.counts = dict(kept)
        begun, self.begun = self.begun, {key: self.begun[key] for key, _ in kept if key in self.begun}
        if self.collections is not None:
            add, parts = self.collections.add, self.partition_parts
            for key, count in forgotten:
                add(collection_of(key, parts), count - begun.get(key, 0))

    def check(self) -> None:
        """Asserts that the memory is bounded, and that counts began at what was forgotten."""
        assert len(self.counts) <= KEYS_MAX
        assert all(begun <= self.floor and begun < self.counts[key] for key, begun in self.begun.items())
        if self.collections is not None:
            self.collections.check()

    def by_collection(self) -> dict[bytes, int]:
        """The weights of item collections; too high by at most the floor of `collections`."""
        sums = dict(self.collections.counts) if self.collections is not None else {}
        for key, count in self.counts.items():
            collection = collection_of(key, self.partition_parts)
            sums[collection] = sums.get(collection, 0) + count - self.begun.get(key, 0)
        return sums


def summed(parts: list[dict[bytes, int]]) -> list[tuple[bytes, int]]:
    """Keys and their weights in all parts together, heaviest first; equal weights in key order."""
    weights: dict[bytes, int] = {}
    for part in parts:
        for key, weight in part.items():
            weights[key] = weights.get(key, 0) + weight
    return sorted(weights.items(), key=lambda entry: (-entry[1], entry[0]))
