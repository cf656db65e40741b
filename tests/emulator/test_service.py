"""The emulator in this process: calls as data and as bytes, the namespaces of callers."""

from typing import Any

import orjson
import pytest

from thermodynamo.api.caller import Caller
from thermodynamo.api.errors import ApiError
from thermodynamo.service import Service
from thermodynamo.settings.config import Config

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
