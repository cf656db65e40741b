"""Imports: what comes of files of every kind, of restarts, and of files that change meanwhile."""

import gzip
import logging
import sys
from pathlib import Path
from typing import Any

import pytest
import zstandard

from tests.emulator.transfers.world import TABLE, World, calls_within_run, counts, lines, songs
from tests.replay.recorder import every_database_replays
from thermodynamo.transfers import import_job
from thermodynamo.transfers.buckets import Object

__all__ = ["every_database_replays"]

INDEXED = {
    "AttributeDefinitions": [
        {"AttributeName": "id", "AttributeType": "S"},
        {"AttributeName": "rank", "AttributeType": "N"},
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-rank",
            "KeySchema": [{"AttributeName": "rank", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


@pytest.mark.parametrize(
    ("compression", "compress"), [("NONE", bytes), ("GZIP", gzip.compress), ("ZSTD", zstandard.compress)]
)
def test_many_items_of_many_objects(world: World, compression: str, compress: Any) -> None:
    for number in range(40):
        world.put_object(f"data/{number:02d}.json", compress(songs(30, 30 * number)))
    described = world.imported("data/", InputCompressionType=compression)
    assert counts(described) == ("COMPLETED", 1200, 1200, 0)
    assert described["ProcessedSizeBytes"] == len(songs(1200))
    assert len(world.items()) == 1200


def test_an_export_imports_from_its_data_alone(world: World) -> None:
    """ack-api-quirks, DDB-IMPORT-020: from the root of the export, each manifest is an error; an empty file is none."""
    root = "exp/AWSDynamoDB/01791506763707-476754e8"
    for number in range(4):
        items = songs(1, number) if number < 3 else b""
        world.put_object(f"{root}/data/{number}.json.gz", gzip.compress(items))
    for name in (
        "manifest-summary.json",
        "manifest-summary.checksum",
        "manifest-files.json",
        "manifest-files.checksum",
    ):
        world.put_object(f"{root}/{name}", b"{}")
    world.put_object(f"{root}/_started", b"")
    root_import = world.imported(f"{root}/", InputCompressionType="GZIP")
    assert counts(root_import) == ("FAILED", 7, 3, 4)
    of_data = world.imported(f"{root}/data/", table={"TableName": "Data"}, InputCompressionType="GZIP")
    assert counts(of_data) == ("COMPLETED", 3, 3, 0)
    assert counts(world.imported(f"{root}/data/", table={"TableName": "Plain"})) == ("FAILED", 4, 0, 4)


def test_what_an_item_may_be_is_what_put_item_takes(world: World, caplog: pytest.LogCaptureFixture) -> None:
    good = {"id": {"S": "good"}, "rank": {"N": "1e2"}, "tags": {"SS": ["b", "a"]}}
    bad: list[dict[str, Any]] = [
        {"id": {"S": ""}},
        {"id": {"N": "1"}},
        {"id": {"S": "x" * 2049}},
        {"id": {"S": "a"}, "n": {"N": "one"}},
        {"id": {"S": "a"}, "n": {"SS": []}},
        {"id": {"S": "a"}, "n": {"SS": ["a", "a"]}},
        {"id": {"S": "a"}, "rank": {"S": "1"}},
        {"id": {"S": "a"}, "n": {"S": "x" * 400 * 1024}},
        {"id": {"S": "a"}, "n": {}},
        {"id": {"S": "a"}, "": {"S": "x"}},
    ]
    world.put_object("a.json", lines(*bad, good))
    with caplog.at_level(logging.WARNING, "thermodynamo"):
        described = world.imported(table=INDEXED)
    assert counts(described) == ("FAILED", 11, 1, 10)
    assert world.items() == [{"id": {"S": "good"}, "rank": {"N": "100"}, "tags": {"SS": ["a", "b"]}}]
    told = [message for message in caplog.messages if "s3://music/a.json, line" in message]
    assert [message.partition(", line ")[2].partition(":")[0] for message in told] == [str(n) for n in range(1, 11)]
    assert "Type mismatch for key id expected: S actual: N" in told[1]
    assert "Type mismatch for Index Key rank Expected: N Actual: S" in told[6]


def test_the_log_has_the_first_errors_and_their_number(world: World, caplog: pytest.LogCaptureFixture) -> None:
    world.put_object("a.json", lines(*({"x": {"S": "1"}} for _ in range(500))))
    with caplog.at_level(logging.WARNING, "thermodynamo"):
        assert counts(world.imported()) == ("FAILED", 500, 0, 500)
    assert len(caplog.messages) == import_job.ERRORS_TOLD + 1
    assert caplog.messages[-1].endswith("500 errors in all")


def test_of_items_with_one_key_the_last_stays_and_each_counts(world: World) -> None:
    world.put_object("a.json", lines({"id": {"S": "a"}, "v": {"N": "1"}}, {"id": {"S": "a"}, "v": {"N": "2"}}))
    assert counts(world.imported()) == ("COMPLETED", 2, 2, 0)
    assert world.items() == [{"id": {"S": "a"}, "v": {"N": "2"}}]


def test_ion_and_csv(world: World) -> None:
    pytest.importorskip("amazon.ion", reason="amazon.ion has no wheel for this Python")
    world.put_object("ion/a.ion", b'$ion_1_0 {Item:{id:"a",price:2d3}}\n$ion_1_0 {Item:{id:"b"}}\n')
    assert counts(world.imported("ion/", "ION")) == ("COMPLETED", 2, 2, 0)
    assert {"id": {"S": "a"}, "price": {"N": "2000"}} in world.items()
    world.put_object("csv/a.csv", b"id,rank\na,x\nb,2\n")
    assert counts(world.imported("csv/", "CSV", table={**INDEXED, "TableName": "Ranked"})) == ("FAILED", 2, 1, 1)


@pytest.mark.parametrize(
    ("module", "extra", "how"),
    [
        ("amazon.ion.simpleion", "thermodynamo[ion]", {"format": "ION"}),
        ("zstandard", "thermodynamo[zstd]", {"InputCompressionType": "ZSTD"}),
    ],
)
def test_without_a_package_an_import_fails_and_says_which(
    world: World, module: str, extra: str, how: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    world.put_object("a", b"")
    described = world.imported(**how)
    assert described["ImportStatus"] == "FAILED" and described["FailureCode"] == "ExtraNotInstalled"
    assert extra in described["FailureMessage"]
    assert world.refusal("DescribeTable", TableName="Songs")[0] == "ResourceNotFoundException"


def test_objects_that_go_while_they_are_read_are_an_error_each(world: World) -> None:
    """ack-api-quirks, DDB-IMPORT-007."""
    world.put_object("a", songs(200))
    world.put_object("b", songs(10, 200))
    arn = world.begin_import()
    for _ in range(4):
        world.whole.transfers.step(world.clock.now())
    job = next(iter(world.whole.transfers.jobs.values()))
    (world.bucket / "b").unlink()
    assert isinstance(job, import_job.ImportJob)
    real = job.buckets.objects
    job.objects = iter([*real("music", ""), Object("b", 1)])
    world.whole.turn(0)
    described = world.described_import(arn)
    assert described["ImportStatus"] == "FAILED" and described["ErrorCount"] == 1


def test_a_failure_that_nothing_foresees_ends_the_import(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the disk is on fire")

    world.put_object("a", songs(1))
    monkeypatch.setattr(world.whole.transfers.buckets, "open", broken)
    described = world.imported()
    assert (described["ImportStatus"], described["FailureCode"]) == ("FAILED", "InternalServerError")
    assert "the disk is on fire" in described["FailureMessage"]
    assert world.call("DescribeTable", TableName="Songs")["Table"]["TableStatus"] == "ACTIVE"


def test_describing_an_import_takes_it_further(world: World) -> None:
    """A client in the process, which nothing works behind, may wait for its end as a waiter does."""
    world.put_object("a", songs(1000))
    arn = world.begin_import()
    looks = 0
    while world.described_import(arn)["ImportStatus"] == "IN_PROGRESS":
        looks += 1
    assert 1 <= looks < 100
    assert len(world.items()) == 1000


def test_blank_lines_do_not_hold_an_import_up(world: World) -> None:
    world.put_object("a.gz", gzip.compress(b"\n" * 50_000 + songs(1)))
    arn = world.begin_import(InputCompressionType="GZIP")
    steps = 0
    while world.whole.transfers.step(world.clock.now()):
        steps += 1
    assert 50_000 / import_job.LINES < steps < 100
    assert counts(world.described_import(arn)) == ("COMPLETED", 1, 1, 0)


def test_steps_are_bounded(world: World) -> None:
    world.put_object("a", songs(1000))
    world.begin_import()
    largest = 0
    while world.whole.transfers.step(world.clock.now()):
        before = world.whole.database.sequence
        world.whole.transfers.step(world.clock.now())
        largest = max(largest, world.whole.database.sequence - before)
    assert 0 < largest <= import_job.ENTRIES


def test_a_snapshot_brings_an_import_back_that_was_in_progress(tmp_path: Path) -> None:
    world = World(tmp_path, import_delay_seconds=100.0)
    world.put_object("a", songs(300))
    arn = world.begin_import()
    world.whole.turn(50)
    world.whole.snapshot("halfway")
    world.whole.turn(60)
    assert world.described_import(arn)["ImportStatus"] == "COMPLETED"
    world.whole.restore("halfway")
    assert world.described_import(arn)["ImportStatus"] == "IN_PROGRESS"
    world.whole.turn(60)
    assert counts(world.described_import(arn)) == ("COMPLETED", 300, 300, 0)
    world.whole.reset()
    assert world.call("ListImports") == {"ImportSummaryList": []}
    assert world.refusal("DescribeImport", ImportArn=arn)[0] == "ImportNotFoundException"


def test_a_fork_has_imports_that_fill_its_own_table(tmp_path: Path) -> None:
    world = World(tmp_path, import_delay_seconds=100.0)
    world.put_object("a", songs(3))
    world.begin_import()
    world.whole.turn(50)
    world.begin_import(table={"TableName": "Later"})
    other = world.whole.caller.__class__("111111111111", world.whole.caller.region)
    world.whole.fork(world.whole.caller, other)
    world.whole.turn(200)
    [forked] = world.whole.call("ListImports", {}, other)["ImportSummaryList"]
    assert forked["ImportStatus"] == "COMPLETED" and ":111111111111:table/Songs/" in forked["ImportArn"]
    assert len(world.whole.call("Scan", {"TableName": "Songs"}, other)["Items"]) == 3
    assert len(world.items("Later")) == 3


def test_an_import_costs_no_capacity(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.put_object("a", songs(2000))
    provisioned = {
        "BillingMode": "PROVISIONED",
        "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
    }
    assert counts(world.imported(table=provisioned)) == ("COMPLETED", 2000, 2000, 0)
    throughput = world.call("DescribeTable", TableName="Songs")["Table"]["ProvisionedThroughput"]
    assert throughput["WriteCapacityUnits"] == 1


def test_at_most_fifty_imports_are_in_progress(tmp_path: Path) -> None:
    world = World(tmp_path, import_delay_seconds=100.0)
    for number in range(50):
        world.begin_import(table={"TableName": f"table-{number}"})
    name, message = world.refusal(
        "ImportTable",
        S3BucketSource={"S3Bucket": "music"},
        InputFormat="CSV",
        TableCreationParameters={**TABLE, "TableName": "one-more"},
    )
    assert (name, message) == ("LimitExceededException", "There is a limit of 50 concurrent import jobs per account.")
    world.whole.turn(200)
    world.begin_import(table={"TableName": "one-more"})


def test_imports_at_a_url(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.put_object("a", songs(10))
    elsewhere = World(tmp_path, s3=f"file://{tmp_path}")
    assert not elsewhere.whole.transfers.buckets.is_local
    assert counts(elsewhere.imported()) == ("COMPLETED", 10, 10, 0)


def test_a_token_is_forgotten_eight_hours_after_the_end(world: World) -> None:
    """API reference, ImportTable, ClientToken."""
    world.put_object("a", songs(1))
    first = world.begin_import(ClientToken="t")
    world.whole.turn(1)
    world.call("DeleteTable", TableName="Songs")
    world.whole.turn(8 * 3600 - 10)
    assert world.begin_import(ClientToken="t") == first
    world.whole.turn(20)
    assert world.begin_import(ClientToken="t") != first


def test_a_listing_reaches_ninety_days_back(world: World) -> None:
    """API reference, ListImports."""
    arn = world.begin_import()
    world.whole.turn(90 * 86_400 - 1)
    assert len(world.call("ListImports")["ImportSummaryList"]) == 1
    world.whole.turn(1)
    assert world.call("ListImports") == {"ImportSummaryList": []}
    assert world.described_import(arn)["ImportStatus"] == "COMPLETED"


def test_an_imported_table_has_its_vector_indexes(tmp_path: Path) -> None:
    world = World(tmp_path)
    index = {
        "IndexName": "near",
        "VectorAttribute": {"AttributeName": "v"},
        "Dimensions": 1,
        "DistanceFunction": "DOT_PRODUCT",
        "Projection": {"ProjectionType": "ALL"},
    }
    vectors = [{"L": [{"N": "1"}]}, {"L": [{"N": "2"}]}, {"L": []}]
    world.put_object("a", lines(*({"id": {"S": f"i{place}"}, "v": each} for place, each in enumerate(vectors))))
    assert world.imported(table={"VectorIndexes": [index]})["ErrorCount"] == 1
    found = world.call("SearchVectors", TableName="Songs", IndexName="near", SearchVector=[{"N": "1"}], TopK=5)
    assert [(each["Item"]["id"]["S"], each["Score"]) for each in found["SearchResults"]] == [("i1", 2.0), ("i0", 1.0)]


def test_requests_do_not_wait_while_items_are_made_canonical(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.put_object("a.json", songs(2))
    made = calls_within_run(monkeypatch, import_job.ImportJob, import_job, "canonicalise")
    assert counts(world.imported()) == ("COMPLETED", 2, 2, 0)
    assert made == [True, True]
