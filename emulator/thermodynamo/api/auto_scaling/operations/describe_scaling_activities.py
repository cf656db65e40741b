"""DescribeScalingActivities: what was scaled in the last six weeks, the newest first, and what was not if asked for."""

from typing import Any

from thermodynamo.api.auto_scaling.operations import lookup
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.scaling.activity import ScalingActivity
from thermodynamo.api.scaling.resource import SERVICE_NAMESPACE

FACTS = Facts(is_read=True)

NUMBERS_MAX = 10**12


def validate(request: dict[str, Any]) -> dict[str, Any]:
    return lookup.check_filter(request)


def execute(namespace: Namespace, request: dict[str, Any], now: float) -> dict[str, Any]:
    shows_all = request.get("IncludeNotScaledActivities", False)
    found = [
        activity
        for activity in namespace.auto_scaling.activities.newest_first(now)
        if lookup.is_wanted(activity.resource, request) and (shows_all or not activity.not_scaled)
    ]
    shown, more = lookup.page(found, _key, request)
    return {"ScalingActivities": [describe(activity, now) for activity in shown], **more}


def _key(activity: ScalingActivity) -> str:
    """Keys go up where the activities go back in time."""
    return f"{NUMBERS_MAX - activity.number:012d}"


def describe(activity: ScalingActivity, now: float) -> dict[str, Any]:
    is_over = activity.ends_at is None or now >= activity.ends_at
    status = "Successful" if activity.status == "InProgress" and is_over else activity.status
    message = activity.message if is_over else activity.message_before
    return {
        "ActivityId": activity.id,
        "ServiceNamespace": SERVICE_NAMESPACE,
        "ResourceId": activity.resource.id,
        "ScalableDimension": activity.resource.dimension,
        "Description": activity.description,
        "Cause": activity.cause,
        "StartTime": round(activity.starts_at, 3),
        **({"EndTime": round(activity.ends_at, 3)} if activity.ends_at is not None and is_over else {}),
        "StatusCode": status,
        **({"StatusMessage": message} if message is not None else {}),
        **({"NotScaledReasons": activity.not_scaled} if activity.not_scaled else {}),
    }
