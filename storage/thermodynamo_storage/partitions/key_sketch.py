"""A sketch of keys: those counted most among any number of them, in bounded memory, and how far off that may be."""

from operator import itemgetter

from thermodynamo_storage.values.keys import TERMINATOR, TOKEN_BYTES, collection_of

KEYS_KEPT = 64
KEYS_MAX = 2 * KEYS_KEPT
WEIGHT = itemgetter(1)
TERMINATOR_BYTES = len(TERMINATOR)


class KeySketch:
    """The heaviest keys and their counts.

    Holds up to KEYS_MAX counts, then forgets the lighter half. A key that (re)appears starts at `floor`, the heaviest
    count ever forgotten: so a count is never too low, and too high by at most `floor`.

    What was seen of the keys that are forgotten goes to `collections`, if there is one, by item collection: many cool
    keys may make a hot collection.
    """

    __slots__ = ("begun", "collections", "counts", "floor", "gap_squares", "partition_parts")

    def __init__(self, partition_parts: int = 1, collections: "KeySketch | None" = None) -> None:
        """`partition_parts` is how many parts of a key its item collection shares."""
        self.counts: dict[bytes, int] = {}
        self.begun: dict[bytes, int] = {}
        """The floors that counts began with, where there are `collections`."""
        self.floor = 0
        self.gap_squares = 0
        """The sum of the squares of the gaps that went by uncounted."""
        self.partition_parts = partition_parts
        self.collections = collections

    def add(self, key: bytes, weight: int) -> None:
        counts = self.counts
        count = counts.get(key)
        if count is not None:
            counts[key] = count + weight
            return
        if self.floor and self.collections is not None:
            self.begun[key] = self.floor
        counts[key] = self.floor + weight
        if len(counts) > KEYS_MAX:
            self._forget()

    def _forget(self) -> None:
        heaviest_first = sorted(self.counts.items(), key=WEIGHT, reverse=True)
        forgotten = heaviest_first[KEYS_KEPT:]
        del heaviest_first[KEYS_KEPT:]
        self.floor = forgotten[0][1]
        self.counts = dict(heaviest_first)
        if self.collections is not None:
            self.collections.add_forgotten(forgotten, self.begun, self.partition_parts)

    def add_forgotten(self, forgotten: list[tuple[bytes, int]], begun: dict[bytes, int], partition_parts: int) -> None:
        """Adds what was seen of keys, whose counts are no longer `begun`, to the weights of their collections.

        What `add` does, for 65 keys at a time: of a load without hot keys, each that is counted comes here.
        """
        counts, floor, began = self.counts, self.floor, begun.pop
        for key, count in forgotten:
            if partition_parts == 1:
                collection = key[: key.index(TERMINATOR, TOKEN_BYTES) + TERMINATOR_BYTES]
            else:
                collection = collection_of(key, partition_parts)
            counts[collection] = counts.get(collection, floor) + count - began(key, 0)
            if len(counts) > KEYS_MAX:
                self._forget()
                counts, floor = self.counts, self.floor

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
