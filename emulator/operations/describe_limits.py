"""DescribeLimits: the quotas on provisioned throughput."""

from typing import Any

from emulator.engine import Engine
from emulator.operations.account_limits import ACCOUNT_UNITS_MAX
from emulator.operations.throughput_definition import TABLE_UNITS_MAX


def validate(request: dict[str, Any]) -> None:
    """The request has no members."""


def execute(engine: Engine, request: None) -> dict[str, Any]:
    return {
        "AccountMaxReadCapacityUnits": ACCOUNT_UNITS_MAX.read_units,
        "AccountMaxWriteCapacityUnits": ACCOUNT_UNITS_MAX.write_units,
        "TableMaxReadCapacityUnits": TABLE_UNITS_MAX.read_units,
        "TableMaxWriteCapacityUnits": TABLE_UNITS_MAX.write_units,
    }
