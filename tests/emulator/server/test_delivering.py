"""The task for files in buckets, and the thread that makes items of them."""

import asyncio
import logging
import threading
from pathlib import Path

import pytest

from tests.emulator.transfers.world import World
from thermodynamo.server import delivering
from thermodynamo.server.delivering import Transferring
from thermodynamo.transfers.job import Job
from thermodynamo.transfers.transfers import Transfers


@pytest.mark.parametrize("is_local", [True, False])
def test_files_are_read_in_a_thread_wherever_buckets_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_local: bool
) -> None:
    world = World(tmp_path) if is_local else World(tmp_path, s3=f"file://{tmp_path}")
    (tmp_path / "music" / "a").write_text('{"Item": {"id": {"S": "a"}}}\n')
    arn = world.begin_import()
    threads: set[bool] = set()
    inner = Job.run

    def noted(job: Job) -> None:
        threads.add(threading.current_thread() is threading.main_thread())
        inner(job)

    loading: list[bool] = []
    load = Transfers.load

    def noted_load(transfers: Transfers) -> None:
        if not transfers.is_loaded:
            loading.append(threading.current_thread() is threading.main_thread())
        load(transfers)

    monkeypatch.setattr(Job, "run", noted)
    monkeypatch.setattr(Transfers, "load", noted_load)

    async def run() -> None:
        task = Transferring(world.whole)
        task.start()
        while world.described_import(arn)["ImportStatus"] == "IN_PROGRESS":
            world.whole.upkeep.step()
            await asyncio.sleep(0.005)
        await task.stop()

    asyncio.run(run())
    assert threads == {False} and loading == [False] and world.described_import(arn)["ImportedItemCount"] == 1


def test_a_turn_of_the_clock_waits_for_the_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path)
    (tmp_path / "music" / "a").write_text('{"Item": {"id": {"S": "a"}}}\n')
    arn = world.begin_import()
    let_go = threading.Event()
    inner = Job.run

    def held(job: Job) -> None:
        if threading.current_thread() is not threading.main_thread():
            let_go.wait()
        inner(job)

    monkeypatch.setattr(Job, "run", held)

    async def run() -> None:
        task = Transferring(world.whole)
        task.start()
        while not any(job.is_running for job in world.whole.transfers.jobs.values()):
            await asyncio.sleep(0.001)
        turns = 0
        for _ in world.whole.upkeep.advance(3_600):
            turns += 1
            if turns == 20:
                let_go.set()
            await asyncio.sleep(0)
        assert turns >= 20
        await task.stop()

    asyncio.run(run())
    assert world.described_import(arn)["ImportStatus"] == "COMPLETED"


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
