"""The readers of a shard: where they stand, and how many are kept."""

from thermodynamo.api.stream_readers import READERS_MAX, SHARDS_MAX, StreamReaders


def test_readers_are_few_and_go_on_from_where_they_were() -> None:
    readers = StreamReaders()
    readers.note("label", "shard", 0, 5, 1.0)
    readers.note("label", "shard", 5, 9, 2.0)
    assert readers.of("label", "shard") == {9: 2.0}
    for number in range(READERS_MAX + 3):
        readers.note("label", "shard", 1_000, 2_000 + number, 3.0 + number)
    assert len(readers.of("label", "shard")) == READERS_MAX and 9 not in readers.of("label", "shard")
    readers.note("label", "shard", 2_005, None, 99.0)
    assert 2_005 not in readers.of("label", "shard")
    for number in range(SHARDS_MAX + 1):
        readers.note("label", str(number), 0, 1, 0.0)
    assert len(readers.shards) == SHARDS_MAX
