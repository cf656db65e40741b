"""DynamoDB in the process: as a block, as a decorator, with settings and tables."""

import asyncio
import unittest
from typing import Any

import boto3
import pytest
from botocore.config import Config

from tests.emulator.testing.world import ITEM, TABLE, WITH_ITEM
from thermodynamo.settings.config import ConfigError
from thermodynamo.testing import LocalDynamoDB, local_dynamodb


def client() -> Any:
    return boto3.client("dynamodb", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")


def make_table() -> list[str]:
    """The names of the tables after one was made; it fails where there is one of that name."""
    client().create_table(**TABLE)
    names: list[str] = client().list_tables()["TableNames"]
    return names


def test_a_block_is_empty_at_first_and_each_time_it_is_entered() -> None:
    local = local_dynamodb()
    for _ in range(2):
        with local:
            assert make_table() == ["Music"]


def test_what_was_prepared_is_there_on_entering_and_gone_on_entering_again() -> None:
    local = local_dynamodb()
    local.load(TABLE)
    local.faults.add(error="InternalServerError", operation="GetItem")
    with local:
        with local:
            assert client().list_tables()["TableNames"] == ["Music"]
        assert client().list_tables()["TableNames"] == ["Music"]
    with local:
        assert client().list_tables()["TableNames"] == [] and local.faults.rules() == []


def test_what_was_there_can_be_looked_at_afterwards() -> None:
    with local_dynamodb() as local:
        make_table()
    assert local.client().list_tables()["TableNames"] == ["Music"]
    assert local.requests.count == 3


def test_its_clients_belong_to_it_before_the_block_too() -> None:
    local = local_dynamodb()
    made, resource = local.client(), local.resource()
    made.create_table(**TABLE)
    resource.Table("Music").put_item(Item={"a": "x"})
    with local_dynamodb():
        assert made.scan(TableName="Music")["Count"] == 1
    with pytest.raises(ValueError, match="no client of s3 here: there are"):
        local.client("s3")


def test_a_function_is_decorated_with_and_without_parentheses() -> None:
    @local_dynamodb
    def bare(extra: int) -> tuple[int, list[str]]:
        """Makes a table."""
        return extra, make_table()

    @local_dynamodb(capacity="off")
    def called() -> list[str]:
        return make_table()

    for _ in range(2):
        assert bare(extra=3) == (3, ["Music"])
        assert called() == ["Music"]
    assert (bare.__name__, bare.__doc__) == ("bare", "Makes a table.")


def test_a_coroutine_function_is_decorated() -> None:
    @local_dynamodb
    async def later() -> list[str]:
        await asyncio.sleep(0)
        return make_table()

    assert [asyncio.run(later()) for _ in range(2)] == [["Music"]] * 2


def test_each_test_of_a_test_case_has_its_own_with_what_is_set_up_for_it() -> None:
    @local_dynamodb
    class Case(unittest.TestCase):
        def setUp(self) -> None:
            self.names = make_table()

        def test_one(self) -> None:
            self.assertEqual(client().list_tables()["TableNames"], self.names)

        def test_two(self) -> None:
            self.assertEqual(client().list_tables()["TableNames"], self.names)

    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(Case).run(result)
    assert (result.testsRun, result.errors, result.failures) == (2, [], [])


@local_dynamodb
class TestDecoratedClass:
    """pytest runs this class, each test with an empty DynamoDB."""

    def setup_method(self) -> None:
        self.names = make_table()

    def test_one(self) -> None:
        assert client().list_tables()["TableNames"] == self.names

    def test_two(self) -> None:
        assert client().list_tables()["TableNames"] == self.names


def test_it_can_be_started_and_stopped() -> None:
    local = local_dynamodb(tables=WITH_ITEM)
    assert local.start() is local
    try:
        assert client().get_item(TableName="Music", Key=ITEM)["Item"] == ITEM
    finally:
        local.stop()


def test_settings_are_those_of_a_server() -> None:
    local = local_dynamodb(tables=TABLE, partition_write_units_max=1)
    local.clock.freeze()
    made = local.client(config=Config(retries={"total_max_attempts": 1}))
    with pytest.raises(made.exceptions.ThrottlingException):
        for _ in range(1000):
            made.put_item(TableName="Music", Item=ITEM)


PROVISIONED = {name: value for name, value in TABLE.items() if name != "BillingMode"}
PROVISIONED["ProvisionedThroughput"] = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
SCALED = {
    "ServiceNamespace": "dynamodb",
    "ResourceId": "table/Music",
    "ScalableDimension": "dynamodb:table:WriteCapacityUnits",
}
TRACKED = {
    "TargetValue": 70.0,
    "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBWriteCapacityUtilization"},
}


def test_auto_scaling_is_set_up_and_acts() -> None:
    """The client of boto3 is answered here, and the table follows its load on the clock of the block."""
    with local_dynamodb(tables=PROVISIONED, capacity="observe") as local:
        made, scaling = client(), boto3.client("application-autoscaling", region_name="us-east-1")
        with pytest.raises(scaling.exceptions.ObjectNotFoundException):
            scaling.deregister_scalable_target(**SCALED)
        scaling.register_scalable_target(**SCALED, MinCapacity=5, MaxCapacity=50)
        scaling.put_scaling_policy(
            **SCALED,
            PolicyName="track",
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration=TRACKED,
        )
        local.clock.freeze()
        for _ in range(4 * 60):
            made.put_item(TableName="Music", Item={**ITEM, "text": {"S": "x" * 20_000}})
            local.clock.advance(seconds=1)
        units = made.describe_table(TableName="Music")["Table"]["ProvisionedThroughput"]["WriteCapacityUnits"]
        assert units > 5
        activities = scaling.describe_scaling_activities(ServiceNamespace="dynamodb")["ScalingActivities"]
        assert f"Setting write capacity units to {units}." in [each["Description"] for each in activities]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"capacity": "some"}, "capacity is 'some': it must be one of enforce, observe, off"),
        ({"port": 8000}, "port is no setting here: there are tables, region, "),
        ({"sede": 1}, "sede is no setting here"),
    ],
)
def test_a_setting_that_cannot_be_is_named(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        local_dynamodb(**settings)


def test_the_region_is_that_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    local = local_dynamodb(tables=TABLE)
    assert local.client().meta.region_name == "eu-west-3"
    assert local.client().list_tables()["TableNames"] == ["Music"]


def test_the_account_is_that_of_the_environment_now(monkeypatch: pytest.MonkeyPatch) -> None:
    for account in ("111111111111", "222222222222"):
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", account)
        local = local_dynamodb(tables=TABLE)
        arn = local.resource().Table("Music").table_arn
        assert arn == f"arn:aws:dynamodb:{local.config.region}:{account}:table/Music"
        assert local.client().list_tables()["TableNames"] == ["Music"]


def test_reset_makes_everything_as_it_was_on_entering() -> None:
    with local_dynamodb(tables=WITH_ITEM) as local:
        made = local.client()
        made.delete_table(TableName="Music")
        local.clock.advance(days=1)
        local.faults.add(error="InternalServerError")
        local.reset()
        assert made.get_item(TableName="Music", Key=ITEM)["Item"] == ITEM
        assert local.faults.rules() == [] and local.requests.count == 1


def test_the_class_itself_is_a_context_manager() -> None:
    with LocalDynamoDB(TABLE, capacity="off") as local:
        assert client().list_tables()["TableNames"] == ["Music"]
        assert local.config.capacity == "off"
