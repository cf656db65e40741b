"""DescribeTimeToLive: by which attribute the items of a table expire; none do yet."""

from dataclasses import dataclass
from typing import Any

from emulator.engine import Engine


@dataclass(slots=True)
class DescribeTimeToLive:
    """A checked request."""

    table_name: str


def validate(request: dict[str, Any]) -> DescribeTimeToLive:
    return DescribeTimeToLive(request["TableName"])


def execute(engine: Engine, request: DescribeTimeToLive) -> dict[str, Any]:
    engine.defined_table(request.table_name, engine.clock.now())
    return {"TimeToLiveDescription": {"TimeToLiveStatus": "DISABLED"}}
