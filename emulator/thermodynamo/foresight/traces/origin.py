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

    def event(self) -> Event:
        """What a trace begins with."""
        return Event(0, 0, "source", self.name, "", "")


STREAM = Origin(
    "stream",
    "the trace is of stream records, which are of writes that changed an item: reads, false conditions, writes without "
    "a change and what was throttled are not in it",
    has_reads=False,
)
ORIGINS = {each.name: each for each in (STREAM,)}


def found(name: str | None) -> Origin | None:
    """The origin of a trace by its name; None where it has none that is known here."""
    return ORIGINS.get(name or "")
