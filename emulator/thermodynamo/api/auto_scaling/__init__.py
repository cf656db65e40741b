"""Application Auto Scaling for tables and global indexes: its operations, and what it does by itself.

It acts as a user would: by UpdateTable, with all its rules and limits.

errors      errors as this service writes them
operation   what the registry holds for one of its operations
capacity    the units of a resource: what is provisioned, what was used, changing them by UpdateTable
evaluation  what is due at each full minute: alarms and scheduled actions
operations  one module for each operation
"""

from thermodynamo.api.auto_scaling.operation import ScalingOperation
from thermodynamo.api.operations.operation import Operation

__all__ = ["OPERATIONS", "TARGET_PREFIX"]

TARGET_PREFIX = b"AnyScaleFrontendService."

_NAMES = (
    "DeleteScalingPolicy",
    "DeleteScheduledAction",
    "DeregisterScalableTarget",
    "DescribeScalableTargets",
    "DescribeScalingActivities",
    "DescribeScalingPolicies",
    "DescribeScheduledActions",
    "GetPredictiveScalingForecast",
    "ListTagsForResource",
    "PutScalingPolicy",
    "PutScheduledAction",
    "RegisterScalableTarget",
    "TagResource",
    "UntagResource",
)

OPERATIONS: dict[bytes, Operation] = {
    TARGET_PREFIX + name.encode(): ScalingOperation(name, "operations") for name in _NAMES
}
"""The operations by the whole target header that asks for them."""
