"""Application Auto Scaling under policies: its own actions, and what of the table's a caller needs to set it up.

Actions, resources and condition keys: service authorization reference, list_awsapplicationautoscaling. The permissions
on the table: user guide of Application Auto Scaling, security_iam_id-based-policy-examples.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.access.world import ACCOUNT, TABLE, World, policy, user
from thermodynamo.access import data_paths, explanation, scaling
from thermodynamo.api import auto_scaling
from thermodynamo.api.auto_scaling import TARGET_PREFIX

Json = dict[str, Any]
TARGET: Json = {
    "ServiceNamespace": "dynamodb",
    "ResourceId": "table/Fixed",
    "ScalableDimension": "dynamodb:table:WriteCapacityUnits",
}
FIXED = TABLE.replace("Orders", "Fixed")
TARGETS = f"arn:aws:application-autoscaling:us-east-1:{ACCOUNT}:scalable-target/*"
ANY = {"Effect": "Allow", "Action": "application-autoscaling:*", "Resource": "*"}
OF_TABLE = {"Effect": "Allow", "Action": ["dynamodb:DescribeTable", "dynamodb:UpdateTable"], "Resource": FIXED}
REGISTER = ("RegisterScalableTarget", {**TARGET, "MinCapacity": 1, "MaxCapacity": 9, "Tags": {"team": "red"}})
TRACK = {
    "TargetValue": 70,
    "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBWriteCapacityUtilization"},
}
PUT_POLICY = {**TARGET, "PolicyName": "p", "PolicyType": "TargetTrackingScaling"}
REQUESTS: dict[str, Json] = {
    "DeleteScalingPolicy": {**TARGET, "PolicyName": "p"},
    "DeleteScheduledAction": {**TARGET, "ScheduledActionName": "s"},
    "DeregisterScalableTarget": TARGET,
    "DescribeScalableTargets": {"ServiceNamespace": "dynamodb"},
    "DescribeScalingActivities": {"ServiceNamespace": "dynamodb"},
    "DescribeScalingPolicies": {"ServiceNamespace": "dynamodb"},
    "DescribeScheduledActions": {"ServiceNamespace": "dynamodb"},
    "GetPredictiveScalingForecast": {**TARGET, "PolicyName": "p", "StartTime": 0, "EndTime": 1},
    "ListTagsForResource": {"ResourceARN": "$arn"},
    "PutScalingPolicy": {**PUT_POLICY, "TargetTrackingScalingPolicyConfiguration": TRACK},
    "PutScheduledAction": {**TARGET, "ScheduledActionName": "s", "Schedule": "rate(1 day)"},
    "RegisterScalableTarget": REGISTER[1],
    "TagResource": {"ResourceARN": "$arn", "Tags": {"team": "blue"}},
    "UntagResource": {"ResourceARN": "$arn", "TagKeys": ["team"]},
}
ASKED = sorted(REQUESTS.keys() - {"GetPredictiveScalingForecast"})
"""There are no forecasts of DynamoDB's tables, as the operation tells everyone."""


class ScaledWorld(World):
    """A world with a table of fixed units, whose writes root scales."""

    def __init__(self, folder: Path, callers: Json, policies: Json) -> None:
        super().__init__(folder, callers, policies)
        key = {"AttributeName": "id", "KeyType": "HASH"}
        units = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
        defined = [{"AttributeName": "id", "AttributeType": "S"}]
        given = {"TableName": "Fixed", "KeySchema": [key], "AttributeDefinitions": defined}
        self("root", "CreateTable", {**given, "ProvisionedThroughput": units})
        status, reply = self.scale("root", *REGISTER)
        assert status == 200
        self.arn = reply["ScalableTargetARN"]

    def scale(self, caller: str, operation: str, request: Json) -> tuple[int, Json]:
        body = json.dumps(request).replace("$arn", getattr(self, "arn", ""))
        found = self.service.caller_named(caller)
        status, reply = self.service.answer(TARGET_PREFIX + operation.encode(), body.encode(), found)
        return status, json.loads(reply or b"{}")

    def may_scale(self, caller: str, operation: str, request: Json) -> bool:
        _, reply = self.scale(caller, operation, request)
        return "AccessDenied" not in reply.get("__type", "")


def world(folder: Path, *statements: Json) -> ScaledWorld:
    return ScaledWorld(folder, {"a": user("a", "own")}, {"own": policy(*statements)})


def test_every_operation_is_tried() -> None:
    assert {operation.name for operation in auto_scaling.OPERATIONS.values()} == set(REQUESTS)


@pytest.mark.parametrize("operation", ASKED)
def test_a_right_to_dynamodb_is_none_to_auto_scaling(tmp_path: Path, operation: str) -> None:
    found = world(tmp_path, {"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"})
    status, reply = found.scale("a", operation, REQUESTS[operation])
    assert status == 400
    assert f"is not authorized to perform: application-autoscaling:{operation} on resource: " in reply["Message"]


@pytest.mark.parametrize("operation", REQUESTS)
def test_all_that_is_needed_suffices(tmp_path: Path, operation: str) -> None:
    assert world(tmp_path, ANY, OF_TABLE).may_scale("a", operation, REQUESTS[operation])


@pytest.mark.parametrize("operation", sorted(data_paths.SCALING_UP))
def test_to_set_it_up_takes_the_right_to_change_the_table(tmp_path: Path, operation: str) -> None:
    found = world(tmp_path, ANY, {**OF_TABLE, "Resource": TABLE})
    status, reply = found.scale("a", operation, REQUESTS[operation])
    assert status == 400 and f"dynamodb:DescribeTable on resource: {FIXED}" in reply["Message"]


def test_targets_are_named_by_their_arns_and_lists_by_a_star(tmp_path: Path) -> None:
    found = world(tmp_path, {**ANY, "Resource": TARGETS}, OF_TABLE)
    for operation in ASKED:
        assert found.may_scale("a", operation, REQUESTS[operation]) is not operation.startswith("Describe")
    other = world(tmp_path, {**ANY, "Resource": TARGETS.replace("*", "0ec5other")}, OF_TABLE)
    assert not any(other.may_scale("a", operation, REQUESTS[operation]) for operation in ASKED)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"StringEquals": {"application-autoscaling:service-namespace": "dynamodb"}}, True),
        ({"StringEquals": {"application-autoscaling:service-namespace": "ecs"}}, False),
        ({"StringLike": {"application-autoscaling:scalable-dimension": "*:WriteCapacityUnits"}}, True),
        ({"StringLike": {"application-autoscaling:scalable-dimension": "*:ReadCapacityUnits"}}, False),
        ({"StringEquals": {"aws:ResourceTag/team": "red"}}, True),
        ({"StringEquals": {"aws:ResourceTag/team": "blue"}}, False),
        ({"StringEquals": {"aws:RequestTag/team": "red"}}, True),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}}, True),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["other"]}}, False),
    ],
    ids=str,
)
def test_condition_keys(tmp_path: Path, condition: Json, holds: bool) -> None:
    found = world(tmp_path, {**ANY, "Condition": condition}, OF_TABLE)
    assert found.may_scale("a", *REGISTER) is holds


def test_tags_of_both_services_are_told_apart(tmp_path: Path) -> None:
    found = world(tmp_path, {"Effect": "Allow", "Action": "dynamodb:TagResource", "Resource": "*"})
    assert not found.may_scale("a", "TagResource", REQUESTS["TagResource"])
    assert found.may("a", "TagResource", {"ResourceArn": TABLE, "Tags": [{"Key": "k", "Value": "v"}]})


def test_a_request_is_explained(tmp_path: Path) -> None:
    found = world(tmp_path, ANY)
    operation = scaling.named("RegisterScalableTarget")
    assert operation is not None and scaling.named("application-autoscaling:TagResource") is not None
    identity = found.service.gate.file.callers["a"] if found.service.gate is not None else None
    assert identity is not None
    namespace = found.service.namespace(found.service.caller_named("a"))
    told = explanation.explain(identity, operation, dict(REGISTER[1]), namespace, 0.0)
    assert not told.is_allowed
    assert told.lines[0].startswith(f"application-autoscaling:RegisterScalableTarget on {found.arn}: allowed by ")
    assert any(line.startswith(f"dynamodb:UpdateTable on {FIXED}: DENIED") for line in told.lines)
