"""The tables that are there when a recording begins, as events that make them: what they are, and their partitions.

Their items are not recorded. What an item was before a write is said by the write.
"""

from collections.abc import Iterator

import orjson

from thermodynamo.api.caller import Caller
from thermodynamo.api.operations.tables import table_description
from thermodynamo.foresight.traces.event import Event, microseconds
from thermodynamo.seeds import table_request
from thermodynamo.service import Service
from thermodynamo_storage.tables.table import Table

CREATE_TABLE = "DynamoDB_20120810.CreateTable"


def events(service: Service) -> list[Event]:
    """What makes the tables of a service, the oldest first."""
    tables = sorted(service.database.tables_of_all(), key=lambda table: (table.created_at, table.id))
    return [event for table in tables for event in _of_table(service, table)]


def _of_table(service: Service, table: Table) -> Iterator[Event]:
    at = microseconds(table.created_at)
    place = table.account, table.region
    namespace = service.namespace(Caller(*place))
    request = table_request.of_description(table_description.describe(namespace, table, service.started_at))
    yield Event(at, 0, "call", CREATE_TABLE, *place, detail=orjson.dumps(request).decode())
    for owner, keyspace in table.keyspaces():
        for low in keyspace.lows[1:]:
            detail = orjson.dumps([low.hex(), low.hex()]).decode()
            yield Event(at, 0, "split", "", *place, table.schema.name, owner, detail=detail)
