"""DescribeGlobalTableSettings: of version 2017.11.29, which has no global tables any more, on AWS as here.

It does not know those of version 2019.11.21, whose settings are those of their tables (ack-api-quirks,
DDB-GLOBALTABLE-001 and 004, October 2026).
"""

from typing import Any

from thermodynamo.api import arn, errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts

FACTS = Facts(is_read=True)


def validate(request: dict[str, Any]) -> str:
    """The name that is asked for. Raises ValidationException for its length, in words of its own (DDB-TABLE-457)."""
    name: str = request["GlobalTableName"]
    if not arn.TABLE_NAME_MIN <= len(name) <= arn.TABLE_NAME_MAX:
        raise errors.validation(messages.TABLE_NAME_LENGTH)
    return name


def execute(namespace: Namespace, request: str, now: float) -> dict[str, Any]:
    raise errors.global_table_not_found(messages.GLOBAL_TABLE_UNKNOWN.format(request))
