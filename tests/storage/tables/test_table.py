"""A table: its states in time, and writes that are planned without writing anything."""

import pytest

from thermodynamo_storage.facets.change_times import ChangeTimes
from thermodynamo_storage.facets.jobs import Job
from thermodynamo_storage.tables.definition import TableUpdated
from thermodynamo_storage.tables.table import Table
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


def test_a_passing_state_ends_at_its_instant(table: Table) -> None:
    table.begin("CREATING", NOW, NOW + 5)
    assert table.status(NOW) == table.status(NOW + 4.999) == "CREATING"
    assert not table.is_gone(NOW + 5)
    assert table.status(NOW + 5) == "ACTIVE"
    assert [table.is_due(NOW + 4.999), table.is_due(NOW + 5)] == [False, True]


def test_a_deleted_table_never_comes_back(table: Table) -> None:
    table.begin("DELETING", NOW, NOW + 5)
    assert (table.status(NOW), table.is_gone(NOW + 4.999)) == ("DELETING", False)
    assert (table.status(NOW + 5), table.is_gone(NOW + 5)) == ("DELETING", True)


def test_a_state_without_delay_is_over_at_once(table: Table) -> None:
    table.begin("CREATING", NOW, NOW)
    assert table.status(NOW) == "ACTIVE"


def busy(table: Table, *jobs: Job) -> None:
    histories = tuple(table.throughput_history.items())
    table.update(TableUpdated(table.id, table.schema, histories, jobs, ChangeTimes()))


def test_new_throughput_takes_effect_when_its_job_ends(table: Table) -> None:
    units = Throughput(10, 20)
    busy(table, Job("throughput", None, NOW, NOW + 5, throughput=units, warm=units))
    assert table.status(NOW + 4) == "UPDATING"
    assert (table.schema.throughput, table.history(None).warm) == (Throughput(5, 5), Throughput(5, 5))
    assert table.status(NOW + 5) == "ACTIVE" and table.is_due(NOW + 5)
    table.end_change(NOW + 5)
    assert not table.is_due(NOW + 5) and table.jobs == ()
    assert (table.schema.throughput, table.history(None).warm) == (units, units)


def test_jobs_end_one_by_one_and_not_all_are_shown(table: Table) -> None:
    warming = Job("warm", None, NOW, NOW + 9, warm=Throughput(50, 50))
    busy(table, Job("class", None, NOW, NOW + 5, name="STANDARD_INFREQUENT_ACCESS"), warming)
    assert [table.status(NOW + after) for after in (0, 4, 5, 8)] == ["UPDATING", "UPDATING", "ACTIVE", "ACTIVE"]
    assert not table.is_due(NOW + 4) and table.is_due(NOW + 5)
    table.end_change(NOW + 6)
    assert (table.schema.table_class, table.class_changed_at) == ("STANDARD_INFREQUENT_ACCESS", NOW + 5)
    assert table.jobs == (warming,) and table.settled_at == NOW + 9
    table.end_change(NOW + 9)
    assert table.transition is None and table.history(None).warm == Throughput(50, 50)


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
