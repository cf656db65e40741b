"""The plans of statements against a key schema."""

import pytest

from thermodynamo.api.errors import ApiError
from thermodynamo.api.partiql.compiled import Compiled
from thermodynamo.api.partiql.parser import parse
from thermodynamo.api.partiql.plan import SelectPlan, WritePlan, bound_key, key_conditions
from thermodynamo_storage.values.schema import KeyAttribute, KeySchema

SCHEMA = KeySchema((KeyAttribute("p", "S"),), (KeyAttribute("s", "N"),))


def compiled(text: str) -> Compiled:
    return Compiled(text, parse(text))


def selected(text: str) -> SelectPlan:
    plan = compiled(text).plan(SCHEMA)
    assert isinstance(plan, SelectPlan)
    return plan


def written(text: str) -> WritePlan:
    plan = compiled(text).plan(SCHEMA)
    assert isinstance(plan, WritePlan)
    return plan


def test_a_whole_key_is_one_item() -> None:
    plan = selected("SELECT * FROM t WHERE s = ? AND p = 'a' AND x = 1")
    assert plan.key is not None
    assert bound_key(plan.key, {":0": {"N": "5"}}) == {"p": {"S": "a"}, "s": {"N": "5"}}
    assert plan.filter is not None and plan.filter.matches({"x": {"N": "1"}}, {})
    assert not plan.filter.matches({"x": {"N": "2"}}, {})


@pytest.mark.parametrize("text", ["p = 'a'", "p = 'a' AND s > 1", "p IN ['a', 'b'] AND s = 1", "s = 1"])
def test_less_than_a_whole_key_is_a_range(text: str) -> None:
    assert selected(f"SELECT * FROM t WHERE {text}").key is None


def test_a_whole_key_of_an_index_is_a_range() -> None:
    assert selected("SELECT * FROM t.i WHERE p = 'a' AND s = 1").key is None


def test_key_conditions_of_each_item_collection_once() -> None:
    plan = selected("SELECT * FROM t WHERE p IN [?, 'b', 'a'] AND s > 1 AND s < 5")
    collections = key_conditions(plan.chosen, SCHEMA, {":0": {"S": "a"}})
    assert [[condition.partition for condition in each] for each in collections] == [
        [({"S": "a"},)] * 2,
        [({"S": "b"},)] * 2,
    ]
    assert [condition.sort[0].op for condition in collections[0]] == [">", "<"]


@pytest.mark.parametrize("text", ["p = 1", "p = 'a' AND s > 'x'"])
def test_a_key_value_of_another_type(text: str) -> None:
    with pytest.raises(ApiError, match="Condition parameter type does not match schema type"):
        key_conditions(selected(f"SELECT * FROM t WHERE {text}").chosen, SCHEMA, {})


@pytest.mark.parametrize(
    ("text", "is_reverse"),
    [("", False), ("ORDER BY s", False), ("ORDER BY s DESC", True), ("ORDER BY p DESC, s", False)],
)
def test_order(text: str, is_reverse: bool) -> None:
    assert selected(f"SELECT * FROM t WHERE p = 'a' {text}").is_reverse is is_reverse


@pytest.mark.parametrize(
    "text",
    ["ORDER BY s", "WHERE s = 1 ORDER BY s", "WHERE p = 'a' ORDER BY x", "WHERE p IN ['a', 'b'] ORDER BY s"],
)
def test_orders_that_cannot_be(text: str) -> None:
    with pytest.raises(ApiError, match="ORDER BY"):
        selected(f"SELECT * FROM t {text}")


def test_an_update_needs_the_item_and_its_condition() -> None:
    plan = written("UPDATE t SET x = 2 WHERE p = 'a' AND s = 1 AND x = 1")
    assert plan.condition is not None and plan.update is not None
    item = {"p": {"S": "a"}, "s": {"N": "1"}, "x": {"N": "1"}}
    assert plan.condition.matches(item, {})
    assert not plan.condition.matches({}, {})
    assert plan.update.apply(item, {})["x"] == {"N": "2"}


def test_a_delete_does_not_mind_a_missing_item() -> None:
    plan = written("DELETE FROM t WHERE p = 'a' AND s = 1 AND x = 1")
    assert plan.condition is not None
    assert plan.condition.matches({}, {})
    assert not plan.condition.matches({"p": {"S": "a"}, "x": {"N": "2"}}, {})
    assert written("DELETE FROM t WHERE p = 'a' AND s = 1").condition is None


def test_exists_needs_the_item() -> None:
    plan = written("EXISTS(SELECT * FROM t WHERE p = 'a' AND s = 1 AND x IS MISSING)")
    assert plan.key is not None and plan.condition is not None and plan.update is None
    assert plan.condition.matches({"p": {"S": "a"}}, {}) and not plan.condition.matches({}, {})


@pytest.mark.parametrize("text", ["p = 'a' AND s = 1", "p = 'a' AND x = 1", "p = 'a' AND s > 1 AND x = 1"])
def test_exists_needs_a_whole_key_and_a_condition(text: str) -> None:
    assert written(f"EXISTS(SELECT * FROM t WHERE {text})").key is None


def test_set_add_takes_only_sets() -> None:
    plan = written("UPDATE t SET x = set_add(x, ?) WHERE p = 'a' AND s = 1")
    plan.check({":0": {"SS": ["a"]}})
    with pytest.raises(ApiError, match="The second argument to SET_ADD must be a value with type SET at 1:26:1"):
        plan.check({":0": {"N": "1"}})
