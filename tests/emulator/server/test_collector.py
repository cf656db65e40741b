"""Full collections: when they are made."""

import gc

import pytest

from thermodynamo.server import collector
from thermodynamo.server.collector import QUIET_SECONDS, YOUNGER_MIN, Collector


def test_a_full_collection_waits_for_a_second_without_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    younger = YOUNGER_MIN - 1
    made: list[float] = []
    seen: str | None = "1"
    watching = Collector(lambda: seen)
    now = 100.0

    def collect() -> None:
        made.append(now)

    monkeypatch.setattr(gc, "collect", collect)
    monkeypatch.setattr(gc, "get_count", lambda: (0, 0, younger))

    def look(at: float) -> None:
        nonlocal now
        now = at
        watching.look(at)

    look(100.0)
    look(100.0 + 2 * QUIET_SECONDS)
    assert not made, "there is little to collect"
    younger = YOUNGER_MIN
    look(103.0)
    seen = "2"
    look(103.5)
    look(103.4 + QUIET_SECONDS)
    seen = None
    look(105.0)
    look(106.0 + QUIET_SECONDS)
    assert not made, "a request has come, or is in progress"
    seen = "2"
    look(110.0)
    look(110.0 + QUIET_SECONDS)
    assert made == [110.0 + QUIET_SECONDS]


def test_no_request_brings_a_full_collection_about() -> None:
    """A request of 16 MB allocates a million objects, and so a hundred collections of the middle generation."""
    *_, full = collector.THRESHOLDS
    assert full >= 1_000 * 100
