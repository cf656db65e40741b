"""Statements compile once, and once for each key schema in turn."""

from typing import Any

import pytest

from thermodynamo.api.errors import ApiError
from thermodynamo.api.expressions.cache import EXPRESSIONS_MAX
from thermodynamo.api.partiql import compiled
from thermodynamo_storage.values.schema import KeyAttribute, KeySchema

SCHEMA = KeySchema((KeyAttribute("p", "S"),))
OTHER = KeySchema((KeyAttribute("p", "S"),), (KeyAttribute("s", "S"),))


def test_a_text_compiles_once() -> None:
    assert compiled.compile("SELECT * FROM t WHERE p = ?") is compiled.compile("SELECT * FROM t WHERE p = ?")


def test_the_cache_is_bounded() -> None:
    first = compiled.compile("SELECT * FROM t WHERE p = 'first'")
    for number in range(EXPRESSIONS_MAX):
        compiled.compile(f"SELECT * FROM t WHERE p = '{number}'")
    assert compiled.compile("SELECT * FROM t WHERE p = 'first'") is not first


def test_a_plan_lasts_while_the_key_schema_does() -> None:
    statement = compiled.compile("SELECT a FROM t WHERE p = 'x'")
    plan = statement.plan(SCHEMA)
    assert statement.plan(SCHEMA) is plan
    assert statement.plan(OTHER) is not plan


def test_parameters_become_canonical_values() -> None:
    statement = compiled.compile("UPDATE t SET a = [?, ?] WHERE p = ?")
    parameters: list[dict[str, Any]] = [{"N": "1.0"}, {"S": "x"}, {"S": "y"}]
    values = statement.bind(parameters)
    assert values == {":0": {"N": "1"}, ":1": {"S": "x"}, ":2": {"S": "y"}, ":c0": {"L": [{"N": "1"}, {"S": "x"}]}}


@pytest.mark.parametrize("count", [0, 2])
def test_the_number_of_parameters(count: int) -> None:
    with pytest.raises(ApiError, match="Number of parameters in request and statement don't match"):
        compiled.compile("SELECT * FROM t WHERE p = ?").bind(count * [dict[str, Any](S="x")])


def test_the_item_of_an_insert_is_the_callers() -> None:
    statement = compiled.compile("INSERT INTO t VALUE {'p': 'a'}")
    item = statement.item(statement.bind(None))
    item["p"] = {"S": "changed"}
    assert statement.item(statement.bind(None)) == {"p": {"S": "a"}}


def test_an_index_takes_no_writes() -> None:
    with pytest.raises(ApiError, match="not supported on an index"):
        compiled.compile("DELETE FROM t.i WHERE p = 'a'")
