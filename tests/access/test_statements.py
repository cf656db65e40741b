"""Statements that were made by chance, sent as a tenant: whatever their conditions, they reach its own items alone."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from tests.access.test_tenants import OWN_ITEMS
from tests.access.world import SECRET, TABLE, World, item, user
from thermodynamo.api.errors import ApiError

Json = dict[str, Any]
STATEMENTS = 400
SOURCES = ("Orders", '"Orders"', '"Orders"."by-shelf"', '"Orders"."of-shelf"', f'"{TABLE}"')
ATTRIBUTES = ("tenant", "tenant", "tenant", '"tenant"', "Orders.tenant", "id", "shelf", "shown", "secret")
VALUES = ("'a'", "'b'", "'c'", "'top'", "'1'", "1")
COMPARED = ("=", "=", "=", "<>", "<", ">=")


class Author:
    """Writes statements; a seed gives the same ones each time."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)

    def pick(self, *given: str) -> str:
        return self.chance.choice(given)

    def condition(self, depth: int) -> str:
        attribute, value = self.pick(*ATTRIBUTES), self.pick(*VALUES)
        inner = ("all", "any", "not") if depth else ()
        match self.pick(*inner, "in", "between", "begins", "compare", "compare", "turned"):
            case "all":
                return f"({self.condition(depth - 1)} AND {self.condition(depth - 1)})"
            case "any":
                return f"({self.condition(depth - 1)} OR {self.condition(depth - 1)})"
            case "not":
                return f"NOT ({self.condition(depth - 1)})"
            case "in":
                return f"{attribute} IN [{value}, {self.pick(*VALUES)}]"
            case "between":
                return f"{attribute} BETWEEN {value} AND {self.pick(*VALUES)}"
            case "begins":
                return f"begins_with({attribute}, {value})"
            case "turned":
                return f"{value} {self.pick(*COMPARED)} {attribute}"
        return f"{attribute} {self.pick(*COMPARED)} {self.pick(value, value, self.pick(*ATTRIBUTES))}"

    def statement(self) -> str:
        where, source = self.condition(3), self.pick(*SOURCES)
        own = "tenant = 'a' AND id = '1'"
        match self.pick("read", "read", "update", "delete"):
            case "update":
                where = self.pick(where, f"{own} AND {where}", f"{where} AND {own}")
                return f"UPDATE {source} SET shown = 5 WHERE {where} RETURNING ALL OLD *"
            case "delete":
                where = self.pick(where, f"{own} AND {where}", f"{where} AND {own}")
                return f"DELETE FROM {source} WHERE {where} RETURNING ALL OLD *"
        return f"SELECT * FROM {source} WHERE {where}"


@pytest.mark.parametrize("seed", range(3))
def test_no_statement_reaches_an_item_of_another_tenant(tmp_path: Path, seed: int) -> None:
    world = World(tmp_path, {"a": user("a", "own", tags={"tenant": "a"})}, {"own": OWN_ITEMS})
    others = [item("b", str(number)) for number in range(4)]
    for each in others:
        world("root", "PutItem", {"TableName": "Orders", "Item": each})
    author, answered = Author(seed), 0
    for _ in range(STATEMENTS):
        world("root", "PutItem", {"TableName": "Orders", "Item": item("a")})
        statement = author.statement()
        try:
            told = json.dumps(world("a", "ExecuteStatement", {"Statement": statement}))
            answered += "AccessDenied" not in told
        except ApiError as error:
            assert error.status == 400, statement
            told = json.dumps(error.body())
        assert SECRET not in told, statement
        kept = [each for each in world.items() if each["tenant"] == {"S": "b"}]
        assert kept == others, statement
    assert answered, "no statement was allowed, so nothing was shown"
