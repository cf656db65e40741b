"""A run that is interrupted goes on where it was, and what it shows on the way is shown in a terminal alone."""

import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.foresight.test_foresee_command import foresee
from tests.foresight.test_scenarios import ON_DEMAND, hot_writes, scenario, trace_of
from thermodynamo.foresight.replays import kept, plan
from thermodynamo.foresight.replays.engines import Kept, Local, Watched
from thermodynamo.foresight.replays.outcome import Outcome
from thermodynamo.foresight.replays.simulation import simulate, simulate_in_aggregate
from thermodynamo.foresight.replays.slices import Slice, Task
from thermodynamo.foresight.reports.facts import of_outcome

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
    outcomes[0].unlink()
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
