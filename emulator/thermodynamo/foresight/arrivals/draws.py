"""Numbers by chance, from a seed alone: the same on every machine and version of Python.

`random.Random.random` gives the same series for a seed forever (Python's documentation, "Notes on Reproducibility");
its other methods may change, and are not used.
"""

from math import exp, sqrt
from random import Random
from statistics import NormalDist

SMALL_MEAN = 30.0
"""Above it a normal distribution stands for the others."""
STANDARD = NormalDist()
LEAST = 1e-12


def poisson(chance: Random, mean: float) -> int:
    """How many requests arrive, by themselves, where `mean` arrive on average."""
    if mean <= 0:
        return 0
    if mean > SMALL_MEAN:
        return max(0, round(mean + sqrt(mean) * _normal(chance)))
    left, count = chance.random(), 0
    term = exp(-mean)
    while left > term and term > 0:
        left -= term
        count += 1
        term *= mean / count
    return count


def binomial(chance: Random, count: int, share: float) -> int:
    """How many of so many requests are of a kind that has this share of them."""
    if count <= 0 or share <= 0:
        return 0
    if share >= 1:
        return count
    if share > 0.5:
        return count - binomial(chance, count, 1 - share)
    mean = count * share
    if mean > SMALL_MEAN:
        return min(count, max(0, round(mean + sqrt(mean * (1 - share)) * _normal(chance))))
    left, found = chance.random(), 0
    term = (1 - share) ** count
    while left > term and found < count:
        left -= term
        term *= (count - found) / (found + 1) * share / (1 - share)
        found += 1
    return found


def _normal(chance: Random) -> float:
    return STANDARD.inv_cdf(min(max(chance.random(), LEAST), 1 - LEAST))
