"""Random writes, splits, rollovers and expiry: a copy made of the stream's records equals the table at every step.

The copy checks each record: once, in order for its item, its old image being what the copy has.
"""

from typing import Any

from hypothesis import settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.streams.consumer import Consumer, Copy
from thermodynamo.api.errors import ApiError
from thermodynamo.service import Service
from thermodynamo.settings.config import Config
from thermodynamo_storage.partitions import split_points
from thermodynamo_storage.values.errors import CannotSplit

IDS = strategies.sampled_from([f"item-{number}" for number in range(25)])
VALUES = strategies.integers(0, 3)
DAY_SECONDS = 24 * 3600


class Streams(RuleBasedStateMachine):
    """A table with a stream and time to live, a consumer, and the clock."""

    @initialize()
    def create(self) -> None:
        self.service = Service(Config(clock="virtual", shard_rollover_seconds=3600.0, capacity="off"))
        self.passed_seconds = 0.0
        created = self.call(
            "CreateTable",
            TableName="items",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )
        self.call(
            "UpdateTimeToLive",
            TableName="items",
            TimeToLiveSpecification={"Enabled": True, "AttributeName": "until"},
        )
        self.copy = Copy()
        self.consumer = Consumer(self, created["TableDescription"]["LatestStreamArn"], self.copy.apply, limit=3)

    def call(self, operation: str, **request: Any) -> dict[str, Any]:
        try:
            return self.service.call(operation, request)
        except ApiError as error:
            assert error.name == "ConditionalCheckFailedException", error.body()
            return error.body()

    def describe_stream(self, **request: Any) -> dict[str, Any]:
        return self.call("DescribeStream", **request)

    def get_shard_iterator(self, **request: Any) -> dict[str, Any]:
        return self.call("GetShardIterator", **request)

    def get_records(self, **request: Any) -> dict[str, Any]:
        return self.call("GetRecords", **request)

    def item(self, id: str, value: int, lifetime: int) -> dict[str, Any]:
        until = {"until": {"N": str(int(self.service.clock.now()) + lifetime)}} if lifetime else {}
        return {"id": {"S": id}, "value": {"N": str(value)}, **until}

    @rule(id=IDS, value=VALUES, lifetime=strategies.sampled_from([0, 0, 60, 7000]))
    def put(self, id: str, value: int, lifetime: int) -> None:
        self.call("PutItem", TableName="items", Item=self.item(id, value, lifetime))

    @rule(id=IDS)
    def delete(self, id: str) -> None:
        self.call("DeleteItem", TableName="items", Key={"id": {"S": id}})

    @rule(id=IDS, value=VALUES)
    def update_if_other(self, id: str, value: int) -> None:
        self.call(
            "UpdateItem",
            TableName="items",
            Key={"id": {"S": id}},
            UpdateExpression="SET #v = :v",
            ConditionExpression="#v <> :v",
            ExpressionAttributeNames={"#v": "value"},
            ExpressionAttributeValues={":v": {"N": str(value)}},
        )

    @rule(ids=strategies.sets(IDS, min_size=1, max_size=10), value=VALUES)
    def write_transaction(self, ids: set[str], value: int) -> None:
        puts = [{"Put": {"TableName": "items", "Item": self.item(id, value, 0)}} for id in sorted(ids)]
        self.call("TransactWriteItems", TransactItems=puts)

    @rule(place=strategies.integers(0, 100))
    def split(self, place: int) -> None:
        database = self.service.database
        table = database.tables(("000000000000", "us-east-1"))["items"]
        partition = table.keyspace.partitions[place % len(table.keyspace.partitions)]
        try:
            at = (
                split_points.by_size(partition, False)
                if len(partition.items) > 1
                else split_points.by_range(partition, False)
            )
        except CannotSplit:
            return
        database.split(table.keyspace, partition, at, "asked", self.service.clock.now())

    @precondition(lambda self: self.passed_seconds < DAY_SECONDS - 2 * 7200)
    @rule(seconds=strategies.sampled_from([1, 59, 600, 3600, 7200]))
    def advance(self, seconds: int) -> None:
        self.passed_seconds += seconds
        self.service.turn(seconds)
        # An iterator lives fifteen minutes: a consumer that slept longer asks again where it was.
        self.consumer.forget_iterators()

    @rule()
    def read_some(self) -> None:
        self.consumer.poll()

    @invariant()
    def structures_are_sound(self) -> None:
        self.service.database.check()

    def teardown(self) -> None:
        while self.consumer.poll() or not self.consumer.is_at_end():
            pass
        items = self.call("Scan", TableName="items")["Items"]
        assert self.copy.items == {repr([("id", item["id"])]): item for item in items}


Streams.TestCase.settings = settings(max_examples=40, stateful_step_count=60, deadline=None)
TestStreams = Streams.TestCase
