"""The task for files in buckets that are not on this machine."""

import asyncio
import logging
from pathlib import Path

import pytest

from tests.emulator.transfers.world import World
from thermodynamo.server import delivering
from thermodynamo.server.delivering import Transferring


def test_there_is_no_task_where_buckets_are_in_a_folder(tmp_path: Path) -> None:
    async def start_and_stop() -> None:
        task = Transferring(World(tmp_path).whole)
        task.start()
        assert task.task is None
        await task.stop()

    asyncio.run(start_and_stop())


def test_work_that_fails_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(delivering, "FAILED_SECONDS", 0.0)
    world = World(tmp_path, s3=f"file://{tmp_path}")
    (tmp_path / "music" / "a").write_text('{"Item": {"id": {"S": "a"}}}\n')
    arn = world.begin_import()
    attempts = 0
    finish = world.whole.transfers.finish

    def failing_once(*given: object) -> None:
        nonlocal attempts
        attempts += 1
        if attempts == 1:
            raise OSError("the journal is full")
        finish(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(world.whole.transfers, "finish", failing_once)

    async def run() -> None:
        task = Transferring(world.whole)
        task.start()
        while world.described_import(arn)["ImportStatus"] == "IN_PROGRESS":
            await asyncio.sleep(0.005)
        await task.stop()

    with caplog.at_level(logging.ERROR, "thermodynamo"):
        asyncio.run(run())
    assert world.described_import(arn)["ImportStatus"] == "COMPLETED"
    assert "an export or import could not go on; it is tried again" in caplog.text
