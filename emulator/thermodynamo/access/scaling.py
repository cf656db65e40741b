"""What requests to Application Auto Scaling need: actions on scalable targets, and the right to change the table.

Actions, resources and condition keys are those of the service authorization reference
(list_awsapplicationautoscaling). A caller that sets scaling up changes a table's units by it. So the user guide
(security_iam_id-based-policy-examples) asks for the table's own permissions besides.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from thermodynamo.access import data_paths
from thermodynamo.access.requirement import Requirement, Transport, tag_value
from thermodynamo.api import auto_scaling
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations import NAMED, Operation
from thermodynamo.api.policies.actions import PREFIX, SCALING_PREFIX
from thermodynamo.api.policies.facts import Values
from thermodynamo.api.scaling import resource as resources
from thermodynamo.api.scaling.target import ScalableTarget

LISTS = "Describe"
"""How the operations begin that are of no resource, so that a policy has to name `*`."""


@dataclass(slots=True)
class ScalingRequirement(Requirement):
    """An action of Application Auto Scaling. `target` is the one that is named, where it is registered."""

    target: ScalableTarget | None

    def _common(self, key: str) -> Values:
        if key == f"{SCALING_PREFIX}service-namespace":
            return _one(self.request.get("ServiceNamespace"))
        if key == f"{SCALING_PREFIX}scalable-dimension":
            return _one(self.request.get("ScalableDimension"))
        if key.startswith("aws:resourcetag/"):
            return tag_value(self.target.tags if self.target is not None else {}, key)
        return Requirement._common(self, key)

    def _request_tags(self) -> dict[str, str]:
        return dict(self.request.get("Tags") or {})


def _one(text: str | None) -> Values:
    return (text,) if text is not None else None


def named(name: str) -> Operation | None:
    """The operation of DynamoDB, of its streams or of auto scaling by its name.

    Where both services have one, it is DynamoDB's unless the name has a prefix, as application-autoscaling:TagResource.
    """
    return NAMED.get(name) or next(
        (each for each in auto_scaling.OPERATIONS.values() if name in (each.name, each.asked_as)), None
    )


def of(action: str, request: dict[str, Any], namespace: Namespace, transport: Transport) -> Iterator[Requirement]:
    """What a request needs; `action` has the prefix of the service."""
    name = action.removeprefix(SCALING_PREFIX)
    found = None
    if "ResourceId" in request and "ScalableDimension" in request:
        found = resources.parse(request["ResourceId"], request["ScalableDimension"])
    targets = namespace.auto_scaling.targets
    target = targets.get(found) if found is not None else None
    arn = f"arn:aws:application-autoscaling:{namespace.region}:{namespace.account}:scalable-target/*"
    if name.startswith(LISTS):
        arn = "*"
    elif "ResourceARN" in request:
        arn = request["ResourceARN"]
        target = next((each for each in targets.values() if each.arn == arn), None)
    elif target is not None:
        arn = target.arn
    yield ScalingRequirement(action, arn, None, None, transport, request, target)
    if name not in data_paths.SCALING_UP or found is None:
        return
    table = namespace.tables.get(found.table_name)
    resource = f"arn:aws:dynamodb:{namespace.region}:{namespace.account}:table/{found.table_name}"
    attached = table.resource_policy if table is not None else None
    for each in data_paths.SCALED_BY:
        yield Requirement(PREFIX + each, resource, table, attached, transport, {"TableName": found.table_name})
