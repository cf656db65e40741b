"""What is gone is freed in steps: the items of a table, the entries of an index, the records of a stream."""

from functools import partial

from thermodynamo_storage.capacity.policy import Policy
from thermodynamo_storage.capacity.refusals import Throttles
from thermodynamo_storage.database import Database
from thermodynamo_storage.facets.change_times import ChangeTimes
from thermodynamo_storage.facets.jobs import Job
from thermodynamo_storage.followers.stream import RETENTION_SECONDS, StreamLimits
from thermodynamo_storage.metering.limits import Limits
from thermodynamo_storage.partitions.discards import Discards
from thermodynamo_storage.partitions.sorted_items import RUN_ITEMS_MAX
from thermodynamo_storage.tables import table_stream
from thermodynamo_storage.tables.definition import IndexDeleted, TableDeleted, TableDropped, TableUpdated
from thermodynamo_storage.tables.table import RUNS_DISCARDED, Table
from thermodynamo_storage.values import keys
from thermodynamo_storage.values.item import Item, encode, item_size
from thermodynamo_storage.values.schema import IndexSchema, KeyAttribute, KeySchema, Projection, TableSchema, Throughput

NOW = 1_000_000_000.0
ITEMS = 10_000


def given(new: Item | None, old: Item | None) -> Item | None:
    """The new item that is given, whatever the old one is."""
    return new


def steps(database: Database) -> int:
    """How many steps free all that is left."""
    count = 1
    while database.step_discards():
        count += 1
    return count


def filled(database: Database) -> Table:
    """A table with a local and a global index and a stream."""
    by_kind = KeySchema((KeyAttribute("kind", "S"),))
    local = KeySchema((KeyAttribute("id", "S"),), (KeyAttribute("kind", "S"),))
    schema = TableSchema(
        "things",
        KeySchema((KeyAttribute("id", "S"),)),
        {"id": "S", "kind": "S"},
        "PAY_PER_REQUEST",
        Throughput(0, 0),
        indexes=(
            IndexSchema("global", True, by_kind, Projection("ALL")),
            IndexSchema("local", False, local, Projection("ALL")),
        ),
    )
    table = database.create_table(("0", "r"), "id", schema, NOW)
    table_stream.enable(table, "KEYS_ONLY", "label", NOW, StreamLimits())
    for number in range(ITEMS):
        attributes = {"id": {"S": f"item{number}"}, "kind": {"S": "any"}}
        item = encode(attributes, item_size(attributes))
        key = keys.item_key(keys.part("S", f"item{number}"))
        database.commit([table.plan_write(key, None, partial(given, item))], NOW)
    return table


def test_a_step_takes_a_bounded_number() -> None:
    discards = Discards()
    discards.add([], 3)
    assert discards.piles == [] and not discards.step()
    pile = list(range(7))
    discards.add(pile, 3)
    left = []
    while discards.step():
        left.append(len(pile))
    assert left == [4, 1] and discards.piles == []


def test_a_dropped_table_lets_go_of_everything_though_somebody_still_has_it() -> None:
    """A metered table and its limits refer to each other: only a full collection, which is rare, would free them."""
    database = Database(limits=Limits(Policy(is_enforced=False), Throttles()))
    table = filled(database)
    index = table.indexes["global"]
    stream = table.stream
    assert stream is not None
    database.define_all((TableDeleted(table.id, NOW), TableDropped(table.id)), NOW)
    assert table.keyspace.item_count == index.keyspace.item_count == 0
    assert all(len(partition.entries("local")) == 0 for partition in table.keyspace.partitions)
    table.check()
    assert steps(database) >= 3 * ITEMS / (RUN_ITEMS_MAX * RUNS_DISCARDED)
    assert sum(len(shard.records) for shard in stream.shards.values()) == ITEMS
    assert database.streams(("0", "r"), NOW + RETENTION_SECONDS) == []
    assert stream.held_bytes == 0 and steps(database) > 1


def test_a_deleted_index_lets_go_of_its_entries() -> None:
    database = Database()
    table = filled(database)
    index = table.indexes["global"]
    job = Job("index deletion", "global", NOW, NOW + 1)
    histories = tuple(table.throughput_history.items())
    updated = TableUpdated(table.id, table.schema, histories, (job,), ChangeTimes())
    database.define_all((IndexDeleted(table.id, "global"), updated), NOW)
    assert index.keyspace.item_count == ITEMS
    database.settle_tables(NOW + 1)
    assert table.status(NOW + 1) == "ACTIVE" and index.keyspace.item_count == 0
    assert table.keyspace.item_count == ITEMS
    assert steps(database) >= ITEMS / (RUN_ITEMS_MAX * RUNS_DISCARDED)
