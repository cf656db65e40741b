"""A directory of many partitions: which of them holds all keys that begin with the same two bytes.

The bytes are the first ones of a token, so they spread evenly. A binary search over the bounds of a thousand partitions
looks at ten of them, most of which are not in the processor's cache; here, one look is enough for nearly every key.
"""

from collections.abc import Iterable

from thermodynamo_storage.partitions.partition import Partition

PREFIX_BYTES = 2
PREFIXES = 1 << 8 * PREFIX_BYTES
PARTITIONS_MIN = 256
"""With fewer partitions a search is as quick, and a directory of half a megabyte would be much beside them."""

Directory = list[Partition | None]
"""By the number that the first two bytes of a key are; None where a bound divides the keys that begin with them."""


def directory(partitions: Iterable[Partition]) -> Directory:
    """The directory of all partitions of a keyspace."""
    made: Directory = [None] * PREFIXES
    for partition in partitions:
        enter(made, partition)
    return made


def enter_split(made: Directory, left: Partition, right: Partition) -> None:
    """Puts two partitions in the place of the one that they have come from."""
    made[_floor(right.low)] = None
    enter(made, left)
    enter(made, right)


def enter(made: Directory, partition: Partition) -> None:
    """Enters a partition wherever it holds all keys."""
    first = _floor(partition.low)
    if partition.low.rstrip(b"\x00")[PREFIX_BYTES:]:
        first += 1
    end = _floor(partition.high) if partition.high is not None else PREFIXES
    if first < end:
        made[first:end] = [partition] * (end - first)


def _floor(bound: bytes) -> int:
    """The number of the first two bytes. A bound may leave out zeros at its end."""
    return int.from_bytes(bound[:PREFIX_BYTES].ljust(PREFIX_BYTES, b"\x00"), "big")
