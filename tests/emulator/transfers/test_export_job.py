"""Exports: the files they write, read back by other programs, of the past that was asked for."""

import gzip
import hashlib
import json
import sys
from base64 import b64encode
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.emulator.transfers.world import ARN, Exporting, calls_within_run, counts
from tests.replay.recorder import every_database_replays
from thermodynamo.transfers import export_job
from thermodynamo.transfers.export_files import ExportFiles
from thermodynamo.transfers.formats.writing import IonWriter

__all__ = ["every_database_replays"]

EVERY_TYPE: dict[str, Any] = {
    "id": {"S": "all"},
    "n": {"N": "600"},
    "long": {"N": "12345678901234567890123456789012345678"},
    "small": {"N": "-0.00000000000000000000000000000000000000000012"},
    "b": {"B": "aGk="},
    "t": {"BOOL": True},
    "z": {"NULL": True},
    "l": {"L": [{"S": "x"}, {"M": {"a": {"L": []}}}]},
    "m": {"M": {"a b": {"S": '"\n\\é'}}},
    "ss": {"SS": ["a", "b"]},
    "ns": {"NS": ["1", "2.5"]},
    "bs": {"BS": ["aGk="]},
}


@pytest.fixture
def world(tmp_path: Path) -> Exporting:
    return Exporting(tmp_path)


def md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def test_an_export_of_a_table(world: Exporting) -> None:
    """Developer guide, DynamoDB table export output format; ack-api-quirks, DDB-EXPORT-016 and 017."""
    for number in range(300):
        world.put(f"i{number}", n={"N": str(number)})
    described = world.exported(S3Prefix="2026/nov")
    assert described["ExportStatus"] == "COMPLETED" and described["ItemCount"] == 300
    id = described["ExportArn"].rpartition("/")[2]
    folder = f"2026/nov/AWSDynamoDB/{id}"
    assert described["ExportManifest"] == f"{folder}/manifest-summary.json"
    summary = world.manifest(described)
    assert summary == {
        "version": "2020-06-30",
        "exportArn": described["ExportArn"],
        "startTime": "2027-01-15T08:00:00.000Z",
        "endTime": "2027-01-15T08:00:00.000Z",
        "tableArn": ARN,
        "tableId": described["TableId"],
        "exportTime": "2027-01-15T08:00:00.000Z",
        "s3Bucket": "music",
        "s3Prefix": "2026/nov",
        "s3SseAlgorithm": "AES256",
        "s3SseKmsKeyId": None,
        "manifestFilesS3Key": f"{folder}/manifest-files.json",
        "billedSizeBytes": described["BilledSizeBytes"],
        "itemCount": 300,
        "outputFormat": "DYNAMODB_JSON",
        "exportType": "FULL_EXPORT",
    }
    assert (world.bucket / folder / "_started").read_bytes() == b""
    for name in ("summary", "files"):
        data = (world.bucket / folder / f"manifest-{name}.json").read_bytes()
        assert (world.bucket / folder / f"manifest-{name}.checksum").read_bytes() == b64encode(md5(data))
    files = world.files(described)
    assert len(files) == len(world.namespace.tables["Songs"].keyspace.partitions)
    for file in files:
        data = (world.bucket / file["dataFileS3Key"]).read_bytes()
        assert file["dataFileS3Key"].startswith(f"{folder}/data/") and file["dataFileS3Key"].endswith(".json.gz")
        assert file["md5Checksum"] == b64encode(md5(data)).decode()
        assert file["etag"] == f"{md5(md5(data)).hex()}-1"
        assert file["itemCount"] == gzip.decompress(data).count(b"\n")
    assert world.ids(described) == sorted(f"i{number}" for number in range(300))
    assert {json.dumps(line["Item"]) for line in world.lines(described)} == {json.dumps(i) for i in world.items()}


def test_each_partition_has_a_file_of_its_own_keys(world: Exporting) -> None:
    """Developer guide: at least one file for each partition, and an empty one for one that is empty."""
    world.put("only")
    described = world.exported()
    counts_of_files = [file["itemCount"] for file in world.files(described)]
    assert sorted(counts_of_files) == [0] * (len(counts_of_files) - 1) + [1]


def test_prefixes_are_joined_by_one_slash(world: Exporting) -> None:
    """ack-api-quirks, DDB-EXPORT-018: foo and foo/ are one place."""
    for prefix in ("foo", "foo/"):
        assert world.exported(S3Prefix=prefix)["ExportManifest"].startswith("foo/AWSDynamoDB/")
    assert world.exported()["ExportManifest"].startswith("AWSDynamoDB/")


def test_a_prefix_that_leads_out_of_the_bucket_fails(world: Exporting) -> None:
    described = world.exported(S3Prefix="../../elsewhere")
    assert (described["ExportStatus"], described["FailureCode"]) == ("FAILED", "S3InternalError")
    assert not (world.bucket.parent.parent / "elsewhere").exists()


def test_ion_is_read_back_by_amazon_ion(world: Exporting) -> None:
    """Developer guide: each line begins with a version marker; 600 is 6d2, and sets are annotated lists."""
    simpleion = pytest.importorskip("amazon.ion.simpleion", reason="amazon.ion has no wheel for this Python")
    world.call("PutItem", TableName="Songs", Item=EVERY_TYPE)
    described = world.exported(ExportFormat="ION")
    assert world.files(described)[0]["dataFileS3Key"].endswith(".ion.gz")
    [data] = [data for data in world.data(described) if data]
    assert data.startswith(b"$ion_1_0 {Item:{") and data.count(b"\n") == 1
    [value] = simpleion.loads(data.decode(), single_value=False)
    item = value["Item"]
    assert item["id"] == "all" and item["n"] == Decimal("6E+2") and item["n"].as_tuple().exponent == 2
    assert item["long"] == Decimal(EVERY_TYPE["long"]["N"]) and item["small"] == Decimal(EVERY_TYPE["small"]["N"])
    assert item["b"] == b"hi" and item["t"] == True and item["l"][0] == "x"  # noqa: E712
    assert [token.text for token in item["ns"].ion_annotations] == ["$dynamodb_NS"]
    assert list(item["ns"]) == [Decimal(1), Decimal("2.5")]


@pytest.mark.parametrize("format", ["DYNAMODB_JSON", "ION"])
def test_an_export_is_imported_as_it_was(world: Exporting, format: str) -> None:
    if format == "ION":
        pytest.importorskip("amazon.ion", reason="amazon.ion has no wheel for this Python")
    world.call("PutItem", TableName="Songs", Item=EVERY_TYPE)
    for number in range(200):
        world.put(f"i{number}", n={"N": str(number)})
    described = world.exported(ExportFormat=format)
    prefix = described["ExportManifest"].replace("manifest-summary.json", "data/")
    copy = world.imported(prefix, format, table={"TableName": "Copy"}, InputCompressionType="GZIP")
    assert counts(copy) == ("COMPLETED", 201, 201, 0)
    assert world.items("Copy") == world.items("Songs")


def test_data_files_are_read_by_pyarrow(world: Exporting) -> None:
    arrow_json = pytest.importorskip("pyarrow.json", reason="pyarrow is not installed")
    for number in range(50):
        world.put(f"i{number}", n={"N": str(number)})
    described = world.exported()
    found = []
    for file in world.files(described):
        if file["itemCount"]:
            with gzip.open(world.bucket / file["dataFileS3Key"]) as stream:
                table = arrow_json.read_json(stream)
            found += [item["id"]["S"] for item in table["Item"].to_pylist()]
    assert sorted(found) == sorted(f"i{number}" for number in range(50))


def test_what_is_exported_is_fixed_by_the_request(world: Exporting) -> None:
    world.put("before")
    arn = world.begin()
    world.put("after")
    world.delete("before")
    world.whole.turn(10)
    assert world.ids(world.described(arn)) == ["before"]


def test_an_export_of_a_past_instant(world: Exporting) -> None:
    world.put("first", v={"N": "1"})
    world.put("gone")
    world.whole.turn(100)
    world.put("first", v={"N": "2"})
    world.delete("gone")
    world.put("second")
    world.whole.turn(900)
    start = world.clock.now() - 1000
    described = world.exported(ExportTime=start + 50)
    assert described["ExportTime"] == start + 50
    assert world.ids(described) == ["first", "gone"]
    assert next(line for line in world.lines(described) if "v" in line["Item"])["Item"]["v"] == {"N": "1"}
    assert world.ids(world.exported(ExportTime=start + 600)) == ["first", "second"]
    refused = {"TableArn": ARN, "S3Bucket": "music", "ExportTime": world.clock.now() - 1}
    assert world.refusal("ExportTableToPointInTime", **refused) == (
        "InvalidExportTimeException",
        "Point in Time Recovery is not available for specified export time",
    )


def test_the_changes_of_a_period(world: Exporting) -> None:
    """Developer guide: the structure of items by operation and view; what came and went has no output."""
    for id in ("kept", "changed", "deleted"):
        world.put(id, v={"N": "1"})
    world.whole.turn(1000)
    world.put("changed", v={"N": "2"})
    world.put("changed", v={"N": "3"})
    world.delete("deleted")
    world.put("inserted")
    world.put("passing")
    world.delete("passing")
    world.whole.turn(1000)
    world.put("changed", v={"N": "4"})
    period = {"ExportToTime": world.clock.now()}
    lines = world.changes(1500, period=period)
    metadata = {"WriteTimestampMicros": {"N": str(int((world.clock.now() - 1000) * 1_000_000))}}
    assert sorted(lines, key=json.dumps) == sorted(
        [
            {
                "Metadata": metadata,
                "Keys": {"id": {"S": "changed"}},
                "OldImage": {"id": {"S": "changed"}, "v": {"N": "1"}},
                "NewImage": {"id": {"S": "changed"}, "v": {"N": "3"}},
            },
            {
                "Metadata": metadata,
                "Keys": {"id": {"S": "deleted"}},
                "OldImage": {"id": {"S": "deleted"}, "v": {"N": "1"}},
            },
            {"Metadata": metadata, "Keys": {"id": {"S": "inserted"}}, "NewImage": {"id": {"S": "inserted"}}},
        ],
        key=json.dumps,
    )
    new = world.changes(1500, period={**period, "ExportViewType": "NEW_IMAGE"})
    assert all("OldImage" not in line for line in new) and len(new) == 3
    assert {"Metadata": metadata, "Keys": {"id": {"S": "deleted"}}} in new


def test_the_description_and_the_manifest_of_changes(world: Exporting) -> None:
    world.put("a")
    world.whole.turn(1000)
    start = world.clock.now() - 1000
    period = {"ExportFromTime": start}
    more = {"ExportType": "INCREMENTAL_EXPORT", "IncrementalExportSpecification": period}
    described = world.exported(S3Prefix="inc", **more)
    given = {"ExportFromTime": start, "ExportToTime": start + 1000, "ExportViewType": "NEW_AND_OLD_IMAGES"}
    assert described["IncrementalExportSpecification"] == given
    assert described["ExportType"] == "INCREMENTAL_EXPORT" and "ExportTime" not in described
    assert (described["ItemCount"], described["BilledSizeBytes"]) == (1, 10_000_000)
    summary = world.manifest(described)
    assert summary["version"] == "2023-08-01" and "exportTime" not in summary
    assert (summary["exportFromTime"], summary["exportToTime"]) == (
        "2027-01-15T08:00:00.000Z",
        "2027-01-15T08:16:40.000Z",
    )
    assert (summary["outputView"], summary["exportType"]) == ("NEW_AND_OLD_IMAGES", "INCREMENTAL_EXPORT")
    assert all(file["dataFileS3Key"].startswith("inc/AWSDynamoDB/data/") for file in world.files(described))


def test_changes_in_ion(world: Exporting) -> None:
    simpleion = pytest.importorskip("amazon.ion.simpleion", reason="amazon.ion has no wheel for this Python")
    world.put("a")
    world.whole.turn(1000)
    more = {"ExportType": "INCREMENTAL_EXPORT", "ExportFormat": "ION"}
    period = {"ExportFromTime": world.clock.now() - 1000}
    described = world.exported(**more, IncrementalExportSpecification=period)
    [data] = [data for data in world.data(described) if data]
    [value] = simpleion.loads(data.decode(), single_value=False)
    record = value["Record"]
    micros = Decimal(int(world.clock.now() - 1000) * 1_000_000)
    assert record["Metadata"]["WriteTimestampMicros"] == micros
    assert record["Keys"]["id"] == record["NewImage"]["id"] == "a" and "OldImage" not in record


def test_exports_one_after_the_other_have_each_change_once(world: Exporting) -> None:
    world.put("a")
    world.whole.turn(1000)
    world.put("at-the-border")
    border = world.clock.now()
    world.whole.turn(1000)
    first = world.changes(2000, period={"ExportToTime": border})
    second = world.changes(1000)
    assert [line["Keys"]["id"]["S"] for line in first] == ["a"]
    assert [line["Keys"]["id"]["S"] for line in second] == ["at-the-border"]


def test_a_period_of_more_than_a_day_is_refused(world: Exporting) -> None:
    world.whole.turn(2 * 86_400)
    period = {"ExportFromTime": world.clock.now() - 86_401}
    more = {"ExportType": "INCREMENTAL_EXPORT", "IncrementalExportSpecification": period}
    assert world.refusal("ExportTableToPointInTime", TableArn=ARN, S3Bucket="music", **more) == (
        "InvalidExportTimeException",
        "Difference between export period from time and export period to time is greater than 24 hours",
    )


def test_a_filter_chooses_items_and_attributes(world: Exporting) -> None:
    """API reference, FilterSpecification; ack-api-quirks, DDB-EXPORT-008: it is told again."""
    for number in range(300):
        world.put(f"i{number}", n={"N": str(number)}, x={"S": "x"})
    given = {
        "FilterExpression": "#n >= :n",
        "ProjectionExpression": "id, #n",
        "ExpressionAttributeNames": {"#n": "n"},
        "ExpressionAttributeValues": {":n": {"N": "298.0"}},
    }
    described = world.exported(FilterSpecification=given)
    assert described["FilterSpecification"] == given and described["ItemCount"] == 2
    items = [line["Item"] for line in world.lines(described)]
    assert sorted(items, key=json.dumps) == [{"id": {"S": f"i{n}"}, "n": {"N": str(n)}} for n in (298, 299)]
    by_key = {"KeyConditionExpression": "id = :id", "ExpressionAttributeValues": {":id": {"S": "i7"}}}
    assert world.ids(world.exported(FilterSpecification=by_key)) == ["i7"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"FilterExpression": "id ="}, "Invalid FilterExpression: Syntax error"),
        ({"KeyConditionExpression": "n = :n", "ExpressionAttributeValues": {":n": {"N": "1"}}}, "missed key schema"),
        (
            {
                "KeyConditionExpression": "id = :i",
                "FilterExpression": "id > :i",
                "ExpressionAttributeValues": {":i": {"S": "1"}},
            },
            "Primary key attribute: id",
        ),
        (
            {"ExpressionAttributeNames": {"#n": "n"}},
            "ExpressionAttributeNames can only be specified when using expressions",
        ),
    ],
)
def test_a_filter_that_cannot_be_is_refused_at_once(world: Exporting, given: dict[str, Any], message: str) -> None:
    refused = {"TableArn": ARN, "S3Bucket": "music", "FilterSpecification": given}
    name, text = world.refusal("ExportTableToPointInTime", **refused)
    assert name == "ValidationException" and message in (text or "")


def test_an_incremental_export_has_no_filter(world: Exporting) -> None:
    more = {"ExportType": "INCREMENTAL_EXPORT", "IncrementalExportSpecification": {"ExportFromTime": 1}}
    refused = {"TableArn": ARN, "S3Bucket": "music", "FilterSpecification": {"FilterExpression": "a = b"}, **more}
    assert "FilterSpecification" in (world.refusal("ExportTableToPointInTime", **refused)[1] or "")


def test_an_export_takes_its_delay(tmp_path: Path) -> None:
    world = Exporting(tmp_path, export_delay_seconds=125.0)
    world.put("a")
    arn = world.begin()
    world.whole.turn(124)
    assert world.described(arn)["ExportStatus"] == "IN_PROGRESS" and "EndTime" not in world.described(arn)
    world.whole.turn(1)
    described = world.described(arn)
    assert described["ExportStatus"] == "COMPLETED"
    assert described["EndTime"] - described["StartTime"] == 125
    assert world.manifest(described)["endTime"] == "2027-01-15T08:02:05.000Z"


def test_an_export_outlives_its_table(tmp_path: Path) -> None:
    world = Exporting(tmp_path, export_delay_seconds=125.0)
    world.put("a")
    more = {"ExportType": "INCREMENTAL_EXPORT"}
    world.whole.turn(1000)
    full = world.begin()
    period = {"ExportFromTime": world.clock.now() - 1000}
    changes = world.begin(**more, IncrementalExportSpecification=period)
    world.call("DeleteTable", TableName="Songs")
    world.whole.turn(200)
    assert world.refusal("DescribeTable", TableName="Songs")[0] == "ResourceNotFoundException"
    for arn in (full, changes):
        assert (world.described(arn)["ExportStatus"], world.described(arn)["ItemCount"]) == ("COMPLETED", 1)


def test_without_the_package_an_export_in_ion_fails_and_says_so(
    world: Exporting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "amazon.ion.simpleion", None)
    described = world.exported(ExportFormat="ION")
    assert (described["ExportStatus"], described["FailureCode"]) == ("FAILED", "ExtraNotInstalled")
    assert "thermodynamo[ion]" in described["FailureMessage"]
    assert list(world.bucket.iterdir()) == []


def test_a_disk_that_takes_no_more_fails_the_export(world: Exporting, monkeypatch: pytest.MonkeyPatch) -> None:
    world.put("a")
    real = ExportFiles.data_file

    def full(*given: Any) -> Any:
        file = real(*given)
        upload: Any = file.upload
        upload.file.close()
        upload.file = open("/dev/full", "wb", buffering=0)  # noqa: SIM115
        return file

    monkeypatch.setattr(ExportFiles, "data_file", full)
    described = world.exported()
    assert (described["ExportStatus"], described["FailureCode"]) == ("FAILED", "S3InternalError")
    assert "No space left" in described["FailureMessage"]
    assert not [path for path in world.bucket.rglob("*") if path.is_file() and path.name != "_started"]


def test_steps_are_bounded(world: Exporting, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(500):
        world.put(f"i{number}")
    sizes: list[int] = []
    real = export_job.ExportJob._write

    def counted(job: export_job.ExportJob) -> None:
        sizes.append(len(job.batch))
        real(job)

    monkeypatch.setattr(export_job.ExportJob, "_write", counted)
    assert world.exported()["ItemCount"] == 500
    assert max(sizes) <= export_job.LINES and sum(sizes) == 500


def test_a_snapshot_brings_an_export_back_that_was_in_progress(tmp_path: Path) -> None:
    world = Exporting(tmp_path, export_delay_seconds=100.0)
    world.put("a")
    arn = world.begin()
    world.whole.turn(50)
    world.whole.snapshot("halfway")
    world.put("b")
    world.whole.turn(100)
    assert world.described(arn)["ExportStatus"] == "COMPLETED"
    world.whole.restore("halfway")
    assert world.described(arn)["ExportStatus"] == "IN_PROGRESS"
    world.whole.turn(100)
    assert world.ids(world.described(arn)) == ["a"]


def test_a_fork_has_the_exports_that_have_ended(tmp_path: Path) -> None:
    world = Exporting(tmp_path, export_delay_seconds=100.0)
    world.begin()
    world.whole.turn(200)
    world.begin()
    other = world.whole.caller.__class__("111111111111", world.whole.caller.region)
    world.whole.fork(world.whole.caller, other)
    [kept] = world.whole.call("ListExports", {}, other)["ExportSummaries"]
    assert kept["ExportStatus"] == "COMPLETED" and ":111111111111:" in kept["ExportArn"]


def test_at_most_300_exports_are_in_progress(tmp_path: Path) -> None:
    world = Exporting(tmp_path, export_delay_seconds=100.0)
    for _ in range(300):
        world.begin()
    name, message = world.refusal("ExportTableToPointInTime", TableArn=ARN, S3Bucket="music")
    assert (name, message) == ("LimitExceededException", "There is a limit of 300 concurrent export jobs per account.")


def test_requests_do_not_wait_while_lines_are_made(world: Exporting, monkeypatch: pytest.MonkeyPatch) -> None:
    world.put("a")
    world.put("b")
    made = calls_within_run(monkeypatch, export_job.ExportJob, IonWriter, "item")
    assert world.exported(ExportFormat="ION")["ItemCount"] == 2
    assert made == [True, True]
