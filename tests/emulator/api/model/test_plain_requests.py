"""The quick half of both checks: what it passes, neither check minds or changes."""

import contextlib
import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thermodynamo.api import model
from thermodynamo.api.errors import ApiError
from thermodynamo.api.model import plain_requests

TABLE = {"TableName": "orders"}
ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/orders"
KEY = {"Key": {"pk": {"S": "a"}}}

PLAIN: list[tuple[str, dict[str, Any]]] = [
    ("GetItem", {**TABLE, **KEY}),
    ("GetItem", {**TABLE, **KEY, "ConsistentRead": True, "ReturnConsumedCapacity": "TOTAL"}),
    ("PutItem", {**TABLE, "Item": {"pk": {"S": "a"}, "n": {"N": "1"}, "l": {"L": [{"B": "AA=="}]}}}),
    ("UpdateItem", {**TABLE, **KEY, "UpdateExpression": "SET #a = :a", "ExpressionAttributeNames": {"#a": "a"}}),
    ("Query", {**TABLE, "KeyConditionExpression": "pk = :a", "Limit": 1}),
    ("ListTables", {}),
    ("BatchWriteItem", {"RequestItems": {"orders": [{"PutRequest": {"Item": {"pk": {"S": "a"}}}}]}}),
    ("TransactWriteItems", {"TransactItems": [{"Delete": {**TABLE, **KEY}}], "ClientRequestToken": "token"}),
    ("GetRecords", {"ShardIterator": "iterator", "Limit": 1}),
]
ODD: list[tuple[str, Any]] = [
    ("GetItem", []),
    ("GetItem", {**TABLE}),
    ("GetItem", {**TABLE, "Key": None}),
    ("GetItem", {**TABLE, **KEY, "Unknown": 1}),
    ("GetItem", {**TABLE, **KEY, "ConsistentRead": "true"}),
    ("GetItem", {**TABLE, **KEY, "ReturnConsumedCapacity": "ALL"}),
    ("GetItem", {"TableName": "", **KEY}),
    ("GetItem", {"TableName": "or/ders", **KEY}),
    ("GetItem", {"TableName": ARN + "x" * 1024, **KEY}),
    ("GetItem", {"TableName": "orders\n", **KEY}),
    ("PutItem", {**TABLE, "Item": {"pk": {"S": 1}}}),
    ("PutItem", {**TABLE, "Item": {"pk": {"S": "a", "N": 1}}}),
    ("Query", {**TABLE, "Limit": 0}),
    ("Query", {**TABLE, "Limit": 1.5}),
    ("BatchWriteItem", {"RequestItems": {"orders": [{}] * 26}}),
    ("BatchWriteItem", {"RequestItems": {"orders": []}}),
    ("BatchWriteItem", {"RequestItems": {"orders": [{"PutRequest": {}}]}}),
    ("BatchWriteItem", {"RequestItems": {"or/ders": [{"PutRequest": {"Item": {}}}]}}),
    ("BatchWriteItem", {"RequestItems": {"orders": None}}),
    ("TransactWriteItems", {"TransactItems": []}),
    ("TransactWriteItems", {"TransactItems": [{"Put": {**TABLE, "Item": {}}}] * 101}),
    ("TransactWriteItems", {"TransactItems": [{"Put": {**TABLE, "Item": {}}}, None]}),
    ("TransactWriteItems", {"TransactItems": [{"Put": {**TABLE}}]}),
    ("TransactWriteItems", {"TransactItems": [{"Put": {**TABLE, "Item": {}, "ReturnValues": "NONE"}}]}),
    ("TransactWriteItems", {"TransactItems": [{"Delete": {**KEY, "TableName": "or/ders"}}]}),
    ("TransactWriteItems", {"TransactItems": [{"Delete": {**KEY, "TableName": 1}}]}),
    ("TransactWriteItems", {"TransactItems": [{"Delete": {**TABLE, **KEY, "ExpressionAttributeNames": {"#a": 1}}}]}),
]

WITH_CARE: list[tuple[str, Any]] = [
    ("GetItem", {"TableName": ARN, **KEY}),
    ("BatchWriteItem", {"RequestItems": {}}),
]
"""What is good all the same."""

VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2**33) | st.sampled_from(["", "a", "orders", "TOTAL", "ALL", "ä\n"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["S", "N", "L", "M", "B", "pk", "#a", ":a", "orders", "Put"]), inner, max_size=2
        )
    ),
    max_leaves=6,
)


def checked(operation: str, request: Any) -> Any:
    """The request as both checks leave it. Raises ApiError."""
    given = copy.deepcopy(request)
    for check in model.compile(operation):
        check(given)
    return given


@pytest.mark.parametrize(("operation", "request_"), PLAIN)
def test_what_clients_send_is_plainly_good(operation: str, request_: dict[str, Any]) -> None:
    assert plain_requests.acceptor(model.service_of(operation), operation)(request_)
    assert checked(operation, request_) == request_


@pytest.mark.parametrize(("operation", "request_"), ODD)
def test_what_a_check_minds_or_changes_is_not_plainly_good(operation: str, request_: Any) -> None:
    assert not plain_requests.acceptor(model.service_of(operation), operation)(request_)
    with contextlib.suppress(ApiError):
        assert checked(operation, request_) != request_


@given(st.sampled_from(PLAIN), st.data())
def test_neither_check_minds_or_changes_what_is_plainly_good(
    good: tuple[str, dict[str, Any]], data: st.DataObject
) -> None:
    operation, request = good
    members = [*request, "Limit", "Unknown", "ReturnValues", "ExpressionAttributeValues", "Segment"]
    changed = {**request, **data.draw(st.dictionaries(st.sampled_from(members), VALUES, max_size=2))}
    if plain_requests.acceptor(model.service_of(operation), operation)(changed):
        assert checked(operation, changed) == changed


@pytest.mark.parametrize(("operation", "request_"), [*PLAIN, *ODD, *WITH_CARE])
def test_both_checks_in_one_do_what_both_do(operation: str, request_: Any) -> None:
    whole = copy.deepcopy(request_)
    try:
        wanted = checked(operation, request_)
    except ApiError as error:
        with pytest.raises(ApiError) as caught:
            model.compile_whole(operation)(whole)
        assert (caught.value.name, caught.value.message) == (error.name, error.message)
    else:
        model.compile_whole(operation)(whole)
        assert whole == wanted
