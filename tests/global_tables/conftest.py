"""A service with regions, on a clock that tests turn; everything that happens is replayed."""

import pytest

from tests.global_tables.regions import Regions
from tests.replay.recorder import every_database_replays

__all__ = ["every_database_replays", "world"]


@pytest.fixture
def world() -> Regions:
    return Regions()
