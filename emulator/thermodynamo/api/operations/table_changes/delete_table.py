"""DeleteTable: removes a table with all its items, indexes and tags."""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace, is_only_described
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.replicas import replica_deletion
from thermodynamo.api.operations.table_changes.change_admission import Admission
from thermodynamo.api.operations.tables import table_description
from thermodynamo_storage.tables.definition import TableDeleted
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=False)


@dataclass(slots=True)
class DeleteTable:
    """A checked request."""

    table_name: str


def validate(request: dict[str, Any]) -> DeleteTable:
    return DeleteTable(request["TableName"])


def execute(namespace: Namespace, request: DeleteTable, now: float) -> dict[str, Any]:
    table = namespace.defined_table(request.table_name, now, knows_restored=True)
    if is_only_described(table) and not table.is_being_restored:
        raise errors.resource_in_use(messages.REPLICA_BEING_USED.format(table.schema.name))
    admission = Admission(table, now)
    admission.refuse_table_change()
    namespace.fill_indexes(now)
    is_replica = table.is_replica(now)
    if is_replica:
        replica_deletion.check_table(table, now)
    admission.for_deletion(now)
    if table.resource_policy is not None and table.resource_policy.is_pending(now):
        raise errors.resource_in_use(messages.POLICY_BLOCKS_DELETION.format(table.schema.name))
    if table.schema.is_deletion_protected:
        raise errors.validation(messages.DELETION_PROTECTED)
    reply = {"TableDescription": table_description.describe_deleted(namespace, table, now)}
    if is_replica:
        namespace.define(now, *replica_deletion.begin_table(namespace, table, now))
    else:
        namespace.define(now, TableDeleted(table.id, namespace.settled_at(now)))
    namespace.settle(table, now)
    return reply
