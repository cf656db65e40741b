"""DescribeLimits: the quotas on provisioned throughput."""

from typing import Any

from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.table_settings.account_limits import ACCOUNT_UNITS_MAX
from thermodynamo.api.operations.table_settings.throughput_definition import TABLE_UNITS_MAX

FACTS = Facts(is_read=True)


def validate(request: dict[str, Any]) -> None:
    """The request has no members."""


def execute(namespace: Namespace, request: None, now: float) -> dict[str, Any]:
    return {
        "AccountMaxReadCapacityUnits": ACCOUNT_UNITS_MAX.read_units,
        "AccountMaxWriteCapacityUnits": ACCOUNT_UNITS_MAX.write_units,
        "TableMaxReadCapacityUnits": TABLE_UNITS_MAX.read_units,
        "TableMaxWriteCapacityUnits": TABLE_UNITS_MAX.write_units,
    }
