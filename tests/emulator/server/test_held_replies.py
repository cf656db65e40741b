"""Held replies: they wait for the journal, those of one turn together; what clients see where it cannot be written."""

import asyncio
import math
import threading
from pathlib import Path
from typing import Any

import pytest

from thermodynamo.server import held_replies
from thermodynamo.server.held_replies import HeldReplies
from thermodynamo.server.held_transport import HeldTransport
from thermodynamo_storage.durability.file import Durability, File
from thermodynamo_storage.durability.sqlite_journal import Batch, SqliteJournal
from thermodynamo_storage.tables.definition import Defined, TagsSet
from thermodynamo_storage.values.errors import JournalStalled

OK = b"HTTP/1.1 200 OK\r\n\r\n"
REFUSED = b"HTTP/1.1 400 Bad Request\r\n\r\n"
REFUSAL = b"HTTP/1.1 500 Internal Server Error\r\n\r\n"


class Wire:
    """The transport of a connection, which keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.is_closed = False

    def write(self, data: bytes) -> None:
        assert not self.is_closed
        self.sent.append(data)

    def close(self) -> None:
        self.is_closed = True

    def write_eof(self) -> None:
        self.sent.append(b"EOF")

    def is_closing(self) -> bool:
        return self.is_closed

    def get_write_buffer_size(self) -> int:
        return 7


class World:
    """A journal, its turns, and connections."""

    def __init__(self, folder: Path, durability: Durability) -> None:
        self.journal = SqliteJournal(File(folder, durability))
        self.replies = HeldReplies(self.journal)
        self.sequence = 0

    def connect(self) -> tuple[Wire, HeldTransport]:
        wire = Wire()
        return wire, HeldTransport(wire, self.replies, lambda: REFUSAL)  # type: ignore[arg-type]

    def record(self) -> None:
        self.sequence += 1
        self.journal.record_definitions(Defined(self.sequence, 0.0, (TagsSet("id", {"k": "x" * 5_000}, 0.0),)))

    def written(self) -> list[int]:
        return [sequence for sequence, _ in self.journal.file.records(0)]

    async def settle(self) -> None:
        for _ in range(200):
            await asyncio.sleep(0.005)
            if not self.replies.is_open:
                return

    def fill_disk(self, is_full: bool = True) -> None:
        connection = self.journal.file.connection
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={pages if is_full else 1_000_000}")


def play(folder: Path, durability: Durability, act: Any) -> World:
    """Runs a coroutine function with a world whose turns have started."""
    world = World(folder, durability)

    async def run() -> None:
        world.replies.start()
        await act(world)
        await world.replies.stop()

    asyncio.run(run())
    world.journal.file.close()
    return world


@pytest.mark.parametrize("durability", ["process", "power"])
def test_the_replies_of_a_turn_wait_for_one_commit(tmp_path: Path, durability: Durability) -> None:
    async def act(world: World) -> None:
        (first, held), (second, other) = world.connect(), world.connect()
        world.record()
        held.write(OK)
        world.record()
        other.write(OK)
        other.write(REFUSED)
        other.close()
        assert first.sent == second.sent == [] and other.is_closing() and not second.is_closed
        await world.settle()
        assert first.sent == [OK] and second.sent == [OK, REFUSED] and second.is_closed
        assert world.written() == [2]
        held.write(OK)
        assert first.sent == [OK, OK]

    play(tmp_path, durability, act)


def test_what_comes_while_the_disk_works_waits_for_the_next_commit(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        wire, held = world.connect()
        world.record()
        held.write(OK)
        await asyncio.sleep(0)
        assert world.journal.in_flight is not None or wire.sent
        world.record()
        held.write(REFUSED)
        await world.settle()
        assert wire.sent == [OK, REFUSED] and world.written() == [1, 2]

    play(tmp_path, "power", act)


@pytest.mark.parametrize(("fast_seconds", "by_loop"), [(math.inf, [False, True, True]), (0.0, [False, False, False])])
def test_a_thread_writes_unless_the_last_write_was_fast(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fast_seconds: float, by_loop: list[bool]
) -> None:
    """The first write is a thread's: how fast the disk is can't be known before."""
    writers = []
    write = SqliteJournal.write

    def noting(journal: SqliteJournal, batch: Batch) -> Any:
        writers.append(threading.current_thread() is threading.main_thread())
        return write(journal, batch)

    monkeypatch.setattr(SqliteJournal, "write", noting)
    monkeypatch.setattr(held_replies, "FAST_SECONDS", fast_seconds)

    async def act(world: World) -> None:
        world.replies.write_seconds = math.inf
        wire, held = world.connect()
        for _ in by_loop:
            world.record()
            held.write(OK)
            await world.settle()
        assert wire.sent == [OK] * len(by_loop) and world.written() == [1, 2, 3]

    play(tmp_path, "power", act)
    assert writers == by_loop


@pytest.mark.parametrize("durability", ["process", "power"])
def test_a_reply_that_is_not_true_is_not_sent(tmp_path: Path, durability: Durability) -> None:
    async def act(world: World) -> None:
        (first, held), (second, other), (third, reading) = world.connect(), world.connect(), world.connect()
        world.fill_disk()
        world.record()
        held.write(OK)
        held.write(b"body of a reply in two parts")
        other.write(REFUSED)
        await world.settle()
        assert first.sent == [REFUSAL] and first.is_closed
        assert second.sent == [REFUSED] and not second.is_closed
        reading.write(OK)
        assert third.sent == [OK], "reads go on"
        with pytest.raises(JournalStalled):
            world.record()
        world.fill_disk(False)
        world.record()
        reading.write(OK)
        await world.settle()
        assert third.sent == [OK, OK] and world.written() == [1, 3]

    play(tmp_path, durability, act)


@pytest.mark.parametrize("durability", ["process", "power"])
def test_replies_wait_while_it_must_be_quiet(tmp_path: Path, durability: Durability) -> None:
    async def act(world: World) -> None:
        wire, held = world.connect()
        began = asyncio.Event()
        loop = asyncio.get_running_loop()

        def work() -> None:
            loop.call_soon_threadsafe(began.set)
            world.journal.file.end_log()

        quiet = asyncio.create_task(world.replies.quiet(work))
        await began.wait()
        world.record()
        held.write(OK)
        await quiet
        await world.settle()
        assert wire.sent == [OK] and world.written() == [1]

    play(tmp_path, durability, act)


def test_what_is_recorded_last_is_written_at_the_end(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        world.record()

    world = play(tmp_path, "power", act)
    file = File(tmp_path)
    assert [sequence for sequence, _ in file.records(0)] == [1] and world.sequence == 1
    file.close()


def test_other_methods_are_those_of_the_transport(tmp_path: Path) -> None:
    async def act(world: World) -> None:
        wire, held = world.connect()
        assert held.get_write_buffer_size() == 7
        world.record()
        held.write_eof()
        assert wire.sent == []
        await world.settle()
        assert wire.sent == [b"EOF"]

    play(tmp_path, "process", act)
