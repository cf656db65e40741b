"""Filter patterns, as Lambda's event filtering has them."""

from typing import Any

import pytest

from thermodynamo.triggers.filters import Filter, FilterError

RECORD = {
    "eventName": "MODIFY",
    "dynamodb": {
        "ApproximateCreationDateTime": 1479499740,
        "Keys": {"id": {"S": "order-7"}},
        "NewImage": {
            "id": {"S": "order-7"},
            "status": {"S": "Paid"},
            "tags": {"SS": ["red", "new"]},
            "ok": {"BOOL": True},
        },
        "SizeBytes": 59,
    },
}


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ({}, True),
        ({"eventName": ["INSERT", "MODIFY"]}, True),
        ({"eventName": ["INSERT"]}, False),
        ({"dynamodb": {"NewImage": {"status": {"S": ["Paid"]}}}}, True),
        ({"dynamodb": {"NewImage": {"status": {"S": ["paid"]}}}}, False),
        ({"dynamodb": {"NewImage": {"status": {"S": [{"equals-ignore-case": "PAID"}]}}}}, True),
        ({"dynamodb": {"Keys": {"id": {"S": [{"prefix": "order-"}]}}}}, True),
        ({"dynamodb": {"Keys": {"id": {"S": [{"suffix": "-8"}]}}}}, False),
        ({"dynamodb": {"Keys": {"id": {"S": [{"anything-but": ["order-7"]}]}}}}, False),
        ({"dynamodb": {"Keys": {"id": {"S": [{"anything-but": "order-8"}]}}}}, True),
        ({"dynamodb": {"Keys": {"id": {"S": [{"anything-but": {"prefix": "order"}}]}}}}, False),
        ({"dynamodb": {"SizeBytes": [{"numeric": [">", 50, "<=", 59]}]}}, True),
        ({"dynamodb": {"SizeBytes": [{"numeric": ["=", 60]}]}}, False),
        ({"dynamodb": {"NewImage": {"status": {"S": [{"numeric": [">", 0]}]}}}}, False),
        ({"dynamodb": {"OldImage": {"status": {"S": [{"exists": False}]}}}}, True),
        ({"dynamodb": {"NewImage": {"status": {"S": [{"exists": True}]}}}}, True),
        ({"dynamodb": {"NewImage": {"status": [{"exists": True}]}}}, False),
        ({"dynamodb": {"NewImage": {"tags": {"SS": ["red"]}}}}, True),
        ({"dynamodb": {"NewImage": {"ok": {"BOOL": [True]}}}}, True),
        ({"dynamodb": {"NewImage": {"ok": {"BOOL": [1]}}}}, False),
        ({"dynamodb": {"NewImage": {"none": {"S": ["x"]}}}}, False),
        ({"$or": [{"eventName": ["REMOVE"]}, {"dynamodb": {"SizeBytes": [59]}}]}, True),
        ({"eventName": ["MODIFY"], "$or": [{"eventName": ["REMOVE"]}, {"eventName": ["INSERT"]}]}, False),
        ('{"eventName": ["MODIFY"]}', True),
    ],
)
def test_patterns(pattern: Any, matches: bool) -> None:
    assert Filter(pattern).matches(RECORD) == matches


@pytest.mark.parametrize(
    ("pattern", "error"),
    [
        ("{", "is not JSON"),
        ("[]", "must be an object"),
        ({"eventName": "INSERT"}, "eventName must be an object or a list of conditions"),
        ({"eventName": []}, "eventName must be an object or a list of conditions"),
        ({"a": {"b": [{"like": "x"}]}}, "a.b: unknown operator like"),
        ({"a": [{"prefix": 1}]}, "a: prefix cannot have 1"),
        ({"a": [{"numeric": ["<"]}]}, "a: numeric cannot have"),
        ({"a": [{"prefix": "a", "suffix": "b"}]}, "a: a condition has one operator"),
        ({"$or": {}}, r"\$or must be a list of objects"),
    ],
)
def test_what_is_no_pattern(pattern: Any, error: str) -> None:
    with pytest.raises(FilterError, match=error):
        Filter(pattern)
