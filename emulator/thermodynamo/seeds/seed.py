"""What a file of seeds holds: definitions of tables, items, and the place of each, for errors."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: a file, and its line from 1 on where it is known.

    A line that takes long to find is given by what finds it.
    """

    file: str
    line: int | Callable[[], int] | None = None

    def __str__(self) -> str:
        line = self.line() if callable(self.line) else self.line
        return self.file if line is None else f"{self.file}, line {line}"


class SeedError(ValueError):
    """What a file holds cannot be used; the message names the file, the line and the reason."""

    def __init__(self, place: Place | str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")


@dataclass(frozen=True, slots=True)
class TableSetting:
    """A setting that a table gets once it is there: an operation and its request."""

    operation: str
    request: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Definition:
    """A table to be made. `request` is what CreateTable takes."""

    request: Mapping[str, Any]
    place: Place
    settings: tuple[TableSetting, ...] = ()

    @property
    def table_name(self) -> str:
        return str(self.request["TableName"])

    @property
    def time_to_live(self) -> Mapping[str, Any] | None:
        """The TimeToLiveSpecification, where there is one."""
        for setting in self.settings:
            if setting.operation == "UpdateTimeToLive":
                specification: Mapping[str, Any] = setting.request["TimeToLiveSpecification"]
                return specification
        return None


@dataclass(frozen=True, slots=True)
class SeedItem:
    """An item of a table in DynamoDB's JSON.

    One from a file of plain text has texts alone, as the table knows the types.
    """

    table_name: str
    item: dict[str, Any]
    place: Place
    is_text: bool = False

    def typed(self, kinds: Mapping[str, str]) -> dict[str, Any]:
        """The item where the table's keys have these types, by attribute name."""
        if not self.is_text:
            return self.item
        return {name: {kinds.get(name, "S"): value["S"]} for name, value in self.item.items()}


@dataclass(frozen=True, slots=True)
class Seed:
    """All that a file holds. `items` is called for each look at the items, which may be many."""

    path: str
    definitions: tuple[Definition, ...] = ()
    items: Callable[[], Iterator[SeedItem]] = field(default=lambda: iter(()))
    notes: tuple[str, ...] = ()
    """What of the file is left out, in words."""


def time_to_live(table_name: str, specification: Mapping[str, Any]) -> TableSetting:
    return TableSetting("UpdateTimeToLive", {"TableName": table_name, "TimeToLiveSpecification": specification})
