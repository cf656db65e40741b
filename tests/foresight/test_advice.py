"""Advice: each piece is given where the evidence shows it, and not where it does not."""

import dataclasses
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.foresight.recorded import Recorded
from tests.foresight.test_foresee_command import foresee, of_json
from thermodynamo.foresight.advice import advisor, wording
from thermodynamo.foresight.advice.evidence import Evidence, KeyEvidence, ReadEvidence, as_plain, of_plain
from thermodynamo.foresight.advice.finding import Finding, writes
from thermodynamo.foresight.prices import cost, price_file
from thermodynamo.foresight.prices.features import Features
from thermodynamo.foresight.prices.use import Use

PRICES = price_file.shipped("us-east-1")
MONTH_SECONDS = 730 * 3600


def table(use: Use | None = None, **more: Any) -> Evidence:
    return Evidence("orders", None, use or Use(60.0, read_units=100.0, items=1_000), **more)


def read(operation: str = "Query", **more: Any) -> ReadEvidence:
    given: dict[str, Any] = {
        "operation": operation, "index": None, "filtered": (), "projected": (), "is_scan": operation == "Scan",
        "requests": 10, "evaluated": 100, "returned": 100, "units": 50.0, "read_bytes": 100_000, "returned_bytes": 0,
    }  # fmt: skip
    return ReadEvidence(**{**given, **more})


def advice(evidence: Evidence, with_prices: bool = False) -> list[Finding]:
    if not with_prices:
        return advisor.advise(evidence)
    assert PRICES is not None
    return advisor.advise(evidence, cost.of_use(evidence.use, PRICES), PRICES)


def about(evidence: Evidence, with_prices: bool = False) -> list[str]:
    return [each["about"] for each in advice(evidence, with_prices)]


@pytest.mark.parametrize(
    ("reads", "writes", "shards"), [(0, 1_001, 2), (3_000, 1_000, 0), (9_001, 0, 4), (6_000, 4_500, 5)]
)
def test_a_hot_key_is_one_that_no_partition_serves(reads: float, writes: float, shards: int) -> None:
    found = advice(table(keys=(KeyEvidence("pk=a", reads, writes, requests=("PutItem: 9 requests",)),)))
    assert [each["evidence"]["shards"] for each in found] == ([shards] if shards else [])
    assert all(each["requests"] == ["PutItem: 9 requests"] for each in found)


def test_the_items_of_a_partition_key_are_hot_together_where_they_met_refusals() -> None:
    together = KeyEvidence("pk=a", 0, 3_500, throttled=9, is_collection=True)
    (found,) = advice(table(keys=(together,)))
    assert found["evidence"]["shards"] == 4 and "the items of pk=a were asked for 3,500 write" in found["text"]
    assert about(table(keys=(dataclasses.replace(together, throttled=0),))) == [], "splits held it"


def test_a_scan_is_advised_against_where_a_table_is_read_again_and_again() -> None:
    (found,) = advice(table(reads=(read("Scan", requests=3, evaluated=3_000, returned=3_000),)))
    assert found["about"] == "scan" and "3 requests evaluated 3,000 items, with 50% of the read units" in found["text"]
    assert found["requests"] == ["Scan: 3 requests"]
    assert about(table(reads=(read("Scan", evaluated=1_000, returned=1_000),))) == [], "read once, as an export does"
    rare = table(Use(60.0, read_units=10_000.0, items=10), reads=(read("Scan", evaluated=3_000, returned=3_000),))
    assert about(rare) == [], "the scans have next to none of the units"
    assert about(table(reads=(read("Query", evaluated=3_000, returned=3_000),))) == []


def test_a_filter_is_advised_against_where_it_drops_most() -> None:
    (found,) = advice(table(reads=(read(filtered=("status",), returned=5),)))
    assert found["about"] == "filter" and "on status dropped 95%" in found["text"] and "5 of 100" in found["text"]
    assert found["requests"] == ["Query with a filter on status: 10 requests"]
    assert about(table(reads=(read(filtered=("status",), returned=60),))) == [], "it keeps most"
    assert about(table(reads=(read(filtered=("status",), evaluated=10, returned=0),))) == [], "too few to tell"
    scanned = read("Scan", filtered=("status",), evaluated=3_000, returned=3)
    assert about(table(reads=(scanned,))) == ["filter"], "one piece of advice for one request"


def test_a_projection_is_advised_against_where_items_are_large_and_little_is_wanted() -> None:
    large = read("GetItem", projected=("name",), evaluated=10, returned=10, read_bytes=300_000, returned_bytes=400)
    (found,) = advice(table(reads=(large,)))
    assert found["about"] == "projection" and "items have 30,000 bytes on average" in found["text"]
    assert about(table(reads=(dataclasses.replace(large, returned_bytes=200_000),))) == [], "most is wanted"
    assert about(table(reads=(dataclasses.replace(large, read_bytes=30_000),))) == [], "3 KB cost one unit at any rate"


def test_an_index_is_advised_against_that_is_not_read_or_far_less_than_written() -> None:
    def of_index(reads: float, writes: float) -> list[str]:
        use = Use(60.0, read_units=reads, write_units=writes)
        return about(Evidence("orders", "byStatus", use, operations={"PutItem": 7, "GetItem": 9}))

    assert of_index(0, 500) == ["unused index"]
    assert of_index(10, 500) == ["write-heavy index"]
    assert of_index(100, 500) == of_index(0, 1) == of_index(0, 0) == []
    (found,) = advice(
        Evidence("orders", "byStatus", Use(60.0, write_units=9.0), operations={"PutItem": 7, "GetItem": 9})
    )
    assert found["requests"] == ["PutItem: 7 requests"], "what the index follows"
    assert about(table(Use(60.0, write_units=500.0))) == [], "a table may be written and not read"


@pytest.mark.parametrize(
    ("reason", "what"),
    [
        ("TableWriteProvisionedThroughputExceeded", "provisioned units"),
        ("TableReadMaxOnDemandThroughputExceeded", "maximum"),
        ("TableWriteAccountLimitExceeded", "quota"),
    ],
)
def test_a_limit_of_the_whole_table_is_named(reason: str, what: str) -> None:
    (found,) = advice(table(throttled={reason: 3}, operations={"PutItem": 5, "Query": 2}))
    assert found["about"] == what and "3 accesses were refused" in found["text"]
    assert found["requests"] == ["PutItem: 5 requests" if "Write" in reason else "Query: 2 requests"]
    assert about(table(throttled={"TableWriteKeyRangeThroughputExceeded": 3})) == []


def test_the_mode_is_advised_by_the_break_even() -> None:
    """A write unit costs $0.00065 an hour, or 3,600 x $0.625e-6 for a second's requests: the same at 28.9%."""

    def mode(used: float, is_on_demand: bool) -> list[Finding]:
        writes = 100 * MONTH_SECONDS * used
        hours = None if is_on_demand else (730.0, 100 * 730.0)
        found = advice(table(Use(MONTH_SECONDS, 0.0, writes, 0.0, 100.0, hours)), True)
        return [each for each in found if each["about"] == "mode"]

    (provision,) = mode(0.9, True)
    assert provision["evidence"]["break_even"] == 0.2889 and "Both cost the same at 29%" in provision["text"]
    assert mode(0.25, True) == mode(0.9, False) == []
    (on_demand,) = mode(0.1, False)
    assert on_demand["evidence"]["on_demand"] == round(100 * MONTH_SECONDS * 0.1 * 0.625e-6, 2)


def test_the_other_class_is_advised_where_it_costs_less() -> None:
    cold = Use(MONTH_SECONDS, 1_000.0, 1_000.0, 1.0, 1.0, items=1, stored_bytes=100 * 2**30)
    assert about(table(cold), True) == ["class"]
    assert about(table(dataclasses.replace(cold, is_infrequent=True)), True) == []
    busy = dataclasses.replace(cold, write_units=1e9, stored_bytes=2**30, is_infrequent=True, write_units_peak=5_000.0)
    (found,) = (each for each in advice(table(busy), True) if each["about"] == "class")
    assert "in the class Standard-Infrequent Access" in found["text"] and found["text"].endswith("in Standard")


def test_reserved_capacity_is_advised_for_what_is_always_provisioned() -> None:
    """1,000 write units cost $474.50 a month; reserved for a year $0.128 x 10 blocks an hour and $1,500 at once."""

    def provisioned(units: int, least: tuple[int, int] | None, used: float = 0.9, **more: Any) -> list[Finding]:
        writes = units * MONTH_SECONDS * used
        use = Use(MONTH_SECONDS, 0, writes, 0, float(units), (0.0, units * 730.0), least, **more)
        return [each for each in advice(table(use), True) if each["about"] == "reserved capacity"]

    one, three = provisioned(1_000, (5, 1_000))
    assert [each["evidence"]["years"] for each in (one, three)] == [1, 3]
    assert one["evidence"]["standard"] == 474.5 and one["evidence"]["upfront"] == 1_500
    assert one["evidence"]["reserved"] == round(730 * 0.128 + 1_500 / 12, 2)
    assert provisioned(1_000, (5, 99)) == [], "no whole block"
    assert provisioned(1_000, (5, 100)) == [], "a tenth of it saves next to nothing"
    assert provisioned(1_000, (5, 1_000), 0.1) == [], "the mode is wrong"
    assert provisioned(1_000, None) == provisioned(1_000, (5, 1_000), is_infrequent=True) == []
    assert provisioned(1_000, (5, 1_000), features=Features(replicas=1)) == [], "not for replicated writes"


def test_a_savings_plan_is_advised_for_what_is_spent_in_every_hour() -> None:
    def on_demand(*hours: float) -> list[Finding]:
        use = Use(3600.0 * len(hours), 0, sum(hours), 0, 1_000.0, hours=tuple((0.0, writes) for writes in hours))
        return [each for each in advice(table(use), True) if each["about"] == "savings plan"]

    (found,) = on_demand(*[1e6] * 23, 9e5)
    assert found["evidence"]["hourly"] == pytest.approx(0.9 * 0.625 * 0.82)
    assert found["evidence"]["standard"] == round(0.9 * 0.625 * 730, 2)
    assert on_demand(*[1e6] * 23) == [], "less than a day tells nothing of the nights"
    assert on_demand(*[1e6] * 23, 0.0) == [], "there is an hour without traffic"


def test_evidence_is_the_same_when_it_was_json() -> None:
    whole = table(
        Use(60.0, 0, 0, 0, 0, (1.0, 2.0), (1, 2), ((1.0, 2.0),), features=Features(backups=2)),
        keys=(KeyEvidence("pk=a", 1.0, 2.0, requests=("x",)),),
        reads=(read(filtered=("a",), projected=("b",), examples=("c",)),),
        throttled={"r": 1},
        operations={"PutItem": 1},
    )
    assert of_plain(orjson.loads(orjson.dumps(as_plain(whole)))) == whole


def test_what_costs_is_said_after_an_hour() -> None:
    def of(seconds: float) -> list[str]:
        busy = table(Use(seconds, 0.0, 1_000 * seconds, 0.0, 1_000.0))
        return [each["about"] for each in advisor.report([busy], PRICES)["advice"]]

    assert of(3_599.0) == [] and of(3_600.0) == ["mode"]


def test_nothing_to_advise_is_said() -> None:
    assert wording.text(advisor.report([table()], None)) == wording.NOTHING


@pytest.mark.parametrize(
    ("name", "is_write"),
    [
        ("PutItem", True), ("Query", False), ("ExecuteStatement PartiQLSelect", False), ("TransactWriteItems", True),
        ("ExecuteStatement PartiQLInsert", True), ("ExecuteTransaction Read", False), ("nothing", False),
    ],
)  # fmt: skip
def test_what_writes_is_known_by_its_name(name: str, is_write: bool) -> None:
    assert writes(name) == is_write


def recorded(path: Path) -> Recorded:
    """Ten items of 20 KB, one of them open: queried by a filter, and by a projection."""
    world = Recorded(path)
    world.create("orders", sort=True)
    world.pass_seconds(10)
    for number in range(40):
        item = {"pk": {"S": "a"}, "sk": {"S": f"{number:02}"}, "body": {"S": "x" * 20_000}, "n": {"N": str(number)}}
        world.call("PutItem", {"TableName": "orders", "Item": item})
        world.pass_seconds(1)
    for _ in range(3):
        values = {":p": {"S": "a"}, ":n": {"N": "0"}}
        query = {"TableName": "orders", "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": values}
        world.call("Query", {**query, "FilterExpression": "n = :n"})
        world.pass_seconds(5)
        key = {"pk": {"S": "a"}, "sk": {"S": "07"}}
        world.call("GetItem", {"TableName": "orders", "Key": key, "ProjectionExpression": "n"})
    return world


def test_a_recording_has_what_its_reads_found(tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    world = recorded(tmp_path / "run.parquet")
    world.pass_seconds(100)
    world.recording.close()
    (scenario,) = of_json(str(world.path))["scenarios"]
    found = [each for each in scenario["advice"] if each["about"] == "filter"]
    assert [each["evidence"] | {"units": 0} for each in found] == [
        {"requests": 3, "evaluated": 120, "returned": 3, "units": 0, "dropped": 0.975}
    ]
    assert found[0]["requests"] == ["Query with a filter on n: 3 requests"]
    text = foresee(str(world.path)).stdout
    assert "advice: orders: the filter on n dropped 98%" in text and "    Query with a filter on n: 3 requests" in text
    assert scenario["seconds"] == 56, "what its reads found is no event of its time"


def test_the_reads_of_a_table_that_is_gone_are_kept(tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    world = recorded(tmp_path / "run.parquet")
    world.call("DeleteTable", {"TableName": "orders"})
    world.pass_seconds(60)
    world.create("orders", sort=True)
    world.recording.close()
    (scenario,) = of_json(str(world.path))["scenarios"]
    assert [each["evidence"]["requests"] for each in scenario["advice"] if each["about"] == "filter"] == [3]
