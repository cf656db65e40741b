"""The first JSON value of a wrong type gives the service's SerializationException; good requests pass untouched."""

import copy
from typing import Any

import pytest

from thermodynamo.api import model
from thermodynamo.api.errors import ApiError

TABLE = {"TableName": "orders"}
NOT_STRUCTURE = "Start of structure or map found where not expected"
ATTRIBUTE_VALUE = "com.amazonaws.dynamodb.v20120810.AttributeValue"
MAP_OF_VALUES = f"java.util.Map<java.lang.String, {ATTRIBUTE_VALUE}>"
NOT_A_CLASS = (
    "class sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl cannot be cast to class java.lang.Class"
)


def refusal(operation: str, request: Any) -> ApiError:
    check_types, _ = model.compile(operation)
    with pytest.raises(ApiError) as caught:
        check_types(request)
    return caught.value


def understood(operation: str, request: Any) -> Any:
    check_types, _ = model.compile(operation)
    check_types(request)
    return request


def item(value: Any) -> dict[str, Any]:
    return {**TABLE, "Item": {"a": value}}


GOOD = [
    ("GetItem", {**TABLE, "Key": {"pk": {"S": "a"}}, "ConsistentRead": True, "AttributesToGet": ["a"]}),
    ("PutItem", item({"L": [{"M": {"b": {"B": "AQI="}}}, {"SS": ["a"]}, {"NS": ["1"]}, {"BS": ["", "AQ=="]}]})),
    ("PutItem", item({"S": ""})),
    ("Scan", {**TABLE, "Limit": 5, "Segment": 0, "TotalSegments": 1}),
    ("BatchWriteItem", {"RequestItems": {"orders": [{"DeleteRequest": {"Key": {"pk": {"N": "1"}}}}]}}),
    ("ListTables", {}),
]


@pytest.mark.parametrize(("operation", "request_"), GOOD)
def test_a_good_request_passes_untouched(operation: str, request_: dict[str, Any]) -> None:
    assert understood(operation, copy.deepcopy(request_)) == request_


def test_unknown_members_are_left_out() -> None:
    assert understood("PutItem", {**item({"S": "x"}), "Unheard": {"of": [None]}}) == item({"S": "x"})


MEMBERS = [
    ({"TableName": 5}, "NUMBER_VALUE cannot be converted to String"),
    ({"TableName": 1.5}, "DECIMAL_VALUE cannot be converted to String"),
    ({"TableName": True}, "TRUE_VALUE cannot be converted to String"),
    ({"TableName": False}, "FALSE_VALUE cannot be converted to String"),
    ({"TableName": {}}, NOT_STRUCTURE),
    ({"TableName": []}, "Unrecognized collection type class java.lang.String"),
    ({"Limit": "1"}, "STRING_VALUE cannot be converted to Integer"),
    ({"Limit": True}, "TRUE_VALUE cannot be converted to Integer"),
    ({"Limit": {}}, NOT_STRUCTURE),
    ({"Limit": []}, "Unrecognized collection type class java.lang.Integer"),
    ({"ConsistentRead": "yes"}, "Unexpected token received from parser"),
    ({"ConsistentRead": 1}, "NUMBER_VALUE cannot be converted to Boolean"),
    ({"ConsistentRead": 1.5}, "DECIMAL_VALUE cannot be converted to Boolean"),
    ({"ConsistentRead": {}}, NOT_STRUCTURE),
    ({"ConsistentRead": []}, "Unrecognized collection type class java.lang.Boolean"),
    ({"AttributesToGet": "a"}, "Unexpected field type"),
    ({"AttributesToGet": {}}, NOT_STRUCTURE),
    ({"AttributesToGet": [5]}, "NUMBER_VALUE cannot be converted to String"),
    ({"AttributesToGet": [[]]}, "Unrecognized collection type class java.lang.String"),
    ({"ExpressionAttributeNames": "a"}, "Unexpected field type"),
    (
        {"ExpressionAttributeNames": []},
        "Unrecognized collection type java.util.Map<java.lang.String, java.lang.String>",
    ),
    ({"ExpressionAttributeNames": {"#a": 5}}, "NUMBER_VALUE cannot be converted to String"),
    ({"ExpressionAttributeValues": []}, f"Unrecognized collection type {MAP_OF_VALUES}"),
    ({"ScanFilter": {"a": "b"}}, "Unexpected value type in payload"),
    ({"ScanFilter": {"a": []}}, "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.Condition"),
]


@pytest.mark.parametrize(("members", "message"), MEMBERS)
def test_members_of_a_scan(members: dict[str, Any], message: str) -> None:
    error = refusal("Scan", {**TABLE, **members})
    assert (error.name, error.message) == ("SerializationException", message)


VALUES = [
    (5, "Unexpected value type in payload"),
    ("x", "Unexpected value type in payload"),
    ([], f"Unrecognized collection type class {ATTRIBUTE_VALUE}"),
    ({"S": 5}, "NUMBER_VALUE cannot be converted to String"),
    ({"N": 5}, "NUMBER_VALUE cannot be converted to String"),
    ({"N": 1.5}, "DECIMAL_VALUE cannot be converted to String"),
    ({"S": []}, "Unrecognized collection type class java.lang.String"),
    ({"S": {}}, NOT_STRUCTURE),
    ({"B": 5}, "only base-64-encoded strings are convertible to bytes"),
    ({"B": True}, "only base-64-encoded strings are convertible to bytes"),
    ({"B": []}, "Unrecognized collection type class java.nio.ByteBuffer"),
    ({"B": {}}, NOT_STRUCTURE),
    ({"B": "abcde"}, "Base64 encoded length is expected a multiple of 4 bytes but found: 5"),
    ({"B": "=+/="}, "Invalid last non-pad Base64 character dectected"),
    ({"B": "+/+="}, "Invalid last non-pad Base64 character dectected"),
    ({"B": "ab=="}, "Invalid last non-pad Base64 character dectected"),
    ({"B": "ab\nc"}, "Invalid last non-pad Base64 character dectected"),
    ({"B": "ab-_"}, "Invalid last non-pad Base64 character dectected"),
    ({"BOOL": "maybe"}, "Unexpected token received from parser"),
    ({"BOOL": 0}, "NUMBER_VALUE cannot be converted to Boolean"),
    ({"NULL": []}, "Unrecognized collection type class java.lang.Boolean"),
    ({"SS": "a"}, "Unexpected field type"),
    ({"SS": {}}, NOT_STRUCTURE),
    ({"SS": [True]}, "TRUE_VALUE cannot be converted to String"),
    ({"NS": [1]}, "NUMBER_VALUE cannot be converted to String"),
    ({"BS": [1]}, "only base-64-encoded strings are convertible to bytes"),
    ({"BS": ["abc"]}, "Base64 encoded length is expected a multiple of 4 bytes but found: 3"),
    ({"L": 5}, "Unexpected field type"),
    ({"L": {}}, NOT_STRUCTURE),
    ({"L": ["a"]}, "Unexpected value type in payload"),
    ({"L": [[]]}, f"Unrecognized collection type class {ATTRIBUTE_VALUE}"),
    ({"M": "a"}, "Unexpected field type"),
    ({"M": []}, f"Unrecognized collection type {MAP_OF_VALUES}"),
    ({"M": {"b": 5}}, "Unexpected value type in payload"),
    ({"L": [{"M": {"b": {"S": 5}}}]}, "NUMBER_VALUE cannot be converted to String"),
]


@pytest.mark.parametrize(("value", "message"), VALUES)
def test_attribute_values(value: Any, message: str) -> None:
    error = refusal("PutItem", item(value))
    assert (error.name, error.message) == ("SerializationException", message)


@pytest.mark.parametrize(
    ("request_items", "message"),
    [
        ("a", "Unexpected field type"),
        (
            [],
            "Unrecognized collection type java.util.Map<java.lang.String, "
            "java.util.List<com.amazonaws.dynamodb.v20120810.WriteRequest>>",
        ),
        ({"orders": "a"}, NOT_A_CLASS),
        ({"orders": {}}, NOT_STRUCTURE),
        ({"orders": ["a"]}, "Unexpected value type in payload"),
        ({"orders": [[]]}, "Unrecognized collection type class com.amazonaws.dynamodb.v20120810.WriteRequest"),
        ({"orders": [{"PutRequest": "a"}]}, "Unexpected field type"),
        ({"orders": [{"PutRequest": {"Item": []}}]}, f"Unrecognized collection type {MAP_OF_VALUES}"),
    ],
)
def test_batches_of_writes(request_items: Any, message: str) -> None:
    error = refusal("BatchWriteItem", {"RequestItems": request_items})
    assert error.message is not None and error.message.startswith(message)


def test_the_first_wrong_value_of_the_body_is_reported() -> None:
    assert refusal("PutItem", {"Item": 5, "TableName": 5}).message == "Unexpected field type"
    assert refusal("PutItem", {"TableName": 5, "Item": 5}).message == "NUMBER_VALUE cannot be converted to String"


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ({**TABLE, "Limit": None, "ScanFilter": None}, TABLE),
        ({**TABLE, "Limit": 2.9}, {**TABLE, "Limit": 2}),
        ({**TABLE, "Limit": -2.9}, {**TABLE, "Limit": -2}),
        ({**TABLE, "Limit": 1e300}, {**TABLE, "Limit": 2**31 - 1}),
        ({**TABLE, "Limit": -(2**40)}, {**TABLE, "Limit": -(2**31)}),
        ({**TABLE, "ConsistentRead": "TRUE"}, {**TABLE, "ConsistentRead": True}),
        ({**TABLE, "ScanFilter": {"a": None}}, {**TABLE, "ScanFilter": {"a": {}}}),
        ({**TABLE, "ExpressionAttributeNames": {"#a": None}}, {**TABLE, "ExpressionAttributeNames": {}}),
    ],
)
def test_what_the_service_reads_another_way_is_rewritten(sent: Any, meant: Any) -> None:
    assert understood("Scan", sent) == meant


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        (None, {}),
        ({"S": None}, {}),
        ({"S": "a", "N": None}, {"S": "a"}),
        ({"S": "a", "X": 1}, {"S": "a"}),
        ({"BOOL": "false"}, {"BOOL": False}),
        ({"L": [None, {"N": "1"}]}, {"L": [{}, {"N": "1"}]}),
        ({"M": {"b": None, "c": {"BS": None}}}, {"M": {"b": {}, "c": {}}}),
    ],
)
def test_nulls_and_unknown_types_of_attribute_values_are_left_out(sent: Any, meant: Any) -> None:
    assert understood("PutItem", item(sent)) == item(meant)


@pytest.mark.parametrize("kind", ["SS", "NS", "BS"])
def test_a_null_in_a_set_is_a_validation_error(kind: str) -> None:
    assert refusal("PutItem", item({kind: [None]})).name == "ValidationException"


@pytest.mark.parametrize("request_", [[], "text", 5, None, True])
def test_a_body_that_is_no_object_is_refused(request_: Any) -> None:
    assert refusal("GetItem", request_).name == "SerializationException"


@pytest.mark.parametrize("innermost", [{"S": "x"}, {"S": None}, {"S": 5}])
def test_the_deepest_body_the_parser_lets_through_is_checked(innermost: Any) -> None:
    deep_list, deep_map = innermost, innermost
    for _ in range(509):
        deep_list, deep_map = {"L": [deep_list]}, {"M": {"a": deep_map}}
    for deep in (deep_list, deep_map):
        if innermost == {"S": 5}:
            assert refusal("PutItem", item(deep)).name == "SerializationException"
        else:
            understood("PutItem", item(deep))
