"""One scenario of one trace: which replay it takes, and what comes of it."""

from pathlib import Path

import orjson

from thermodynamo.foresight.replays import plan
from thermodynamo.foresight.replays.aggregate import AggregateReplay
from thermodynamo.foresight.replays.clients import ClientModel
from thermodynamo.foresight.replays.engines import Engine
from thermodynamo.foresight.replays.exact import ExactReplay
from thermodynamo.foresight.replays.outcome import Outcome
from thermodynamo.foresight.replays.slices import parquet_of
from thermodynamo.foresight.scenarios import answers
from thermodynamo.foresight.scenarios.scenario import Scenario
from thermodynamo.foresight.scenarios.table_requests import CREATE_TABLE
from thermodynamo.foresight.scenarios.traffic import Traffic
from thermodynamo.foresight.traces import origin
from thermodynamo.foresight.traces.event import MICROSECONDS
from thermodynamo.foresight.traces.trace_error import TraceError
from thermodynamo.foresight.traces.trace_reader import Summary, Told, Trace, untold
from thermodynamo.settings.config import Config, ConfigError


def simulate_in_aggregate(
    trace: Trace, scenario: Scenario, summary: Summary, engine: Engine, folder: Path, passes_over: bool = True
) -> Outcome:
    """What comes of a scenario, second by second. `folder` is for files in between. Raises TraceError."""
    answers.refuse(scenario, summary, key_names(trace))
    answers.refuse_in_aggregate(scenario)
    _refuse_unknown(trace, scenario, summary)
    outcome = _begun(scenario, summary)
    replay = AggregateReplay(configured(trace, scenario), outcome, scales=True)
    traffic = Traffic(scenario, places=trace.places())
    replay.make(traffic.calls(trace.calls()))
    places = trace.keyspaces()
    first, end = (summary.first_access_at or 0) // MICROSECONDS, (summary.last_at or 0) // MICROSECONDS + 1
    bounds = tuple(plan.bounds(replay, place, scenario, trace) for place in places)
    common = plan.Common(
        str(parquet_of(trace.path, folder)),
        scenario.traffic,
        bounds,
        scenario.clients.retries != "recorded",
        tuple(plan.changed_keys(trace, scenario, traffic, places)),
        passes_over,
    )
    tasks = plan.tasks(common, first, end, summary.events)
    replay.carry_out(places, engine.slices(tasks), first * MICROSECONDS)
    return outcome


def simulate(trace: Trace, scenario: Scenario, summary: Summary, told: Told = untold) -> Outcome:
    """What comes of a scenario, event by event. Raises TraceError."""
    answers.refuse(scenario, summary, key_names(trace))
    _refuse_unknown(trace, scenario, summary)
    config = configured(trace, scenario)
    outcome = _begun(scenario, summary)
    clients = None
    if scenario.clients.retries != "recorded":
        clients = ClientModel(scenario.clients, config.seed, outcome.retries)
    replay = ExactReplay(config, outcome, scales=not scenario.is_as_recorded, clients=clients)
    if scenario.is_as_recorded and not summary.has_times:
        replay.run(trace.batches(told))
        return outcome
    traffic = Traffic(scenario, summary.knows_costs and not summary.has_times, trace.places())
    replay.run(traffic.batches(trace, told))
    if traffic.dropped:
        outcome.notes.append(f"{traffic.dropped:,} recorded retries were left out: clients try again by the scenario")
    guessed = sum(change.guessed for change in traffic.changes.values())
    if guessed:
        outcome.notes.append(
            f"{guessed:,} reads are of items that the trace does not write: they keep their keys, the template does not"
        )
    return outcome


def _begun(scenario: Scenario, summary: Summary) -> Outcome:
    """An outcome in which nothing has come yet, with what the source of the trace does not have."""
    source = origin.found(summary.origin)
    return Outcome(scenario.name, notes=[source.note] if source is not None else [])


def configured(trace: Trace, scenario: Scenario) -> Config:
    """The settings of the server that was recorded, with those of the scenario. Raises TraceError."""
    try:
        return Config(**{**trace.settings(), **scenario.settings})
    except ConfigError as error:
        raise TraceError(f"scenario {scenario.name!r}: {error}") from None


def key_names(trace: Trace) -> dict[str, tuple[str, ...]]:
    """The key attributes of the tables that the trace makes, by table."""
    found = {}
    for request in trace.requests(CREATE_TABLE):
        made = orjson.loads(request)
        found[made.get("TableName", "")] = tuple(each["AttributeName"] for each in made.get("KeySchema", ()))
    return found


def _refuse_unknown(trace: Trace, scenario: Scenario, summary: Summary) -> None:
    """Raises TraceError for tables of the scenario that the trace does not ask for, and the other way round."""
    asked = {place[2] for place in trace.places()}
    for planned in scenario.tables:
        if planned.table not in asked:
            there = ", ".join(sorted(asked)) or "none"
            raise TraceError(
                f"scenario {scenario.name!r}: the trace asks nothing of a table {planned.table}; there is {there}"
            )
    made = {planned.table for planned in scenario.tables if planned.key is not None} | key_names(trace).keys()
    missing = sorted(asked - made)
    if not summary.is_recording and missing:
        raise TraceError(
            f"scenario {scenario.name!r}: the trace does not make the table {missing[0]}: describe it in the scenario"
        )
