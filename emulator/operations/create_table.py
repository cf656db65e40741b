"""CreateTable: an empty table from its definition."""

from dataclasses import dataclass
from typing import Any

from emulator.engine import Engine
from emulator.operations import table_definition, table_description
from storage.schema import TableSchema


@dataclass(slots=True)
class CreateTable:
    """A checked request."""

    schema: TableSchema


def validate(request: dict[str, Any]) -> CreateTable:
    return CreateTable(table_definition.define(request))


def execute(engine: Engine, request: CreateTable) -> dict[str, Any]:
    now = engine.clock.now()
    table = engine.create_table(request.schema, now)
    return {"TableDescription": table_description.describe_created(engine, table, now)}
