"""Requests of many long statements, sent as a tenant: plans are compiled in slices, and then policies are asked."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.access.test_tenants import OWN_ITEMS
from tests.access.world import TABLE, World, policy, user
from thermodynamo.access.permission import Permission
from thermodynamo.api import slices
from thermodynamo.api.errors import ApiError
from thermodynamo.api.operations import NAMED
from thermodynamo.api.operations.statements import planning
from thermodynamo.api.partiql import compiled, plan
from thermodynamo.api.slices import Slices

STATEMENTS = 20
LONG = " AND ".join(["size(secret) > 0"] * 60)
OWN: dict[str, Any] = OWN_ITEMS["Statement"][0]
NEAR = policy({**OWN, "Condition": {**OWN["Condition"], "IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}})


@pytest.fixture
def world(tmp_path: Path) -> World:
    callers = {name: user(name, name, tags={"tenant": "a"}) for name in ("own", "near")}
    return World(tmp_path, callers, {"own": OWN_ITEMS, "near": NEAR}, capacity="off")


def statements(source: str = "Orders", tenants: str = "a", verb: str = "") -> list[dict[str, Any]]:
    verb = verb or f'SELECT * FROM "{source}"'.replace(".", '"."')
    where = [f"tenant = '{tenants[n % len(tenants)]}' AND id = '{n}'" for n in range(STATEMENTS)]
    return [{"Statement": f"{verb} WHERE {each} AND {LONG}"} for each in where]


class Asked:
    """A request of a caller, whose slices are done one by one; what each of them compiles is counted."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.world = world
        self.lengths = [0]
        monkeypatch.setattr(compiled, "_CACHE", type(compiled._CACHE)(compiled._parse))
        compile_plan = plan.compile

        def counted(*given: Any) -> Any:
            self.lengths[-1] += len(statements()[0]["Statement"])
            return compile_plan(*given)

        monkeypatch.setattr(plan, "compile", counted)

    def begin(
        self, name: str, operation: str, request: dict[str, Any], source_ip: str | None = None
    ) -> bytes | Slices[bytes]:
        service = self.world.service
        caller = service.caller_named(name)
        assert isinstance(caller.permission, Permission)
        self.permission = caller.permission
        self.permission.transport.source_ip = source_ip
        return service.perform(service.namespace(caller), NAMED[operation], request, caller, service.clock.now(), ())

    def __call__(self, name: str, operation: str, request: dict[str, Any]) -> Any:
        left = self.begin(name, operation, request)
        while not isinstance(left, bytes):
            self.lengths.append(0)
            left = slices.begin(left)
        return orjson.loads(left)


@pytest.fixture
def asked(world: World, monkeypatch: pytest.MonkeyPatch) -> Asked:
    return Asked(world, monkeypatch)


def test_a_slice_compiles_few_plans_of_statements_that_policies_ask_about(asked: Asked) -> None:
    update = statements(verb='UPDATE "Orders" SET shown = 2')[1:2]
    reads = asked("own", "ExecuteTransaction", {"TransactStatements": statements()})
    assert ["Item" in each for each in reads["Responses"]] == [False, True] + [False] * (STATEMENTS - 2)
    assert 0 < max(asked.lengths) <= planning.PLANNED_LENGTH_MAX < sum(asked.lengths)
    asked("own", "BatchExecuteStatement", {"Statements": update})
    assert [each["shown"] for each in asked.world.items() if each["tenant"] == {"S": "a"}] == [{"N": "2"}]


def test_one_statement_for_another_tenant_refuses_a_transaction(asked: Asked) -> None:
    with pytest.raises(ApiError) as caught:
        asked("own", "ExecuteTransaction", {"TransactStatements": statements(tenants="aaab")})
    assert caught.value.name == "AccessDeniedException"
    assert 0 < max(asked.lengths) <= planning.PLANNED_LENGTH_MAX < sum(asked.lengths)


@pytest.mark.parametrize("source", ["Orders", "Orders.of-shelf"])
def test_each_statement_of_a_batch_for_another_tenant_is_refused(source: str, asked: Asked) -> None:
    found = asked("own", "BatchExecuteStatement", {"Statements": statements(source, tenants="ab")})
    codes = [each.get("Error", {}).get("Code") for each in found["Responses"]]
    own = None if source == "Orders" else "AccessDenied"
    assert codes == [own, "AccessDenied"] * (STATEMENTS // 2)
    assert 0 < max(asked.lengths) <= planning.PLANNED_LENGTH_MAX < sum(asked.lengths)


@pytest.mark.parametrize(("own", "other"), [("10.0.0.1", "192.0.2.1"), ("192.0.2.1", "10.0.0.1")])
def test_the_request_that_was_set_aside_came_from_where_it_came_from(own: str, other: str, asked: Asked) -> None:
    left = asked.begin("near", "ExecuteTransaction", {"TransactStatements": statements()}, source_ip=own)
    asked.permission.transport.source_ip = other
    if own == "10.0.0.1":
        assert orjson.loads(slices.finish(left))["Responses"]
    else:
        with pytest.raises(ApiError) as caught:
            slices.finish(left)
        assert caught.value.name == "AccessDeniedException"
    assert asked.permission.transport.source_ip == other


def test_policies_are_asked_about_the_table_that_is_there_by_then(asked: Asked) -> None:
    left = asked.begin("own", "ExecuteTransaction", {"TransactStatements": statements()})
    asked.world("root", "DeleteTable", {"TableName": "Orders"})
    with pytest.raises(ApiError) as caught:
        slices.finish(left)
    assert caught.value.name == "AccessDeniedException" and TABLE in (caught.value.message or "")
