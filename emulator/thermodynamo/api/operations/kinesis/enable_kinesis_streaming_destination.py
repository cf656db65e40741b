"""EnableKinesisStreamingDestination: sends what happens to a table's items to a stream from now on.

The stream is not looked at before the reply: ack-api-quirks, DDB-TABLE-318, October 2026. An entry that was disabled or
failed becomes the new one, and its precision is forgotten (DDB-TABLE-268, 300 and 301). Here alone a stream has
at least 37 characters (DDB-TABLE-457, beside 302 for the other operations).
"""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.kinesis import destination_summary, stream_arns
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.table_settings import known_tables
from thermodynamo_storage.followers.kinesis_destination import KinesisDestination, Precision
from thermodynamo_storage.tables.definition import DestinationSet
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=False)

STREAM_ARN_MIN = 37


@dataclass(slots=True)
class EnableKinesisStreamingDestination:
    """A checked request."""

    table_name: str
    stream_arn: str
    precision: Precision | None


def validate(request: dict[str, Any]) -> EnableKinesisStreamingDestination:
    configuration = request.get("EnableKinesisStreamingConfiguration") or {}
    precision = configuration.get("ApproximateCreationDateTimePrecision")
    stream_arn = request["StreamArn"]
    if len(stream_arn) < STREAM_ARN_MIN:
        length = messages.LENGTH_MIN.format(STREAM_ARN_MIN)
        broken = messages.CONSTRAINT.format(f"'{stream_arn}'", "streamArn", length)
        raise errors.validation(messages.ONE_CONSTRAINT.format(broken))
    return EnableKinesisStreamingDestination(request["TableName"], stream_arn, precision)


def execute(namespace: Namespace, request: EnableKinesisStreamingDestination, now: float) -> dict[str, Any]:
    table = known_tables.find(namespace, request.table_name, now)
    is_going = table.transition == "DELETING"
    if is_going or any(destination.is_live(now) for destination in table.destinations.values()):
        raise errors.validation(messages.DESTINATION_LIVE)
    failure = stream_arns.failure(request.stream_arn, namespace.region, namespace.account)
    destination = KinesisDestination(
        request.stream_arn,
        "ENABLING",
        namespace.settled_at(now),
        request.precision,
        failure,
        is_checked=failure is not None or namespace.config.kinesis_endpoint is None,
    )
    namespace.define(now, DestinationSet(table.id, destination))
    return destination_summary.reply(table, destination, "EnableKinesisStreamingConfiguration")
