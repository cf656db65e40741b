"""CreateTable: an empty table from its definition."""

from dataclasses import replace
from typing import Any

from thermodynamo.api import arn, errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.policies import policy_change, policy_text
from thermodynamo.api.operations.policies.policy_text import PolicyText
from thermodynamo.api.operations.table_settings import tags
from thermodynamo.api.operations.tables import table_creation, table_definition, table_description, vector_modules
from thermodynamo.api.operations.tables.table_creation import Warm
from thermodynamo_storage.tables.definition import Definition
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.schema import TableSchema

FACTS = Facts(is_read=False)


@dataclass(slots=True)
class CreateTable:
    """A checked request; `request` is what it was."""

    schema: TableSchema
    tags: dict[str, str]
    warm: Warm
    policy: PolicyText | None
    request: dict[str, Any]


def validate(request: dict[str, Any]) -> CreateTable:
    schema = table_definition.define(request)
    policy = request.get("ResourcePolicy")
    return CreateTable(
        schema=schema,
        tags=tags.check(request.get("Tags", [])),
        warm=table_creation.warm_of(request, schema),
        policy=policy_text.check(policy, "table") if policy is not None else None,
        request=request,
    )


def execute(namespace: Namespace, request: CreateTable, now: float) -> dict[str, Any]:
    schema = request.schema
    if arn.is_arn(schema.name):
        schema = replace(schema, name=namespace.table_name(schema.name))
        if arn.is_arn(schema.name) or len(schema.name) < arn.TABLE_NAME_MIN:
            raise errors.validation(messages.TABLE_ARN_INVALID)
    table_creation.check_quotas(namespace, request.request, schema, now)
    if schema.vector_indexes:
        vector_modules.require()
    namespace.define(now, *definitions(namespace, schema, request, now))
    table = namespace.tables[schema.name]
    return {"TableDescription": table_description.describe(namespace, table, now, table_description.CREATED)}


def definitions(namespace: Namespace, schema: TableSchema, request: CreateTable, now: float) -> list[Definition]:
    """The table, and its stream and its policy if it has them."""
    created = table_creation.created(namespace, schema, request.warm, request.tags, now)
    made: list[Definition] = [created]
    if schema.stream_view_type is not None:
        made.append(namespace.stream_enabled(created.table_id, schema.stream_view_type, now))
    if request.policy is not None:
        made.append(policy_change.put(namespace, created.table_id, None, None, request.policy, now))
    return made
