"""A server that is killed at a random instant of a mixed load and started again has everything that it acknowledged.

The load writes items, transactions, batches, tables with indexes and streams, items that expire, splits, snapshots and
settings. After each kill: every acknowledged write is there, no transaction is there by half, every structure is sound
(the folder is loaded in this process, too), and shard iterators go on. `CRASH_KILLS=300` makes the run long.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.crash.load import Load, Worker
from thermodynamo.service import Service
from thermodynamo.settings.config import Config
from thermodynamo_storage.durability.file import FILE_NAME

KILLS = int(os.environ.get("CRASH_KILLS", "4"))
WORKERS = 4
SECONDS_MAX = 1.5
ROOT = Path(__file__).parents[2]
STREAM_BYTES_MAX = 1 << 34
"""More than 300 kills bring: a shard iterator that waits is not to be overtaken by trimming."""
FLAGS = (
    *("--capacity", "observe", "--ttl-delay", "0", "--log-level", "error", "--index-delay-seconds", "0-0.2"),
    *("--stream-bytes-max", str(STREAM_BYTES_MAX)),
)


class Server:
    """A server of its own process on a folder."""

    def __init__(self, folder: Path, durability: str) -> None:
        command = [sys.executable, "-m", "tests.crash.small_journal", "--port", "0", "--data-dir", str(folder), *FLAGS]
        self.process = subprocess.Popen(
            [*command, "--durability", durability], cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert "serves DynamoDB on" in line, line
        self.endpoint = line.split(" on ")[1].split()[0]

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()


def run(load: Load, server: Server, seconds: float) -> None:
    """Lets the workers write until the server is killed under them."""
    workers = [Worker(load, server.endpoint, number) for number in range(WORKERS)]
    threads = [threading.Thread(target=worker.run, daemon=True) for worker in workers]
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    server.kill()
    for thread in threads:
        thread.join(120)
        assert not thread.is_alive()
    load.raise_unexpected()


def check_structures(folder: Path, copy: Path) -> None:
    """Loads a copy of the folder in this process, and looks at every structure."""
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    service = Service(Config(data_dir=str(copy), capacity="observe", stream_bytes_max=STREAM_BYTES_MAX))
    service.database.check()
    service.close()


@pytest.mark.parametrize("durability", ["process", "power"])
def test_what_was_acknowledged_is_there_after_every_kill(tmp_path: Path, durability: str) -> None:
    chance = random.Random(7)
    folder = tmp_path / "data"
    load = Load(chance.randrange(10**9))
    for number in range(KILLS if durability == "process" else max(1, KILLS // 4)):
        server = Server(folder, durability)
        try:
            load.check(server.endpoint)
            run(load, server, 0.2 + chance.random() * SECONDS_MAX)
        finally:
            server.kill()
        check_structures(folder, tmp_path / "copy")
        print(f"kill {number + 1}: {load.summary()}")
    server = Server(folder, durability)
    try:
        load.check(server.endpoint)
        assert load.acknowledged > 20
    finally:
        server.kill()


def test_a_server_that_is_killed_while_it_loads_loads_again(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    load = Load(1)
    server = Server(folder, "process")
    try:
        load.check(server.endpoint)
        run(load, server, 1.0)
    finally:
        server.kill()
    for seconds in (0.15, 0.3, 0.45):
        command = [sys.executable, "-m", "tests.crash.small_journal", "--port", "0", "--data-dir", str(folder), *FLAGS]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        time.sleep(seconds)
        process.kill()
        process.wait()
    server = Server(folder, "process")
    try:
        load.check(server.endpoint)
    finally:
        server.kill()


def test_a_server_whose_log_was_emptied_after_a_kill_is_not_begun_without_it(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    load = Load(2)
    server = Server(folder, "process")
    try:
        load.check(server.endpoint)
        time.sleep(1.0)
    finally:
        server.kill()
    log = folder / f"{FILE_NAME}-wal"
    whole = log.read_bytes()
    log.write_bytes(b"")
    command = [sys.executable, "-m", "thermodynamo", "--port", "0", "--data-dir", str(folder)]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert found.returncode != 0 and "its last one is 0" in found.stderr, found.stderr
    log.write_bytes(whole)
    server = Server(folder, "process")
    try:
        load.check(server.endpoint)
    finally:
        server.kill()
