"""DisableKinesisStreamingDestination: ends what is sent to a stream. What happened before is still sent.

Everything that cannot be disabled is refused in one and the same words, also what was never enabled: ack-api-quirks,
DDB-TABLE-302, October 2026. What is being disabled may be disabled once more (DDB-TABLE-301).
"""

from dataclasses import replace
from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.kinesis import destination_summary
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.table_settings import known_tables
from thermodynamo_storage.tables.definition import DestinationSet
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=False)


@dataclass(slots=True)
class DisableKinesisStreamingDestination:
    """A checked request."""

    table_name: str
    stream_arn: str


def validate(request: dict[str, Any]) -> DisableKinesisStreamingDestination:
    if request.get("EnableKinesisStreamingConfiguration") is not None:
        raise errors.validation(messages.DISABLED_WITH_CONFIGURATION)
    return DisableKinesisStreamingDestination(request["TableName"], request["StreamArn"])


def execute(namespace: Namespace, request: DisableKinesisStreamingDestination, now: float) -> dict[str, Any]:
    table = known_tables.find(namespace, request.table_name, now)
    current = table.destinations.get(request.stream_arn)
    status = destination_summary.status(table, current, now) if current is not None else None
    if current is None or status not in ("ACTIVE", "DISABLING"):
        raise errors.validation(messages.DESTINATION_NOT_ACTIVE)
    if status == "ACTIVE":
        settled_at = namespace.settled_at(now)
        current = replace(current, passing="DISABLING", settled_at=settled_at, precision=None)
        namespace.define(now, DestinationSet(table.id, current))
    reply = destination_summary.reply(table, current, "EnableKinesisStreamingConfiguration")
    del reply["EnableKinesisStreamingConfiguration"]
    return reply
