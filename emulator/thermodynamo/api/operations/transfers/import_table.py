"""ImportTable: makes a table of the objects of a bucket.

The bucket is looked at, and the table is made, after the reply (ack-api-quirks, DDB-IMPORT-001 and 012, October 2026):
`thermodynamo.transfers.import_job` does so. A name is not reserved: of several imports to one name the first that
makes its table wins (DDB-IMPORT-018).
"""

from typing import Any

import orjson

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.tables import table_creation, table_definition
from thermodynamo.api.operations.transfers import import_description, transfer_names
from thermodynamo_storage.facets.transfer import Transfer
from thermodynamo_storage.tables.definition import TransferBegun
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.schema import TableSchema

FACTS = Facts(is_read=False)

IMPORTS_MAX = 50
"""Imports that an account may have in progress (developer guide, Quotas)."""


@dataclass(slots=True)
class ImportTable:
    """A checked request; `request` is what it was."""

    schema: TableSchema
    token: str | None
    request: dict[str, Any]


def validate(request: dict[str, Any]) -> ImportTable:
    if request.get("InputFormatOptions", {}).get("Csv") is not None and request["InputFormat"] != "CSV":
        raise errors.validation(messages.IMPORT_OPTIONS_UNSUPPORTED.format(request["InputFormat"]))
    parameters = request["TableCreationParameters"]
    # The schema keeps its own values; the parameters are repeated as they were sent.
    schema = table_definition.define(orjson.loads(orjson.dumps(parameters)))
    table_creation.warm_of(parameters, schema)
    return ImportTable(schema, request.get("ClientToken"), request)


def execute(namespace: Namespace, request: ImportTable, now: float) -> dict[str, Any]:
    name = request.schema.name
    if namespace.exists(name, now):
        # Also where an import is making it (DDB-IMPORT-019, DDB-TABLE-444).
        raise errors.resource_in_use(messages.TABLE_EXISTS.format(name))
    known = transfer_names.with_token(namespace, "import", request.token, now)
    if known is not None:
        if known.table_name != name:
            raise errors.import_conflict(messages.IMPORT_CONFLICT)
        # Another prefix goes unnoticed (DDB-IMPORT-017).
        return {"ImportTableDescription": import_description.describe(namespace, known)}
    table_creation.check_quotas(namespace, request.request["TableCreationParameters"], request.schema, now)
    refuse_too_many(namespace)
    transfer = transfer_of(namespace, request, now)
    namespace.define(now, TransferBegun(namespace.account, namespace.region, transfer))
    return {"ImportTableDescription": import_description.describe(namespace, transfer)}


def refuse_too_many(namespace: Namespace) -> None:
    """Raises LimitExceededException. Its words are not recorded anywhere."""
    place = namespace.account, namespace.region
    running = [kind for its_place, kind, _ in namespace.database.catalog.running if its_place == place]
    if running.count("import") >= IMPORTS_MAX:
        raise errors.limit_exceeded(messages.IMPORTS_TOO_MANY.format(IMPORTS_MAX))


def transfer_of(namespace: Namespace, request: ImportTable, now: float) -> Transfer:
    """The import that begins now."""
    given = request.request
    id = transfer_names.new_id(namespace, "import", request.schema.name, now)
    asked = {
        "S3BucketSource": {"S3BucketOwner": namespace.account, **given["S3BucketSource"]},
        "InputFormat": given["InputFormat"],
        "InputCompressionType": given.get("InputCompressionType", "NONE"),
        "TableCreationParameters": given["TableCreationParameters"],
    }
    if "InputFormatOptions" in given:
        asked["InputFormatOptions"] = given["InputFormatOptions"]
    return Transfer(
        kind="import",
        id=id,
        table_id=namespace.new_table_id(f"{request.schema.name}/{id}", now),
        table_name=request.schema.name,
        begun_at=int(now * 1000) / 1000,
        request=orjson.dumps(asked).decode(),
        token=request.token or namespace.new_table_id(id, now),
    )
