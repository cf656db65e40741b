"""How often each key is asked for: a share of all requests, which are drawn one by one.

By Zipf's law the key of rank r has a share that goes with r to the power of minus an exponent: with 0 all are alike,
with 0.99 it is the distribution of the Yahoo! Cloud Serving Benchmark (Cooper et al., SoCC 2010).
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate
from random import Random

from thermodynamo.foresight.arrivals import draws

FEW = 0.5
"""Keys that fewer requests are expected of are not asked one after the other."""


class Popularity:
    """The shares of keys, which are numbered from 0."""

    def __init__(self, shares: Sequence[float]) -> None:
        """The shares need not add up to one; one of them at least is positive."""
        self.numbers = sorted((each for each in range(len(shares)) if shares[each] > 0), key=lambda each: -shares[each])
        """The keys by their ranks."""
        assert self.numbers
        self.shares = [shares[number] for number in self.numbers]
        self.sums = list(accumulate(self.shares))

    def draw(self, chance: Random, count: int) -> Iterator[tuple[int, int]]:
        """The keys of so many requests by number, and how many each has."""
        total = self.sums[-1]
        before = 0.0
        for rank, share in enumerate(self.shares):
            left = total - before
            if count * share < FEW * left:
                yield from self._one_by_one(chance, count, before)
                return
            found = draws.binomial(chance, count, share / left) if rank < len(self.shares) - 1 else count
            if found:
                yield self.numbers[rank], found
            count -= found
            before = self.sums[rank]

    def _one_by_one(self, chance: Random, count: int, before: float) -> Iterator[tuple[int, int]]:
        """The keys of requests that are few for the keys there are."""
        last, total = len(self.shares) - 1, self.sums[-1]
        found: dict[int, int] = {}
        for _ in range(count):
            rank = min(last, bisect_left(self.sums, before + (total - before) * chance.random()))
            found[rank] = found.get(rank, 0) + 1
        yield from ((self.numbers[rank], times) for rank, times in sorted(found.items()))


def zipf(count: int, exponent: float) -> list[float]:
    """The shares of so many keys, which add up to one."""
    weights = [rank**-exponent for rank in range(1, count + 1)]
    total = sum(weights)
    return [weight / total for weight in weights]
