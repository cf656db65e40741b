"""Requests that faults befall, through the data plane itself: which of them meet one, and what their replies are."""

from typing import Any

import orjson
import pytest

from tests.throttling.world import HEADERS
from thermodynamo.faults import faulted_call
from thermodynamo.server.application import build
from thermodynamo.server.data_plane import DataPlane
from thermodynamo.settings.config import Config

KEYS = [{"a": {"S": text}} for text in "xyz"]


@pytest.fixture
def plane() -> DataPlane:
    made = build(Config()).data_plane
    request = {
        "TableName": "Books",
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}],
    }
    assert send(made, "CreateTable", request)[0] == 200
    return made


def send(
    plane: DataPlane, operation: str, request: Any, content_type: bytes = b"application/x-amz-json-1.0"
) -> tuple[int, bytes, Any]:
    """The status, the head and the body of the reply, as if a fault could befall the request."""
    body = request if isinstance(request, bytes) else orjson.dumps(request)
    target = b"DynamoDB_20120810." + operation.encode()
    headers = [*HEADERS, (b"content-type", content_type), (b"x-amz-target", target)]
    faulted = faulted_call.meet(plane, headers, b"", body)
    status, head, reply = plane.reply(headers, b"", faulted.body, faulted.answer)
    return status, head, orjson.loads(reply)


@pytest.mark.parametrize("content_type", [b"application/x-amz-json-1.0", b"application/json"])
def test_an_error_comes_in_the_content_type_that_was_asked_in(plane: DataPlane, content_type: bytes) -> None:
    plane.faults.add_all([{"error": "InternalServerError"}])
    status, head, reply = send(plane, "ListTables", {}, content_type)
    assert status == 500 and reply["__type"].endswith("#InternalServerError")
    assert b"content-type: " + content_type + b"\r\n" in head


@pytest.mark.parametrize(
    ("operation", "request_"), [("ListTables", b"{"), ("ListTables", {"Limit": 0}), ("NoSuchOperation", {})]
)
def test_a_request_that_cannot_be_answered_anyway_meets_no_fault(
    plane: DataPlane, operation: str, request_: Any
) -> None:
    (fault,) = plane.faults.add_all([{"error": "InternalServerError"}])
    status, _, _ = send(plane, operation, request_)
    assert status == 400 and fault.fired == 0


def test_a_batch_hands_back_what_was_cut_out_of_it_and_writes_the_rest(plane: DataPlane) -> None:
    plane.faults.add_all([{"unprocessed": 1, "key": "y", "count": 1}])
    puts = [{"PutRequest": {"Item": key}} for key in KEYS]
    status, _, reply = send(plane, "BatchWriteItem", {"RequestItems": {"Books": puts}})
    assert status == 200 and reply == {"UnprocessedItems": {"Books": [puts[1]]}}
    _, _, found = send(plane, "BatchGetItem", {"RequestItems": {"Books": {"Keys": KEYS}}})
    assert sorted(item["a"]["S"] for item in found["Responses"]["Books"]) == ["x", "z"]


def test_an_error_of_what_is_left_of_a_batch_hands_nothing_back(plane: DataPlane) -> None:
    plane.faults.add_all([{"unprocessed": 1}])
    puts = [{"PutRequest": {"Item": {"b": {"S": "no key"}}}}, {"PutRequest": {"Item": KEYS[0]}}]
    status, _, reply = send(plane, "BatchWriteItem", {"RequestItems": {"Books": puts}})
    assert status == 400 and "UnprocessedItems" not in reply
