"""What time does to streams, with a clock that is turned: iterators, records, shards, disabled streams."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from tests.conftest import REGION, Endpoint
from thermodynamo.testing.server_clock import ServerClock

TABLE = {
    "TableName": "items",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "ProvisionedThroughput": {"ReadCapacityUnits": 1000, "WriteCapacityUnits": 1000},
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
}
MINUTE, HOUR = 60.0, 3600.0


@pytest.fixture(scope="module")
def frozen() -> Iterator[str]:
    """A server whose clock stands still until it is turned."""
    server = Endpoint("--clock", "virtual", "--clock-start", "2026-03-01T12:00:00Z", "--capacity", "off")
    yield server.url()
    server.stop()


@pytest.fixture
def clock(frozen: str) -> ServerClock:
    return ServerClock(frozen)


class Reader:
    """A table with one open shard, and short words for reading it."""

    def __init__(self, session: boto3.Session, endpoint: str, account: str) -> None:
        def made(service: str) -> Any:
            return session.client(
                service,
                endpoint_url=endpoint,
                region_name=REGION,
                aws_access_key_id=account,
                aws_secret_access_key="secret",
            )

        self.dynamodb = made("dynamodb")
        self.streams = made("dynamodbstreams")
        self.arn = self.dynamodb.create_table(**TABLE)["TableDescription"]["LatestStreamArn"]

    def put(self, id: str) -> None:
        self.dynamodb.put_item(TableName="items", Item={"id": {"S": id}})

    def describe(self) -> dict[str, Any]:
        described: dict[str, Any] = self.streams.describe_stream(StreamArn=self.arn)["StreamDescription"]
        return described

    def iterator(self, type: str = "TRIM_HORIZON", shard: int = 0, **position: Any) -> str:
        shard_id = self.describe()["Shards"][shard]["ShardId"]
        reply = self.streams.get_shard_iterator(
            StreamArn=self.arn, ShardId=shard_id, ShardIteratorType=type, **position
        )
        return str(reply["ShardIterator"])

    def ids(self, iterator: str) -> list[str]:
        return [record["dynamodb"]["Keys"]["id"]["S"] for record in self.page(iterator)["Records"]]

    def page(self, iterator: str) -> dict[str, Any]:
        page: dict[str, Any] = self.streams.get_records(ShardIterator=iterator)
        return page


@pytest.fixture
def reader(boto_session: boto3.Session, frozen: str, account: str) -> Reader:
    return Reader(boto_session, frozen, account)


def test_an_iterator_lives_fifteen_minutes(reader: Reader, clock: ServerClock) -> None:
    reader.put("a")
    iterator = reader.iterator()
    clock.advance(minutes=15)
    assert reader.ids(iterator) == ["a"]
    clock.advance(seconds=1)
    with pytest.raises(reader.streams.exceptions.ExpiredIteratorException, match="exceeds the maximum age allowed"):
        reader.page(iterator)


def test_records_are_trimmed_after_a_day(reader: Reader, clock: ServerClock) -> None:
    reader.put("a")
    record = reader.page(reader.iterator())["Records"][0]["dynamodb"]
    assert record["ApproximateCreationDateTime"].timestamp() == int(clock.now())
    clock.advance(hours=3)
    reader.put("b")
    clock.advance(hours=20, minutes=59)
    before = reader.iterator()
    assert reader.ids(before) == ["a", "b"]
    clock.advance(minutes=1)
    with pytest.raises(reader.streams.exceptions.TrimmedDataAccessException, match="has been trimmed"):
        reader.page(before)
    with pytest.raises(reader.streams.exceptions.TrimmedDataAccessException, match="has been trimmed"):
        reader.iterator("AT_SEQUENCE_NUMBER", SequenceNumber=record["SequenceNumber"])
    assert reader.ids(reader.iterator("AFTER_SEQUENCE_NUMBER", SequenceNumber=record["SequenceNumber"])) == ["b"]
    assert reader.ids(reader.iterator()) == ["b"]


def test_a_shard_is_continued_after_four_hours_and_drained_to_its_end(reader: Reader, clock: ServerClock) -> None:
    reader.put("a")
    clock.advance(hours=4)
    reader.put("b")
    first, second = reader.describe()["Shards"]
    assert second["ParentShardId"] == first["ShardId"]
    assert int(first["SequenceNumberRange"]["EndingSequenceNumber"]) < int(
        second["SequenceNumberRange"]["StartingSequenceNumber"]
    )
    page = reader.page(reader.iterator(shard=0))
    assert [record["dynamodb"]["Keys"]["id"]["S"] for record in page["Records"]] == ["a"]
    assert "NextShardIterator" not in page
    assert reader.ids(reader.iterator(shard=1)) == ["b"]


def test_a_position_in_time(reader: Reader, clock: ServerClock) -> None:
    for id in "abc":
        reader.put(id)
        clock.advance(minutes=10)
    at = clock.now() - 20 * MINUTE
    assert reader.ids(reader.iterator("AT_TIMESTAMP", Timestamp=at)) == ["b", "c"]
    assert reader.ids(reader.iterator("AT_TIMESTAMP", Timestamp=at + 1)) == ["c"]
    assert reader.ids(reader.iterator("AT_TIMESTAMP", Timestamp=clock.now())) == []


def test_a_disabled_stream_is_gone_after_a_day(reader: Reader, clock: ServerClock) -> None:
    clock.advance(hours=1)
    reader.put("a")
    reader.dynamodb.update_table(TableName="items", StreamSpecification={"StreamEnabled": False})
    clock.advance(hours=23)
    assert reader.describe()["StreamStatus"] == "DISABLED"
    assert reader.ids(reader.iterator()) == ["a"]
    clock.advance(hours=1)
    with pytest.raises(
        reader.streams.exceptions.ResourceNotFoundException, match="Requested resource not found: Stream"
    ):
        reader.describe()
    assert reader.streams.list_streams()["Streams"] == []
    assert "LatestStreamArn" not in reader.dynamodb.describe_table(TableName="items")["Table"]


def test_a_page_ends_at_a_megabyte(reader: Reader) -> None:
    for number in range(12):
        reader.dynamodb.put_item(TableName="items", Item={"id": {"S": str(number)}, "text": {"S": "x" * 100_000}})
    iterator = reader.iterator()
    sizes = []
    while page := reader.page(iterator)["Records"]:
        sizes.append(sum(record["dynamodb"]["SizeBytes"] for record in page))
        iterator = reader.iterator("AFTER_SEQUENCE_NUMBER", SequenceNumber=page[-1]["dynamodb"]["SequenceNumber"])
    assert len(sizes) == 2 and sizes[0] > 950_000 and all(size <= 1_048_576 for size in sizes)


def test_a_page_ends_at_a_thousand_records(reader: Reader) -> None:
    for start in range(0, 1025, 25):
        puts = [{"PutRequest": {"Item": {"id": {"S": str(start + number)}}}} for number in range(25)]
        reader.dynamodb.batch_write_item(RequestItems={"items": puts})
    page = reader.page(reader.iterator())
    assert len(page["Records"]) == 1000
    assert len(reader.page(page["NextShardIterator"])["Records"]) == 25
