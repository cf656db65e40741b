"""DescribeTable: a table's definition, state and sizes."""

from dataclasses import dataclass
from typing import Any

from emulator.engine import Engine
from emulator.operations import table_description


@dataclass(slots=True)
class DescribeTable:
    """A checked request."""

    table_name: str


def validate(request: dict[str, Any]) -> DescribeTable:
    return DescribeTable(request["TableName"])


def execute(engine: Engine, request: DescribeTable) -> dict[str, Any]:
    now = engine.clock.now()
    table = engine.defined_table(request.table_name, now)
    engine.fill_indexes(now)
    return {"Table": table_description.describe(engine, table, now)}
