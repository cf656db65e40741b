"""What the three operations that change a Kinesis destination share: its table, and the reply."""

from typing import Any

from thermodynamo_storage.followers.kinesis_destination import DestinationStatus, KinesisDestination
from thermodynamo_storage.tables.table import Table


def status(table: Table, destination: KinesisDestination, now: float) -> DestinationStatus:
    """The status as it is shown.

    One that is ACTIVE is UPDATING while its table is being deleted: ack-api-quirks, DDB-TABLE-236, October 2026.
    """
    shown = destination.status(now)
    return "UPDATING" if shown == "ACTIVE" and table.transition == "DELETING" else shown


def reply(table: Table, destination: KinesisDestination, configuration: str) -> dict[str, Any]:
    """The reply to a change. The member `configuration` has the precision, if one was given."""
    precision = destination.precision
    return {
        "TableName": table.schema.name,
        "StreamArn": destination.stream_arn,
        "DestinationStatus": destination.passing,
        configuration: {"ApproximateCreationDateTimePrecision": precision} if precision is not None else {},
    }
