"""The removal of long items whose time is over: a step decodes and measures a piece of one, for all its indexes."""

from typing import Any

import pytest

from tests.hostile.test_index_filling import GLOBAL, KINDS, VECTOR, VECTORS, entries, held
from tests.hostile.test_long_pages import call
from tests.hostile.test_vector_drafts import LONG, MEMBERS, Meter
from thermodynamo.server.application import Application, build
from thermodynamo.settings.config import Config
from thermodynamo_storage import removal
from thermodynamo_storage.values import long_items

START = 1_800_000_000
COUNT = 3


def filled(index_delay_seconds: float, *names: str) -> Application:
    """A server with tables of long items that expire; what is written takes so long to reach their global indexes."""
    delay = str(index_delay_seconds)
    made = build(
        Config(capacity="off", clock="virtual", clock_start=str(START), ttl_delay=0.0, index_delay_seconds=delay)
    )
    for name in names or ("items",):
        definition = {
            "TableName": name,
            "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "AttributeDefinitions": KINDS,
            "GlobalSecondaryIndexes": GLOBAL,
            "VectorIndexes": VECTORS,
        }
        call(made, "CreateTable", definition)
        specification = {"Enabled": True, "AttributeName": "until"}
        call(made, "UpdateTimeToLive", {"TableName": name, "TimeToLiveSpecification": specification})
    made.service.turn(3_600 - made.service.clock.now() % 3_600)
    return made


def put(made: Application, number: int, value: dict[str, Any], name: str = "items") -> None:
    item = {"pk": {"S": str(number)}, "g": {"S": "g"}, "v": VECTOR, "a": value, "b": {"S": "b"}}
    expiring = {**item, "until": {"N": str(int(made.service.clock.now()) + 1_000)}}
    call(made, "PutItem", {"TableName": name, "Item": expiring})


@pytest.mark.parametrize("delay_seconds", [0.0, 5_000.0])
def test_no_step_looks_at_a_whole_item(delay_seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    made = filled(delay_seconds)
    for number in range(COUNT):
        put(made, number, LONG)
    database, now = made.service.database, made.service.clock.now()
    while database.step_expiry(16, 0.0, now):
        pass
    meter = Meter(monkeypatch)
    steps = 0
    while database.step_expiry(16, 0.0, now + 2_000):
        steps += 1
        decoded_bytes, measured, compared = meter.read()
        assert decoded_bytes <= 2 * removal.STEPS_AT_ONCE * long_items.PART_BYTES
        assert max(measured, compared) <= (removal.STEPS_AT_ONCE + 1) * long_items.STEP_VALUES < MEMBERS
    assert steps > COUNT and held(made, "items").keyspace.item_count == 0
    made.service.turn(10_000)
    assert not any(entries(made, "items")[: len(GLOBAL)])
    assert all(not index.item_count for index in held(made, "items").vector_indexes.values())


def test_an_item_that_is_written_meanwhile_stays() -> None:
    made = filled(0.0)
    put(made, 0, LONG)
    database, now = made.service.database, made.service.clock.now()
    while database.step_expiry(16, 0.0, now):
        pass
    assert database.step_expiry(16, 0.0, now + 2_000)
    item = {"pk": {"S": "0"}, "g": {"S": "h"}, "a": LONG}
    call(made, "PutItem", {"TableName": "items", "Item": item})
    while database.step_expiry(16, 0.0, now + 2_000):
        pass
    assert held(made, "items").keyspace.item_count == 1
    held(made, "items").check()


def test_tables_that_take_turns_do_not_begin_the_removals_of_each_other_anew() -> None:
    names = ("first", "second", "third")
    made = filled(0.0, *names)
    for name in names:
        put(made, 0, LONG, name)
    database, now = made.service.database, made.service.clock.now()
    while database.step_expiry(16, 0.0, now):
        pass
    alone = len(list(removal.Removal(held(made, "first"), *found(made, "first"))._plan()))
    for _ in range(len(names) * alone):
        database.step_expiry(16, 0.0, now + 2_000)
    assert [held(made, name).keyspace.item_count for name in names] == [0, 0, 0]


def found(made: Application, name: str) -> tuple[bytes, Any]:
    """The key and the item of a table that has one."""
    ((key, item),) = held(made, name).keyspace.range(b"", None)
    return key, item
