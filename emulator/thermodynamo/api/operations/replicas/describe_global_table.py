"""DescribeGlobalTable: of version 2017.11.29, which has no global tables any more, on AWS as here.

It does not know those of version 2019.11.21 (ack-api-quirks, DDB-GLOBALTABLE-001 and 004, October 2026).
"""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts

FACTS = Facts(is_read=True)


def validate(request: dict[str, Any]) -> str:
    """The name that is asked for."""
    name: str = request["GlobalTableName"]
    return name


def execute(namespace: Namespace, request: str, now: float) -> dict[str, Any]:
    raise errors.global_table_not_found(messages.GLOBAL_TABLE_NOT_FOUND.format(request))
