"""Where a trace comes from, and what it therefore does not have: kept in it as one event `source`.

A recording of a server has none: it has all that was asked.
"""

from dataclasses import dataclass

from thermodynamo.foresight.traces.event import Event


@dataclass(frozen=True, slots=True)
class Origin:
    """One kind of source."""

    name: str
    note: str
    """What the report says of it."""
    has_reads: bool = True
    has_attributes: bool = True
    """Whether its items have all their attributes, if any."""
    knows_changes: bool = True
    """Whether it is known which attributes a write changes."""

    def event(self) -> Event:
        """What a trace begins with."""
        return Event(0, 0, "source", self.name, "", "")


STREAM = Origin(
    "stream",
    "the trace is of stream records, which are of writes that changed an item: reads, false conditions, writes without "
    "a change and what was throttled are not in it",
    has_reads=False,
)
METRICS = Origin(
    "metrics",
    "the trace is modelled by CloudWatch's metrics: how much was asked for in each period is told, the seconds and the "
    "keys are drawn by chance",
)
COST_MODEL = Origin(
    "cost model",
    "the trace is modelled by rates of requests: when they come and for which keys is drawn by chance",
    has_attributes=False,
)
EXPORT = Origin(
    "export",
    "the trace is modelled: its items are those of an export, and when they are asked for is drawn by chance",
    knows_changes=False,
)
ORIGINS = {each.name: each for each in (STREAM, METRICS, COST_MODEL, EXPORT)}


def found(name: str | None) -> Origin | None:
    """The origin of a trace by its name; None where it has none that is known here."""
    return ORIGINS.get(name or "")
