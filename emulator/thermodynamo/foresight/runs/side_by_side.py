"""Exact replays of several scenarios at once, each in a process of its own.

They share nothing, so that what comes of each is what comes of it alone, byte for byte. One replay is not divided: the
events of a trace follow each other.
"""

from collections.abc import Sequence
from concurrent.futures import Future, wait
from functools import partial
from pathlib import Path
from typing import Any

from thermodynamo.foresight.replays.outcome import Outcome
from thermodynamo.foresight.runs import kept, workers
from thermodynamo.foresight.runs.simulation import simulate
from thermodynamo.foresight.scenarios.scenario import Scenario
from thermodynamo.foresight.traces.location import Location
from thermodynamo.foresight.traces.trace_reader import Summary, Told, Trace

EVENTS_LEAST = 200_000
"""With fewer events, copies among them, to begin another process takes longer than it saves."""
TOLD_SECONDS = 0.2
Counts = Any
"""How many events each scenario has done, as an array that all processes share."""


class Shared:
    """What a process has got when it began."""

    counts: Counts = None


def is_worthwhile(scenarios: Sequence[Scenario], summary: Summary) -> bool:
    """Whether there is enough to do."""
    return len(scenarios) > 1 and summary.events * sum(max(1, each.traffic) for each in scenarios) >= EVENTS_LEAST


def outcomes(
    path: Location, scenarios: Sequence[Scenario], summary: Summary, processes: int, work: Path | None, told: Told
) -> list[Outcome]:
    """What comes of the scenarios of a trace, in their order. Raises TraceError.

    `told` hears how many events all of them have done together.
    """
    counts: Counts = workers.CONTEXT.Array("Q", len(scenarios))
    with workers.pool(min(processes, len(scenarios)), (_share, (counts,))) as pool:
        begun: list[Future[Outcome]] = [
            pool.submit(_replayed, number, path, scenario, summary, work) for number, scenario in enumerate(scenarios)
        ]
        left = set(begun)
        while left:
            done, left = wait(left, TOLD_SECONDS, "FIRST_COMPLETED")
            for each in done:
                each.result()
            told(sum(counts))
        return [each.result() for each in begun]


def _share(counts: Counts) -> None:
    Shared.counts = counts


def _replayed(number: int, path: Location, scenario: Scenario, summary: Summary, work: Path | None) -> Outcome:
    trace = Trace(path)

    def tell(done: int) -> None:
        Shared.counts[number] = done

    make = partial(simulate, trace, scenario, summary, tell)
    return make() if work is None else kept.outcome(work, trace, scenario, kept.EXACT, make)
