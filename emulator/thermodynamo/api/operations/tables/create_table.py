"""CreateTable: an empty table from its definition."""

from dataclasses import dataclass, replace
from typing import Any

from thermodynamo.api import arn, errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.table_settings import account_limits, tags, throughput_definition
from thermodynamo.api.operations.tables import table_definition, table_description
from thermodynamo_storage.capacity.throughput_history import warm_throughput
from thermodynamo_storage.values.schema import TableSchema, Throughput

FACTS = Facts(is_read=False)


@dataclass(slots=True)
class CreateTable:
    """A checked request. `warm` is the warm throughput asked for, of the table (None) and of indexes by name;
    `request` is what it was.
    """

    schema: TableSchema
    tags: dict[str, str]
    warm: dict[str | None, Throughput]
    request: dict[str, Any]


def validate(request: dict[str, Any]) -> CreateTable:
    schema = table_definition.define(request)
    return CreateTable(schema, tags.check(request.get("Tags", [])), warm_of(request, schema), request)


def warm_of(request: dict[str, Any], schema: TableSchema) -> dict[str | None, Throughput]:
    """The warm throughput that is asked for. Raises ValidationException where it is less than what comes by itself."""
    wanted: dict[str | None, Throughput] = {}
    given_of: dict[str | None, dict[str, Any]] = {None: request}
    given_of.update({index["IndexName"]: index for index in request.get("GlobalSecondaryIndexes", ())})
    for owner, throughput in schema.throughputs.items():
        label = "table" if owner is None else f"index: {owner}"
        warm = throughput_definition.warm(given_of[owner], label, warm_throughput(throughput))
        if warm is not None:
            wanted[owner] = warm
    return wanted


def execute(namespace: Namespace, request: CreateTable, now: float) -> dict[str, Any]:
    schema = request.schema
    if arn.is_arn(schema.name):
        schema = replace(schema, name=namespace.table_name(schema.name))
        if arn.is_arn(schema.name) or len(schema.name) < arn.TABLE_NAME_MIN:
            raise errors.validation(messages.TABLE_ARN_INVALID)
    throughput_definition.check_quota(request.request, "table", namespace.config)
    for index in request.request.get("GlobalSecondaryIndexes", ()):
        throughput_definition.check_quota(index, f"index: {index['IndexName']}", namespace.config)
    namespace.refuse_existing(schema.name, now)
    account_limits.check(namespace, schema, now)
    table = namespace.create_table(schema, now)
    table.tags = request.tags
    for owner, warm in request.warm.items():
        table.history(owner).warm_up(warm)
    if schema.billing_mode == "PAY_PER_REQUEST":
        table.history(None).note_on_demand(now)
    if schema.table_class is not None:
        table.class_changed_at = now
    return {"TableDescription": table_description.describe(namespace, table, now, "CREATING")}
