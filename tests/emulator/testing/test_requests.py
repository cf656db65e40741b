"""The record of a test's requests."""

from typing import Any

import orjson
import pytest

from tests.emulator.testing.world import ITEM, TABLE, WITH_ITEM
from thermodynamo.testing import local_dynamodb
from thermodynamo.testing.requests import BODY_BYTES_MAX, REQUESTS_KEPT_MAX, Requests


def test_a_request_has_its_units_and_its_error() -> None:
    with local_dynamodb(tables=WITH_ITEM) as local:
        client = local.client()
        client.get_item(TableName="Music", Key=ITEM, ConsistentRead=True)
        client.put_item(TableName="Music", Item={**ITEM, "b": {"S": "x" * 1500}})
        with pytest.raises(client.exceptions.ResourceNotFoundException):
            client.get_item(TableName="None", Key=ITEM)
        client.delete_table(TableName="Music")
        found = [(each.operation, each.read_units, each.write_units, each.error) for each in local.requests]
    assert found == [
        ("GetItem", 1.0, 0.0, None),
        ("PutItem", 0.0, 2.0, None),
        ("GetItem", 0.0, 0.0, "ResourceNotFoundException"),
        ("DeleteTable", 0.0, 0.0, None),
    ]


def test_tables_that_are_there_at_first_are_no_requests() -> None:
    with local_dynamodb(tables=WITH_ITEM) as local:
        assert len(local.requests) == local.requests.count == 0


def described(operation: str, request: Any) -> str:
    requests = Requests()
    requests.add(operation, orjson.dumps(request), 0.1)
    (request,) = requests
    return str(request)


@pytest.mark.parametrize(
    ("operation", "request_", "text"),
    [
        ("ListTables", {}, "request 1, ListTables"),
        ("Scan", {"TableName": "Music"}, "request 1, Scan of Music"),
        ("GetItem", {"TableName": "Music", "Key": ITEM}, "request 1, GetItem of Music (a=x)"),
        (
            "BatchGetItem",
            {"RequestItems": {"A": {"Keys": [ITEM, ITEM]}, "B": {"Keys": [ITEM]}}},
            "request 1, BatchGetItem of A (a=x) and A (a=x) and 1 more",
        ),
        (
            "PutItem",
            {"TableName": "Music", "Item": {**ITEM, "b": {"S": "y" * 10_000}}},
            "request 1, PutItem of Music (a=x)",
        ),
        ("PutItem", {"TableName": "\x1b[31m", "Item": {"a": {"L": []}}}, "request 1, PutItem of \\x1b[31m (a=[])"),
        ("PutItem", [1], "request 1, PutItem"),
    ],
)
def test_a_request_is_described_for_people(operation: str, request_: Any, text: str) -> None:
    assert described(operation, request_) == text


def test_a_long_value_is_cut_in_its_middle() -> None:
    text = described("PutItem", {"TableName": "Music", "Item": {"a": {"S": "b" + "x" * 1000 + "e"}}})
    assert text.startswith("request 1, PutItem of Music (a=bxxx") and "…" in text and text.endswith("xxxe)")
    assert len(text) < 100


def test_a_record_is_bounded() -> None:
    requests = Requests()
    for _ in range(REQUESTS_KEPT_MAX + 1):
        requests.add("ListTables", b"{}", 0.0)
    large = orjson.dumps({"TableName": "Music", "Item": {**ITEM, "b": {"S": "y" * 100_000}}})
    requests.add("PutItem", large, 0.0)
    assert (len(requests), requests.count) == (REQUESTS_KEPT_MAX, REQUESTS_KEPT_MAX + 2)
    assert len(list(requests)[-1].body) < BODY_BYTES_MAX
    requests.add("PutItem", b"{" * 100_000, 0.0)
    assert list(requests)[-1].body == b""


@pytest.mark.parametrize(
    ("statement", "is_scan"),
    [
        ("SELECT * FROM Music", True),
        ("SELECT * FROM Music WHERE b = 'x'", True),
        ("SELECT * FROM Music WHERE a = 'x'", False),
        ("INSERT INTO Music VALUE {'a': 'y'}", False),
    ],
)
def test_a_select_without_its_partition_key_is_a_scan(statement: str, is_scan: bool) -> None:
    with local_dynamodb(tables=TABLE) as local:
        local.client().execute_statement(Statement=statement)
        assert [request.is_scan for request in local.requests] == [is_scan]


def test_conflicts_are_told_from_other_errors() -> None:
    with local_dynamodb(tables=TABLE, transaction_hold="60") as local:
        client = local.client()
        put = {"Put": {"TableName": "Music", "Item": ITEM}}
        client.transact_write_items(TransactItems=[put])
        with pytest.raises(client.exceptions.TransactionConflictException):
            client.put_item(TableName="Music", Item=ITEM)
        with pytest.raises(client.exceptions.TransactionCanceledException):
            client.transact_write_items(TransactItems=[put])
        absent = {"TableName": "Music", "Key": {"a": {"S": "z"}}, "ConditionExpression": "attribute_exists(a)"}
        with pytest.raises(client.exceptions.TransactionCanceledException):
            client.transact_write_items(TransactItems=[{"ConditionCheck": absent}])
        assert [request.is_conflict for request in local.requests] == [False, True, True, False]
