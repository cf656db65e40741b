"""Offers: what one key, or all cold partitions together, ask for in one second, and what of it is served."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from random import Random
from typing import NamedTuple

from thermodynamo.foresight.replays.slices import Cold, Hot
from thermodynamo.foresight.replays.target import Target
from thermodynamo_storage.partitions.heat import GAP_WEIGHT, WRITE_WEIGHT
from thermodynamo_storage.partitions.partition import Partition

SAMPLES = 64
"""So many keys stand for a second of a partition: those that split points are found by are of some seconds then."""
TRIFLE = 1e-6
"""Less than this is nothing: it comes of rounding."""
OfOne = tuple[bytes, int, int, float]
"""What tells the offers of one place apart: `key`, `held`, `shape` and `share`."""


class Entry(NamedTuple):
    """What the writes of an offer ask of one entry, in a hot partition of an index."""

    target: Target
    key: bytes
    half_units: float


@dataclass(slots=True)
class Offer:
    """What one key asks for in one second, or, without a key and a partition, what all cold partitions do."""

    partition: Partition | None
    key: bytes
    half_units: float
    requests: float
    share: float = 1
    """What a half unit takes of the partition's limit."""
    held: int = 0
    """Which indexes hold what is written, as bits."""
    shape: int = 0
    """What is the same for writes that change the same entries."""
    entries: tuple[float, ...] = ()
    """The half units that writes ask of each index, by its number."""
    hot: tuple[Entry, ...] = ()
    """Those among them of hot partitions."""
    attempts: tuple[float, ...] = ()
    """The requests by the number of the attempt; all are first ones where there is none."""
    part: float = 1.0
    """Which part is served."""

    @property
    def one(self) -> OfOne:
        return self.key, self.held, self.shape, self.share

    @property
    def served(self) -> float:
        return self.half_units * self.part

    def again(self, attempts: Sequence[float]) -> "Offer":
        """What asks so often for the same, by the number of the attempt."""
        requests = sum(attempts)
        factor = requests / self.requests
        return Offer(
            self.partition, self.key, self.half_units * factor, requests, self.share, self.held, self.shape,
            tuple(each * factor for each in self.entries),
            tuple(each._replace(half_units=each.half_units * factor) for each in self.hot),
            tuple(attempts),
        )  # fmt: skip

    def with_other(self, other: "Offer") -> "Offer":
        """This offer and another one that has the same `one`, before anything of them is refused."""
        hot = {(each.target.place, each.key): each for each in self.hot}
        for each in other.hot:
            mine = hot.get((each.target.place, each.key))
            added = each if mine is None else each._replace(half_units=each.half_units + mine.half_units)
            hot[each.target.place, each.key] = added
        return Offer(
            self.partition, self.key, self.half_units + other.half_units, self.requests + other.requests, self.share,
            self.held, self.shape, _sum(self.entries, other.entries), tuple(hot.values()),
            _sum(self.attempts or (self.requests,), other.attempts or (other.requests,)),
        )  # fmt: skip

    def take_out(self, other: "Offer") -> None:
        """Leaves an offer out that is among what all cold partitions are asked for."""
        self.half_units = max(0.0, self.half_units - other.half_units)
        self.requests = max(0.0, self.requests - other.requests)
        self.entries = tuple(max(0.0, mine - gone) for mine, gone in zip(self.entries, other.entries, strict=True))


def _sum(one: Sequence[float], other: Sequence[float]) -> tuple[float, ...]:
    return tuple(first + second for first, second in zip_longest(one, other, fillvalue=0.0))


def offer_of(load: Cold | Hot, partition: Partition | None, share: float) -> Offer:
    """What a load asks for."""
    if isinstance(load, Cold):
        return Offer(None, b"", load.half_units, load.requests, share, load.held, entries=load.entries)
    asked = load.half_units, load.requests, share, load.held, load.shape, load.entries
    return Offer(partition, load.key, *asked)


def by_partition(offers: Iterable[Offer]) -> list[tuple[Partition, list[Offer]]]:
    """The offers of each hot partition, in the order of their first ones."""
    found: dict[int, tuple[Partition, list[Offer]]] = {}
    for offer in offers:
        if offer.partition is not None:
            found.setdefault(offer.partition.id, (offer.partition, []))[1].append(offer)
    return list(found.values())


def whole(parts: Iterable[float]) -> Iterator[int]:
    """Whole numbers in place of the parts, with the same sum but for less than one."""
    total, given = 0.0, 0
    for part in parts:
        total += part
        number = int(total + 0.5 + TRIFLE) - given
        given += number
        yield number


def sampled(weights: Sequence[tuple[bytes, float]], second: int) -> list[bytes]:
    """Keys in no order, each as often as it weighs: so a split finds the middle of the load, refused or not."""
    total = sum(weight for _, weight in weights)
    count = min(SAMPLES, max(1, int(total) * WRITE_WEIGHT // GAP_WEIGHT))
    found: list[bytes] = []
    gone = 0.0
    for key, weight in weights:
        before, gone = gone, gone + weight
        found += [key] * (int(gone * count / total) - int(before * count / total))
    Random(second).shuffle(found)
    return found
