"""Events in brief, some at a time: what many events have in common is told once, and each event has a number for it.

A trace has few forms and many events. To make a Python object of every member of every event took a quarter of an exact
replay.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from thermodynamo.foresight.traces.event import Event

BATCH_EVENTS = 2_000
"""So many are in the processor's cache together: ten times as many took half as long again to read."""

Brief = tuple[int, int, int, bytes | None, int | None, int | None, int | None, str | None]
"""`at_us`, `request`, the number of the form, `key`, `size`, `old_size`, `half_units` and `detail` of an event."""


class Form(NamedTuple):
    """The members that few events differ in, as `Event` has them."""

    kind: str
    operation: str
    account: str
    region: str
    table_name: str | None
    index_name: str | None
    is_consistent: bool | None
    attempt: int | None
    reason: str | None


class Forms:
    """The forms of events by number: those of a trace, and others that a scenario makes."""

    def __init__(self, known: Mapping[int, Form] | None = None) -> None:
        self.by_number: dict[int, Form] = dict(known or {})
        self.numbers: dict[tuple[Any, ...], int] = {form: number for number, form in self.by_number.items()}

    def brief(self, event: Event) -> Brief:
        """An event in brief. It must be of one request: `times` is left out."""
        form = event[2:8] + event[12:15]
        number = self.numbers.get(form)
        if number is None:
            # Below 0, as none of a trace is.
            number = self.numbers[form] = -1 - len(self.numbers)
            self.by_number[number] = Form(*form)
        return event.at_us, event.request, number, *event[8:12], event.detail

    def event(self, brief: Brief) -> Event:
        """The event that stands there in brief."""
        at, request, number, key, size, old_size, half_units, detail = brief
        form = self.by_number[number]
        return Event(at, request, *form[:6], key, size, old_size, half_units, *form[6:], detail)

    def of(self, kinds: Iterable[str]) -> set[int]:
        """The numbers of the forms of some kinds."""
        chosen = frozenset(kinds)
        return {number for number, form in self.by_number.items() if form.kind in chosen}


class Batch(NamedTuple):
    """Some events in order."""

    events: Sequence[Brief]
    forms: Forms
