"""UpdateKinesisStreamingDestination: the precision of the time of records.

It is shown, and holds, at once, while the destination is still UPDATING; the precision that a destination has already
is refused, MILLISECOND also where none was chosen: ack-api-quirks, DDB-TABLE-300 and 460, October 2026. A table that is
being deleted does not stand in the way (DDB-TABLE-236).
"""

from dataclasses import replace
from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.kinesis import destination_summary
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.table_settings import known_tables
from thermodynamo_storage.followers.kinesis_destination import Precision
from thermodynamo_storage.tables.definition import DestinationSet
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=False)


@dataclass(slots=True)
class UpdateKinesisStreamingDestination:
    """A checked request."""

    table_name: str
    stream_arn: str
    precision: Precision


def validate(request: dict[str, Any]) -> UpdateKinesisStreamingDestination:
    configuration = request.get("UpdateKinesisStreamingConfiguration") or {}
    precision = configuration.get("ApproximateCreationDateTimePrecision")
    if precision is None:
        raise errors.validation(messages.DESTINATION_UPDATE_EMPTY)
    return UpdateKinesisStreamingDestination(request["TableName"], request["StreamArn"], precision)


def execute(namespace: Namespace, request: UpdateKinesisStreamingDestination, now: float) -> dict[str, Any]:
    table = known_tables.find(namespace, request.table_name, now)
    arn = request.stream_arn
    current = table.destinations.get(arn)
    if current is None:
        raise errors.validation(messages.DESTINATION_UNKNOWN.format(arn))
    if current.status(now) != "ACTIVE":
        raise errors.validation(messages.DESTINATION_NOT_TO_UPDATE.format(table.schema.name, arn))
    if request.precision == (current.precision or "MILLISECOND"):
        raise errors.validation(messages.PRECISION_UNCHANGED.format(request.precision, table.id, arn))
    settled_at = namespace.settled_at(now)
    changed = replace(current, passing="UPDATING", settled_at=settled_at, precision=request.precision)
    namespace.define(now, DestinationSet(table.id, changed))
    return destination_summary.reply(table, changed, "UpdateKinesisStreamingConfiguration")
