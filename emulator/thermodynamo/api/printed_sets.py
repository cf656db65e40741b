"""The order in which the service prints a set of names: that of Java's HashSet, which follows from the names.

Live probes show both kinds of sets in one message: `AttributeDefinitions: [sk, a, b, pk, c], keys used: [a, sk, pk]`
(ack-api-quirks, DDB-TABLE-127, October 2026). The first was made with room for its names, the second grew from
Java's default of 16 buckets. Names of one bucket stay in the order in which they came.
"""

from collections.abc import Iterable

BUCKETS_MIN = 16
LOAD = 0.75


def grown(names: Iterable[str]) -> str:
    """A set that names were added to one by one."""
    unique = list(dict.fromkeys(names))
    buckets = BUCKETS_MIN
    while len(unique) > buckets * LOAD:
        buckets *= 2
    return _printed(unique, buckets)


def sized(names: Iterable[str]) -> str:
    """A set that was made for as many names as it has."""
    unique = list(dict.fromkeys(names))
    wanted = len(unique) + 1 if len(unique) < 3 else int(len(unique) / LOAD + 1)
    buckets = 1
    while buckets < wanted:
        buckets *= 2
    return _printed(unique, buckets)


def _printed(names: list[str], buckets: int) -> str:
    return ", ".join(sorted(names, key=lambda name: _spread(name) & (buckets - 1)))


def _spread(name: str) -> int:
    """String.hashCode, its upper half mixed into its lower one, as HashMap does."""
    code = 0
    encoded = name.encode("utf-16-be", "surrogatepass")
    for position in range(0, len(encoded), 2):
        code = (31 * code + (encoded[position] << 8) + encoded[position + 1]) & 0xFFFFFFFF
    return code ^ (code >> 16)
