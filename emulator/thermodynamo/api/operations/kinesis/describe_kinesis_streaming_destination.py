"""DescribeKinesisStreamingDestination: the destinations that a table has and had, the newest first."""

from typing import Any

from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.kinesis import destination_summary
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.table_settings import known_tables
from thermodynamo_storage.followers.kinesis_destination import KinesisDestination
from thermodynamo_storage.tables.table import Table

FACTS = Facts(is_read=True)


def validate(request: dict[str, Any]) -> str:
    name: str = request["TableName"]
    return name


def execute(namespace: Namespace, table_name: str, now: float) -> dict[str, Any]:
    table = known_tables.find(namespace, table_name, now)
    return {
        "TableName": table.schema.name,
        "KinesisDataStreamDestinations": [_entry(table, each, now) for each in table.destinations.values()],
    }


def _entry(table: Table, destination: KinesisDestination, now: float) -> dict[str, Any]:
    status = destination_summary.status(table, destination, now)
    entry: dict[str, Any] = {"StreamArn": destination.stream_arn, "DestinationStatus": status}
    if status == "ENABLE_FAILED":
        entry["DestinationStatusDescription"] = destination.failure
    if destination.precision is not None:
        entry["ApproximateCreationDateTimePrecision"] = destination.precision
    return entry
