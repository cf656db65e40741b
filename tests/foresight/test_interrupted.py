"""A run that is interrupted goes on where it was, and what it shows on the way is shown in a terminal alone."""

import fcntl
import json
import os
import pickle
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.foresight.test_foresee_command import foresee
from tests.foresight.test_scenarios import ON_DEMAND, hot_writes, scenario, trace_of
from thermodynamo.foresight.replays import plan
from thermodynamo.foresight.replays.outcome import Outcome
from thermodynamo.foresight.replays.slices import Slice, Task
from thermodynamo.foresight.reports.facts import of_outcome
from thermodynamo.foresight.runs import kept
from thermodynamo.foresight.runs.engines import Kept, Local, Watched
from thermodynamo.foresight.runs.simulation import simulate, simulate_in_aggregate
from thermodynamo.foresight.traces.trace_error import MissingExtra

pytest.importorskip("duckdb")

PLANS = '[[scenario]]\nname = "{}"\n[[scenario.tables]]\ntable = "orders"\nkey = "pk"\nwrite_shards = {}\n'


class Interrupted(Local):
    """Adds up so many slices, and is then interrupted."""

    def __init__(self, count: int) -> None:
        super().__init__(1)
        self.left = count

    def slices(self, tasks: Sequence[Task]) -> Iterator[Slice]:
        for made in super().slices(tasks):
            if not self.left:
                raise KeyboardInterrupt
            self.left -= 1
            yield made


def test_slices_that_were_added_up_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "SLICE_EVENTS", 4_000)
    trace = trace_of(tmp_path, hot_writes(4_000, seconds=8))
    planned, work = scenario(tables=[ON_DEMAND]), tmp_path / "work"
    work.mkdir()
    alone = of_outcome(simulate_in_aggregate(trace, planned, trace.summary(), Local(1), tmp_path))
    with pytest.raises(KeyboardInterrupt):
        simulate_in_aggregate(trace, planned, trace.summary(), Kept(Interrupted(2), work), work)
    assert len(list(work.glob("*.slice"))) == 2
    told: list[tuple[int, int]] = []
    rest = Interrupted(99)
    watched = Watched(Kept(rest, work), lambda done, total: told.append((done, total)))
    assert of_outcome(simulate_in_aggregate(trace, planned, trace.summary(), watched, work)) == alone
    (total,) = {total for _, total in told}
    assert [done for done, _ in told] == list(range(total + 1))
    assert 99 - rest.left == total - 2, "the two that were there are not added up again"


def test_scenarios_that_were_replayed_are_kept(tmp_path: Path) -> None:
    trace = trace_of(tmp_path, hot_writes(3_000))
    planned = scenario(tables=[ON_DEMAND])
    made: list[Outcome] = []

    def make() -> Outcome:
        made.append(simulate(trace, planned, trace.summary()))
        return made[-1]

    first = kept.outcome(tmp_path, trace, planned, "exact", make)
    assert of_outcome(kept.outcome(tmp_path, trace, planned, "exact", make)) == of_outcome(first) and len(made) == 1
    kept.outcome(tmp_path, trace, scenario(tables=[ON_DEMAND], traffic=2), "exact", make)
    kept.outcome(tmp_path, trace, planned, "aggregate", make)
    assert len(made) == 3, "another scenario and another method are replayed"
    path = Path(str(trace.path))
    path.write_text(path.read_text() + "{}\n")
    kept.outcome(tmp_path, trace, planned, "exact", make)
    assert len(made) == 4, "the trace is another one"


@pytest.mark.parametrize("method", ["exact", "aggregate"])
def test_a_run_that_goes_on_says_the_same(tmp_path: Path, method: str) -> None:
    trace = trace_of(tmp_path, hot_writes(3_000))
    plans = tmp_path / "plans.toml"
    plans.write_text(PLANS.format("one", 1) + PLANS.format("four", 4))
    command = [str(trace.path), "--scenarios", str(plans), "--json", "--method", method]
    alone = foresee(*command)
    work = tmp_path / "work"
    first = foresee(*command, "--work", str(work))
    outcomes = sorted(work.glob("*.outcome"))
    assert len(outcomes) == 2 and first.stderr == "", "nothing is shown but in a terminal"
    outcomes[0].write_bytes(outcomes[0].read_bytes()[:99])
    outcomes[1].unlink()
    assert json.loads(foresee(*command, "--work", str(work)).stdout) == json.loads(alone.stdout)
    assert foresee(*command, "--work", str(trace.path)).stderr.endswith("cannot be made: File exists\n")


@pytest.mark.parametrize(("method", "unit"), [("exact", "events"), ("aggregate", "slices")])
def test_a_bar_is_shown_in_a_terminal(tmp_path: Path, method: str, unit: str) -> None:
    trace = trace_of(tmp_path, hot_writes(3_000))
    plans = tmp_path / "plans.toml"
    plans.write_text(PLANS.format("one", 1))
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("4H", 24, 80, 0, 0))
    command = [sys.executable, "-m", "thermodynamo", "foresee", str(trace.path), "--scenarios", str(plans)]
    done = subprocess.run([*command, "--method", method], stdout=subprocess.PIPE, stderr=theirs, timeout=300)
    is_shown = bool(select.select([ours], [], [], 0)[0])
    shown = os.read(ours, 65_536).decode() if is_shown else ""
    os.close(theirs)
    os.close(ours)
    assert done.returncode == 0 and "one:" in shown and unit in shown, shown
    assert b"== one" in done.stdout


MARK = "THERMODYNAMO_TEST_RUN"


def processes_of(mark: str) -> list[int]:
    """The processes that were begun with this mark in their environment, and those that they have begun."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            is_marked = f"{MARK}={mark}".encode() in path.read_bytes().split(b"\0")
        except OSError:
            continue  # It has ended meanwhile, or is another user's.
        if is_marked and b"\0" in (path.parent / "cmdline").read_bytes():
            found.append(int(path.parent.name))
    return found


def all_ended(mark: str) -> bool:
    """Whether all processes of a run end, soon enough for a busy machine."""
    for _ in range(3_000):
        if not processes_of(mark):
            return True
        time.sleep(0.01)
    return False


def interrupted(command: list[str], work: Path, suffix: str, how: signal.Signals, mark: str) -> str:
    """Begins a run, and interrupts it as soon as something is done; what it has said."""
    environment = {**os.environ, MARK: mark}
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
                           env=environment)  # fmt: skip
    while not list(work.glob(f"*.{suffix}")):
        assert run.poll() is None, "it ended before anything was kept"
        time.sleep(0.01)
    if how is signal.SIGINT:
        os.killpg(run.pid, how)  # As a terminal does at Ctrl-C.
    else:
        run.send_signal(how)
    told, said = run.communicate(timeout=120)
    assert told == b"" and run.returncode == (130 if how is signal.SIGINT else -how)
    return said.decode()


@pytest.mark.parametrize("method", ["exact", "aggregate"])
def test_a_killed_run_goes_on_and_says_the_same(tmp_path: Path, method: str) -> None:
    trace = trace_of(tmp_path, hot_writes(100, seconds=20))
    plans = tmp_path / "plans.toml"
    short, long = (PLANS.format(name, 3) for name in ("short", "long"))
    plans.write_text(short + long.replace("[[scenario.tables]]", "traffic = 20\n[[scenario.tables]]"))
    given = [str(trace.path), "--scenarios", str(plans), "--json", "--method", method, "--processes", "2"]
    # A shell's background jobs ignore Ctrl-C, and so does what they begin.
    run = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    run += "from thermodynamo.commands.foresight.foresee import main; from thermodynamo.foresight.replays import plan; "
    # Many slices, so that there is one that is done and one that is not.
    run += "plan.SLICE_EVENTS = 100; import sys; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", run, *given]
    alone = subprocess.run(command, capture_output=True, timeout=300)
    assert alone.returncode == 0, alone.stderr
    suffix = "outcome" if method == "exact" else "slice"
    for how in (signal.SIGKILL, signal.SIGINT):
        work = tmp_path / how.name
        said = interrupted([*command, "--work", str(work)], work, suffix, how, str(work))
        assert how is not signal.SIGINT or said == "", "it says nothing, and least of all a traceback"
        assert all_ended(str(work)), "no process of a killed run goes on"
        before = {path: path.stat().st_mtime_ns for path in work.glob(f"*.{suffix}")}
        again = subprocess.run([*command, "--work", str(work)], capture_output=True, timeout=300)
        assert again.stdout == alone.stdout and again.returncode == 0, again.stderr
        assert {path: path.stat().st_mtime_ns for path in before} == before, "what was done is not done again"
        assert len(list(work.glob("*.outcome"))) == 2 and len(list(work.glob(f"*.{suffix}"))) > len(before)


def test_scenarios_at_once_say_what_each_says_alone(tmp_path: Path) -> None:
    """The bytes are the same for any number of processes; an error of one is the error of all."""
    trace = trace_of(tmp_path, hot_writes(3_000))
    plans = tmp_path / "plans.toml"
    plans.write_text(PLANS.format("one", 1) + PLANS.format("four", 4) + PLANS.format("nine", 9))
    command = [str(trace.path), "--scenarios", str(plans), "--json", "--processes"]
    assert foresee(*command, "1").stdout == foresee(*command, "2").stdout != ""
    plans.write_text(PLANS.format("one", 1) + PLANS.format("four", 4).replace('key = "pk"', 'partition = "{x}"'))
    alone, at_once = (foresee(*command, number) for number in ("1", "2"))
    assert (at_once.returncode, at_once.stderr) == (alone.returncode, alone.stderr) and "'four'" in alone.stderr
    assert foresee(*command, "0").stderr.startswith("thermodynamo foresee: argument --processes: '0' is not a whole")
    error = MissingExtra("duckdb", "foresee")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_runs_that_share_a_folder_do_not_mix_their_slices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One finds a slice kept by the other that it has begun to add up itself."""
    monkeypatch.setattr(plan, "SLICE_EVENTS", 4_000)
    trace = trace_of(tmp_path, hot_writes(4_000, seconds=6))
    planned, work, other = scenario(tables=[ON_DEMAND]), tmp_path / "work", tmp_path / "other"
    for folder in (work, other):
        folder.mkdir()
    alone = of_outcome(simulate_in_aggregate(trace, planned, trace.summary(), Kept(Local(1), other), other))

    class Overtaken(Local):
        def slices(self, tasks: Sequence[Task]) -> Iterator[Slice]:
            for path in sorted(other.glob("*.slice"))[:3]:
                (work / path.name).write_bytes(path.read_bytes())
            yield from super().slices(tasks)

    for path in other.glob("*.parquet"):
        (work / path.name).write_bytes(path.read_bytes())
    found = simulate_in_aggregate(trace, planned, trace.summary(), Kept(Overtaken(1), work), work)
    assert of_outcome(found) == alone
