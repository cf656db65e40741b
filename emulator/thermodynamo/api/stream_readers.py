"""How far the readers of stream shards have come: what GetRecords was asked for, and where its reply ended.

A reader has no name in the API: it is known by the iterator it goes on with. Readers that stand at one place count as
one. This is an observation, and no part of the database.
"""

from collections.abc import Mapping

SHARDS_MAX = 4_096
READERS_MAX = 8
"""The readers kept of one shard; the longest silent one is forgotten first."""

Positions = Mapping[int, float]
"""When each reader last asked, by the sequence number after which it goes on."""


class StreamReaders:
    """The readers of one namespace's streams."""

    __slots__ = ("shards",)

    def __init__(self) -> None:
        self.shards: dict[tuple[str, str], dict[int, float]] = {}
        """By the label of the stream and the id of the shard."""

    def note(self, label: str, shard_id: str, before: int, after: int | None, now: float) -> None:
        """A reader went from one place of a shard to another; `after` is None for one that has read all of it."""
        positions = self.shards.get((label, shard_id))
        if positions is None:
            if len(self.shards) >= SHARDS_MAX:
                del self.shards[next(iter(self.shards))]
            positions = self.shards[label, shard_id] = {}
        positions.pop(before, None)
        if after is None:
            return
        positions[after] = now
        if len(positions) > READERS_MAX:
            del positions[min(positions, key=positions.__getitem__)]

    def of(self, label: str, shard_id: str) -> Positions:
        return self.shards.get((label, shard_id), {})
