"""The tables of one account and region of a service in this process.

No limit is asked and nothing is charged, as what a file holds is no load; streams and indexes follow as they always do.
Tables are ready at once, however long tables take to be made here.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from thermodynamo.api.call import complete, perform
from thermodynamo.api.caller import Caller
from thermodynamo.api.errors import ApiError
from thermodynamo.api.operations import NAMED
from thermodynamo.api.operations.items import item_keys
from thermodynamo.seeds import table_request
from thermodynamo.seeds.seed import Definition, SeedError
from thermodynamo.service import Service
from thermodynamo_storage.values.item import Item, encode


class ServiceSoil:
    """See `checking.Soil`."""

    def __init__(self, service: Service, caller: Caller) -> None:
        self.service = service
        self.caller = caller

    def definition_of(self, table_name: str) -> Mapping[str, Any] | None:
        """What CreateTable would take for the table, with its TimeToLiveSpecification where it has one."""
        namespace = self.service.namespace(self.caller)
        if not namespace.exists(table_name, self.service.clock.now()):
            return None
        described = self._perform("DescribeTable", {"TableName": table_name})
        return table_request.of_description(described["Table"])

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
        """Puts items that were checked. Raises SeedError where the table is gone, or cannot hold one."""
        now = self.service.clock.now()
        namespace = self.service.namespace(self.caller)
        put_item = NAMED["PutItem"]
        try:
            table = namespace.defined_table(table_name, now)
            for item in items:
                request = {"TableName": table_name, "Item": dict(item)}
                put_item.check(request)
                checked = put_item.validate(request)
                new = encode(checked.item, checked.size_bytes)
                key = item_keys.of_item(table.schema.key_schema, checked.item)
                change = table.plan_write(key, None, _always(new))
                if change.old is None or change.old[0] != new[0]:
                    namespace.database.commit([change], now)
        except ApiError as error:
            raise SeedError(f"table {table_name}", f"{error.name}: {error.message}") from None
        self._flush()

    def _perform(self, operation: str, request: Mapping[str, Any], at: float | None = None) -> dict[str, Any]:
        """Raises ApiError."""
        now = self.service.clock.now() if at is None else at
        given = orjson.loads(orjson.dumps(dict(request)))
        reply = perform(self.service.namespace(self.caller), NAMED[operation], given, self.caller, now)
        answered: dict[str, Any] = orjson.loads(complete(reply) or b"{}")
        return answered

    def _flush(self) -> None:
        if self.service.folder is not None:
            self.service.folder.flush()


def _always(new: Item) -> Any:
    return lambda old: new
