"""Item collections of a table with a local index: their bytes, and the limit."""

from typing import Any

import pytest

from thermodynamo_storage.database import Database
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values import keys
from thermodynamo_storage.values.errors import ItemCollectionTooLarge
from thermodynamo_storage.values.item import encode, item_size
from thermodynamo_storage.values.schema import IndexSchema, KeyAttribute, KeySchema, Projection, TableSchema, Throughput

NAMESPACE = ("000000000000", "us-east-1")
LIMIT_BYTES = 1000


@pytest.fixture
def database() -> Database:
    return Database()


@pytest.fixture
def table(database: Database) -> Table:
    partition = KeyAttribute("p", "S")
    local = IndexSchema("local", False, KeySchema((partition,), (KeyAttribute("n", "N"),)), Projection("KEYS_ONLY"))
    schema = TableSchema(
        name="items",
        key_schema=KeySchema((partition,), (KeyAttribute("s", "S"),)),
        attribute_kinds={"p": "S", "s": "S", "n": "N"},
        billing_mode="PAY_PER_REQUEST",
        throughput=Throughput(0, 0),
        indexes=(local,),
    )
    made = database.create_table(NAMESPACE, "id", schema, 0.0)
    assert made.collections is not None
    made.collections.bytes_max = LIMIT_BYTES
    return made


def key(partition: str, sort: str) -> bytes:
    return keys.item_key(keys.part("S", partition), keys.part("S", sort))


def write(database: Database, table: Table, partition: str, sort: str, contents: dict[str, Any] | None) -> None:
    item = {"p": {"S": partition}, "s": {"S": sort}, **contents} if contents is not None else None
    new = encode(item, item_size(item)) if item is not None else None
    database.commit([table.plan_write(key(partition, sort), None, lambda old: new)], 0.0)


def size(table: Table, partition: str) -> int:
    assert table.collections is not None
    return table.collections.size_bytes(key(partition, "any"))


def test_items_and_their_local_entries_count(database: Database, table: Table) -> None:
    write(database, table, "a", "1", {"x": {"S": "12345"}})
    assert size(table, "a") == 4 + 6
    write(database, table, "a", "1", {"x": {"S": "12345"}, "n": {"N": "7"}})
    assert size(table, "a") == (4 + 6 + 3) + (4 + 3)
    write(database, table, "a", "1", None)
    assert size(table, "a") == 0


def test_a_collection_cannot_grow_beyond_the_limit(database: Database, table: Table) -> None:
    write(database, table, "a", "1", {"x": {"S": "x" * 900}})
    with pytest.raises(ItemCollectionTooLarge):
        write(database, table, "a", "2", {"x": {"S": "x" * 100}})
    with pytest.raises(ItemCollectionTooLarge):
        write(database, table, "a", "1", {"x": {"S": "x" * 1000}})
    write(database, table, "a", "2", {"x": {"S": "x" * 50}})
    write(database, table, "b", "1", {"x": {"S": "x" * 900}})


def test_entries_count_towards_the_limit(database: Database, table: Table) -> None:
    write(database, table, "a", "1", {"x": {"S": "x" * 987}})
    with pytest.raises(ItemCollectionTooLarge):
        write(database, table, "a", "1", {"x": {"S": "x" * 987}, "n": {"N": "7"}})


def test_a_collection_that_is_too_large_may_shrink(database: Database, table: Table) -> None:
    write(database, table, "a", "1", {"x": {"S": "x" * 900}})
    assert table.collections is not None
    table.collections.bytes_max = 100
    write(database, table, "a", "1", {"x": {"S": "x" * 890}})
    write(database, table, "a", "1", None)


def test_a_table_without_local_indexes_keeps_no_sizes(database: Database) -> None:
    schema = TableSchema(
        name="plain",
        key_schema=KeySchema((KeyAttribute("p", "S"),)),
        attribute_kinds={"p": "S"},
        billing_mode="PAY_PER_REQUEST",
        throughput=Throughput(0, 0),
    )
    made = database.create_table(NAMESPACE, "id", schema, 0.0)
    assert made.collections is None and not made.followers
