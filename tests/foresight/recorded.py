"""A service that is recorded, on a clock that the test turns."""

from pathlib import Path
from typing import Any

import orjson

from thermodynamo.foresight.traces.recording import Recording
from thermodynamo.service import Service
from thermodynamo.settings.config import Config
from thermodynamo_storage.tables.table import Table

START = "2026-01-01T00:00:00Z"


class Recorded:
    """The service and its recording."""

    def __init__(self, path: Path, **settings: Any) -> None:
        config = Config(**{"clock": "virtual", "clock_start": START, **settings})
        self.path = path
        self.recording = Recording(path, config)
        self.service = Service(config, listener=self.recording.recorder)
        self.recording.attach(self.service)

    def call(self, operation: str, request: dict[str, Any], target: str = "DynamoDB_20120810") -> dict[str, Any]:
        """The body of the reply, be it an error."""
        header = f"{target}.{operation}".encode()
        _, body = self.service.answer(header, orjson.dumps(request))
        reply: dict[str, Any] = orjson.loads(body or b"{}")
        return reply

    def create(self, name: str, units: tuple[int, int] | None = None, sort: bool = False, **more: Any) -> None:
        keys = ["pk", "sk"] if sort else ["pk"]
        request: dict[str, Any] = {
            "TableName": name,
            "KeySchema": [
                {"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
            ],
            "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"} for key in keys],
            "BillingMode": "PAY_PER_REQUEST",
        }
        if units is not None:
            request["BillingMode"] = "PROVISIONED"
            request["ProvisionedThroughput"] = {"ReadCapacityUnits": units[0], "WriteCapacityUnits": units[1]}
        reply = self.call("CreateTable", {**request, **more})
        assert "TableDescription" in reply, reply

    def pass_seconds(self, seconds: float) -> None:
        self.service.turn(seconds)

    @property
    def tables(self) -> list[Table]:
        return sorted(self.service.database.tables_of_all(), key=lambda table: table.schema.name)


def truth(service: Service) -> dict[str, Any]:
    """What a server met: refusals one by one, splits, units, what is in each partition, and the queues of indexes."""
    limits = service.database.limits
    assert limits is not None
    refusals = [
        (each.time, each.operation, each.table_name, each.index_name, each.reason, each.partition_id, each.key,
         round(each.tokens, 3))
        for each in limits.throttles.last
    ]  # fmt: skip
    keyspaces = {}
    for table in service.database.tables_of_all():
        for owner, keyspace in table.keyspaces():
            report = keyspace.admission.report(table.created_at)
            assert report is not None
            waiting = [] if owner is None else [
                (each.due_at, each.charged_before, each.change.key) for each in table.indexes[owner].propagation.pending
            ]  # fmt: skip
            keyspaces[table.schema.name, owner] = {
                "splits": [(each.id, each.parent, each.low, each.high, round(each.closed_at, 5), each.reason)
                           for each in keyspace.closed],
                "units": (report.reads.total, report.writes.total),
                "refused": dict(report.refused),
                "rates": (report.reads.rate, report.writes.rate, report.reads.limit, report.writes.limit),
                "partitions": [(each.id, each.low, len(each.items), each.size_bytes) for each in keyspace.partitions],
                "waiting": waiting,
            }  # fmt: skip
    return {"refusals": refusals, "count": limits.throttles.count, "keyspaces": keyspaces}
