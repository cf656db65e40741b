"""Time to live from outside: a day passes in a moment, and nobody is kept waiting."""

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest

from tests.conftest import REGION, Endpoint
from thermodynamo.testing import ClockError, ServerClock, turned_clock

HOUR = 3600


@pytest.fixture(scope="module")
def frozen() -> Iterator[str]:
    """A server whose clock stands still until it is turned."""
    server = Endpoint("--clock", "virtual", "--clock-start", "2026-03-01T12:00:00Z")
    yield server.url()
    server.stop()


def made(session: boto3.Session, service: str, endpoint: str, account: str) -> Any:
    return session.client(
        service, endpoint_url=endpoint, region_name=REGION, aws_access_key_id=account, aws_secret_access_key="secret"
    )


def create(dynamodb: Any, **members: Any) -> dict[str, Any]:
    reply: dict[str, Any] = dynamodb.create_table(
        TableName="sessions",
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "user", "AttributeType": "S"},
        ],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by_user",
                "KeySchema": [{"AttributeName": "user", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        **members,
    )
    dynamodb.update_time_to_live(
        TableName="sessions", TimeToLiveSpecification={"Enabled": True, "AttributeName": "until"}
    )
    return reply


def put(dynamodb: Any, id: str, until: float) -> None:
    item = {"id": {"S": id}, "user": {"S": "ann"}, "until": {"N": f"{until:.0f}"}}
    dynamodb.put_item(TableName="sessions", Item=item)


def ids(dynamodb: Any) -> set[str]:
    return {item["id"]["S"] for item in dynamodb.scan(TableName="sessions")["Items"]}


def test_a_day_passes_in_one_call(boto_session: boto3.Session, frozen: str, account: str) -> None:
    dynamodb = made(boto_session, "dynamodb", frozen, account)
    streams = made(boto_session, "dynamodbstreams", frozen, account)
    arn = create(dynamodb, StreamSpecification={"StreamEnabled": True, "StreamViewType": "OLD_IMAGE"})
    arn = arn["TableDescription"]["LatestStreamArn"]
    clock = ServerClock(frozen)
    started_at = clock.now()
    for hour in range(48):
        put(dynamodb, str(hour), started_at + hour * HOUR + 1)
    clock.advance(hours=25)
    assert clock.now() == started_at + 25 * HOUR
    assert ids(dynamodb) == {str(hour) for hour in range(25, 48)}
    entries = dynamodb.query(
        TableName="sessions",
        IndexName="by_user",
        KeyConditionExpression="#u = :u",
        ExpressionAttributeNames={"#u": "user"},
        ExpressionAttributeValues={":u": {"S": "ann"}},
        Select="COUNT",
    )
    assert entries["Count"] == 23
    removed: dict[str, Any] = {}
    for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
        iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")
        for record in streams.get_records(ShardIterator=iterator["ShardIterator"])["Records"]:
            assert record["eventName"] == "REMOVE", "the inserts of a day ago are trimmed"
            removed[record["dynamodb"]["Keys"]["id"]["S"]] = record
    # What expired in the first hour was removed more than a day ago as well.
    assert set(removed) == {str(hour) for hour in range(1, 25)} | ({"0"} & set(removed))
    for hour in range(2, 25):
        record = removed[str(hour)]
        assert record["userIdentity"] == {"PrincipalId": "dynamodb.amazonaws.com", "Type": "Service"}
        assert record["dynamodb"]["ApproximateCreationDateTime"].timestamp() == started_at + hour * HOUR + 2
        assert record["dynamodb"]["OldImage"]["user"] == {"S": "ann"}


def test_an_expired_item_is_read_and_saved_until_it_is_removed(
    boto_session: boto3.Session, frozen: str, account: str
) -> None:
    dynamodb = made(boto_session, "dynamodb", frozen, account)
    create(dynamodb)
    clock = ServerClock(frozen)
    for id in ("saved", "lost"):
        put(dynamodb, id, clock.now() + 10)
    clock.advance(10.5)
    assert ids(dynamodb) == {"saved", "lost"}
    put(dynamodb, "saved", clock.now() + HOUR)
    clock.advance(1)
    assert ids(dynamodb) == {"saved"}


def test_removal_costs_no_capacity_and_is_counted(boto_session: boto3.Session, frozen: str, account: str) -> None:
    dynamodb = made(boto_session, "dynamodb", frozen, account)
    create(dynamodb)
    clock = ServerClock(frozen)
    for number in range(20):
        put(dynamodb, str(number), clock.now() + 10)

    def metric(name: str) -> list[float]:
        with urllib.request.urlopen(f"{frozen}/_admin/metrics?account={account}") as reply:
            lines = reply.read().decode().splitlines()
        return [float(line.rpartition(" ")[2]) for line in lines if line.startswith(name + "_total{")]

    before = metric("ConsumedWriteCapacityUnits")
    assert sum(before) == 40 and metric("TimeToLiveDeletedItemCount") == [0]
    clock.advance(minutes=1)
    assert ids(dynamodb) == set()
    assert metric("ConsumedWriteCapacityUnits") == before
    assert metric("TimeToLiveDeletedItemCount") == [20]


def test_items_expire_by_themselves(boto_session: boto3.Session, endpoint: str, account: str) -> None:
    dynamodb = made(boto_session, "dynamodb", endpoint, account)
    create(dynamodb)
    put(dynamodb, "a", time.time() - 1)
    put(dynamodb, "b", time.time() + 1000)
    give_up = time.monotonic() + 120
    while ids(dynamodb) != {"b"} and time.monotonic() < give_up:
        time.sleep(0.05)
    assert ids(dynamodb) == {"b"}


def test_the_clock_from_python(boto_session: boto3.Session) -> None:
    server = Endpoint("--ttl-change-seconds", "3600")
    try:
        with turned_clock(server.url()) as clock:
            before = clock.now()
            assert clock.advance(minutes=1, hours=1, days=1) == pytest.approx(before + 90_060)
            assert clock.set("2099-01-01") == 4070908800.0
            assert clock.now() == 4070908800.0
            with pytest.raises(ClockError, match="time only goes forward"):
                clock.set(0)
            dynamodb = made(boto_session, "dynamodb", server.url(), "123456789012")
            create(dynamodb)
            change = {"TableName": "sessions", "TimeToLiveSpecification": {"Enabled": False, "AttributeName": "until"}}
            described = dynamodb.describe_time_to_live(TableName="sessions")["TimeToLiveDescription"]
            assert described == {"AttributeName": "until", "TimeToLiveStatus": "ENABLING"}
            with pytest.raises(
                dynamodb.exceptions.ClientError, match="modified multiple times within a fixed interval"
            ):
                dynamodb.update_time_to_live(**change)
            clock.advance(hours=1)
            dynamodb.update_time_to_live(**change)
            described = dynamodb.describe_time_to_live(TableName="sessions")["TimeToLiveDescription"]
            assert described == {"AttributeName": "until", "TimeToLiveStatus": "DISABLING"}
        assert ServerClock(server.url()).now() > 4070908800.0
    finally:
        server.stop()


def test_the_clock_has_its_rate_again_after_the_block(frozen: str) -> None:
    clock = ServerClock(frozen)
    with turned_clock(frozen) as outer:
        with turned_clock(frozen) as inner:
            inner.advance(1)
        assert outer.rate() == 0
    assert clock.rate() == 0
    clock.run(2)
    with turned_clock(frozen):
        assert clock.rate() == 0
    assert clock.rate() == 2
    clock.freeze()


def test_the_seconds_of_several_who_advance_at_once_add_up(
    boto_session: boto3.Session, frozen: str, account: str
) -> None:
    clock = ServerClock(frozen)
    dynamodb = made(boto_session, "dynamodb", frozen, account)
    create(dynamodb)
    before = clock.now()
    for number in range(300):
        put(dynamodb, str(number), before + number)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(clock.advance, 4 * [3600.0]))
    assert clock.now() == before + 4 * 3600


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("", "the body is not JSON"),
        ("[]", "the body must have exactly one of advance, set, rate, freeze"),
        ('{"advance": 1, "set": 2}', "the body must have exactly one of"),
        ('{"advance": -1}', "advance is -1: it must be a number, 0 or more"),
        ('{"advance": "1"}', 'advance is "1"'),
        ('{"rate": null}', "rate is null"),
        ('{"set": "then"}', 'set is "then": it must be epoch seconds or a date in ISO 8601'),
        ('{"set": null}', "set is null"),
        ('{"freeze": false}', "freeze can only be true"),
        ('{"advance": 1e300}', "beyond the year 9999"),
        ('{"advance": true}', "advance is true: it must be a number, 0 or more"),
        ('{"advance": 1' + 400 * "0" + "}", "the body is not JSON"),
        ('{"rate": NaN}', "the body is not JSON"),
        ('{"set": 1' + 30 * "0" + "}", "it must be epoch seconds or a date in ISO 8601"),
        ('{"set": ' + 100_000 * "[" + "}", "the body is not JSON"),
    ],
)
def test_what_the_clock_refuses(frozen: str, body: str, error: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(
            urllib.request.Request(f"{frozen}/_admin/clock", body.encode(), {"Content-Type": "application/json"})
        )
    reply = json.load(caught.value)
    assert caught.value.code == 400 and error in reply["error"] and "advance" in reply["hint"]


def test_reading_the_clock(frozen: str) -> None:
    with urllib.request.urlopen(f"{frozen}/_admin/clock") as response:
        reply = json.load(response)
    assert (reply["mode"], reply["rate"]) == ("virtual", 0.0) and reply["now"] >= 1772366400


def test_requests_are_answered_while_the_clock_is_turned(
    boto_session: boto3.Session, frozen: str, account: str
) -> None:
    """Removing many items happens in steps, so that a read meanwhile waits for one of them at most."""
    dynamodb = made(boto_session, "dynamodb", frozen, account)
    create(dynamodb)
    clock = ServerClock(frozen)
    now = clock.now()
    for start in range(0, 3000, 25):
        items = [{"id": {"S": str(start + n)}, "until": {"N": f"{now + n:.0f}"}} for n in range(25)]
        dynamodb.batch_write_item(RequestItems={"sessions": [{"PutRequest": {"Item": item}} for item in items]})
    turning = threading.Thread(target=clock.advance, args=(HOUR,))
    turning.start()
    while turning.is_alive():
        dynamodb.get_item(TableName="sessions", Key={"id": {"S": "0"}})
    turning.join()
    assert ids(dynamodb) == set()
