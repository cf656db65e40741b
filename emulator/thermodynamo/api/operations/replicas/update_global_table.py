"""UpdateGlobalTable: of version 2017.11.29, which has no global tables any more, on AWS as here.

A creation is refused for the version, whether there is such a table or not, and an update without an action before that
(ack-api-quirks, DDB-GLOBALTABLE-001 and 004, DDB-TABLE-457, October 2026).
"""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=False)


@dataclass(slots=True)
class UpdateGlobalTable:
    """A checked request."""

    name: str


def validate(request: dict[str, Any]) -> UpdateGlobalTable:
    updates = request["ReplicaUpdates"]
    if not updates or not all(updates):
        raise errors.validation(messages.GLOBAL_TABLE_NOTHING)
    if any("Create" in update for update in updates):
        raise errors.validation(messages.GLOBAL_TABLES_OF_2017)
    return UpdateGlobalTable(request["GlobalTableName"])


def execute(namespace: Namespace, request: UpdateGlobalTable, now: float) -> dict[str, Any]:
    raise errors.global_table_not_found(messages.GLOBAL_TABLE_UNKNOWN.format(request.name))
