"""A global index that is behind its table: its changes wait, and become visible in the order of the writes."""

from functools import partial

from thermodynamo_storage.database import Database
from thermodynamo_storage.values import keys
from thermodynamo_storage.values.item import Item, encode, item_size
from thermodynamo_storage.values.schema import IndexSchema, KeyAttribute, KeySchema, Projection, TableSchema, Throughput


def given(new: Item | None, old: Item | None) -> Item | None:
    """The new item that is given, whatever the old one is."""
    return new


def test_changes_that_are_due_become_visible_in_bounded_steps() -> None:
    database = Database()
    key, index_key = KeySchema((KeyAttribute("id", "S"),)), KeySchema((KeyAttribute("g", "S"),))
    index = IndexSchema("byG", True, index_key, Projection("ALL"))
    schema = TableSchema("items", key, {"id": "S", "g": "S"}, "PAY_PER_REQUEST", Throughput(0, 0), (index,))
    table = database.create_table(("0", "r"), "id", schema, 0.0)
    behind = table.indexes["byG"]
    behind.propagation.delay = lambda: 5.0
    for number in range(100):
        attributes = {"id": {"S": str(number)}, "g": {"S": "x"}}
        new = encode(attributes, item_size(attributes))
        change = table.plan_write(keys.item_key(keys.part("S", str(number))), None, partial(given, new))
        database.commit([change], number / 100)
    assert not database.step_indexes(30, 4.99)
    assert behind.keyspace.item_count == 0
    found = []
    while database.step_indexes(30, 5.5):
        found.append(behind.keyspace.item_count)
    assert found == [30] and behind.keyspace.item_count == 51
    behind.catch_up(6.0)
    assert behind.keyspace.item_count == 100 and not database.step_indexes(30, 6.0)
