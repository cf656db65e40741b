"""What clients do: boto3's own client on the same port, and the calls of terraform's resources in their order."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tests.conftest import Endpoint, _arguments
from thermodynamo.testing.server_clock import ServerClock

WRITES = {
    "ServiceNamespace": "dynamodb",
    "ResourceId": "table/orders",
    "ScalableDimension": "dynamodb:table:WriteCapacityUnits",
}
TRACKING = {
    "TargetValue": 70.0,
    "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBWriteCapacityUtilization"},
}


@pytest.fixture(scope="module")
def frozen() -> Iterator[str]:
    server = Endpoint("--clock", "virtual", "--table-delay-seconds", "4")
    yield server.url()
    server.stop()


@pytest.fixture
def clock(frozen: str) -> ServerClock:
    return ServerClock(frozen)


@pytest.fixture
def tables(boto_session: boto3.Session, frozen: str, account: str, clock: ServerClock) -> Iterator[Any]:
    """A client with the table `orders`."""
    made = boto_session.client("dynamodb", **_arguments(frozen, account))
    made.create_table(
        TableName="orders",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
    )
    clock.advance(4)
    yield made
    made.close()


@pytest.fixture
def scaling(boto_session: boto3.Session, frozen: str, account: str) -> Iterator[Any]:
    made = boto_session.client("application-autoscaling", **_arguments(frozen, account))
    yield made
    made.close()


def units(tables: Any) -> int:
    wanted: int = tables.describe_table(TableName="orders")["Table"]["ProvisionedThroughput"]["WriteCapacityUnits"]
    return wanted


def test_a_table_follows_its_load_minute_by_minute(tables: Any, scaling: Any, clock: ServerClock) -> None:
    scaling.register_scalable_target(**WRITES, MinCapacity=5, MaxCapacity=40)
    scaling.put_scaling_policy(
        **WRITES,
        PolicyName="p",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration=TRACKING,
    )
    seen = []
    for minute in range(24):
        for _ in range(600 if minute < 2 else 0):
            tables.put_item(TableName="orders", Item={"id": {"S": "a"}})
        clock.advance(minutes=1)
        seen.append(units(tables))
    # The clock is four seconds into the minute, and the table is UPDATING for four seconds after each change.
    assert seen == [5, *[15] * 15, *[5] * 8]
    pages = scaling.get_paginator("describe_scaling_activities").paginate(ServiceNamespace="dynamodb", MaxResults=1)
    descriptions = [each["Description"] for page in pages for each in page["ScalingActivities"]]
    assert descriptions == ["Setting write capacity units to 5.", "Setting write capacity units to 15."]


def test_errors_are_modeled(tables: Any, scaling: Any) -> None:
    with pytest.raises(scaling.exceptions.ObjectNotFoundException, match="No scalable target found for"):
        scaling.deregister_scalable_target(**WRITES)
    with pytest.raises(scaling.exceptions.ValidationException, match="DynamoDB table does not exist: table/none"):
        scaling.register_scalable_target(**{**WRITES, "ResourceId": "table/none"}, MinCapacity=1, MaxCapacity=2)
    arn = "arn:aws:application-autoscaling:us-east-1:1:scalable-target/none"
    with pytest.raises(scaling.exceptions.ResourceNotFoundException) as caught:
        scaling.list_tags_for_resource(ResourceARN=arn)
    assert caught.value.response["ResourceName"] == arn


def test_the_calls_of_terraforms_target(tables: Any, scaling: Any) -> None:
    """aws_appautoscaling_target: created with tags, read, its tags read, changed, destroyed until it is gone."""
    filters = {
        "ServiceNamespace": "dynamodb",
        "ResourceIds": ["table/orders"],
        "ScalableDimension": WRITES["ScalableDimension"],
    }
    arn = scaling.register_scalable_target(**WRITES, MinCapacity=5, MaxCapacity=10, Tags={"Name": "orders"})[
        "ScalableTargetARN"
    ]
    (target,) = scaling.describe_scalable_targets(**filters)["ScalableTargets"]
    assert target["ScalableTargetARN"] == arn and (target["MinCapacity"], target["MaxCapacity"]) == (5, 10)
    assert scaling.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"Name": "orders"}
    scaling.register_scalable_target(**WRITES, MinCapacity=5, MaxCapacity=20)
    scaling.untag_resource(ResourceARN=arn, TagKeys=["Name"])
    scaling.tag_resource(ResourceARN=arn, Tags={"team": "a"})
    assert scaling.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"team": "a"}
    (target,) = scaling.describe_scalable_targets(**filters)["ScalableTargets"]
    assert target["MaxCapacity"] == 20
    scaling.deregister_scalable_target(**WRITES)
    assert scaling.describe_scalable_targets(**filters)["ScalableTargets"] == []


def test_the_calls_of_terraforms_policy_and_scheduled_action(tables: Any, scaling: Any) -> None:
    scaling.register_scalable_target(**WRITES, MinCapacity=5, MaxCapacity=10)
    name = "DynamoDBWriteCapacityUtilization:table/orders"
    put = {"PolicyType": "TargetTrackingScaling", "TargetTrackingScalingPolicyConfiguration": TRACKING}
    arn = scaling.put_scaling_policy(**WRITES, PolicyName=name, **put)["PolicyARN"]
    (policy,) = scaling.describe_scaling_policies(**WRITES, PolicyNames=[name])["ScalingPolicies"]
    assert policy["PolicyARN"] == arn and len(policy["Alarms"]) == 4
    assert policy["TargetTrackingScalingPolicyConfiguration"] == TRACKING
    scaling.put_scheduled_action(
        **WRITES,
        ScheduledActionName="night",
        Schedule="cron(0 20 * * ? *)",
        Timezone="UTC",
        ScalableTargetAction={"MinCapacity": 1, "MaxCapacity": 2},
    )
    (action,) = scaling.describe_scheduled_actions(**WRITES, ScheduledActionNames=["night"])["ScheduledActions"]
    assert action["Timezone"] == "UTC" and action["ScalableTargetAction"] == {"MinCapacity": 1, "MaxCapacity": 2}
    scaling.delete_scheduled_action(**WRITES, ScheduledActionName="night")
    scaling.delete_scaling_policy(**WRITES, PolicyName=name)
    with pytest.raises(ClientError, match="No scaling policy found"):
        scaling.delete_scaling_policy(**WRITES, PolicyName=name)
