"""A design of tables and of what is asked of them: rates, sizes and indexes, and no item."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from thermodynamo.foresight.arrivals.model import Names, on_demand

ITEM_BYTES = 1024


@dataclass(frozen=True, slots=True)
class DesignedIndex:
    """A global secondary index."""

    name: str
    names: Names
    """The name and the type of each key attribute, the partition key first."""
    entry_bytes: int
    holds_all: bool
    projected: tuple[str, ...] = ()
    """The attributes of an INCLUDE projection."""

    @property
    def rest(self) -> str:
        """The attribute that stands for what an entry has besides keys."""
        return f"{self.name} rest"


@dataclass(frozen=True, slots=True)
class DesignedTable:
    """A table on demand."""

    name: str
    names: Names
    item_bytes: int = ITEM_BYTES
    item_count: int | None = None
    indexes: tuple[DesignedIndex, ...] = ()

    def index(self, name: str) -> DesignedIndex | None:
        return next((each for each in self.indexes if each.name == name), None)

    def request(self) -> dict[str, Any]:
        """The request of CreateTable. An entry that has not all of its item has keys and the index's rest."""
        made = on_demand(self.name, self.names)
        if self.indexes:
            made["GlobalSecondaryIndexes"] = [dict(_index(each)) for each in self.indexes]
            kinds = {each["AttributeName"]: each["AttributeType"] for each in made["AttributeDefinitions"]}
            for index in self.indexes:
                for name, kind in index.names:
                    kinds.setdefault(name, kind)
            made["AttributeDefinitions"] = [
                {"AttributeName": name, "AttributeType": kind} for name, kind in kinds.items()
            ]
        return made


def _index(index: DesignedIndex) -> Iterator[tuple[str, Any]]:
    yield "IndexName", index.name
    yield "KeySchema", on_demand("", index.names)["KeySchema"]
    some = {"ProjectionType": "INCLUDE", "NonKeyAttributes": [index.rest]}
    yield "Projection", {"ProjectionType": "ALL"} if index.holds_all else some


@dataclass(frozen=True, slots=True)
class DesignedAccess:
    """Requests of one kind."""

    name: str
    operation: str
    table: str
    index: str | None
    average: float | None
    peak: float | None
    """Requests a second; one of both at least is given."""
    item_bytes: int
    items_per_request: int = 1
    is_consistent: bool = False
    changed_indexes: tuple[str, ...] | None = None
    """The indexes whose entries a write changes; None for all."""
    failed_share: float = 0.0
    """How many writes with a false condition come on top, for each one that is carried out."""


@dataclass(slots=True)
class Design:
    """The tables by name, and what is asked of them."""

    tables: dict[str, DesignedTable] = field(default_factory=dict)
    accesses: list[DesignedAccess] = field(default_factory=list)
