"""Texts that are known are as good as texts that are read for the first time: each value is looked at all the same."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from thermodynamo.api.errors import ApiError
from thermodynamo.api.expressions import condition, key_condition, update
from thermodynamo.api.expressions.key_condition import KeyCondition, SortCondition
from thermodynamo.api.operations.items import request_expressions
from thermodynamo_storage.values.schema import KeyAttribute, KeySchema

SCHEMA = KeySchema((KeyAttribute("pk", "S"),), (KeyAttribute("sk", "N"),))
UPDATE: dict[str, Any] = {
    "UpdateExpression": "SET #a = :a ADD n :n",
    "ConditionExpression": "begins_with(b, :b)",
    "ExpressionAttributeNames": {"#a": "a"},
    "ExpressionAttributeValues": {":a": {"S": "a"}, ":n": {"N": "1"}, ":b": {"S": "b"}},
}
QUERY: dict[str, Any] = {
    "KeyConditionExpression": "pk = :p AND sk BETWEEN :low AND :high",
    "FilterExpression": "#f < :f",
    "ProjectionExpression": "#f, g",
    "ExpressionAttributeNames": {"#f": "f"},
    "ExpressionAttributeValues": {":p": {"S": "p"}, ":low": {"N": "1"}, ":high": {"N": "2"}, ":f": {"S": "f"}},
}
NAMES = "ExpressionAttributeNames"
OTHER_NAMES: list[dict[str, str] | None] = [None, {}, {"#a": "b"}, {"#f": "h"}, {"a": "a"}, {"#a": ""}, {"#f": ""}]
OTHER_VALUES: list[Any] = [
    {"N": "01.50"},
    {"N": "one"},
    {"S": "s"},
    {"S": "z"},
    {"B": "AA=="},
    {"BOOL": True},
    {"L": [{"N": "00"}]},
    {"SS": []},
    {"S": "s", "N": "1"},
    {},
]


@pytest.fixture(autouse=True)
def nothing_is_known() -> Iterator[None]:
    forget()
    yield
    forget()


def forget() -> None:
    request_expressions._known_updates.clear()
    request_expressions._known_queries.clear()


def requests(good: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The good request, and others with other names or values."""
    yield good
    for names in OTHER_NAMES:
        changed = {**good, NAMES: {**good[NAMES], **names}} if names else {**good, NAMES: names}
        yield {name: content for name, content in changed.items() if content is not None}
    given = good["ExpressionAttributeValues"]
    for changed_values in (
        *({**given, name: other} for name in given for other in OTHER_VALUES),
        *({each: value for each, value in given.items() if each != name} for name in given),
        {**given, ":unused": {"S": "a"}},
        {**given, "unused": {"S": "a"}},
        {},
    ):
        yield {**good, "ExpressionAttributeValues": changed_values}
    yield {name: content for name, content in good.items() if name != "ExpressionAttributeValues"}


def updated(request: dict[str, Any]) -> object:
    """What an update makes of an item, or why it is refused."""
    try:
        update, guard, values = request_expressions.update_of(copy.deepcopy(request), 1)
        assert update is not None and guard is not None and guard.values is values
        return update.apply({"n": {"N": "3"}}, values), guard.admits((b'{"b":{"S":"bc"}}', 4)), values
    except ApiError as error:
        return error.name, error.message


def queried(request: dict[str, Any], schema: KeySchema = SCHEMA) -> object:
    """What a query asks for, or why it is refused."""
    try:
        bind, filter, projection, values = request_expressions.query_of(copy.deepcopy(request))
        assert filter is not None and projection is not None
        return bind(schema), filter.matches({"f": {"S": "e"}}, values), projection.selection.entries.keys(), values
    except ApiError as error:
        return error.name, error.message


@pytest.mark.parametrize(("good", "outcome"), [(UPDATE, updated), (QUERY, queried)], ids=["update", "query"])
def test_known_texts_mean_what_they_mean_at_first(good: dict[str, Any], outcome: Any) -> None:
    refused = 0
    for request in requests(good):
        forget()
        first = outcome(request)
        forget()
        outcome(good)
        assert outcome(request) == first == outcome(request)
        refused += isinstance(first[0], str)
    assert 20 < refused < len(list(requests(good)))


def test_the_same_texts_are_compiled_and_placed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert updated(UPDATE) == updated(UPDATE) and queried(QUERY) == queried(QUERY)
    with monkeypatch.context() as patch:
        for module in (update, condition, key_condition):
            patch.setattr(module, "compile", lambda *_: pytest.fail("compiled again"))
        patch.setattr(request_expressions, "_bind", lambda *_: pytest.fail("placed again"))
        updated(UPDATE)
        queried(QUERY)
        # Another table with the same key is the same.
        queried(QUERY, KeySchema((KeyAttribute("pk", "S"),), (KeyAttribute("sk", "N"),)))


def test_a_known_key_condition_is_bound_to_other_keys() -> None:
    values = QUERY["ExpressionAttributeValues"]
    bound = KeyCondition((values[":p"],), (SortCondition("BETWEEN", (values[":low"], values[":high"])),))
    found = queried(QUERY)
    assert isinstance(found, tuple) and found[0] == bound
    for other in (
        KeySchema((KeyAttribute("pk", "N"),), (KeyAttribute("sk", "N"),)),
        KeySchema((KeyAttribute("pk", "S"),), (KeyAttribute("sk", "S"),)),
        KeySchema((KeyAttribute("pk", "S"),)),
        KeySchema((KeyAttribute("pk", "S"),), (KeyAttribute("other", "N"),)),
        KeySchema((KeyAttribute("sk", "N"),), (KeyAttribute("pk", "S"),)),
    ):
        refused = queried(QUERY, other)
        forget()
        assert refused == queried(QUERY, other) and refused != found
        assert queried(QUERY) == found
    longer = KeySchema(SCHEMA.partition, (*SCHEMA.sort, KeyAttribute("third", "S")))
    assert queried(QUERY, longer) == found
