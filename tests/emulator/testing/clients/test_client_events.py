"""Replies that are given in the process are those of a server: as replies, as errors, after as many attempts."""

import random
import time
from collections.abc import Callable, Iterator
from typing import Any

import botocore.endpoint
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError
from botocore.stub import Stubber

from tests.conftest import Endpoint
from thermodynamo.faults.injected_errors import ERRORS
from thermodynamo.testing import LocalDynamoDB, ServerNamespace, local_dynamodb
from thermodynamo.testing.clients.replies import NEVER_RETRIED

TABLE: dict[str, Any] = {
    "TableName": "Music",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}],
}
KEY = {"a": {"S": "x"}}
ACCOUNT = "123456789012"
MODES = ("legacy", "standard", "adaptive")
Place = LocalDynamoDB | ServerNamespace
Outcome = tuple[str, dict[str, Any], int, list[float]]


@pytest.fixture(scope="module")
def over_http(start_server: Callable[..., Endpoint]) -> Iterator[ServerNamespace]:
    made = ServerNamespace(start_server("--transaction-hold", "0.001").url())
    made.account = made.faults.account = ACCOUNT
    made.load(TABLE)
    yield made
    made.discard()


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> LocalDynamoDB:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCOUNT)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    return local_dynamodb(tables=TABLE, transaction_hold="0.001")


def client_of(place: Place, mode: str) -> Any:
    config = Config(retries={"mode": mode, "total_max_attempts": 3})
    return place.client(config=config, aws_access_key_id=ACCOUNT, aws_secret_access_key="local")


def without_circumstances(response: dict[str, Any]) -> dict[str, Any]:
    """A reply without what differs from one request to the next."""
    metadata = dict(response["ResponseMetadata"])
    headers = {
        name: value for name, value in metadata["HTTPHeaders"].items() if name not in ("date", "x-amzn-requestid")
    }
    assert metadata.pop("RequestId") == response["ResponseMetadata"]["HTTPHeaders"]["x-amzn-requestid"]
    return {**response, "ResponseMetadata": {**metadata, "HTTPHeaders": headers}}


def outcome(place: Place, mode: str, rule: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Outcome:
    """What a client meets under a rule: the error, its whole reply, how often the rule fired, and the back-off."""
    client, pauses = client_of(place, mode), list[float]()
    id = place.faults.add(**rule)
    with monkeypatch.context() as patch:
        patch.setattr(botocore.endpoint.time, "sleep", pauses.append)
        random.seed(7)
        try:
            met = "", without_circumstances(client.get_item(TableName="Music", Key=KEY))
        except ClientError as error:
            met = f"{type(error).__name__} {error}", without_circumstances(error.response)
        except ConnectionClosedError as error:
            met = f"{type(error).__name__} {str(error).partition(' URL')[0]}", {}
    fired = place.faults.fired(id)
    place.faults.clear()
    return *met, fired, [pause for pause in pauses if mode != "adaptive"]


@pytest.mark.parametrize("name", ERRORS)
@pytest.mark.parametrize("mode", MODES)
def test_every_error_is_met_as_over_the_wire(
    name: str, mode: str, over_http: ServerNamespace, in_process: LocalDynamoDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = {"operation": "GetItem", "error": name}
    here, there = outcome(in_process, mode, rule, monkeypatch), outcome(over_http, mode, rule, monkeypatch)
    assert here == there
    assert here[0].startswith(f"{name} ") or here[0].startswith("ClientError ")
    if name in NEVER_RETRIED:
        assert here[2] == 1 and here[1]["ResponseMetadata"]["RetryAttempts"] == 0


@pytest.mark.parametrize("rule", [{"error": "InternalServerError", "count": 1}, {"error": "Throttling", "count": 2}])
@pytest.mark.parametrize("mode", MODES)
def test_a_retry_that_succeeds_is_counted_as_over_the_wire(
    rule: dict[str, Any],
    mode: str,
    over_http: ServerNamespace,
    in_process: LocalDynamoDB,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here, there = outcome(in_process, mode, rule, monkeypatch), outcome(over_http, mode, rule, monkeypatch)
    assert here == there
    assert here[1]["ResponseMetadata"]["RetryAttempts"] == rule["count"]


@pytest.mark.parametrize("drop", ["before", "after"])
@pytest.mark.parametrize("mode", MODES)
def test_a_dropped_connection_is_met_as_over_the_wire(
    drop: str, mode: str, over_http: ServerNamespace, in_process: LocalDynamoDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    for rule in ({"drop": drop}, {"drop": drop, "count": 1}):
        here, there = outcome(in_process, mode, rule, monkeypatch), outcome(over_http, mode, rule, monkeypatch)
        assert here == there


REQUESTS: list[tuple[str, dict[str, Any]]] = [
    ("put_item", {"TableName": "Music", "Item": {**KEY, "b": {"B": b"\x00\xff"}, "n": {"N": "1.50"}}}),
    ("get_item", {"TableName": "Music", "Key": KEY}),
    (
        "put_item",
        {
            "TableName": "Music",
            "Item": KEY,
            "ConditionExpression": "attribute_not_exists(a)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        },
    ),
    ("get_item", {"TableName": "None", "Key": KEY}),
    ("get_item", {"TableName": "Music", "Key": {"b": {"S": "x"}}}),
    (
        "transact_write_items",
        {"TransactItems": [{"Delete": {"TableName": "Music", "Key": KEY, "ConditionExpression": "a = n"}}]},
    ),
    ("create_table", TABLE),
    ("scan", {"TableName": "Music", "ReturnConsumedCapacity": "INDEXES"}),
    ("describe_limits", {}),
    ("list_backups", {}),
]


def test_replies_of_the_operations_are_those_of_a_server(over_http: ServerNamespace, in_process: LocalDynamoDB) -> None:
    clients = [client_of(place, "standard") for place in (in_process, over_http)]
    for name, request in REQUESTS:
        replies = []
        for client in clients:
            try:
                replies.append(("", without_circumstances(getattr(client, name)(**request))))
            except ClientError as error:
                replies.append((type(error).__name__, without_circumstances(error.response)))
        assert replies[0] == replies[1], name


def test_a_delay_is_waited_out_while_others_are_answered(
    in_process: LocalDynamoDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_process.faults.add(delay_ms=5000, operation="GetItem")
    client, meanwhile = in_process.client(), []

    def sleep(seconds: float) -> None:
        meanwhile.append((seconds, client.list_tables()["TableNames"]))

    monkeypatch.setattr(time, "sleep", sleep)
    client.get_item(TableName="Music", Key=KEY)
    assert meanwhile == [(5.0, ["Music"])]


def test_the_retry_quota_is_used_and_given_back(in_process: LocalDynamoDB, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(botocore.endpoint.time, "sleep", lambda seconds: None)
    client = client_of(in_process, "standard")
    in_process.faults.add(error="InternalServerError")
    errors = []
    for _ in range(60):
        with pytest.raises(ClientError) as caught:
            client.list_tables()
        errors.append(caught.value.response["ResponseMetadata"])
    assert [errors[0]["RetryAttempts"], errors[-1]["RetryAttempts"]] == [2, 0]
    assert errors[-1].get("RetryQuotaReached")
    in_process.faults.clear()
    for _ in range(60):
        client.list_tables()
    in_process.faults.add(error="InternalServerError", count=1)
    assert client.list_tables()["ResponseMetadata"]["RetryAttempts"] == 1


def test_handlers_of_others_go_first(in_process: LocalDynamoDB) -> None:
    client, seen = in_process.client(), []

    def note(params: dict[str, Any], **_: Any) -> None:
        seen.append(params["headers"]["X-Amz-Target"])

    client.meta.events.register("before-call.dynamodb.ListTables", note)
    client.list_tables()
    assert seen == ["DynamoDB_20120810.ListTables"]
    with Stubber(client) as stubber:
        stubber.add_response("list_tables", {"TableNames": ["stubbed"]})
        assert client.list_tables()["TableNames"] == ["stubbed"]
    assert client.list_tables()["TableNames"] == ["Music"]


def test_paginators_waiters_and_exceptions_work(in_process: LocalDynamoDB) -> None:
    client = in_process.client()
    client.get_waiter("table_exists").wait(TableName="Music")
    for number in range(5):
        client.put_item(TableName="Music", Item={"a": {"S": str(number)}})
    pages = client.get_paginator("scan").paginate(TableName="Music", PaginationConfig={"PageSize": 2})
    assert [page["Count"] for page in pages] == [2, 2, 1]
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.describe_table(TableName="None")


def test_streams_are_answered_too(in_process: LocalDynamoDB) -> None:
    in_process.load(
        {**TABLE, "TableName": "Log", "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}}
    )
    in_process.client().put_item(TableName="Log", Item=KEY)
    streams = in_process.client("dynamodbstreams")
    (stream,) = streams.list_streams()["Streams"]
    shards = streams.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]["Shards"]
    found = []
    for shard in shards:
        place = {"StreamArn": stream["StreamArn"], "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
        found += streams.get_records(ShardIterator=streams.get_shard_iterator(**place)["ShardIterator"])["Records"]
    assert [record["dynamodb"]["Keys"] for record in found] == [KEY]
