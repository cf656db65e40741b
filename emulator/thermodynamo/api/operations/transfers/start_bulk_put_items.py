"""StartBulkPutItems: puts the items of a bucket's objects into a table that is there.

`thermodynamo.transfers.bulk_job` does so, after the reply. Which tables can have one: developer guide,
BulkPutItems.Considerations. How many may go on at once is a quota whose figures were not to be had; they are guesses.
"""

from typing import Any

import orjson

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.transfers import bulk_description, transfer_names
from thermodynamo.api.operations.transfers.bulk_description import KIND
from thermodynamo_storage.facets.transfer import Transfer
from thermodynamo_storage.tables.definition import TransferBegun
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=False)

OPERATIONS_MAX = 50
"""Bulk operations that an account may have in progress."""


@dataclass(slots=True)
class StartBulkPutItems:
    """A checked request; `request` is what it was."""

    table_name: str
    token: str | None
    request: dict[str, Any]


def validate(request: dict[str, Any]) -> StartBulkPutItems:
    """The API reference says that the bucket of the output is required, which the model does not ask for."""
    output = request["OutputS3Configuration"]
    if "S3Bucket" not in output:
        raise errors.validation(messages.BULK_OUTPUT_BUCKET)
    if not output["OutputType"] or len(set(output["OutputType"])) != len(output["OutputType"]):
        raise errors.validation(messages.BULK_OUTPUT_TYPES)
    if (output.get("S3SseAlgorithm") == "KMS") != ("S3SseKmsKeyId" in output):
        raise errors.validation(messages.BULK_KEY_WITHOUT_KMS)
    return StartBulkPutItems(request["TableName"], request.get("ClientToken"), request)


def execute(namespace: Namespace, request: StartBulkPutItems, now: float) -> dict[str, Any]:
    table = namespace.defined_table(request.table_name, now)
    asked = asked_of(namespace, request.request)
    known = transfer_names.with_token(namespace, KIND, request.token, now)
    if known is not None:
        if known.table_id != table.id or orjson.loads(known.request) != asked:
            raise errors.idempotent_parameter_mismatch(messages.BULK_TOKEN_MISMATCH)
        return {"BulkOperationDescription": bulk_description.describe(namespace, known)}
    refuse_busy(namespace, table, now)
    transfer = transfer_of(namespace, table, asked, request.token, now)
    namespace.define(now, TransferBegun(namespace.account, namespace.region, transfer))
    return {"BulkOperationDescription": bulk_description.describe(namespace, transfer)}


def refuse_busy(namespace: Namespace, table: Table, now: float) -> None:
    """Raises where the table cannot have a bulk operation now: see the module."""
    name = table.schema.name
    if table.global_table is not None:
        raise errors.validation(messages.BULK_GLOBAL_TABLE.format(name))
    is_filling = any(index.transition == "CREATING" for index in table.indexes.values())
    if table.transition in ("CREATING", "DELETING") or is_filling or any(job.kind == "replica" for job in table.jobs):
        raise errors.resource_in_use(messages.BULK_TABLE_BUSY.format(name))
    running = namespace.written_in_bulk()
    if table.id in running:
        raise errors.resource_in_use(messages.BULK_TABLE_IN_USE.format(name))
    if len(running) >= OPERATIONS_MAX:
        raise errors.limit_exceeded(messages.BULK_TOO_MANY.format(OPERATIONS_MAX))


def asked_of(namespace: Namespace, request: dict[str, Any]) -> dict[str, Any]:
    """What the description repeats of a request, with what it means where it says nothing."""
    source, output = request["InputS3Configuration"], request["OutputS3Configuration"]
    asked: dict[str, Any] = {
        "InputS3Configuration": {"S3BucketOwner": namespace.account, "InputCompressionType": "NONE", **source},
        "OutputS3Configuration": {"S3BucketOwner": namespace.account, **output},
        "PerformanceTier": request.get("PerformanceTier", "STANDARD"),
    }
    if "MaxWriteRequestUnits" in request:
        asked["MaxWriteRequestUnits"] = request["MaxWriteRequestUnits"]
    return asked


def transfer_of(namespace: Namespace, table: Table, asked: dict[str, Any], token: str | None, now: float) -> Transfer:
    """The bulk operation that begins now."""
    id = transfer_names.new_id(namespace, KIND, table.schema.name, now)
    return Transfer(
        kind=KIND,
        id=id,
        table_id=table.id,
        table_name=table.schema.name,
        begun_at=int(now * 1000) / 1000,
        request=orjson.dumps(asked).decode(),
        token=token or namespace.new_table_id(id, now),
    )
