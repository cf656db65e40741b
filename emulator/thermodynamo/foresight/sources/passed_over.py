"""What of a source became no event: counted by reason, and the first of each shown."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from thermodynamo.foresight.traces.event import Event

EXAMPLE_LETTERS_MAX = 80


class Passed(NamedTuple):
    """A line or a record that is no access."""

    place: str
    """Where it stands, such as run.csv:7."""
    reason: str
    example: str = ""
    """What stands there."""


Found = Event | Passed


@dataclass(slots=True)
class PassedOver:
    """Those of one source."""

    counts: dict[str, int] = field(default_factory=dict)
    firsts: dict[str, Passed] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return sum(self.counts.values())

    def add(self, passed: Passed) -> None:
        """Counts one more."""
        self.counts[passed.reason] = self.counts.get(passed.reason, 0) + 1
        self.firsts.setdefault(passed.reason, passed)

    def events(self, found: Iterable[Found]) -> Iterator[Event]:
        """The events; what is none is counted."""
        for each in found:
            if isinstance(each, Passed):
                self.add(each)
            else:
                yield each

    def lines(self) -> list[str]:
        """One line for each reason, the most frequent first."""
        made = []
        for reason, count in sorted(self.counts.items(), key=lambda item: (-item[1], item[0])):
            first = self.firsts[reason]
            example = f": {first.example[:EXAMPLE_LETTERS_MAX]}" if first.example else ""
            made.append(f"{count:,} passed over, {reason} (first at {first.place}{example})")
        return made
