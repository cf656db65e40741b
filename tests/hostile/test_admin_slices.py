"""Reports of the admin API on much: how many partitions or tables one slice looks at, and that none is left out."""

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
from prometheus_client.parser import text_string_to_metric_families

from thermodynamo.admin import plain_text
from thermodynamo.admin.live import heat as live_heat
from thermodynamo.admin.live.tables import TableEvents
from thermodynamo.admin.metrics import exposition
from thermodynamo.admin.reports import (
    descriptions,
    diagnosis,
    heat,
    heat_text,
    insights,
    keyspaces,
    overview,
    retries,
)
from thermodynamo.admin.routes import capacity
from thermodynamo.admin.sliced import PACKED, finished, packed
from thermodynamo.api.call import perform
from thermodynamo.api.client_retries import RetryCounts
from thermodynamo.api.errors import ApiError
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations import NAMED
from thermodynamo.api.slices import Slices, finish
from thermodynamo.service import Service
from thermodynamo.settings.config import Config
from thermodynamo_storage.partitions import split_points
from thermodynamo_storage.partitions.heat import HeatMeter
from thermodynamo_storage.partitions.partition import Partition
from thermodynamo_storage.tables.table import Table

START = 1_800_000_000.0
PARTITIONS = 300
TABLES = 20


@pytest.fixture
def service() -> Service:
    """One table of many partitions, each of which has served a request, and many of few."""
    made = Service(Config(clock="virtual", clock_start=str(START)))
    key = [{"AttributeName": "pk", "KeyType": "HASH"}]
    definitions = [{"AttributeName": "pk", "AttributeType": "S"}]
    units = {"ReadCapacityUnits": 10, "WriteCapacityUnits": 40_000}
    table = {"KeySchema": key, "AttributeDefinitions": definitions, "ProvisionedThroughput": units}
    small = {**table, "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}
    made.call("CreateTable", {"TableName": "large", **table})
    for number in range(TABLES):
        made.call("CreateTable", {"TableName": f"small{number}", **small})
    made.turn(10)
    keyspace = place_of(made).keyspace
    while len(keyspace.partitions) < PARTITIONS:
        for partition in list(keyspace.partitions):
            at = split_points.by_range(partition, keyspace.keeps_collections)
            made.database.split(keyspace, partition, at, "manual", made.clock.now())
    for number in range(5 * PARTITIONS):
        made.call("PutItem", {"TableName": "large", "Item": {"pk": {"S": str(number)}}})
    made.turn(2)
    return made


def namespace_of(service: Service) -> Namespace:
    return service.namespace(service.caller)


def place_of(service: Service) -> keyspaces.Place:
    return next(keyspaces.of_table(namespace_of(service).tables["large"]))


def small_tables(service: Service) -> list[Table]:
    return [namespace_of(service).tables[f"small{number}"] for number in range(TABLES)]


class Counts:
    """How often something was called, slice by slice."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
        self.now = 0
        inner: Callable[..., Any] = getattr(owner, name)

        def counted(*given: Any, **named: Any) -> Any:
            self.now += 1
            return inner(*given, **named)

        monkeypatch.setattr(owner, name, counted)

    def of(self, slices: Slices[Any]) -> tuple[list[int], Any]:
        """The calls of each slice, and what all of them make."""
        calls: list[int] = []
        while True:
            self.now = 0
            try:
                next(slices)
            except StopIteration as end:
                return [*calls, self.now], end.value
            calls.append(self.now)


def test_heat_describes_few_partitions_at_once(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = Counts(monkeypatch, Partition, "why_unsplit")
    calls, report = counts.of(heat.describe(place_of(service), service.clock))
    assert max(calls) <= heat.PARTITIONS_AT_ONCE
    assert sum(calls) == len(report["partitions"]) == len(place_of(service).keyspace.partitions) >= PARTITIONS


def test_a_diagnosis_reads_few_meters_at_once(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = Counts(monkeypatch, HeatMeter, "seconds")
    calls, found = counts.of(diagnosis.diagnose(place_of(service).keyspace, (), service.clock.now()))
    assert max(calls) <= diagnosis.METERS_AT_ONCE and sum(calls) >= PARTITIONS and found.word == "even"


def test_a_timeline_shows_few_partitions_at_once(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = Counts(monkeypatch, heat, "history")
    calls, report = counts.of(heat.timeline(place_of(service), 60, service.clock.now()))
    assert max(calls) <= heat.PARTITIONS_AT_ONCE and sum(calls) == len(report["partitions"]) >= PARTITIONS


def test_insights_add_up_few_meters_at_once(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = Counts(monkeypatch, HeatMeter, "heaviest")
    monkeypatch.setattr(insights, "KEYS_AT_ONCE", 100)
    calls, report = counts.of(insights.report(place_of(service), service.clock.now()))
    assert max(calls) <= insights.METERS_AT_ONCE and sum(calls) >= PARTITIONS
    assert len(calls) >= PARTITIONS / insights.METERS_AT_ONCE + 5 * PARTITIONS / 100
    monkeypatch.setattr(insights, "KEYS_AT_ONCE", 100 * PARTITIONS)
    assert finish(insights.report(place_of(service), service.clock.now())) == report
    assert len(report["rules"]["PKC"]) == insights.CONTRIBUTORS_MAX


def test_metrics_show_few_tables_at_once_and_all_of_them_once(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = Counts(monkeypatch, keyspaces, "of_table")
    calls, text = counts.of(exposition.text(namespace_of(service), service.clock.now()))
    assert max(calls) <= exposition.TABLES_AT_ONCE and sum(calls) == TABLES + 1
    families = list(text_string_to_metric_families(text.decode()))
    assert len({family.name for family in families}) == len(families)
    partitions = next(family for family in families if family.name == "Partitions")
    names = [sample.labels["TableName"] for sample in partitions.samples]
    assert names == sorted(["large", *(f"small{number}" for number in range(TABLES))])


def test_an_overview_reads_few_meters_at_once(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = Counts(monkeypatch, HeatMeter, "lines")
    calls, report = counts.of(overview.report(namespace_of(service), service.clock))
    assert max(calls) <= diagnosis.METERS_AT_ONCE + overview.PARTITIONS_AT_ONCE < PARTITIONS <= sum(calls)
    names = [line["table"] for line in report["lines"]]
    assert names == sorted(["large", *(f"small{number}" for number in range(TABLES))])


def test_an_overview_goes_on_where_an_index_comes_and_another_one_goes_meanwhile(service: Service) -> None:
    definitions = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "state")]
    index = {
        "IndexName": "old",
        "KeySchema": [{"AttributeName": "state", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
        "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
    }

    def change(update: dict[str, Any]) -> None:
        request = {"TableName": "large", "AttributeDefinitions": definitions, "GlobalSecondaryIndexUpdates": [update]}
        service.call("UpdateTable", request)
        service.turn(10)

    change({"Create": index})
    slices = overview.report(namespace_of(service), service.clock)
    next(slices)
    change({"Create": {**index, "IndexName": "new"}})
    change({"Delete": {"IndexName": "old"}})
    lines = finish(slices)["lines"]
    assert [line["index"] for line in lines if line["table"] == "large"] == [None, "old"]


def test_events_of_tables_read_few_meters_at_once(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    events = TableEvents(namespace_of(service))
    counts = Counts(monkeypatch, HeatMeter, "lines")
    calls, data = counts.of(events.data(service.clock.now()))
    assert max(calls) <= diagnosis.METERS_AT_ONCE + overview.PARTITIONS_AT_ONCE
    assert len(data["lines"]) == TABLES + 1
    service.turn(100)
    assert finish(events.data(service.clock.now()))["lines"] == [], "there is no news"


def test_events_of_heat_read_few_meters_at_once(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_heat, "PARTITIONS_AT_ONCE", 10)
    events = live_heat.HeatEvents(namespace_of(service), "large", None)
    service.call("PutItem", {"TableName": "large", "Item": {"pk": {"S": "1"}}})
    calls, data = Counts(monkeypatch, HeatMeter, "current").of(events.data(service.clock.now()))
    assert max(calls) <= 10 and len(calls) > PARTITIONS / 10
    assert [write for _, _, write, _ in data["current"]] == [1.0]


def test_events_tell_of_the_seconds_that_they_began_with(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """A partition that is looked at late has begun another second."""
    monkeypatch.setattr(live_heat, "PARTITIONS_AT_ONCE", 1)
    events = live_heat.HeatEvents(namespace_of(service), "large", None)
    finish(events.data(service.clock.now()))
    service.call("PutItem", {"TableName": "large", "Item": {"pk": {"S": "1"}}})
    service.turn(1)
    slices = events.data(service.clock.now())
    next(slices)
    service.turn(1)
    service.call("PutItem", {"TableName": "large", "Item": {"pk": {"S": "1"}}})
    assert [line[1:] for line in finish(slices)["lines"]] == [[[0.0], [1.0], [0]]]


def test_refusals_and_what_clients_did_are_described_in_slices(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    throttle_many(service)
    monkeypatch.setattr(capacity, "REFUSALS_AT_ONCE", 10)
    calls, report = Counts(monkeypatch, descriptions, "refusal").of(
        capacity._throttles(namespace_of(service), service.clock.now())
    )
    assert max(calls) <= 10 and sum(calls) == len(report["throttles"]) == 3 * TABLES
    monkeypatch.setattr(retries, "COUNTS_AT_ONCE", 7)
    calls, report = Counts(monkeypatch, retries, "describe").of(
        capacity._throttles(namespace_of(service), service.clock.now())
    )
    assert max(calls) <= 7 and sum(calls) == len(report["retries"]) == 3 * TABLES
    monkeypatch.setattr(plain_text, "LINES_AT_ONCE", 10)
    calls, text = Counts(monkeypatch, plain_text, "_cell").of(plain_text.throttles(report))
    assert max(calls) <= 10 * 7 and text.count("1 call met a throttle") == 3 * TABLES


def test_what_clients_did_is_looked_through_once_for_all_tables(service: Service) -> None:
    throttle_many(service)
    namespace = namespace_of(service)
    seen: list[tuple[str, str]] = []

    class Watched(dict[tuple[str, str], RetryCounts]):
        def items(self) -> Any:
            for key, counts in super().items():
                seen.append(key)
                yield key, counts

    namespace.client_retries.counts = Watched(namespace.client_retries.counts)
    found = namespace.client_retries.of_tables(namespace.tables.values(), service.clock.now())
    assert len(seen) == len(found) == 3 * TABLES


def throttle_many(service: Service) -> None:
    """One call of each of three operations on each small table meets a throttle."""
    key = {"pk": {"S": "1"}}
    requests = {"PutItem": {"Item": key}, "DeleteItem": {"Key": key}, "GetItem": {"Key": key}}
    namespace, now = namespace_of(service), service.clock.now()
    for number in range(TABLES):
        name = f"small{number}"
        admission = namespace.tables[name].keyspace.admission
        admission.drain(True, None, 60, now)
        admission.drain(False, None, 60, now)
        for operation, request in requests.items():
            headers = ((b"amz-sdk-invocation-id", f"{name}{operation}".encode()), (b"amz-sdk-request", b"attempt=1"))
            with pytest.raises(ApiError):
                perform(namespace, NAMED[operation], {"TableName": name, **request}, service.caller, now, headers)


def test_maps_are_made_one_at_once_and_of_what_has_a_line(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    now = service.clock.now()
    places = [place_of(service), *map(next, map(keyspaces.of_table, small_tables(service)))]
    looked, _ = Counts(monkeypatch, heat, "history").of(capacity._heat_maps(places, 60, False, now))
    assert sum(looked) == heat_text.LINES_MAX + TABLES
    maps, text = Counts(monkeypatch, heat_text, "heat_map").of(capacity._heat_maps(places, 60, False, now))
    assert max(maps) == 1 and sum(maps) == TABLES + 1
    assert f"and {len(place_of(service).keyspace.partitions) - heat_text.LINES_MAX} more partitions" in text


def test_the_text_of_many_tables_or_lines_is_written_in_slices(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = asyncio.run(finished(heat.report(namespace_of(service), service.clock, [place_of(service)] * 7)))
    calls, text = Counts(monkeypatch, heat_text, "_table").of(heat_text.report(report))
    assert max(calls) == 1 and text.count("large: EVEN") == 7
    monkeypatch.setattr(plain_text, "LINES_AT_ONCE", 10)
    calls, listed = Counts(monkeypatch, plain_text, "printable").of(
        plain_text.partitions({"table": "large", "indexes": {}, **partitions(service, monkeypatch)})
    )
    assert max(calls) <= 10 * 6 and len(listed.splitlines()) == 2 + len(place_of(service).keyspace.partitions)


def partitions(service: Service, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setattr(capacity, "PARTITIONS_AT_ONCE", 10)
    counts = Counts(monkeypatch, descriptions, "bounds")
    calls, found = counts.of(capacity._partitions(place_of(service)))
    assert max(calls) <= 10
    assert isinstance(found, dict)
    return found


def test_json_is_packed_in_slices_and_stays_what_it_was() -> None:
    members = [{"number": number, "text": "é"} for number in range(3 * PACKED + 1)]
    slices = packed(list(members))
    seen: list[Any] = []

    def counted() -> Iterator[None]:
        seen.append((yield from slices))

    assert len(list(counted())) == 3
    assert json.loads(orjson.dumps({"members": seen[0]})) == {"members": members}


def test_others_have_their_turn_between_slices() -> None:
    turns: list[int] = []

    def slices() -> Slices[int]:
        for number in range(3):
            turns.append(number)
            yield
        return 3

    async def other() -> None:
        for _ in range(3):
            turns.append(-1)
            await asyncio.sleep(0)

    async def play() -> None:
        assert (await asyncio.gather(finished(slices()), other()))[0] == 3

    asyncio.run(play())
    assert turns == [0, -1, 1, -1, 2, -1]
