"""ExportTableToPointInTime: writes what a table held at an instant, or what became of it since, into a bucket.

The bucket is looked at after the reply (ack-api-quirks, DDB-EXPORT-010, October 2026):
`thermodynamo.transfers.export_job` does so. What is exported is fixed by the request, whatever becomes of the table.
"""

from re import fullmatch
from typing import Any

import orjson

from thermodynamo.api import arn, errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.table_settings import known_tables
from thermodynamo.api.operations.transfers import (
    export_description,
    export_filter,
    export_times,
    transfer_names,
    transfer_page,
)
from thermodynamo_storage.facets.transfer import Transfer
from thermodynamo_storage.tables.definition import TransferBegun
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=False)

EXPORTS_MAX = 300
"""Exports that an account may have in progress (developer guide, Quotas)."""
REPEATED = ("S3Bucket", "S3BucketOwner", "S3Prefix", "S3SseKmsKeyId", "ExportType", "FilterSpecification")
"""Members that a description has as they were sent, or not at all."""


@dataclass(slots=True)
class ExportTableToPointInTime:
    """A checked request; `request` is what it was, and `incremental` its specification."""

    table_arn: arn.TableArn
    incremental: dict[str, Any] | None
    request: dict[str, Any]


def validate(request: dict[str, Any]) -> ExportTableToPointInTime:
    if not request["TableArn"]:
        raise errors.validation(messages.EXPORT_TABLE_ARN_EMPTY)
    text = transfer_page.check_table_arn(request["TableArn"])
    table_arn = arn.parse_table(text or "")
    assert table_arn is not None, "it was checked"
    if "S3SseKmsKeyId" in request and request.get("S3SseAlgorithm") != "KMS":
        raise errors.validation(messages.EXPORT_KEY_UNSUPPORTED)
    key = request.get("S3SseKmsKeyId")
    if key is not None and fullmatch(messages.EXPORT_KEY_PATTERN, key) is None:
        raise errors.validation(messages.EXPORT_KEY_MALFORMED.format(key))
    incremental = _incremental(request)
    if "FilterSpecification" in request:
        if not request["FilterSpecification"]:
            raise errors.validation(messages.EXPORT_FILTER_EMPTY)
        if incremental is not None:
            why = "what it keeps of an item that was changed or deleted is not published"
            raise errors.validation(messages.NOT_BUILT.format("FilterSpecification", why))
    return ExportTableToPointInTime(table_arn, incremental, request)


def _incremental(request: dict[str, Any]) -> dict[str, Any] | None:
    """The specification of an incremental export; None for a full one (DDB-EXPORT-003)."""
    given, export_type = request.get("IncrementalExportSpecification"), request.get("ExportType")
    if export_type == "INCREMENTAL_EXPORT":
        if given is None:
            raise errors.validation(messages.EXPORT_SPECIFICATION_MISSING)
        if "ExportFromTime" not in given:
            raise errors.validation(messages.EXPORT_FROM_MISSING)
        return dict(given)
    if given is not None:
        is_full = export_type == "FULL_EXPORT"
        raise errors.validation(messages.EXPORT_TYPE_FULL if is_full else messages.EXPORT_TYPE_NOT_INCREMENTAL)
    return None


def execute(namespace: Namespace, request: ExportTableToPointInTime, now: float) -> dict[str, Any]:
    table = find(namespace, request.table_arn, now)
    known = transfer_names.with_token(namespace, "export", request.request.get("ClientToken"), now)
    if known is not None:
        if orjson.loads(known.request)["asked"] != request.request:
            raise errors.export_conflict(messages.EXPORT_CONFLICT)
        return {"ExportDescription": export_description.describe(namespace, known)}
    if "FilterSpecification" in request.request:
        export_filter.compile(request.request["FilterSpecification"], table.schema.key_schema)
    transfer = transfer_of(namespace, table, request, now)
    refuse_too_many(namespace)
    namespace.define(now, TransferBegun(namespace.account, namespace.region, transfer))
    return {"ExportDescription": export_description.describe(namespace, transfer)}


def find(namespace: Namespace, table_arn: arn.TableArn, now: float) -> Table:
    """The table with an ARN. Raises AccessDeniedException and TableNotFoundException (DDB-EXPORT-002)."""
    if table_arn.account != namespace.account:
        raise errors.access_denied(messages.ARN_OF_OTHER_ACCOUNT)
    name = table_arn.table_name
    if table_arn.region == namespace.region and namespace.exists(name, now):
        table = namespace.tables[name]
        if known_tables.is_known(table, now, known_tables.KNOWN_AFTER) and not known_tables.is_forgotten(table, now):
            return table
    raise errors.table_not_found(messages.EXPORT_TABLE_NOT_FOUND.format(table_arn))


def refuse_too_many(namespace: Namespace) -> None:
    """Raises LimitExceededException. Its words are not recorded anywhere."""
    place = namespace.account, namespace.region
    running = [kind for its_place, kind, _ in namespace.database.catalog.running if its_place == place]
    if running.count("export") >= EXPORTS_MAX:
        raise errors.limit_exceeded(messages.EXPORTS_TOO_MANY.format(EXPORTS_MAX))


def keys_of(table: Table) -> dict[str, list[list[str]]]:
    """The key attributes, each with its type, for a job that outlives the table."""
    schema = table.schema.key_schema
    return {
        "partition": [[attribute.name, attribute.kind] for attribute in schema.partition],
        "sort": [[attribute.name, attribute.kind] for attribute in schema.sort],
    }


def transfer_of(namespace: Namespace, table: Table, request: ExportTableToPointInTime, now: float) -> Transfer:
    """The export that begins now."""
    given = request.request
    begun_at = int(now * 1000) / 1000
    described: dict[str, Any] = {name: given[name] for name in REPEATED if name in given}
    described["S3SseAlgorithm"] = given.get("S3SseAlgorithm", "AES256")
    described["ExportFormat"] = given.get("ExportFormat", "DYNAMODB_JSON")
    described["DestinationType"] = "S3"
    items_at: float | None = None
    period: tuple[float, float] | None = None
    if request.incremental is not None:
        period = export_times.changes_between(table, request.incremental, now)
        described["IncrementalExportSpecification"] = {
            "ExportFromTime": period[0],
            "ExportToTime": period[1],
            "ExportViewType": request.incremental.get("ExportViewType", "NEW_AND_OLD_IMAGES"),
        }
    else:
        export_time = given.get("ExportTime")
        items_at = export_times.items_at(table, export_time, now)
        described["ExportTime"] = begun_at if export_time is None else export_time
    id = transfer_names.new_id(namespace, "export", table.schema.name, now)
    return Transfer(
        kind="export",
        id=id,
        table_id=table.id,
        table_name=table.schema.name,
        begun_at=begun_at,
        request=orjson.dumps({"described": described, "asked": given, "keys": keys_of(table)}).decode(),
        token=given.get("ClientToken") or namespace.new_table_id(id, now),
        items_at=items_at,
        changes_between=period,
    )
