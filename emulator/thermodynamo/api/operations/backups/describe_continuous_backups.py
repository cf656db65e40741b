"""DescribeContinuousBackups: whether a table could be restored to a point in time, and to which."""

from typing import Any

from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.backups import continuous_backups
from thermodynamo.api.operations.operation import Facts
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=True)


@dataclass(slots=True)
class DescribeContinuousBackups:
    """A checked request."""

    table_name: str


def validate(request: dict[str, Any]) -> DescribeContinuousBackups:
    return DescribeContinuousBackups(request["TableName"])


def execute(namespace: Namespace, request: DescribeContinuousBackups, now: float) -> dict[str, Any]:
    return continuous_backups.describe(continuous_backups.table_of(namespace, request.table_name, now), now)
