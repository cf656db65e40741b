"""Reports of the admin API on much: how many partitions or tables one slice looks at, and that none is left out."""

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
from prometheus_client.parser import text_string_to_metric_families

from thermodynamo.admin import plain_text
from thermodynamo.admin.metrics import exposition
from thermodynamo.admin.reports import descriptions, diagnosis, heat, heat_text, insights, keyspaces
from thermodynamo.admin.routes import capacity
from thermodynamo.admin.sliced import PACKED, finished, packed
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.slices import Slices, finish
from thermodynamo.service import Service
from thermodynamo.settings.config import Config
from thermodynamo_storage.partitions import split_points
from thermodynamo_storage.partitions.heat import HeatMeter
from thermodynamo_storage.partitions.partition import Partition

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
