"""A trace out of the accesses of a source: sorted by their times, in bounded memory."""

from collections.abc import Iterable
from dataclasses import dataclass

from thermodynamo.foresight.sources.passed_over import Found, PassedOver
from thermodynamo.foresight.traces import columnar
from thermodynamo.foresight.traces.event import MICROSECONDS, Event
from thermodynamo.foresight.traces.location import Location
from thermodynamo.foresight.traces.origin import Origin
from thermodynamo.foresight.traces.trace_error import TraceError
from thermodynamo.foresight.traces.trace_writer import TraceWriter, finished

EVENTS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Converted:
    """What became of a source."""

    accesses: int
    passed_over: PassedOver
    is_in_seconds: bool
    """Whether all times were whole seconds: what came within one is spread evenly over it."""


def convert(found: Iterable[Found], target: Location, origin: Origin | None = None) -> Converted:
    """Writes the trace, with its origin. Raises TraceError, and then leaves what `target` was."""
    passed = PassedOver()
    count, is_in_seconds = 0, True
    connection = columnar.connect()
    with finished(target) as made:
        unsorted = made.with_name("unsorted.jsonl")
        with TraceWriter(unsorted) as writer:
            writer.write([origin.event()] if origin is not None else [])
            for event in passed.events(found):
                count += 1
                is_in_seconds = is_in_seconds and event.at_us % MICROSECONDS == 0
                writer.write((event,))
        if not count:
            raise TraceError("; ".join(["there is no access in it", *passed.lines()]))
        sql = columnar.of_lines(unsorted)
        if is_in_seconds:
            ranked = f"SELECT *, dense_rank() OVER (PARTITION BY at_us ORDER BY request) AS turn FROM ({sql})"
            spread = f"at_us + (turn - 1) * {MICROSECONDS} // (max(turn) OVER (PARTITION BY at_us)) AS at_us"
            sql = f"SELECT * EXCLUDE (turn) REPLACE ({spread}) FROM ({ranked})"
        ordered = connection.execute(f"SELECT * FROM ({sql}) ORDER BY at_us, request")
        with TraceWriter(made) as writer:
            while some := ordered.fetchmany(EVENTS_AT_ONCE):
                writer.write(Event(*each) for each in some)
    return Converted(count, passed, is_in_seconds)
