"""Every database that these tests make is replayed from its records, and must come out the same."""

from tests.replay.recorder import every_database_replays

__all__ = ["every_database_replays"]
