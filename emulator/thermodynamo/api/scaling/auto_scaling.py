"""All that auto scaling knows of one namespace: targets, policies, scheduled actions and activities."""

from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from thermodynamo.api.scaling.activity import ActivityLog

if TYPE_CHECKING:
    from thermodynamo.api.scaling.policy import ScalingPolicy
    from thermodynamo.api.scaling.resource import Resource
    from thermodynamo.api.scaling.scheduled_action import ScheduledAction
    from thermodynamo.api.scaling.target import ScalableTarget

_IDS = UUID("5f7f3b0e-6c5e-5c53-8f1a-2b1d0f1d7a11")


class AutoScaling:
    """The state of Application Auto Scaling in one (account, region)."""

    def __init__(self, account: str, region: str) -> None:
        self.account = account
        self.region = region
        self.targets: dict[Resource, ScalableTarget] = {}
        self.policies: dict[tuple[Resource, str], ScalingPolicy] = {}
        self.actions: dict[tuple[Resource, str], ScheduledAction] = {}
        self.activities = ActivityLog()
        self.numbers = 0
        self.evaluated_minute: int | None = None
        """The last minute whose points were taken; None while there is no target."""

    def new_id(self) -> str:
        """An id that no other object of the namespace has; the same requests give the same ids."""
        self.numbers += 1
        return str(uuid5(_IDS, f"{self.account}/{self.region}/{self.numbers}"))

    def request_id(self, text: str) -> str:
        """The id of a request of DynamoDB's own, by what comes of it; no other id depends on it."""
        return str(uuid5(_IDS, f"{self.account}/{self.region}/{text}"))

    def target_arn(self) -> str:
        number = "0ec5" + self.new_id().replace("-", "")
        return f"arn:aws:application-autoscaling:{self.region}:{self.account}:scalable-target/{number}"

    def role_arn(self) -> str:
        """The service-linked role, which the service takes whatever role a request names."""
        return (
            f"arn:aws:iam::{self.account}:role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/"
            "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"
        )

    def policy_arn(self, resource: "Resource", name: str) -> str:
        place = f"resource/dynamodb/{resource.id}:policyName/{name}"
        return f"arn:aws:autoscaling:{self.region}:{self.account}:scalingPolicy:{self.new_id()}:{place}"

    def action_arn(self, resource: "Resource", name: str) -> str:
        place = f"resource/dynamodb/{resource.id}:scheduledActionName/{name}"
        return f"arn:aws:autoscaling:{self.region}:{self.account}:scheduledAction:{self.new_id()}:{place}"

    def alarm_arn(self, name: str) -> str:
        return f"arn:aws:cloudwatch:{self.region}:{self.account}:alarm:{name}"

    def name_alarms(self, policy: "ScalingPolicy") -> None:
        """Gives a policy the alarms that its configuration asks for; those it has keep their names."""
        names = policy.alarm_names
        policy.alarm_names = {
            kind: names.get(kind) or f"TargetTracking-{policy.resource.id}-{kind}-{self.new_id()}"
            for kind in policy.alarm_kinds()
        }

    def policies_of(self, resource: "Resource") -> "list[ScalingPolicy]":
        return [policy for (owner, _), policy in self.policies.items() if owner == resource]

    def deregister(self, resource: "Resource") -> None:
        """Takes a target away with its policies and scheduled actions."""
        del self.targets[resource]
        self.policies = {key: policy for key, policy in self.policies.items() if key[0] != resource}
        self.actions = {key: action for key, action in self.actions.items() if key[0] != resource}
