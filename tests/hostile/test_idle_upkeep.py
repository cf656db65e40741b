"""An idle server with very many tables: upkeep looks at those that have something to do, and at a bounded part of
those whose time it has to watch."""

from collections.abc import Iterator
from typing import Any

import pytest

from thermodynamo import upkeep
from thermodynamo.api.caller import Caller
from thermodynamo.service import Service
from thermodynamo.settings.config import Config
from thermodynamo_storage.changes.index import SecondaryIndex
from thermodynamo_storage.followers.expiry import ExpiryQueue
from thermodynamo_storage.tables import point_in_time
from thermodynamo_storage.tables.table import Table

START = 1_800_000_000
TABLES = 40
TABLE: dict[str, Any] = {
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "g")],
    "BillingMode": "PAY_PER_REQUEST",
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-g",
            "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
}


class Unwalked(dict[Any, Any]):
    """All tables, which nothing goes through."""

    def __iter__(self) -> Iterator[Any]:
        raise AssertionError("all tables are gone through")

    items = values = keys = __iter__  # type: ignore[assignment]


def made(**settings: Any) -> Service:
    """Tables with an index and a stream, each with an item; the clock stands, but for what a test does."""
    settings = {"capacity": "off", "clock": "virtual", "clock_start": str(START), "ttl_delay": 0.0, **settings}
    service = Service(Config(**settings))
    for number in range(TABLES):
        service.call("CreateTable", {"TableName": f"tab{number}", **TABLE})
    service.turn(10)
    for number in range(TABLES):
        put(service, number, "0")
    service.turn(10)
    return service


def put(service: Service, number: int, key: str, **attributes: Any) -> None:
    item = {"pk": {"S": key}, "g": {"S": "g"}, **attributes}
    service.call("PutItem", {"TableName": f"tab{number}", "Item": item})


def expire(service: Service, number: int) -> None:
    setting = {"Enabled": True, "AttributeName": "until"}
    service.call("UpdateTimeToLive", {"TableName": f"tab{number}", "TimeToLiveSpecification": setting})


def recover(service: Service, number: int) -> None:
    setting = {"PointInTimeRecoveryEnabled": True}
    service.call("UpdateContinuousBackups", {"TableName": f"tab{number}", "PointInTimeRecoverySpecification": setting})


def table(service: Service, number: int) -> Table:
    return service.namespace(service.caller).tables[f"tab{number}"]


@pytest.mark.parametrize("clock_rate", [0.0, 1e-9])
def test_a_step_without_anything_to_do_goes_through_no_tables(clock_rate: float) -> None:
    service = made(index_delay_seconds="5")
    expire(service, 3)
    recover(service, 4)
    service.turn(3_700)
    service.clock.run(clock_rate)
    service.database.check()
    catalog = service.database.catalog
    catalog.by_id = Unwalked(catalog.by_id)
    for _ in range(10):
        assert not service.upkeep.step()
    assert [len(each) for each in (catalog.duties.passing, catalog.duties.behind)] == [0, 0]
    assert [*catalog.duties.expiring.values(), *catalog.duties.recoverable.values()] == [
        table(service, 3),
        table(service, 4),
    ]
    for _ in service.upkeep.settle():
        pass


def test_of_many_indexes_those_that_are_behind_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    service = made(index_delay_seconds="5")
    caught_up: list[str] = []
    inner = SecondaryIndex.catch_up

    def counted(self: SecondaryIndex, now: float, changes_max: int | None = None) -> bool:
        caught_up.append(self.keyspace.name.table_name)
        return inner(self, now, changes_max)

    put(service, 7, "1")
    put(service, 9, "1")
    put(service, 9, "2")
    monkeypatch.setattr(SecondaryIndex, "catch_up", counted)
    service.upkeep.step()
    assert caught_up == ["tab7", "tab9"]
    service.clock.move_to(service.clock.now() + 6)
    service.upkeep.step()
    service.upkeep.step()
    assert caught_up == ["tab7", "tab9"] * 2
    assert [table(service, number).indexes["by-g"].keyspace.item_count for number in (7, 8, 9)] == [2, 1, 3]
    put(service, 9, "3")
    service.upkeep.step()
    assert caught_up[4:] == ["tab9"], "it is behind again"
    service.database.check()


def test_tables_whose_items_expire_are_looked_at_in_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "TABLES_LOOKED_AT", 10)
    service = made()
    for number in range(TABLES):
        expire(service, number)
        put(service, number, "1", until={"N": str(START + 10_000)})
    service.turn(5_000)
    looks = 0
    inner = ExpiryQueue.fill

    def counted(self: ExpiryQueue, *given: Any) -> Any:
        nonlocal looks
        looks += 1
        return inner(self, *given)

    monkeypatch.setattr(ExpiryQueue, "fill", counted)
    service.clock.run(1e-9)
    for number in range(1, 9):
        assert not service.upkeep.step() and looks == 10 * number
    service.clock.move_to(START + 10_001)
    steps = 0
    while service.upkeep.step():
        steps += 1
    assert steps == TABLES // 10 and looks == 10 * (8 + steps + 1)
    assert [table(service, number).keyspace.item_count for number in range(TABLES)] == [1] * TABLES


def test_a_turn_of_the_clock_looks_at_all_that_expire(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever turns it is told that all of it has happened."""
    monkeypatch.setattr(upkeep, "TABLES_LOOKED_AT", 3)
    service = made()
    for number in range(TABLES):
        expire(service, number)
        put(service, number, "1", until={"N": str(START + 10_000)})
    service.turn(20_000)
    assert [table(service, number).keyspace.item_count for number in range(TABLES)] == [1] * TABLES


def test_replicas_are_looked_at_in_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "TABLES_LOOKED_AT", 10)
    service = made()
    for number in range(TABLES):
        replica = {"ReplicaUpdates": [{"Create": {"RegionName": "eu-west-1"}}]}
        service.call("UpdateTable", {"TableName": f"tab{number}", **replica})
    service.turn(3_600)
    looks: list[str] = []
    inner = service.database.deliver

    def counted(table: Table, count_max: int, now: float, is_asked: bool = False) -> bool:
        looks.append(table.id)
        return inner(table, count_max, now, is_asked)

    monkeypatch.setattr(service.database, "deliver", counted)
    for number in range(1, 9):
        assert not service.upkeep.step() and len(looks) == 10 * number
    assert len(set(looks)) == 2 * TABLES == len(service.database.catalog.duties.replicas)
    put(service, 7, "1")
    service.clock.move_to(service.clock.now() + 60)
    while len(looks) < 10 * 16:
        service.upkeep.step()
    copied = service.namespace(Caller(service.caller.account, "eu-west-1")).tables["tab7"]
    assert copied.replication is not None and copied.replication.pending == 0 and copied.keyspace.item_count == 2


def test_histories_are_looked_at_in_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "TABLES_LOOKED_AT", 10)
    service = made()
    for number in range(TABLES):
        recover(service, number)
        put(service, number, "1")
    service.clock.move_to(service.clock.now() + 40 * 24 * 3600)
    looks: list[str] = []
    inner = point_in_time.trim

    def counted(table: Table, now: float) -> bool:
        looks.append(table.schema.name)
        return inner(table, now)

    monkeypatch.setattr(point_in_time, "trim", counted)
    while service.upkeep.step():
        assert len(looks) % 10 == 0
    assert sorted(looks[:TABLES]) == sorted(f"tab{number}" for number in range(TABLES))
    assert not any(table(service, number).item_history.segments for number in range(TABLES))  # type: ignore[union-attr]
