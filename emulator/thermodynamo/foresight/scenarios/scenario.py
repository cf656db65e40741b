"""One scenario, as values. What is not set stays as it was recorded."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class AutoScaling:
    """Target tracking of one kind of units."""

    least: int
    most: int
    target: float = 70.0
    """How much of the provisioned units is to be used, in percent."""


@dataclass(frozen=True, slots=True)
class Index:
    """A global secondary index that is added. A key is a name, or `NAME:N` for one that is no string."""

    name: str
    partition: str
    sort: str | None = None
    projection: str = "ALL"
    include: tuple[str, ...] = ()
    read_units: int | None = None
    write_units: int | None = None


@dataclass(frozen=True, slots=True)
class PlannedTable:
    """How a table is to be."""

    table: str
    mode: str | None = None
    """on-demand or provisioned."""
    read_units: int | None = None
    write_units: int | None = None
    read_units_max: int | None = None
    write_units_max: int | None = None
    """The maximum that is configured on demand."""
    warm_read_units: int | None = None
    warm_write_units: int | None = None
    read_scaling: AutoScaling | None = None
    write_scaling: AutoScaling | None = None
    indexes: tuple[Index, ...] = ()
    without_indexes: tuple[str, ...] = ()
    """Indexes that are left out."""
    item_bytes: int | None = None
    """What each item has, where the trace does not know."""
    size_factor: float = 1.0
    """How much larger each item is."""
    write_shards: int = 1
    """Over how many partition keys each one is spread."""
    partition: str | None = None
    sort: str | None = None
    """Other keys: templates such as {tenant}#{month}, of attributes of the item."""
    key: str | None = None
    sort_key: str | None = None
    """The names of the key attributes, of a table that the trace does not make."""

    @property
    def keeps_accesses(self) -> bool:
        """Whether the same items of the same size are asked for."""
        keeps_keys = self.write_shards == 1 and self.partition is None and self.sort is None
        return keeps_keys and self.size_factor == 1 and self.item_bytes is None and not self.without_indexes


@dataclass(frozen=True, slots=True)
class Clients:
    """What clients do about throttling."""

    retries: str = "recorded"
    """recorded: the attempts that were recorded; none; legacy or standard as botocore has them."""
    attempts: int | None = None
    count: int = 1
    """How many clients there are: each has a retry quota of its own."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is to be foreseen."""

    name: str = "as recorded"
    traffic: float = 1.0
    """How many times as many requests come."""
    keys: int = 1
    """Over how many times as many partition keys they are spread; at most `traffic`."""
    items: int = 1
    """Over how many times as many items of each partition key, where a table has a sort key."""
    tables: tuple[PlannedTable, ...] = ()
    clients: Clients = Clients()
    settings: dict[str, Any] = field(default_factory=dict)
    """Settings of a server that the simulation has, such as profile and seed."""

    def planned(self, table_name: str | None) -> PlannedTable | None:
        return next((each for each in self.tables if each.table == table_name), None)

    @property
    def keeps_accesses(self) -> bool:
        """Whether tables alone differ, and not what they are asked for."""
        return self._asks_alike and all(each.keeps_accesses for each in self.tables)

    @property
    def is_as_recorded(self) -> bool:
        """Whether nothing differs, so that the replay is exact."""
        return not self.tables and self._asks_alike

    @property
    def _asks_alike(self) -> bool:
        """Whether as many requests come, from the clients that were recorded."""
        return self.traffic == 1 and self.keys == 1 and self.items == 1 and self.clients.retries == "recorded"
