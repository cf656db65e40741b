"""The directory of many partitions, beside a search over their bounds."""

from bisect import bisect_right
from random import Random

import pytest

from thermodynamo_storage.partitions.directory import PARTITIONS_MIN, PREFIXES
from thermodynamo_storage.partitions.keyspace import Keyspace
from thermodynamo_storage.values import keys
from thermodynamo_storage.values.keyspace_name import NAMELESS

NOW = 1_767_225_600.0


def searched(keyspace: Keyspace, key: bytes) -> int:
    """The id of the partition that a search finds for a key."""
    return keyspace.partitions[bisect_right(keyspace.lows, key) - 1].id


def random_key(chance: Random) -> bytes:
    return keys.item_key(keys.part("S", f"user-{chance.randrange(10**9)}"))


@pytest.mark.parametrize("seed", range(4))
def test_partitions_are_found_as_by_a_search_however_they_were_split(seed: int) -> None:
    """At keys anywhere, at keys that begin alike, and at tokens whose last bytes are zeros."""
    chance = Random(seed)
    keyspace = Keyspace(3)
    hot = random_key(chance)
    while len(keyspace.partitions) < PARTITIONS_MIN + 100:
        points = random_key(chance), hot + b"%03d" % chance.randrange(1_000), hot[:2] + b"\x00" * 6
        at = chance.choice(points)
        partition = keyspace.locate(at)
        if partition.low < at:
            keyspace.split(partition, at, NOW, "manual")
    assert keyspace.directory is not None
    keyspace.check()
    edges = [edge for low in keyspace.lows[1:] for edge in (low, low + b"\x00")]
    for key in [*edges, *(random_key(chance) for _ in range(2_000)), hot, b"\xff" * 8]:
        assert keyspace.locate(key).id == searched(keyspace, key)


@pytest.mark.parametrize("count", [PARTITIONS_MIN - 1, PARTITIONS_MIN, 1_000, PREFIXES + 1])
def test_only_many_partitions_have_a_directory(count: int) -> None:
    keyspace = Keyspace(count)
    assert (keyspace.directory is not None) == (count >= PARTITIONS_MIN)
    for partition in keyspace.partitions[:: count // 50]:
        assert keyspace.locate(partition.low) is partition


def test_a_copy_finds_its_own_partitions() -> None:
    keyspace = Keyspace(PARTITIONS_MIN)
    copied = keyspace.copy(NAMELESS, keyspace.served)
    copied.check()
    key = random_key(Random(0))
    assert copied.locate(key) is not keyspace.locate(key)
    assert copied.locate(key).id == keyspace.locate(key).id
