"""A service of its own for each test, whose tables change at once, and one where that takes ten seconds."""

import pytest

from tests.emulator.api.operations.service import Service
from tests.replay.recorder import every_database_replays
from thermodynamo.settings.config import Config

__all__ = ["every_database_replays", "service", "slow_service"]


@pytest.fixture
def service() -> Service:
    return Service(Config())


@pytest.fixture
def slow_service() -> Service:
    """Tables take ten seconds to become what they are to be."""
    return Service(Config(table_delay_seconds=10.0))
