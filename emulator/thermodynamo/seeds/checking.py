"""Whether what files hold can be put into tables: all of it is looked at before anything is changed.

Tables are made in a service of its own, and each item goes through what PutItem would do with it but the writing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from thermodynamo.api import errors
from thermodynamo.api.caller import Caller
from thermodynamo.api.errors import ApiError
from thermodynamo.seeds import json_tables, table_request
from thermodynamo.seeds.seed import Definition, Seed, SeedError, SeedItem
from thermodynamo.seeds.service_soil import checked_item
from thermodynamo.service import Service
from thermodynamo.settings.config import Config
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.errors import StorageError

Told = Callable[[int], None]


class Soil(Protocol):
    """Tables that items can be put into."""

    caller: Caller
    """Whose they are."""

    def definition_of(self, table_name: str) -> Mapping[str, Any] | None:
        """What CreateTable would take for the table of that name; None where there is none. Raises SeedError.

        It may have a TimeToLiveSpecification as well.
        """
        ...

    def create(self, definition: Definition) -> None:
        """Makes a table, and sets what it is set to. Raises SeedError."""
        ...

    def put(self, table_name: str, items: Sequence[Mapping[str, Any]]) -> None:
        """Puts items in DynamoDB's JSON. Raises SeedError."""
        ...


@dataclass(frozen=True, slots=True)
class Checked:
    """What is to be done: the tables to make, how many items there are, and the types of keys by table."""

    missing: tuple[Definition, ...]
    item_count: int
    kinds: Mapping[str, Mapping[str, str]]


def check(seeds: Iterable[Seed], soil: Soil, told: Told = lambda count: None) -> Checked:
    """Looks at all that files hold; `told` hears how many items it has looked at. Raises SeedError."""
    return _Check(soil, told).run(list(seeds))


class _Check:
    def __init__(self, soil: Soil, told: Told) -> None:
        self.soil = soil
        self.told = told
        self.service = Service(Config(capacity="off", cooldowns="off", clock="virtual"))
        self.service.caller = soil.caller
        self.tables: dict[str, Table] = {}

    def run(self, seeds: list[Seed]) -> Checked:
        missing = []
        for definition in (definition for seed in seeds for definition in seed.definitions):
            if self._is_missing(definition):
                missing.append(definition)
        count = 0
        for seed in seeds:
            for item in seed.items():
                self._check_item(item)
                count += 1
                self.told(count)
        kinds = {name: table.schema.attribute_kinds for name, table in self.tables.items()}
        return Checked(tuple(missing), count, kinds)

    def _is_missing(self, definition: Definition) -> bool:
        """Whether the table has to be made. Raises SeedError where one of that name is another table."""
        name = definition.table_name
        there = self.soil.definition_of(name) if name not in self.tables else self._described(name)
        if name in self.tables:
            self.service.call("DeleteTable", {"TableName": name})
        self._create(definition)
        if there is None:
            return True
        member = table_request.difference(self._described(name), there)
        if member is not None:
            raise SeedError(definition.place, f"table {name} is there already, with another {member}")
        return False

    def _create(self, definition: Definition) -> None:
        name = definition.table_name
        requests = [("CreateTable", definition.request)]
        requests += [(setting.operation, setting.request) for setting in definition.settings]
        for operation, request in requests:
            try:
                self.service.call(operation, {**request, **UNPROTECTED} if operation == "CreateTable" else request)
            except ApiError as error:
                raise SeedError(definition.place, f"table {name}, {operation}: {error.name}: {error.message}") from None
            except TypeError as error:
                raise SeedError(definition.place, f"table {name}, {operation}: {error}") from None
        self.tables[name] = self.service.namespace(self.service.caller).tables[name]

    def _described(self, name: str) -> dict[str, Any]:
        """The definition of a table that was made here."""
        return table_request.of_description(self.service.call("DescribeTable", {"TableName": name})["Table"])

    def _check_item(self, item: SeedItem) -> None:
        table = self.tables.get(item.table_name) or self._known_table(item)
        try:
            checked_item(table, item.typed(table.schema.attribute_kinds))
        except ApiError as error:
            raise SeedError(item.place, f"table {item.table_name}: {error.message}") from None
        except StorageError as error:
            message = errors.from_storage(error).message
            raise SeedError(item.place, f"table {item.table_name}: {message}") from None

    def _known_table(self, item: SeedItem) -> Table:
        """A table that no file defines. Raises SeedError where it is not there either."""
        name = item.table_name
        there = self.soil.definition_of(name)
        if there is None:
            raise SeedError(item.place, f"there is no table {name}, and no file defines it")
        self._create(json_tables.definition(dict(there), item.place))
        return self.tables[name]


UNPROTECTED = {"DeletionProtectionEnabled": False}
"""A table that is made for the check is dropped where a second file defines it again."""
