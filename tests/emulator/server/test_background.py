"""The background task outlives what goes wrong in it."""

import asyncio
import logging

import pytest

from thermodynamo.server import background
from thermodynamo.server.background import Background
from thermodynamo.settings.clock import VirtualClock
from thermodynamo.upkeep import Upkeep
from thermodynamo_storage.database import Database


def test_work_that_fails_is_logged_and_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(background, "FAILED_SECONDS", 0.001)
    monkeypatch.setattr(background, "IDLE_SECONDS", 0.001)
    database = Database()
    calls = 0

    def step_backfill(items_max: int, now: float) -> bool:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise RuntimeError("a defect")
        return False

    monkeypatch.setattr(database, "step_backfill", step_backfill)

    async def run() -> None:
        task = Background(Upkeep(database, VirtualClock(), 0.0))
        task.start()
        async with asyncio.timeout(30):
            while calls <= 2:
                await asyncio.sleep(0.001)
        await task.stop()

    with caplog.at_level(logging.ERROR):
        asyncio.run(run())
    assert "a defect" in caplog.text
