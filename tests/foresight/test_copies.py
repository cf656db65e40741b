"""More traffic: what copies of requests ask for, of which keys and items, and what they change in indexes."""

from pathlib import Path
from typing import Any

import pytest

from tests.foresight.recorded import Recorded
from tests.foresight.test_scenarios import ON_DEMAND, PLACE, START, key_of, orders, scenario, trace_of, write
from thermodynamo.foresight.replays.outcome import Outcome
from thermodynamo.foresight.replays.repeats import Recent
from thermodynamo.foresight.runs.engines import Local
from thermodynamo.foresight.runs.simulation import simulate, simulate_in_aggregate
from thermodynamo.foresight.scenarios import copies
from thermodynamo.foresight.traces.event import Event
from thermodynamo.foresight.traces.trace_error import TraceError
from thermodynamo.foresight.traces.trace_reader import Trace
from thermodynamo_storage.values import keys

pytest.importorskip("duckdb")

METHODS = ("exact", "aggregate")
BOTH = pytest.mark.parametrize("method", METHODS)
BY_STATUS = {"name": "byStatus", "partition": "status"}
WARM = {"warm_write_units": 40_000, "warm_read_units": 12_000}
INDEXED = {**ON_DEMAND, **WARM, "indexes": [BY_STATUS]}
SORTED = {**ON_DEMAND, **WARM, "sort_key": "sk"}
DETAIL = '{{"pk":{{"S":"{}"}},"status":{{"S":"{}"}},"text":[{},"{}"]}}'


def life(second: float, number: int, name: str) -> list[Event]:
    """An order that comes, is paid, is written once more as it is, shrinks, and goes; all within a second."""
    steps = [
        (2_500, None, DETAIL.format(name, "new", 2_400, "0")),
        (2_500, 2_500, DETAIL.format(name, "paid", 2_400, "0")),
        (2_500, 2_500, DETAIL.format(name, "paid", 2_400, "0")),
        (400, 2_500, DETAIL.format(name, "paid", 300, "1")),
        (0, 400, None),
    ]
    return [
        write(second + place / 10, number + place, name, size, old_size=old_size, detail=detail)
        for place, (size, old_size, detail) in enumerate(steps)
    ]


def foreseen(method: str, trace: Trace, folder: Path, **members: Any) -> Outcome:
    planned = scenario(**members)
    if method == "exact":
        return simulate(trace, planned, trace.summary())
    return simulate_in_aggregate(trace, planned, trace.summary(), Local(1), folder, passes_over=False)


def written(outcome: Outcome) -> dict[str | None, int]:
    """The half write units by index."""
    return {place[3]: each.write_half_units for place, each in outcome.keyspaces.items()}


@BOTH
@pytest.mark.parametrize("spread", [{}, {"keys": 7}, {"keys": 5}], ids=["one key", "as many keys", "fewer keys"])
def test_seven_times_the_traffic_changes_seven_times_as_much(
    method: str, spread: dict[str, int], tmp_path: Path
) -> None:
    """Of the table 3 + 3 + 3 + 3 + 1 units; of the index an entry of 3 comes, moves, stays, shrinks, and goes."""
    events = [*life(0, 1, "a"), *life(0.05, 11, "b"), *life(3, 21, "a")]
    trace = trace_of(tmp_path, sorted(events, key=lambda event: event.at_us))
    once = foreseen(method, trace, tmp_path, tables=[INDEXED])
    assert written(once) == {None: 3 * 2 * 13, "byStatus": 3 * 2 * (3 + 6 + 0 + 3 + 1)}
    more = foreseen(method, trace, tmp_path, tables=[INDEXED], traffic=7, **spread)
    assert written(more) == {name: 7 * half_units for name, half_units in written(once).items()}
    assert more.error_half_units == 0 and not more.refused and not more.notes
    plain = foreseen(method, trace, tmp_path, tables=[{**ON_DEMAND, **WARM}], traffic=7, **spread)
    assert written(plain) == {None: 7 * 3 * 2 * 13}


def test_what_is_stored_after_copies_is_what_the_last_writes_made(tmp_path: Path) -> None:
    """Each order ends in the index where it ended in the trace; the writes of one come between copies of others."""
    events = [*life(0, 1, "a")[:4], *life(0.05, 11, "b")[:2], *life(0.02, 21, "c")]
    trace = trace_of(tmp_path, sorted(events, key=lambda event: event.at_us))
    outcome = foreseen("exact", trace, tmp_path, tables=[INDEXED], traffic=9)
    of_index = outcome.keyspaces[*PLACE, "orders", "byStatus"]
    assert (orders(outcome).item_count, of_index.item_count) == (2, 2)
    assert (orders(outcome).size_bytes, of_index.size_bytes) == (2_900, 2_900)
    spread = foreseen("exact", trace, tmp_path, tables=[INDEXED], traffic=9, keys=9)
    assert orders(spread).item_count == spread.keyspaces[*PLACE, "orders", "byStatus"].item_count == 18


def test_copies_that_were_refused_change_the_index_when_they_get_through(tmp_path: Path) -> None:
    """Clients that try again until all is served: the index takes all changes, however late they come."""
    trace = trace_of(tmp_path, life(0, 1, "a"))
    planned = {**INDEXED, "warm_write_units": 4_000}
    clients = {"retries": "legacy", "attempts": 12}
    outcome = foreseen("exact", trace, tmp_path, tables=[planned], traffic=900, clients=clients)
    assert outcome.refused and not outcome.retries.gave_up
    # Where all copies of a write come after those of the next one, that one's are among them.
    assert written(outcome)["byStatus"] == pytest.approx(900 * 2 * (3 + 6 + 0 + 3 + 1), rel=0.02)


@BOTH
def test_copies_of_batches_and_transactions_change_as_much(method: str, tmp_path: Path) -> None:
    world = Recorded(tmp_path / "run.jsonl")
    projection = {"ProjectionType": "ALL"}
    schema = [{"AttributeName": "status", "KeyType": "HASH"}]
    world.create(
        "orders",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "status")],
        GlobalSecondaryIndexes=[{"IndexName": "byStatus", "KeySchema": schema, "Projection": projection}],
    )
    for status in ("new", "paid"):
        items = [{"pk": {"S": f"{number}"}, "status": {"S": status}} for number in range(3)]
        puts = [{"PutRequest": {"Item": item}} for item in items]
        world.call("BatchWriteItem", {"RequestItems": {"orders": puts}})
        world.pass_seconds(0.3)
        moved = [{"Put": {"TableName": "orders", "Item": {**item, "status": {"S": f"{status}!"}}}} for item in items]
        world.call("TransactWriteItems", {"TransactItems": moved})
        world.pass_seconds(0.3)
    world.recording.close()
    trace = Trace(world.path)
    once, more = (written(foreseen(method, trace, tmp_path, traffic=traffic)) for traffic in (1.0, 20.0))
    assert once == {None: 3 * 2 * (1 + 2) * 2, "byStatus": 3 * 2 * (1 + 2 + 2 + 2)}
    assert more == {name: 20 * half_units for name, half_units in once.items()}


def sort_write(second: float, number: int, partition: str, sort: str, size: int = 700) -> Event:
    key = keys.item_key(keys.part("S", partition), keys.part("S", sort))
    return write(second, number, "", size)._replace(key=key)


@BOTH
def test_items_are_more_items_of_the_same_partition_keys(method: str, tmp_path: Path) -> None:
    """One customer's orders stay on one partition, which serves 1,000 units; shards tell more orders apart."""
    trace = trace_of(tmp_path, [sort_write(number / 10, number + 1, "c0", f"{number}") for number in range(5)])

    def foresee(**members: Any) -> Outcome:
        return foreseen(method, trace, tmp_path, traffic=2_500, **members)

    same, others = foresee(tables=[SORTED]), foresee(tables=[SORTED], items=2_500)
    assert same.refused and others.refused.total() == pytest.approx(same.refused.total(), rel=0.01)
    (collection,) = orders(others).busiest_collections
    assert collection == keys.item_key(keys.part("S", "c0"))
    assert max(load.write_peak for load in orders(others).busiest_keys.values()) <= 2
    sharded = {**SORTED, "write_shards": 400}
    assert foresee(tables=[sharded]).refused and not foresee(tables=[sharded], items=2_500).refused
    if method == "exact":
        assert orders(foresee(tables=[sharded], items=2_500)).item_count == 5 * 2_500
        assert orders(foresee(tables=[sharded], items=250, keys=10)).item_count == 5 * 2_500
    with pytest.raises(TraceError, match="no table of the trace has a sort key; give keys"):
        foreseen(method, trace_of(tmp_path, [write(0, 1, "a")]), tmp_path, tables=[ON_DEMAND], items=2)


def test_copies_have_keys_of_their_own_under_a_template_without_the_key(tmp_path: Path) -> None:
    """Three tenants of thirty users, four times over: twelve tenants."""
    events = [
        write(0, number + 1, f"{number}", detail=f'{{"pk":{{"S":"{number}"}},"tenant":{{"S":"t{number % 3}"}}}}')
        for number in range(30)
    ]
    read = Event(int((START + 1) * 1e6), 99, "read", "GetItem", *PLACE, "orders", None, key_of("7"), half_units=2)
    trace = trace_of(tmp_path, [*events, read])
    planned = [{**ON_DEMAND, **WARM, "partition": "{tenant}"}]
    outcome = foreseen("exact", trace, tmp_path, tables=planned, traffic=4, keys=4)
    assert orders(outcome).item_count == 12
    assert {load.read_peak for load in orders(outcome).busiest_keys.values()} == {0, 2}
    summed = foreseen("aggregate", trace, tmp_path, tables=planned, traffic=4, keys=4)
    assert orders(summed).busiest_keys.keys() == orders(outcome).busiest_keys.keys()
    assert foreseen("exact", trace, tmp_path, tables=planned, traffic=10).notes == []


@BOTH
def test_keys_beyond_the_traffic_are_not_used(method: str, tmp_path: Path) -> None:
    """Both replays put three copies to two keys, two to one of them, and half a copy more to a third key."""
    trace = trace_of(tmp_path, [write(number, number + 1, "a") for number in range(40)])
    peaks = {}
    for traffic, count in ((3, 2), (2, 9), (1, 5)):
        outcome = foreseen(method, trace, tmp_path, tables=[ON_DEMAND], traffic=traffic, keys=count)
        peaks[traffic, count] = sorted(load.write_peak for load in orders(outcome).busiest_keys.values())
    assert peaks == {(3, 2): [2, 4], (2, 9): [2, 2], (1, 5): [2]}
    assert sum(copies.share(slot, 3, 2.5) for slot in range(3)) == 1 and copies.share(2, 3, 2.5) == 0.2


def test_reads_of_an_index_stay_where_its_entries_are(tmp_path: Path) -> None:
    """Copies of entries have the keys of the index that the recorded ones have; so has what asks for them."""
    index_key = key_of("new")
    query = Event(int((START + 1) * 1e6), 9, "page", "Query", *PLACE, "orders", "byStatus", index_key, half_units=1)
    trace = trace_of(tmp_path, [*life(0, 1, "a")[:1], query])
    found = [
        foreseen(method, trace, tmp_path, tables=[INDEXED], traffic=5, keys=5) for method in ("exact", "aggregate")
    ]
    for outcome in found:
        of_index = outcome.keyspaces[*PLACE, "orders", "byStatus"]
        assert {key: load.read_peak for key, load in of_index.busiest_keys.items() if load.read_peak} == {index_key: 5}


def test_a_change_is_kept_as_long_as_copies_of_it_come() -> None:
    recent = Recent[str](2.0)
    recent.put((b"a", 1), "first", 10.0)
    recent.put((b"b", 2), "second", 12.5)
    assert recent.find((b"a", 1)) == "first", "that was used lately"
    recent.put((b"c", 3), "third", 15.0)
    assert (recent.find((b"a", 1)), recent.find((b"b", 2))) == ("first", "second")
    recent.put((b"d", 4), "fourth", 17.1)
    recent.put((b"e", 5), "fifth", 19.2)
    assert recent.find((b"c", 3)) is None
    recent.put((b"f", 6), "sixth", 100.0)
    assert recent.find((b"e", 5)) is None, "nothing is recent after a pause"
