"""Snapshots, images, forks, restores and resets of many tables: how many are copied or taken apart at once, and of what
instant the copy is."""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.replay.recorder import Recorder, check
from tests.replay.state import difference, settle, state_of
from thermodynamo.admin.routes import snapshots
from thermodynamo.api.caller import Caller
from thermodynamo.api.errors import ApiError
from thermodynamo.api.slices import Slices, finish
from thermodynamo.service import Service, SnapshotError
from thermodynamo.settings.config import Config
from thermodynamo_storage.durability import copying_ahead
from thermodynamo_storage.followers import vector_indexes
from thermodynamo_storage.followers.vector_index import VectorIndex
from thermodynamo_storage.partitions.discards import WHOLES_AT_ONCE
from thermodynamo_storage.tables import table_copy
from thermodynamo_storage.tables.snapshot import EVERYTHING, Scope
from thermodynamo_storage.tables.table import Table

TABLES = 5 * copying_ahead.TABLES_AT_ONCE + 7
THERE = Caller("111111111111", "eu-west-1")
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


VECTORS: dict[str, Any] = {
    "KeySchema": TABLE["KeySchema"],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}
CONFIG = Config(
    capacity="off", clock="virtual", clock_start="1800000000", index_delay_seconds="5", transaction_hold="3"
)


def made(count: int = TABLES) -> tuple[Service, Recorder]:
    """Tables with an item, whose indexes lag, and what their database records."""
    recorder = Recorder()
    service = Service(CONFIG, recorder)
    fill(service, count)
    return service, recorder


def fill(service: Service, count: int) -> None:
    for number in range(count):
        service.call("CreateTable", {"TableName": name(number), **TABLE})
    service.turn(10)
    for number in range(count):
        put(service, number, "first")


def name(number: int) -> str:
    return f"table{number}"


def put(service: Service, number: int, value: str) -> None:
    item = {"pk": {"S": value}, "g": {"S": "g"}}
    service.call("PutItem", {"TableName": name(number), "Item": item})


def copying(service: Service, what: str) -> Slices[Any]:
    if what == "a snapshot":
        return service.snapshotting("s", EVERYTHING, replaces=True)
    if what == "a fork":
        return service.forking(service.caller, THERE, replaces=True)
    return service.restoring("s")


class Counted:
    """How many tables a slice copies at most."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = self.most = self.total = 0
        for function in ("kept", "live_in_steps"):
            self._count(monkeypatch, table_copy, function)
        self._count(monkeypatch, Table, "discard")

    def _count(self, monkeypatch: pytest.MonkeyPatch, owner: Any, function: str) -> None:
        inner: Callable[..., Any] = getattr(owner, function)

        def counted(*given: Any) -> Any:
            self.now += 1
            self.total += 1
            return inner(*given)

        monkeypatch.setattr(owner, function, counted)

    def end_slice(self) -> None:
        self.most, self.now = max(self.most, self.now), 0


def played(slices: Slices[Any], counted: Counted | None = None, between: Callable[[], object] | None = None) -> int:
    """How many slices there are; something happens between any two."""
    count = 1
    for _ in slices:
        count += 1
        if counted is not None:
            counted.end_slice()
        if between is not None:
            between()
    if counted is not None:
        counted.end_slice()
    return count


@pytest.mark.parametrize("what", ["a snapshot", "a fork", "a restore"])
def test_a_slice_copies_few_tables(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    service, recorder = made()
    service.snapshot("s")
    counted = Counted(monkeypatch)
    assert played(copying(service, what), counted) > TABLES // copying_ahead.TABLES_AT_ONCE
    assert counted.total >= TABLES and counted.most <= 2 * copying_ahead.TABLES_AT_ONCE
    check(service.database, recorder, service.clock.now())


@pytest.mark.parametrize("what", ["a snapshot", "a fork"])
def test_a_copy_is_of_the_instant_of_its_last_slice(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever changes meanwhile is in it: the records alone give its equal, which is copied in one piece."""
    service, recorder = made()
    chance = random.Random(3)
    counted = Counted(monkeypatch)

    def change() -> None:
        kind, number = chance.randrange(6), chance.randrange(TABLES - 20)
        if kind == 0:
            put(service, number, f"later{chance.random()}")
        elif kind == 1:
            service.call("DeleteTable", {"TableName": name(TABLES - 1 - chance.randrange(10))})
            service.call("CreateTable", {"TableName": f"new{chance.random()}", **TABLE})
        elif kind == 2:
            arn = service.call("DescribeTable", {"TableName": name(number)})["Table"]["TableArn"]
            service.call("TagResource", {"ResourceArn": arn, "Tags": [{"Key": "k", "Value": str(number)}]})
        elif kind == 3:
            write = {"Put": {"TableName": name(number), "Item": {"pk": {"S": "transacted"}}}}
            service.call("TransactWriteItems", {"TransactItems": [write]})
        elif kind == 4:
            service.clock.move_to(service.clock.now() + 2.0)
        else:
            query = {"TableName": name(number), "IndexName": "by-g", "Select": "COUNT"}
            service.call("Scan", query)

    def change_and_be_refused() -> None:
        with suppress(ApiError):  # A table may be gone by then.
            change()

    played(copying(service, what), counted, change_and_be_refused)
    assert counted.most <= 2 * copying_ahead.TABLES_AT_ONCE
    check(service.database, recorder, service.clock.now())


def test_a_restore_of_a_snapshot_that_is_replaced_meanwhile_is_of_the_later_one() -> None:
    service, recorder = made()
    service.snapshot("s")
    restoring = service.restoring("s")
    next(restoring)
    put(service, 0, "later")
    service.snapshot("s", replaces=True)
    put(service, 0, "last")
    finish(restoring)
    service.turn(10)
    assert service.call("Scan", {"TableName": name(0)})["Count"] == 2
    check(service.database, recorder, service.clock.now())


def test_an_image_copies_few_tables_in_a_step_and_is_of_the_instant_at_which_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = replace(CONFIG, data_dir=str(tmp_path))
    service = Service(config)
    fill(service, TABLES)
    assert service.folder is not None and service.folder.checkpoints is not None
    counted = Counted(monkeypatch)
    image, number = service.folder.checkpoints, 0
    while image.step(service.database.sequence, service.clock.now(), is_due=number == 0):
        counted.end_slice()
        number += 1
        put(service, number % TABLES, f"later{number}")
        if number % 10 == 0:
            service.clock.move_to(service.clock.now() + 2.0)
        service.folder.flush()
    assert counted.total >= TABLES and counted.most <= 2 * copying_ahead.TABLES_AT_ONCE
    assert service.folder.file.image() is not None and list(service.folder.file.records(0))
    while service.database.step_discards():
        counted.end_slice()
    assert counted.total >= 2 * TABLES and counted.most <= 2 * copying_ahead.TABLES_AT_ONCE
    now = service.clock.now()
    settle(service.database, now)
    before = state_of(service.database, now)
    service.close()
    found = Service(config)
    settle(found.database, now)
    assert difference(state_of(found.database, now), before) is None
    found.close()


def test_a_snapshot_that_was_loaded_fills_its_vector_indexes_in_steps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The vectors of a snapshot in a data folder are read when it is brought back: 100,000 of them take seconds."""
    config = replace(CONFIG, data_dir=str(tmp_path), index_delay_seconds="0")
    service = Service(config)
    index = {
        "IndexName": "near",
        "VectorAttribute": {"AttributeName": "v"},
        "Dimensions": 200,
        "DistanceFunction": "DOT_PRODUCT",
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }
    service.call("CreateTable", {"TableName": "vectors", **VECTORS, "VectorIndexes": [index]})
    service.turn(10)
    for number in range(1_000):
        vector = {"L": [{"N": str(number + place)} for place in range(200)]}
        service.call("PutItem", {"TableName": "vectors", "Item": {"pk": {"S": str(number)}, "v": vector}})
    service.snapshot("s")
    assert service.folder is not None and service.folder.checkpoints is not None
    is_due = True
    while service.folder.checkpoints.step(service.database.sequence, service.clock.now(), is_due=is_due):
        is_due = False
    service.close()
    found = Service(config)
    put: list[int] = []
    inner = VectorIndex.put

    def counted(self: VectorIndex, *given: Any) -> None:
        put[-1] += 1
        inner(self, *given)

    monkeypatch.setattr(VectorIndex, "put", counted)
    put.append(0)
    for _ in found.restoring("s"):
        put.append(0)
    assert sum(put) == 1_000 and max(put) <= 1 + vector_indexes.FILLED_BYTES // 3_000 and len(put) > 5
    search = {"TableName": "vectors", "IndexName": "near", "SearchVector": [{"N": "1"}] * 200, "TopK": 1}
    (first,) = found.call("SearchVectors", search)["SearchResults"]
    assert first["Item"]["pk"] == {"S": "999"}
    found.database.check()
    found.close()


def test_what_is_left_before_its_end_has_changed_nothing_and_is_let_go_in_steps() -> None:
    service, recorder = made()
    count = len(recorder.records)
    for what in ("a snapshot", "a fork"):
        left = copying(service, what)
        for _ in range(4):
            next(left)
        left.close()
    assert len(recorder.records) == count and service.database.durability is recorder
    assert service.database.catalog.ready is None and service.database.catalog.discards.wholes
    service.turn(0)
    assert not service.database.catalog.discards.wholes and not service.snapshots
    service.database.check()


def test_what_is_refused_in_the_end_is_refused() -> None:
    service, _ = made()
    left = service.snapshotting("s", EVERYTHING, replaces=False)
    next(left)
    service.snapshot("s")
    with pytest.raises(SnapshotError, match="there is a snapshot s already"):
        finish(left)
    left = service.restoring("s")
    next(left)
    service.delete_snapshot("s")
    with pytest.raises(SnapshotError, match="there is no snapshot s"):
        finish(left)


@pytest.mark.parametrize("scope", [EVERYTHING, Scope("000000000000", "us-east-1")])
def test_tables_that_are_cleared_are_taken_apart_in_steps(scope: Scope, monkeypatch: pytest.MonkeyPatch) -> None:
    service, recorder = made()
    service.snapshot("s")
    counted = Counted(monkeypatch)
    service.reset(scope)
    service.delete_snapshot("s")
    assert counted.total == 0 and not service.call("ListTables", {})["TableNames"]
    while service.database.step_discards():
        counted.end_slice()
    counted.end_slice()
    assert counted.total == 2 * TABLES and counted.most <= WHOLES_AT_ONCE
    check(service.database, recorder, service.clock.now())


def test_a_snapshot_is_described_in_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "TABLES_AT_ONCE", 20)
    service, _ = made()
    taken = service.snapshot("s")
    left = snapshots.described(taken)
    assert len(list(left)) == TABLES // 20
    described = finish(snapshots.described(taken))
    assert (described["tables"], described["items"]) == (TABLES, TABLES)


def test_namespaces_without_anything_are_not_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    service, _ = made(3)
    for number in range(1_000):
        service.call("ListTables", {}, Caller(f"{number + 1:012d}", "us-east-1"))
    assert service.database.catalog.occupied() == {("000000000000", "us-east-1")}
    assert list(service.snapshot("s").namespaces) == [("000000000000", "us-east-1")]
