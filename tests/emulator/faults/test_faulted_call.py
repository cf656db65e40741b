"""Calls that faults befall: which of them meet one, and what comes of them."""

from typing import Any

import orjson
import pytest

from thermodynamo.api.errors import ApiError
from thermodynamo.service import Dropped, Service
from thermodynamo.settings.config import Config

KEYS = [{"a": {"S": text}} for text in "xyz"]


@pytest.fixture
def service() -> Service:
    made = Service(Config())
    request = {
        "TableName": "Books",
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}],
    }
    made.call("CreateTable", request)
    return made


def names(service: Service) -> list[str]:
    return sorted(item["a"]["S"] for item in service.call("Scan", {"TableName": "Books"})["Items"])


@pytest.mark.parametrize(
    ("operation", "body"), [("ListTables", b"{"), ("ListTables", b'{"Limit":0}'), ("NoSuchOperation", b"{}")]
)
def test_a_request_that_cannot_be_answered_anyway_meets_no_fault(service: Service, operation: str, body: bytes) -> None:
    (fault,) = service.faults.add_all([{"error": "InternalServerError"}])
    status, _ = service.answer(b"DynamoDB_20120810." + operation.encode(), body)
    assert status == 400 and fault.fired == 0


def test_an_error_stands_in_place_of_the_call(service: Service) -> None:
    service.faults.add_all([{"error": "InternalServerError", "count": 1}])
    put = {"TableName": "Books", "Item": KEYS[0]}
    with pytest.raises(ApiError) as caught:
        service.call("PutItem", put)
    assert (caught.value.name, caught.value.status) == ("InternalServerError", 500)
    assert names(service) == []
    assert service.call("PutItem", put) == {}


@pytest.mark.parametrize(("moment", "written"), [("before", []), ("after", ["x"])])
def test_a_dropped_connection_is_an_error_of_its_own(service: Service, moment: str, written: list[str]) -> None:
    service.faults.add_all([{"drop": moment, "count": 1}])
    with pytest.raises(Dropped, match=moment):
        service.call("PutItem", {"TableName": "Books", "Item": KEYS[0]})
    assert names(service) == written


def test_an_error_is_dropped_with_its_connection(service: Service) -> None:
    service.faults.add_all([{"drop": "after"}])
    with pytest.raises(Dropped):
        service.answer(b"DynamoDB_20120810.PutItem", orjson.dumps({"TableName": "Books", "Item": {}}))


def test_a_batch_hands_back_what_was_cut_out_of_it_and_writes_the_rest(service: Service) -> None:
    service.faults.add_all([{"unprocessed": 1, "key": "y", "count": 1}])
    puts = [{"PutRequest": {"Item": key}} for key in KEYS]
    reply = service.call("BatchWriteItem", {"RequestItems": {"Books": puts}})
    assert reply == {"UnprocessedItems": {"Books": [puts[1]]}}
    assert names(service) == ["x", "z"]


def test_an_error_of_what_is_left_of_a_batch_hands_nothing_back(service: Service) -> None:
    service.faults.add_all([{"unprocessed": 1}])
    puts: list[Any] = [{"PutRequest": {"Item": {"b": {"S": "no key"}}}}, {"PutRequest": {"Item": KEYS[0]}}]
    body = orjson.dumps({"RequestItems": {"Books": puts}})
    status, reply = service.answer(b"DynamoDB_20120810.BatchWriteItem", body)
    assert status == 400 and b"UnprocessedItems" not in reply
