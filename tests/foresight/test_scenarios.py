"""What a scenario changes, and what comes of it. The figures follow from what a partition serves, by hand."""

from pathlib import Path
from typing import Any

import pytest

from tests.foresight.recorded import Recorded
from thermodynamo.foresight.replays.outcome import KeyspaceOutcome, Outcome
from thermodynamo.foresight.reports.facts import of_outcome
from thermodynamo.foresight.runs.engines import Local
from thermodynamo.foresight.runs.simulation import simulate, simulate_in_aggregate
from thermodynamo.foresight.scenarios import reading
from thermodynamo.foresight.scenarios.scenario import Scenario
from thermodynamo.foresight.traces.event import Event
from thermodynamo.foresight.traces.trace_error import TraceError
from thermodynamo.foresight.traces.trace_reader import Trace
from thermodynamo.foresight.traces.trace_writer import TraceWriter
from thermodynamo_storage.values import keys

pytest.importorskip("duckdb")

START = 1_767_225_600
PLACE = "000000000000", "us-east-1"
ON_DEMAND = {"table": "orders", "key": "pk"}


def key_of(name: str) -> bytes:
    return keys.item_key(keys.part("S", name))


def write(second: float, number: int, name: str, size: int | None = 1_000, **more: Any) -> Event:
    at = int((START + second) * 1_000_000)
    return Event(at, number, "write", "PutItem", *PLACE, "orders", None, key_of(name), size, **more)


def trace_of(tmp_path: Path, events: list[Event]) -> Trace:
    path = tmp_path / "trace.jsonl"
    with TraceWriter(path) as writer:
        writer.write(events)
    return Trace(path)


def scenario(**members: Any) -> Scenario:
    (made,) = reading.of_members({"scenario": [{"name": "planned", **members}]}, "here")
    return made


def outcome_of(trace: Trace, **members: Any) -> Outcome:
    return simulate(trace, scenario(**members), trace.summary())


def orders(outcome: Outcome) -> KeyspaceOutcome:
    return outcome.keyspaces[*PLACE, "orders", None]


def hot_writes(count: int, seconds: int = 1, name: str = "hot") -> list[Event]:
    return [
        write(second + place / count, second * count + place + 1, name)
        for second in range(seconds)
        for place in range(count)
    ]


def test_one_key_serves_a_thousand_units_and_shards_serve_more(tmp_path: Path) -> None:
    """4,000 evenly spaced writes of one unit in a second: 1,000 in the bucket and 1,000 that flow in are served."""
    trace = trace_of(tmp_path, hot_writes(4_000))
    found = orders(outcome_of(trace, tables=[ON_DEMAND]))
    assert found.refused == {"TableWriteKeyRangeThroughputExceeded": 2_000}
    (load,) = found.busiest_keys.values()
    assert load.write_peak == 8_000
    sharded = orders(outcome_of(trace, tables=[{**ON_DEMAND, "write_shards": 64}]))
    assert not sharded.refused and sharded.write_half_units == 8_000


def test_provisioned_units_have_a_burst_of_five_minutes(tmp_path: Path) -> None:
    """600 units are kept and nearly 4 flow in; the last write leaves a debt."""
    trace = trace_of(tmp_path, hot_writes(500, seconds=2))
    planned = {**ON_DEMAND, "read_units": 1, "write_units": 2}
    found = orders(outcome_of(trace, tables=[planned]))
    assert found.refused == {"TableWriteProvisionedThroughputExceeded": 1_000 - 604}
    assert [units.write_units for units in found.provisioned.values()] == [2]


def test_traffic_is_multiplied_and_spread_over_the_second(tmp_path: Path) -> None:
    trace = trace_of(tmp_path, [write(0, 1, "a"), write(1, 2, "b")])
    outcome = outcome_of(trace, traffic=50, tables=[ON_DEMAND])
    assert orders(outcome).write_half_units == 200 and orders(outcome).item_count == 2
    assert orders(outcome_of(trace, traffic=50, keys=50, tables=[ON_DEMAND])).item_count == 100
    half = trace_of(tmp_path, [write(number / 100, number + 1, f"{number}") for number in range(400)])
    assert 150 <= orders(outcome_of(half, traffic=0.5, tables=[ON_DEMAND])).item_count <= 250


def test_another_size_costs_other_units(tmp_path: Path) -> None:
    trace = trace_of(tmp_path, [write(0, 1, "a", size=700), write(1, 2, "b", size=1_900)])
    assert orders(outcome_of(trace, tables=[ON_DEMAND])).write_half_units == 2 * (1 + 2)
    assert orders(outcome_of(trace, tables=[{**ON_DEMAND, "size_factor": 3}])).write_half_units == 2 * (3 + 6)
    unsized = trace_of(tmp_path, [write(0, 1, "a", size=None)])
    with pytest.raises(TraceError, match="neither sizes nor units; give item_bytes"):
        outcome_of(unsized, tables=[ON_DEMAND])
    assert orders(outcome_of(unsized, tables=[{**ON_DEMAND, "item_bytes": 5_000}])).write_half_units == 2 * 5


def test_a_new_index_is_paid_where_items_have_its_key(tmp_path: Path) -> None:
    details = ['{"pk":{"S":"a"},"status":{"S":"new"},"text":[3000,"00000000"]}', '{"pk":{"S":"b"}}']
    events = [write(number, number + 1, name, size, detail=detail)
              for number, (name, size, detail) in enumerate(zip("ab", (3_020, 3), details, strict=True))]  # fmt: skip
    trace = trace_of(tmp_path, events)
    index = {"name": "byStatus", "partition": "status", "projection": "KEYS_ONLY"}
    outcome = outcome_of(trace, tables=[{**ON_DEMAND, "indexes": [index]}])
    assert outcome.keyspaces[*PLACE, "orders", "byStatus"].write_half_units == 2
    whole = {**index, "projection": "ALL"}
    outcome = outcome_of(trace, tables=[{**ON_DEMAND, "indexes": [whole]}])
    assert outcome.keyspaces[*PLACE, "orders", "byStatus"].write_half_units == 2 * 3
    some = {**index, "projection": "INCLUDE", "include": ["text"]}
    outcome = outcome_of(trace, tables=[{**ON_DEMAND, "indexes": [some]}])
    assert outcome.keyspaces[*PLACE, "orders", "byStatus"].write_half_units == 2 * 3
    with pytest.raises(TraceError, match=r"a new index \(byStatus\) needs the attributes of items"):
        outcome_of(trace_of(tmp_path, hot_writes(3)), tables=[{**ON_DEMAND, "indexes": [index]}])


def test_another_key_is_made_of_attributes(tmp_path: Path) -> None:
    events = [
        write(0, number + 1, f"{number}", detail=f'{{"pk":{{"S":"{number}"}},"tenant":{{"S":"t{number % 3}"}}}}')
        for number in range(30)
    ]
    read = Event(
        int((START + 1) * 1e6), 99, "read", "GetItem", *PLACE, "orders", None, key_of("7"), None, None, 2, True
    )
    never = read._replace(request=100, key=key_of("never"))
    trace = trace_of(tmp_path, [*events, read, never])
    outcome = outcome_of(trace, tables=[{**ON_DEMAND, "partition": "{tenant}"}])
    assert orders(outcome).item_count == 3 and orders(outcome).read_half_units == 4
    assert outcome.notes == [
        "1 reads are of items that the trace does not write: they keep their keys, the template does not"
    ]
    with pytest.raises(TraceError, match="names no attribute"):
        outcome_of(trace, tables=[{**ON_DEMAND, "partition": "all"}])
    for template in ("{tenant", "{tenant:d}", "{tenant.x}", "{tenant:>99999999999999}"):
        with pytest.raises(TraceError, match="is no template"):
            outcome_of(trace, tables=[{**ON_DEMAND, "partition": template}])


def test_retries_add_to_what_a_key_is_asked_for(tmp_path: Path) -> None:
    """What it was asked for earlier in the second counts as well."""
    found = orders(outcome_of(trace_of(tmp_path, hot_writes(4_000)), tables=[ON_DEMAND], clients={"retries": "legacy"}))
    (load,) = found.busiest_keys.values()
    assert load.write_peak > 8_000


def test_clients_try_again_until_their_attempts_or_their_quota_are_spent(tmp_path: Path) -> None:
    """One key gets 2,000 of 3,000 writes through; what comes again within seconds finds room."""
    trace = trace_of(tmp_path, hot_writes(3_000))
    legacy = outcome_of(trace, tables=[ON_DEMAND], clients={"retries": "legacy"}).retries
    assert legacy.calls >= 1_000 and legacy.got_through == legacy.calls and not legacy.gave_up
    standard = outcome_of(trace, tables=[ON_DEMAND], clients={"retries": "standard"}).retries
    assert standard.out_of_quota > 500 and standard.gave_up == standard.calls - standard.got_through
    many = outcome_of(trace, tables=[ON_DEMAND], clients={"retries": "standard", "count": 50}).retries
    assert not many.out_of_quota and many.got_through > standard.got_through
    recorded = [*hot_writes(10), write(1, 11, "again", attempt=2)]
    outcome = outcome_of(trace_of(tmp_path, recorded), tables=[ON_DEMAND], clients={"retries": "none"})
    assert outcome.notes == ["1 recorded retries were left out: clients try again by the scenario"]


def test_auto_scaling_follows_the_load(tmp_path: Path) -> None:
    events = [write(second * 10, second + 1, f"{second}", size=100 * 1024) for second in range(180)]
    scaling = {"least": 5, "most": 500, "target": 50}
    planned = {**ON_DEMAND, "mode": "provisioned", "read_units": 5, "write_scaling": scaling}
    found = orders(outcome_of(trace_of(tmp_path, events), tables=[planned]))
    units = [each.write_units for each in found.provisioned.values()]
    assert units == [5, 20], "10 units a second are to be half of what is provisioned"


def test_a_recording_is_foreseen_on_another_design(tmp_path: Path) -> None:
    world = Recorded(tmp_path / "run.jsonl")
    world.create("orders", units=(5, 5))
    for number in range(40):
        item = {"pk": {"S": f"user#{number % 2}"}, "x": {"S": "x" * 900}}
        world.call("PutItem", {"TableName": "orders", "Item": item})
        world.pass_seconds(0.1)
    world.recording.close()
    trace = Trace(world.path)
    assert not simulate(trace, Scenario(), trace.summary()).refused
    more = orders(outcome_of(trace, traffic=1_000))
    assert "TableWriteProvisionedThroughputExceeded" in more.refused
    on_demand = {"table": "orders", "mode": "on-demand", "warm_read_units": 12_000, "warm_write_units": 20_000}
    more = orders(outcome_of(trace, traffic=1_000, tables=[on_demand]))
    assert set(more.refused) == {"TableWriteKeyRangeThroughputExceeded"} and more.partitions_first == 20
    assert not orders(outcome_of(trace, traffic=1_000, keys=500, tables=[on_demand])).refused


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"trafic": 3}, "here: scenario 1: trafic means nothing here; did you mean traffic?"),
        ({"traffic": -1}, "here: scenario 1: traffic is -1: it must be at least 0.0001"),
        ({"traffic": "3"}, "here: scenario 1: traffic is '3': it must be of the type number"),
        ({"tables": [{"mode": "on-demand"}]}, "here: scenario 1: tables 1: table is missing"),
        ({"clients": {"retries": "often"}}, "must be one of recorded, none, legacy, standard"),
        ({"traffic": float("nan")}, "here: scenario 1: traffic is nan: it must be at least 0.0001"),
        ({"traffic": float("inf")}, "here: scenario 1: traffic is inf: it must be at most 1,000,000"),
        ({"tables": [{"table": "orders", "write_shards": 10_001}]}, "write_shards is 10001: it must be at most 10,000"),
        ({"sweep": {"traffic": 3}}, "the sweep of traffic must be a list of values"),
        ({"sweep": {"traffic": ["x"]}}, "here: traffic is 'x': it must be of the type number"),
    ],
)
def test_what_is_wrong_in_a_file_is_said(members: dict[str, Any], message: str) -> None:
    with pytest.raises(TraceError) as raised:
        scenario(**members)
    assert message in str(raised.value)


def test_a_sweep_is_one_scenario_for_each_value() -> None:
    given = {"name": "s", "sweep": {"orders.write_shards": [1, 10], "traffic": [2, 3]}}
    made = reading.of_members({"scenario": [given]}, "here")
    assert [each.name for each in made] == [f"s, write_shards {n}, traffic {t}" for n in (1, 10) for t in (2, 3)]
    assert [(each.tables[0].write_shards, each.traffic) for each in made] == [(1, 2), (1, 3), (10, 2), (10, 3)]


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    with pytest.raises(TraceError, match="cannot be read: No such file"):
        reading.read(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_text("[[scenario]\n")
    with pytest.raises(TraceError, match="is no TOML"):
        reading.read(tmp_path / "bad.toml")


def test_tables_that_the_trace_does_not_know_are_said(tmp_path: Path) -> None:
    trace = trace_of(tmp_path, hot_writes(3))
    with pytest.raises(TraceError, match="asks nothing of a table music; there is orders"):
        outcome_of(trace, tables=[{"table": "music", "key": "pk"}])
    with pytest.raises(TraceError, match="asks nothing of a table music; there is orders"):
        outcome_of(trace, tables=[{"table": "music"}])
    with pytest.raises(TraceError, match="does not say what the table's key is"):
        outcome_of(trace, tables=[{"table": "orders"}])
    with pytest.raises(TraceError, match="does not make the table orders: describe it"):
        outcome_of(trace, traffic=2)
    refused = {**ON_DEMAND, "mode": "provisioned", "write_units": 3}
    with pytest.raises(TraceError, match="table orders is provisioned: give read_units and write_units"):
        outcome_of(trace, tables=[refused])
    back = trace_of(tmp_path, [write(5, 1, "a"), write(3, 2, "b")])
    with pytest.raises(TraceError, match="the clock runs back in request 2"):
        outcome_of(back, tables=[ON_DEMAND])


def test_what_no_item_has_is_refused_and_what_some_lack_is_noted(tmp_path: Path) -> None:
    """Long values are not kept, but an index can have them as its key."""
    details = [
        '{"pk":{"S":"a"},"team/a":{"S":"x"},"text":[90,"00000000"]}',
        '{"pk":{"S":"b"},"size":{"N":"3"}}',
        None,
    ]
    events = [write(number, number + 1, name, 10, detail=detail)
              for number, (name, detail) in enumerate(zip("abc", details, strict=True))]  # fmt: skip
    deletion = write(4, 4, "a", 0, old_size=10)
    trace = trace_of(tmp_path, [*events, deletion])
    with pytest.raises(TraceError, match="the key template needs nope, which no item that the trace writes has"):
        outcome_of(trace, tables=[{**ON_DEMAND, "partition": "{nope}"}])
    with pytest.raises(TraceError, match=r"the key template needs text, .* or none of at most 64 bytes"):
        outcome_of(trace, tables=[{**ON_DEMAND, "partition": "{text}"}])
    assert outcome_of(trace, tables=[{**ON_DEMAND, "partition": "{team/a}"}]).notes[0] == (
        "table orders: the key template needs team/a, which 2 of 3 writes lack: they keep their keys"
    )
    assert not outcome_of(trace, tables=[{**ON_DEMAND, "partition": "{pk}#a"}]).notes
    for key in ("nope", "size"):
        with pytest.raises(TraceError, match=f"the index new needs {key} of the type S, which no item"):
            outcome_of(trace, tables=[{**ON_DEMAND, "indexes": [{"name": "new", "partition": key}]}])
    for key in ("text:S", "size:N"):
        name, _, kind = key.partition(":")
        assert outcome_of(trace, tables=[{**ON_DEMAND, "indexes": [{"name": "new", "partition": key}]}]).notes == [
            f"table orders: the index new needs {name} of the type {kind}, which 2 of 3 writes lack: they are not in it"
        ]


def test_what_a_planned_table_cannot_have_is_refused(tmp_path: Path) -> None:
    trace = trace_of(tmp_path, hot_writes(3))
    with pytest.raises(TraceError, match="without_indexes names zz, and the trace has no such index; there is none"):
        outcome_of(trace, tables=[{**ON_DEMAND, "without_indexes": ["zz"]}])
    with pytest.raises(TraceError, match="table orders is on demand, and write_units is of provisioned ones"):
        outcome_of(trace, tables=[{**ON_DEMAND, "mode": "on-demand", "write_units": 5}])
    detailed = trace_of(tmp_path, [write(0, 1, "a", detail='{"pk":{"S":"a"}}')])
    index = {"name": "new", "partition": "pk", "write_units": 5}
    with pytest.raises(TraceError, match="table orders is on demand, and the index new has units of provisioned ones"):
        outcome_of(detailed, tables=[{**ON_DEMAND, "indexes": [index]}])


def test_indexes_that_the_trace_makes_can_be_left_out(tmp_path: Path) -> None:
    world = Recorded(tmp_path / "run.jsonl")
    keys_only = {"ProjectionType": "KEYS_ONLY"}
    schema = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
    world.create(
        "orders",
        sort=True,
        GlobalSecondaryIndexes=[{"IndexName": "first", "KeySchema": schema[:1], "Projection": keys_only}],
        LocalSecondaryIndexes=[{"IndexName": "local", "KeySchema": schema, "Projection": keys_only}],
    )
    later = {"IndexName": "later", "KeySchema": schema[:1], "Projection": keys_only}
    definitions = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")]
    request = {"TableName": "orders", "AttributeDefinitions": definitions}
    reply = world.call("UpdateTable", {**request, "GlobalSecondaryIndexUpdates": [{"Create": later}]})
    assert "TableDescription" in reply, reply
    world.pass_seconds(60)
    world.call("PutItem", {"TableName": "orders", "Item": {"pk": {"S": "a"}, "sk": {"S": "b"}}})
    world.recording.close()
    trace = Trace(world.path)
    assert len(outcome_of(trace, traffic=2).keyspaces) == 3
    left = outcome_of(trace, tables=[{"table": "orders", "without_indexes": ["first", "later"]}])
    assert [place[3] for place in left.keyspaces] == [None]
    with pytest.raises(TraceError, match=r"without_indexes names firts, .* there is first, later"):
        outcome_of(trace, tables=[{"table": "orders", "without_indexes": ["firts"]}])
    with pytest.raises(TraceError, match="the index local is a local one"):
        outcome_of(trace, tables=[{"table": "orders", "without_indexes": ["local"]}])


def test_a_write_under_another_key_replaces_nothing_that_is_elsewhere(tmp_path: Path) -> None:
    """The tenant of one item changes: with it as the key there are two, and the index has an entry of each."""
    detail = '{{"pk":{{"S":"a"}},"tenant":{{"S":"{}"}},"status":{{"S":"new"}},"body":[2900,"00000000"]}}'
    first, second = (detail.format(name) for name in "tu")
    events = [
        write(0, 1, "a", 3_000, detail=first),
        write(1, 2, "a", 500, old_size=3_000, detail=second),
        write(2, 3, "a", 500, old_size=500, detail=second),
    ]
    index = {"name": "byStatus", "partition": "status"}
    planned = [{**ON_DEMAND, "partition": "{tenant}", "indexes": [index]}]
    outcome = outcome_of(trace_of(tmp_path, events), tables=planned)
    assert orders(outcome).write_half_units == 2 * (3 + 1 + 1) and orders(outcome).item_count == 2
    assert outcome.keyspaces[*PLACE, "orders", "byStatus"].write_half_units == 2 * (3 + 1)
    deletion = write(3, 4, "a", 0, old_size=500)
    assert orders(outcome_of(trace_of(tmp_path, [*events, deletion]), tables=planned)).item_count == 1


@pytest.mark.parametrize("method", ["exact", "aggregate"])
def test_requests_that_a_recorded_server_refused_disturb_no_scenario(method: str, tmp_path: Path) -> None:
    """Programs make their tables at each start, and leave it to the server to say that they are there."""
    world = Recorded(tmp_path / "run.jsonl")
    world.create("orders")
    keys_only = {"AttributeDefinitions": [], "BillingMode": "PAY_PER_REQUEST"}
    for wrong in ({}, {"KeySchema": "pk"}, {"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}], **keys_only}):
        assert "__type" in world.call("CreateTable", {"TableName": "orders", **wrong})
    schema = [{"AttributeName": "pk", "KeyType": "HASH"}]
    named = {"KeySchema": schema, "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}]}
    again = {"TableName": "orders", "BillingMode": "PAY_PER_REQUEST", **named}
    assert "ResourceInUse" in world.call("CreateTable", again)["__type"]
    update: Any
    for update in ("x", [3], [{"Create": {}}], [{}]):
        assert "__type" in world.call("UpdateTable", {"TableName": "orders", "GlobalSecondaryIndexUpdates": update})
    world.call("PutItem", {"TableName": "orders", "Item": {"pk": {"S": "a"}}})
    world.recording.close()
    trace = Trace(world.path)

    def foreseen(**members: Any) -> Outcome:
        planned = scenario(tables=[{"table": "orders", **members}])
        if method == "exact":
            return simulate(trace, planned, trace.summary())
        return simulate_in_aggregate(trace, planned, trace.summary(), Local(1), tmp_path)

    planned = {"mode": "provisioned", "read_units": 5, "write_units": 5}
    for outcome in (foreseen(**planned), foreseen(**planned, write_shards=2)):
        assert orders(outcome).write_half_units == 2
    with pytest.raises(TraceError, match="tables cannot be made: CreateTable: "):
        foreseen(**planned, write_units_max=3, warm_write_units=1)


def test_numbers_with_a_suffix_are_shown_as_such(tmp_path: Path) -> None:
    """More digits would make another number of it."""
    key = keys.item_key(keys.part("N", "-7"), keys.part("N", "3"))
    events = [write(0, number + 1, "")._replace(key=key, at_us=START * 1_000_000 + number) for number in range(3)]
    planned = {"table": "orders", "key": "pk:N", "sort_key": "sk:N"}
    trace = trace_of(tmp_path, events)
    shown = set()
    for members in ({"keys": 2}, {"items": 2}, {"keys": 2, "items": 2}, {"tables": [{**planned, "write_shards": 2}]}):
        found = of_outcome(outcome_of(trace, **{"traffic": 4, "tables": [planned], **members}))
        shown |= {each["key"] for each in found["tables"][0]["busiest_keys"]}
    assert shown == {"pk=-7 sk=3", "pk=-7#-1 sk=3", "pk=-7 sk=3#-1", "pk=-7#-1 sk=3#-1", "pk=-7#0 sk=3"}
    tenants = trace_of(tmp_path, [each._replace(detail='{"tenant":{"S":"t"}}') for each in events])
    found = of_outcome(outcome_of(tenants, tables=[{**planned, "partition": "{tenant}"}]))
    assert [each["key"] for each in found["tables"][0]["busiest_keys"]] == ["pk=t sk=3"]
