"""DescribeTable: a table's definition, state and sizes."""

from typing import Any

from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.tables import table_description
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=True)


@dataclass(slots=True)
class DescribeTable:
    """A checked request."""

    table_name: str


def validate(request: dict[str, Any]) -> DescribeTable:
    return DescribeTable(request["TableName"])


def execute(namespace: Namespace, request: DescribeTable, now: float) -> dict[str, Any]:
    table = namespace.defined_table(request.table_name, now, knows_restored=True)
    namespace.fill_indexes(now)
    namespace.settle(table, now)
    return {"Table": table_description.describe(namespace, table, now)}
