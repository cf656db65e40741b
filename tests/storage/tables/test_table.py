"""A table: its states in time, and writes that are planned without writing anything."""

import pytest

from thermodynamo_storage.tables.table import Table, TableStatus
from thermodynamo_storage.values.errors import ConditionFailed
from thermodynamo_storage.values.item import Item, encode
from thermodynamo_storage.values.schema import KeyAttribute, KeySchema, TableSchema, Throughput

NOW = 1_800_000_000.0
ITEM = encode({"a": {"S": "x"}}, 2)


@pytest.fixture
def table() -> Table:
    schema = TableSchema(
        name="Music",
        key_schema=KeySchema((KeyAttribute("a", "S"),)),
        attribute_kinds={"a": "S"},
        billing_mode="PROVISIONED",
        throughput=Throughput(5, 5),
    )
    return Table("000000000000", "us-east-1", "id", schema, NOW)


def test_a_table_without_a_transition_is_active(table: Table) -> None:
    assert table.status(NOW) == "ACTIVE"
    assert not table.is_gone(NOW + 1e9)


@pytest.mark.parametrize("transition", ["CREATING", "UPDATING"])
def test_a_passing_state_ends_at_its_instant(table: Table, transition: TableStatus) -> None:
    table.begin(transition, NOW + 5)
    assert table.status(NOW) == table.status(NOW + 4.999) == transition
    assert not table.is_gone(NOW + 5)
    assert table.status(NOW + 5) == "ACTIVE"
    assert [table.is_due(NOW + 4.999), table.is_due(NOW + 5)] == [False, True]


def test_a_deleted_table_never_comes_back(table: Table) -> None:
    table.begin("DELETING", NOW + 5)
    assert (table.status(NOW), table.is_gone(NOW + 4.999)) == ("DELETING", False)
    assert (table.status(NOW + 5), table.is_gone(NOW + 5)) == ("DELETING", True)


def test_a_state_without_delay_is_over_at_once(table: Table) -> None:
    table.begin("CREATING", NOW)
    assert table.status(NOW) == "ACTIVE"


def test_pending_throughput_takes_effect_when_the_update_ends(table: Table) -> None:
    table.begin("UPDATING", NOW + 5)
    table.pending_throughput = {None: Throughput(10, 20)}
    assert table.status(NOW + 4) == "UPDATING"
    assert table.schema.throughput == Throughput(5, 5)
    assert table.status(NOW + 5) == "ACTIVE"
    table.end_change()
    assert not table.is_due(NOW + 5)
    assert table.schema.throughput == Throughput(10, 20)
    assert table.pending_throughput == {}


def test_planning_writes_nothing(table: Table) -> None:
    change = table.plan_write(b"key", None, lambda old: ITEM)
    assert (change.key, change.old, change.new) == (b"key", None, ITEM)
    assert change.partition is table.keyspace.locate(b"key")
    assert table.keyspace.get(b"key") is None


@pytest.mark.parametrize("stored", [None, ITEM])
def test_test_and_build_both_see_the_item_as_it_stands(table: Table, stored: tuple[bytes, int] | None) -> None:
    table.keyspace.locate(b"key").put(b"key", None, stored)
    seen: list[Item | None] = []

    def admits(old: Item | None) -> bool:
        seen.append(old)
        return True

    def build(old: Item | None) -> Item | None:
        seen.append(old)
        return None

    change = table.plan_write(b"key", admits, build)
    assert seen == [stored, stored]
    assert (change.old, change.new) == (stored, None)


@pytest.mark.parametrize("stored", [None, ITEM])
def test_a_false_test_carries_the_item_and_builds_nothing(table: Table, stored: tuple[bytes, int] | None) -> None:
    table.keyspace.locate(b"key").put(b"key", None, stored)
    with pytest.raises(ConditionFailed) as caught:
        table.plan_write(b"key", lambda old: False, lambda old: pytest.fail("built"))
    assert caught.value.blob == (stored[0] if stored is not None else None)


def test_what_build_raises_passes_through(table: Table) -> None:
    def build(old: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        table.plan_write(b"key", None, build)
