"""DescribeTableReplicaAutoScaling: what Application Auto Scaling does for each replica of a global table."""

from typing import Any

from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.replicas import replica_scaling

FACTS = Facts(is_read=True)


def validate(request: dict[str, Any]) -> str:
    """The table's name or ARN."""
    name: str = request["TableName"]
    return name


def execute(namespace: Namespace, request: str, now: float) -> dict[str, Any]:
    table = replica_scaling.found_table(namespace, request, now)
    return {"TableAutoScalingDescription": replica_scaling.describe_table(namespace, table, now)}
