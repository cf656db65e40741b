"""The tables of one account and region of a service in this process.

No limit is asked and nothing is charged, as what a file holds is no load; streams and indexes follow as they always do.
Tables are ready at once, however long tables take to be made here.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from thermodynamo.api import errors
from thermodynamo.api.call import complete
from thermodynamo.api.caller import Caller
from thermodynamo.api.errors import ApiError
from thermodynamo.api.operations import NAMED
from thermodynamo.api.operations.items import item_keys
from thermodynamo.api.operations.items.put_item import PutItem
from thermodynamo.api.operations.tables import table_description
from thermodynamo.api.slices import Slices, finish
from thermodynamo.seeds import table_request
from thermodynamo.seeds.seed import Definition, SeedError
from thermodynamo.service import Service
from thermodynamo.transfers.putting import Putting, Unfinished
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.errors import StorageError
from thermodynamo_storage.values.item import Item, encode

PAGE_BYTES_MAX = 256 * 1024
PAGE_ITEMS_MAX = 1_000
KEYS_AT_ONCE = 1_000
SLICE_BYTES = 256 * 1024
"""Of the JSON of items that one slice puts: some milliseconds."""
ITEM_BYTES = 2_048
"""What an item takes besides, in such bytes."""
Validated = tuple[PutItem, Item]
"""The request that PutItem makes of an item, and the item as it is stored."""


class ServiceSoil:
    """See `checking.Soil`."""

    def __init__(self, service: Service, caller: Caller) -> None:
        self.service = service
        self.caller = caller

    def definition_of(self, table_name: str) -> Mapping[str, Any] | None:
        """What CreateTable would take for the table, with its TimeToLiveSpecification where it has one."""
        now = self.service.clock.now()
        namespace = self.service.namespace(self.caller)
        if not namespace.exists(table_name, now):
            return None
        table = namespace.tables[table_name]
        request = table_request.of_description(table_description.describe(namespace, table, now))
        if table.tags:
            request["Tags"] = [{"Key": key, "Value": value} for key, value in table.tags.items()]
        if table.time_to_live is not None and table.time_to_live.is_enabled:
            request["TimeToLiveSpecification"] = {
                "AttributeName": table.time_to_live.attribute_name,
                "Enabled": True,
            }
        return request

    def page(self, table_name: str, after: bytes) -> tuple[list[bytes], bytes | None] | None:
        """Items as JSON from a place on, in the order of a Scan, and the place of the next page; None: no table.

        A place is the key bytes where the page begins; the first is empty.
        """
        namespace = self.service.namespace(self.caller)
        if not namespace.exists(table_name, self.service.clock.now()):
            return None
        items: list[bytes] = []
        size_bytes = 0
        for key, item in namespace.tables[table_name].keyspace.range(after, None):
            items.append(item[0])
            size_bytes += item[1]
            if size_bytes >= PAGE_BYTES_MAX or len(items) == PAGE_ITEMS_MAX:
                return items, key + b"\x00"
        return items, None

    def create(self, definition: Definition) -> None:
        """Makes a table as if so long ago that it is ready. Raises SeedError."""
        name = definition.table_name
        earlier = self.service.clock.now() - self.service.config.table_delay_seconds
        try:
            self._perform("CreateTable", definition.request, earlier)
            for setting in definition.settings:
                self._perform(setting.operation, setting.request)
        except ApiError as error:
            raise SeedError(definition.place, f"table {name}: {error.name}: {error.message}") from None
        self._flush()

    def put(self, table_name: str, items: Sequence[Mapping[str, Any]]) -> None:
        """Puts items. Raises SeedError where the table is gone, or cannot hold one: then none of them is put."""
        self.require(table_name)
        finish(self.putting(table_name, validated(table_name, items)))

    def require(self, table_name: str) -> None:
        """Raises SeedError where there is no such table."""
        try:
            self._table(table_name)
        except ApiError as error:
            raise SeedError(f"table {table_name}", f"{error.name}: {error.message}") from None

    def _table(self, table_name: str) -> Table:
        """Raises ApiError."""
        return self.service.namespace(self.caller).defined_table(table_name, self.service.clock.now())

    def putting(self, table_name: str, checked: Sequence[Validated]) -> Slices[None]:
        """As `put`, in slices, of what `validated` gave. A table that goes meanwhile has some of the items."""
        place = f"table {table_name}"
        try:
            table = self._table(table_name)
            keys: list[bytes] = []
            for number, (request, _) in enumerate(checked, start=1):
                place = f"table {table_name}, item {number}"
                keys.append(_key_in(table, request))
                if number % KEYS_AT_ONCE == 0:
                    yield
            size_bytes = 0
            puts = Putting()
            for number, (key, (request, new)) in enumerate(zip(keys, checked, strict=True), start=1):
                place = f"table {table_name}, item {number}"
                while not self._put(table, puts, key, request, new):
                    yield
                size_bytes += ITEM_BYTES + len(new[0])
                if size_bytes >= SLICE_BYTES:
                    size_bytes = 0
                    yield
        except ApiError as error:
            raise SeedError(place, f"{error.name}: {error.message}") from None
        except StorageError as error:
            raise SeedError(place, errors.from_storage(error).message or str(error)) from None
        self._flush()

    def _put(self, table: Table, puts: Putting, key: bytes, request: PutItem, new: Item) -> bool:
        """Puts one item, unless it is there alike; False where it takes another step. Raises as `plan_write` does."""
        now = self.service.clock.now()
        if self._table(table.schema.name) is not table:
            raise SeedError(f"table {table.schema.name}", "it was replaced by another one meanwhile")
        try:
            change = puts.change(table, key, None, new, request.item)
        except Unfinished:
            return False
        if change.old is None or change.old[0] != new[0]:
            self.service.database.commit([change], now)
        return True

    def _perform(self, operation: str, request: Mapping[str, Any], at: float | None = None) -> dict[str, Any]:
        """Raises ApiError."""
        now = self.service.clock.now() if at is None else at
        given = orjson.loads(orjson.dumps(dict(request)))
        reply = self.service.perform(self.service.namespace(self.caller), NAMED[operation], given, self.caller, now, ())
        answered: dict[str, Any] = orjson.loads(complete(reply) or b"{}")
        return answered

    def _flush(self) -> None:
        if self.service.folder is not None:
            self.service.folder.flush()


def checked_item(table: Table, item: Mapping[str, Any]) -> tuple[bytes, Item]:
    """The key bytes of an item in DynamoDB's JSON, and what is stored of it.

    Raises ApiError and StorageError where PutItem would.
    """
    request, new = _validated(table.schema.name, item)
    return _key_in(table, request), new


def validated(table_name: str, items: Sequence[Mapping[str, Any]]) -> list[Validated]:
    """The requests that PutItem would make of items in DynamoDB's JSON, each with its item as it is stored.

    Nothing of it depends on a table: a thread may do it. Raises SeedError.
    """
    found: list[Validated] = []
    for number, item in enumerate(items, start=1):
        try:
            found.append(_validated(table_name, item))
        except ApiError as error:
            raise SeedError(f"table {table_name}, item {number}", f"{error.name}: {error.message}") from None
    return found


def _validated(table_name: str, item: Mapping[str, Any]) -> Validated:
    """Raises ApiError."""
    put_item = NAMED["PutItem"]
    request = {"TableName": table_name, "Item": dict(item) if isinstance(item, Mapping) else item}
    put_item.check(request)
    checked: PutItem = put_item.validate(request)
    return checked, encode(checked.item, checked.size_bytes)


def _key_in(table: Table, request: PutItem) -> bytes:
    """The key bytes of a request's item. Raises ApiError and StorageError where the table cannot hold it."""
    key = item_keys.of_item(table.schema.key_schema, request.item)
    table.refuse_unindexable(key, request.item)
    return key
