"""Imports and bulk operations of large items: a step of the loop neither parses nor validates one, nor decodes one as a
whole, and all of them come to be in the table."""

from pathlib import Path
from typing import Any

import pytest

from tests.emulator.transfers import world as transfers_world
from tests.emulator.transfers.test_bulk_job import World as Bulk
from tests.emulator.transfers.world import World, calls_within_run
from thermodynamo.api.call import DRAFTED_MAX
from thermodynamo.api.model import json_pieces
from thermodynamo.transfers import bulk_job
from thermodynamo.transfers.bulk_job import BulkJob
from thermodynamo.transfers.formats import dynamodb_json
from thermodynamo.transfers.putting import Putting, Unfinished
from thermodynamo_storage.changes import index
from thermodynamo_storage.tables import table as storage_table
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.item import Item, decode, encode

MEMBERS = 60_000
LARGE = {"L": [{"NULL": True}] * MEMBERS}
BY_GROUP: dict[str, Any] = {
    "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("id", "g")],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-g",
            "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
    ],
}


def item(id: str) -> dict[str, Any]:
    return {"id": {"S": id}, "g": {"S": "g"}, "a": LARGE}


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of items that a write decodes in one piece."""
    sizes: list[int] = []

    def counted(item: Item) -> Any:
        sizes.append(len(item[0]))
        return decode(item)

    monkeypatch.setattr(index, "decode", counted)
    return sizes


def test_large_items_are_imported_into_indexes_in_steps(tmp_path: Path, decoded: list[int]) -> None:
    """They were refused with an internal error: nobody drafted them."""
    world = World(tmp_path)
    world.put_object("a.json", transfers_world.lines(*(item(str(number)) for number in range(3))))
    described = world.imported(table=BY_GROUP)
    assert transfers_world.counts(described) == ("COMPLETED", 3, 3, 0)
    assert world.call("Scan", TableName="Songs", IndexName="by-g", Select="COUNT")["Count"] == 3
    assert max(decoded, default=0) < storage_table.PLANNED_BYTES_MAX


def bulk(folder: Path) -> Bulk:
    made = Bulk(folder)
    made.call("CreateTable", **{**transfers_world.TABLE, **BY_GROUP})
    return made


def test_large_items_are_put_in_bulk_and_tested_in_steps(tmp_path: Path, decoded: list[int]) -> None:
    world = bulk(tmp_path)
    operands = {f":v{number}": {"N": str(number)} for number in range(60)}
    condition = " AND ".join(f"NOT contains(a, {name})" for name in operands)
    tested = {"ConditionExpression": condition, "ExpressionAttributeValues": operands}
    failing = {**tested, "ConditionExpression": f"NOT ({condition})"}
    world.put("a.json", *({"Item": item(str(number))} for number in range(2)))
    world.put("b.json", {"Item": item("0"), **tested}, {"Item": item("1"), **failing})
    described = world.run(world.start())
    assert described["BulkOperationStatus"] == "COMPLETED" and described["ProcessedItemCount"] == 4
    assert described["FailedItemCount"] == 0
    (failed,) = world.reports("condition-check-failures")
    assert failed["ExistingItem"] == failed["Item"] == item("1")
    assert world.call("Scan", TableName="Songs", IndexName="by-g", Select="COUNT")["Count"] == 2
    assert max(decoded, default=0) < storage_table.PLANNED_BYTES_MAX


def test_requests_of_bulk_operations_are_checked_by_the_thread_that_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = bulk(tmp_path)
    wrong = {"id": {"S": "w"}, "a": {"N": "x"}}
    world.put("a.json", {"Item": item("0")}, {"Item": wrong})
    checked = calls_within_run(monkeypatch, BulkJob, bulk_job, "checked")
    encoded = calls_within_run(monkeypatch, BulkJob, bulk_job, "encode")
    described = world.run(world.start())
    assert described["BulkOperationStatus"] == "COMPLETED_WITH_ERRORS"
    assert checked == [True, True] and encoded == [True]
    (report,) = world.reports("errors")
    assert report["Item"] == wrong and "cannot be converted to a numeric value" in report["ErrorMessage"]


def test_a_long_line_is_parsed_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path)
    world.put_object("a.json", transfers_world.lines(item("0"), {"id": {"S": "1"}}))
    parsed: list[int] = []
    inner = json_pieces.loads

    def counted(text: bytes) -> Any:
        parsed.append(len(text))
        return inner(text)

    monkeypatch.setattr(json_pieces, "loads", counted)
    assert world.imported()["ImportedItemCount"] == 2
    assert len(parsed) == 1 and parsed[0] > dynamodb_json.LONG_BYTES


def test_an_item_that_is_written_again_and_again_is_put_in_the_end(tmp_path: Path) -> None:
    world = bulk(tmp_path)
    table = world.service.namespace(world.service.caller).tables["Songs"]
    attributes = item("0")
    new = encode(attributes, 180_000)
    key = next(iter(_written(world, table)))
    puts, steps = Putting(), 0
    while True:
        steps += 1
        try:
            change = puts.change(table, key, None, new, attributes)
            break
        except Unfinished:
            world.call("PutItem", TableName="Songs", Item={"id": {"S": "0"}, "n": {"N": str(steps)}})
    assert steps > DRAFTED_MAX and puts.drafted == DRAFTED_MAX
    assert change.new is new and change.old is table.keyspace.get(key)


def _written(world: Bulk, table: Table) -> list[bytes]:
    """The key of the one item."""
    world.call("PutItem", TableName="Songs", Item={"id": {"S": "0"}})
    return [key for key, _ in table.keyspace.range(b"", None)]
