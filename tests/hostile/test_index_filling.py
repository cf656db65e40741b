"""What a step of the filling of indexes looks at: long items are read in pieces, and many indexes take turns."""

from typing import Any

import pytest

from tests.hostile.test_long_pages import ACCOUNT, call
from tests.hostile.test_vector_drafts import LONG, MEMBERS, PROJECTIONS, Meter
from thermodynamo.api.caller import Caller
from thermodynamo.server.application import Application, build
from thermodynamo.settings.config import Config
from thermodynamo.upkeep import BACKFILL_ITEMS
from thermodynamo_storage.tables import backfill
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values import long_items

VECTOR = {"L": [{"N": "1"}, {"N": "2"}]}
COUNT = 3
TABLES = 20
GLOBAL = [
    {
        "IndexName": f"global-{name}",
        "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
        "Projection": projection,
    }
    for name, projection in PROJECTIONS.items()
]
VECTORS = [
    {
        "IndexName": f"vector-{name}",
        "VectorAttribute": {"AttributeName": "v"},
        "Dimensions": 2,
        "DistanceFunction": "EUCLIDEAN",
        "Projection": projection,
    }
    for name, projection in PROJECTIONS.items()
]
KINDS = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "g")]


def create(made: Application, name: str, **members: Any) -> None:
    definition = {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": KINDS if "GlobalSecondaryIndexes" in members else KINDS[:1],
    }
    call(made, "CreateTable", {**definition, **members})


def put(made: Application, name: str, number: int, value: dict[str, Any], group: dict[str, Any]) -> None:
    item = {"pk": {"S": str(number)}, "g": group, "v": VECTOR, "a": value, "b": {"S": "b"}}
    call(made, "PutItem", {"TableName": name, "Item": item})


def held(made: Application, name: str) -> Table:
    return made.service.namespace(Caller(ACCOUNT, "us-east-1")).tables[name]


def entries(made: Application, name: str) -> list[Any]:
    """What each index has."""
    table = held(made, name)
    table.check()
    found: list[Any] = [list(index.range(b"", None)) for _, index in sorted(table.indexes.items())]
    for _, index in sorted(table.vector_indexes.items()):
        groups = {
            place: sorted(zip(group.keys, group.items, group.sizes, strict=True))
            for place, group in index.groups.items()
        }
        found.append((index.size_bytes, groups))
    return found


@pytest.mark.parametrize("kind", ["GlobalSecondaryIndex", "VectorIndex"])
def test_no_step_reads_a_whole_long_item(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    indexes = GLOBAL if kind == "GlobalSecondaryIndex" else VECTORS
    made = build(Config(capacity="off"))
    create(made, "later")
    create(made, "before", **{"GlobalSecondaryIndexes" if indexes is GLOBAL else "VectorIndexes": indexes})
    for number in range(COUNT):
        for name in ("later", "before"):
            put(made, name, number, LONG, {"S": "g"})
    if indexes is GLOBAL:
        put(made, "later", COUNT, LONG, {"N": "1"})  # What cannot be indexed is left out.
    meter = Meter(monkeypatch)
    for index in indexes:
        update = {"TableName": "later", f"{kind}Updates": [{"Create": index}], "AttributeDefinitions": KINDS}
        call(made, "UpdateTable", update if indexes is GLOBAL else {**update, "AttributeDefinitions": KINDS[:1]})
        meter.read()
        is_busy = True
        while is_busy:
            is_busy = made.service.upkeep.step()
            decoded_bytes, measured, compared = meter.read()
            assert decoded_bytes <= 2 * backfill.STEPS_AHEAD * long_items.PART_BYTES
            assert max(measured, compared) <= (backfill.STEPS_AHEAD + 1) * long_items.STEP_VALUES < MEMBERS
    assert entries(made, "later") == entries(made, "before")


def test_an_item_that_is_written_meanwhile_is_read_anew() -> None:
    made = build(Config(capacity="off"))
    create(made, "later")
    create(made, "before", GlobalSecondaryIndexes=GLOBAL[2:3])
    put(made, "later", 0, LONG, {"S": "g"})
    update = {"TableName": "later", "AttributeDefinitions": KINDS}
    call(made, "UpdateTable", {**update, "GlobalSecondaryIndexUpdates": [{"Create": GLOBAL[2]}]})
    assert made.service.upkeep.step()
    for name in ("later", "before"):
        put(made, name, 0, {"L": LONG["L"][1:]}, {"S": "h"})
    while made.service.upkeep.step():
        pass
    assert entries(made, "later") == entries(made, "before")


def test_many_indexes_are_filled_in_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    made = build(Config(capacity="off"))
    names = [f"table-{number}" for number in range(TABLES)]
    taken: list[str] = []
    fill = backfill.Backfill.fill

    def counted(self: backfill.Backfill, end: bytes | None, now: float) -> None:
        before = self.item_count
        fill(self, end, now)
        taken.extend([self.table.id] * (self.item_count - before))

    for name in names:
        create(made, name)
        for number in range(BACKFILL_ITEMS + 1):
            put(made, name, number, {"S": "a"}, {"S": "g"})
    with monkeypatch.context() as patched:
        # What asks for the filling is not to begin with it.
        patched.setattr(made.service.database, "step_backfill", lambda items_max, now: False)
        for name in names:
            update = {"TableName": name, "AttributeDefinitions": KINDS}
            call(made, "UpdateTable", {**update, "GlobalSecondaryIndexUpdates": [{"Create": GLOBAL[1]}]})
    assert len(made.service.database.catalog.backfills) == TABLES
    monkeypatch.setattr(backfill.Backfill, "fill", counted)
    whole: list[str] = []
    while made.service.upkeep.step():
        assert 0 < len(taken) < 2 * BACKFILL_ITEMS
        whole += taken
        taken.clear()
        if len(whole) == TABLES * BACKFILL_ITEMS:
            assert len(set(whole)) == TABLES  # Each had its turn before any had its second one.
    assert len(whole) + len(taken) == TABLES * (BACKFILL_ITEMS + 1)
    assert all(len(entries(made, name)[0]) == BACKFILL_ITEMS + 1 for name in names)
