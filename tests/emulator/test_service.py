"""The emulator in this process: calls as data and as bytes, the namespaces of callers."""

from typing import Any

import orjson
import pytest

from tests.golden.wire import authorization
from thermodynamo.api.caller import Caller
from thermodynamo.api.errors import ApiError
from thermodynamo.server.application import build
from thermodynamo.service import Service
from thermodynamo.settings.config import Config
from thermodynamo_storage.tables.snapshot import Scope

START = 1_800_000_000.0
TABLE: dict[str, Any] = {
    "TableName": "Music",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}],
}
KEY = {"a": {"S": "x"}}


@pytest.fixture
def service() -> Service:
    made = Service(Config(clock="virtual", clock_start=str(START)))
    made.call("CreateTable", TABLE)
    return made


def test_a_call_answers_with_data_and_leaves_the_request_alone(service: Service) -> None:
    item = {**KEY, "n": {"N": "1.50"}}
    assert service.call("PutItem", {"TableName": "Music", "Item": item}) == {}
    assert item["n"] == {"N": "1.50"}
    assert service.call("GetItem", {"TableName": "Music", "Key": KEY})["Item"] == {**KEY, "n": {"N": "1.5"}}
    arn = "arn:aws:dynamodb:us-east-1:000000000000:table/Music"
    assert service.call("TagResource", {"ResourceArn": arn, "Tags": [{"Key": "k", "Value": "v"}]}) == {}


def test_a_refused_call_raises_the_error_of_the_service(service: Service) -> None:
    with pytest.raises(ApiError) as caught:
        service.call("GetItem", {"TableName": "None", "Key": KEY})
    error = caught.value
    assert (error.name, error.message, error.status) == (
        "ResourceNotFoundException",
        "Requested resource not found",
        400,
    )
    with pytest.raises(ApiError) as caught:
        service.call("GetSomething", {})
    assert caught.value.name == "UnknownOperationException"


@pytest.mark.parametrize("request_", [{"TableName": b"Music"}, {"TableName": {1}}])
def test_what_is_no_json_is_a_type_error(service: Service, request_: Any) -> None:
    with pytest.raises(TypeError):
        service.call("DescribeTable", request_)


@pytest.mark.parametrize(
    ("target", "body", "status", "reply"),
    [
        (b"DynamoDB_20120810.ListTables", b"{}", 200, {"TableNames": ["Music"]}),
        (b"DynamoDBStreams_20120810.ListStreams", b"{}", 200, {"Streams": []}),
        (b"DynamoDB_20120810.ListTables", b"{", 400, {"__type": "com.amazon.coral.service#SerializationException"}),
        (
            b"DynamoDB_20120810.ListStreams",
            b"{}",
            400,
            {"__type": "com.amazon.coral.service#UnknownOperationException"},
        ),
    ],
)
def test_an_answer_is_a_status_and_bytes(service: Service, target: bytes, body: bytes, status: int, reply: Any) -> None:
    answered, content = service.answer(target, body)
    assert (answered, orjson.loads(content)) == (status, reply)
    assert service.namespace(service.caller).counts.user_errors == (status != 200)


def test_each_account_and_region_has_tables_of_its_own_and_all_keys_of_one_share_them(service: Service) -> None:
    here = service.caller
    for caller in (Caller("111111111111", here.region), Caller(here.account, "eu-west-1")):
        assert service.call("ListTables", {}, caller) == {"TableNames": []}
        assert service.answer(b"DynamoDB_20120810.ListTables", b"{}", caller) == (200, b'{"TableNames":[]}')
    for key in ("AKID", "OTHER"):
        assert service.call("ListTables", {}, Caller(here.account, here.region, key)) == {"TableNames": ["Music"]}


def test_a_call_happens_at_the_time_of_the_clock(service: Service) -> None:
    described = service.call("DescribeTable", {"TableName": "Music"})["Table"]
    assert described["CreationDateTime"] == START


def test_turning_the_clock_does_what_is_due(service: Service) -> None:
    service.call(
        "UpdateTimeToLive",
        {"TableName": "Music", "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "until"}},
    )
    for name, seconds in (("a", 10), ("b", 100)):
        item = {"a": {"S": name}, "until": {"N": str(int(START) + seconds)}}
        service.call("PutItem", {"TableName": "Music", "Item": item})
    service.turn(50)
    assert [item["a"]["S"] for item in service.call("Scan", {"TableName": "Music"})["Items"]] == ["b"]
    assert service.clock.now() == START + 50


def test_reset_makes_everything_as_it_was_at_the_beginning(service: Service) -> None:
    def transcript() -> list[Any]:
        created = service.call("CreateTable", {**TABLE, "TableName": "Again"})
        made = service.faults.add_all([{"operation": "GetItem", "error": "InternalServerError", "probability": 0.5}])
        errors = 0
        for _ in range(20):
            try:
                service.call("GetItem", {"TableName": "Again", "Key": KEY})
            except ApiError:
                errors += 1
        service.turn(1000)
        return [created, errors, made[0].describe(), service.clock.now()]

    service.reset()
    assert service.call("ListTables", {}) == {"TableNames": []}
    first = transcript()
    service.call("PutItem", {"TableName": "Again", "Item": KEY})
    service.reset()
    assert service.clock.now() == START and not service.faults.active
    assert service.namespace(service.caller).counts.user_errors == 0
    assert transcript() == first


def test_a_snapshot_of_one_account_turns_an_earlier_clock_forward_and_never_back(service: Service) -> None:
    service.turn(10)
    service.call("CreateTable", {**TABLE, "TableName": "Later"})
    service.snapshot("seed", Scope(service.caller.account))
    service.reset()
    assert service.clock.now() == START
    service.restore("seed")
    assert service.clock.now() == START + 10
    assert service.call("DescribeTable", {"TableName": "Later"})["Table"]["CreationDateTime"] == START + 10
    service.turn(10)
    service.restore("seed")
    assert service.clock.now() == START + 20


def test_a_server_forgets_namespaces_with_a_reset() -> None:
    plane = build(Config()).data_plane
    head = [
        (b"x-amz-date", b"20260101T000000Z"),
        (b"authorization", authorization("000000000000").encode()),
    ]
    create, names = b"DynamoDB_20120810.CreateTable", b"DynamoDB_20120810.ListTables"
    assert plane.answer(create, head, b"", orjson.dumps(TABLE))[0] == 200
    plane.service.reset()
    assert plane.answer(names, head, b"", b"{}") == (200, b'{"TableNames":[]}')
    assert plane.answer(create, head, b"", orjson.dumps(TABLE))[0] == 200
