"""One scenario of one trace: which replay it takes, and what comes of it."""

from collections.abc import Sequence
from pathlib import Path

from thermodynamo.foresight.replays import laid_out, plan
from thermodynamo.foresight.replays.aggregate import AggregateReplay
from thermodynamo.foresight.replays.clients import ClientModel
from thermodynamo.foresight.replays.exact import ExactReplay
from thermodynamo.foresight.replays.expected_clients import ExpectedClients
from thermodynamo.foresight.replays.laid_out import LaidOut
from thermodynamo.foresight.replays.outcome import Outcome
from thermodynamo.foresight.replays.slices import parquet_of
from thermodynamo.foresight.runs.engines import Engine
from thermodynamo.foresight.scenarios import answers
from thermodynamo.foresight.scenarios.scenario import Scenario
from thermodynamo.foresight.scenarios.traffic import Traffic
from thermodynamo.foresight.traces import origin
from thermodynamo.foresight.traces.event import MICROSECONDS, Event
from thermodynamo.foresight.traces.trace_error import TraceError
from thermodynamo.foresight.traces.trace_reader import Summary, Told, Trace, untold
from thermodynamo.settings.config import Config, ConfigError


def simulate_in_aggregate(
    trace: Trace, scenario: Scenario, summary: Summary, engine: Engine, folder: Path, passes_over: bool = True
) -> Outcome:
    """What comes of a scenario, second by second. `folder` is for files in between. Raises TraceError."""
    notes = answers.check(scenario, summary, trace)
    config = configured(trace, scenario)
    outcome = _begun(scenario, summary, notes)
    tries_again = scenario.clients.retries != "recorded"
    replay = AggregateReplay(
        config, outcome, scenario.traffic, ExpectedClients(scenario.clients) if tries_again else None
    )
    traffic = Traffic(scenario, places=trace.places())
    calls = trace.calls()
    replay.make(traffic.calls(calls))
    first, end = (summary.first_access_at or 0) // MICROSECONDS, (summary.last_at or 0) // MICROSECONDS + 1
    loads: Trace | LaidOut = trace
    is_indexed = has_indexes(replay, calls)
    if laid_out.is_needed(scenario, is_indexed):
        loads = laid_out.lay_out(trace, scenario, config, folder)
        replay.numbers, replay.means, replay.doubt = loads.numbers, loads.means, loads.doubt
        _note_guessed(outcome, loads.guessed)
    is_laid_out = isinstance(loads, LaidOut)
    places = loads.keyspaces()
    bounds = tuple(plan.bounds(replay, place, scenario, loads) for place in places)
    common = plan.Common(
        str(loads.path if is_laid_out else parquet_of(trace.path, folder)),
        scenario.traffic,
        bounds,
        tries_again,
        tuple(plan.changed_keys(replay, loads, scenario, traffic, places, summary.has_times)),
        passes_over,
        is_laid_out,
        max(map(len, replay.numbers.values()), default=0),
    )
    tasks = plan.tasks(common, first, end, summary.events)
    replay.carry_out(places, engine.slices(tasks), first * MICROSECONDS)
    if outcome.refused:
        # A transaction is refused as a whole, with what it asks of each index. Here each item is by itself.
        transacted = scenario.traffic * max([each.size_factor for each in scenario.tables], default=1.0)
        outcome.error_half_units += round(transacted * trace.transacted_half_units() * (1 + common.indexes))
    return outcome


def has_indexes(replay: ExactReplay, calls: Sequence[Event]) -> bool:
    """Whether a table has an index, or is to have one later."""
    has_now = any(table.indexes for table in replay.database.tables_of_all())
    return has_now or any("GlobalSecondaryIndexUpdates" in (each.detail or "") for each in calls)


def _note_guessed(outcome: Outcome, guessed: int) -> None:
    if guessed:
        outcome.notes.append(
            f"{guessed:,} reads are of items that the trace does not write: they keep their keys, the template does not"
        )


def simulate(trace: Trace, scenario: Scenario, summary: Summary, told: Told = untold) -> Outcome:
    """What comes of a scenario, event by event. Raises TraceError."""
    notes = answers.check(scenario, summary, trace)
    config = configured(trace, scenario)
    outcome = _begun(scenario, summary, notes)
    clients = None
    if scenario.clients.retries != "recorded":
        clients = ClientModel(scenario.clients, config.seed, outcome.retries)
    has_copies = scenario.traffic > 1 or summary.has_times
    replay = ExactReplay(config, outcome, not scenario.is_as_recorded, clients, has_copies)
    if scenario.is_as_recorded and not summary.has_times:
        replay.run(trace.batches(told))
        return outcome
    traffic = Traffic(scenario, summary.knows_costs and not summary.has_times, trace.places())
    replay.run(traffic.batches(trace, told))
    if traffic.dropped:
        outcome.notes.append(f"{traffic.dropped:,} recorded retries were left out: clients try again by the scenario")
    _note_guessed(outcome, traffic.guessed)
    return outcome


def _begun(scenario: Scenario, summary: Summary, notes: Sequence[str]) -> Outcome:
    """An outcome in which nothing has come yet, with what the trace does not have."""
    source = origin.found(summary.origin)
    return Outcome(scenario.name, notes=[*([source.note] if source is not None else []), *notes])


def configured(trace: Trace, scenario: Scenario) -> Config:
    """The settings of the server that was recorded, with those of the scenario. Raises TraceError."""
    try:
        return Config(**{**trace.settings(), **scenario.settings})
    except ConfigError as error:
        raise TraceError(f"scenario {scenario.name!r}: {error}") from None
