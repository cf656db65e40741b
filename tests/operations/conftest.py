"""A service of its own for each test, whose tables change at once, and one where that takes ten seconds."""

import pytest

from emulator.config import Config
from tests.operations.service import Service


@pytest.fixture
def service() -> Service:
    return Service(Config())


@pytest.fixture
def slow_service() -> Service:
    """Tables take ten seconds to become what they are to be."""
    return Service(Config(table_delay_seconds=10.0))
