"""Imports and exports by boto3 over HTTP, with the waiters that it has for them; buckets in a folder, and at a URL."""

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import WaiterError

from tests.conftest import REGION, Endpoint
from tests.emulator.transfers.world import songs

QUICKLY = {"Delay": 0.05, "MaxAttempts": 400}
TABLE: dict[str, Any] = {
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}


@pytest.fixture(params=["folder", "url"])
def bucket(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, Callable[..., Any]]]:
    """A bucket's folder, and what makes clients of the server whose bucket it is."""
    place = str(tmp_path) if request.param == "folder" else f"file://{tmp_path}"
    server = Endpoint(f"--s3={place}")
    folder = tmp_path / "music"
    folder.mkdir()

    def client() -> Any:
        keys = {"aws_access_key_id": server.new_account(), "aws_secret_access_key": "local"}
        return boto3.client("dynamodb", endpoint_url=server.url(), region_name=REGION, **keys)

    yield folder, client
    server.stop()


def test_a_waiter_sees_an_import_end(bucket: tuple[Path, Callable[..., Any]]) -> None:
    folder, client = bucket
    (folder / "songs.json").write_bytes(songs(2_000))
    dynamodb = client()
    begun = dynamodb.import_table(
        S3BucketSource={"S3Bucket": "music"},
        InputFormat="DYNAMODB_JSON",
        TableCreationParameters={"TableName": "Songs", **TABLE},
    )
    arn = begun["ImportTableDescription"]["ImportArn"]
    dynamodb.get_waiter("import_completed").wait(ImportArn=arn, WaiterConfig=QUICKLY)
    ended = dynamodb.describe_import(ImportArn=arn)["ImportTableDescription"]
    assert ended["ImportedItemCount"] == ended["ProcessedItemCount"] == 2_000
    assert ended["EndTime"] >= ended["StartTime"]
    pages = dynamodb.get_paginator("scan").paginate(TableName="Songs")
    assert sum(page["Count"] for page in pages) == 2_000
    [summary] = dynamodb.list_imports()["ImportSummaryList"]
    assert summary["ImportArn"] == arn


def test_a_waiter_sees_an_import_fail(bucket: tuple[Path, Callable[..., Any]]) -> None:
    _, client = bucket
    dynamodb = client()
    begun = dynamodb.import_table(
        S3BucketSource={"S3Bucket": "nowhere"},
        InputFormat="CSV",
        TableCreationParameters={"TableName": "Songs", **TABLE},
    )
    arn = begun["ImportTableDescription"]["ImportArn"]
    with pytest.raises(WaiterError, match="terminal failure"):
        dynamodb.get_waiter("import_completed").wait(ImportArn=arn, WaiterConfig=QUICKLY)
    assert dynamodb.describe_import(ImportArn=arn)["ImportTableDescription"]["FailureCode"] == "S3NoSuchBucket"


def test_a_waiter_sees_an_export_end(bucket: tuple[Path, Callable[..., Any]]) -> None:
    folder, client = bucket
    dynamodb = client()
    table = dynamodb.create_table(TableName="Songs", **TABLE)["TableDescription"]
    dynamodb.get_waiter("table_exists").wait(TableName="Songs", WaiterConfig=QUICKLY)
    recovery = {"PointInTimeRecoveryEnabled": True}
    dynamodb.update_continuous_backups(TableName="Songs", PointInTimeRecoverySpecification=recovery)
    for number in range(300):
        dynamodb.put_item(TableName="Songs", Item={"id": {"S": f"i{number}"}})
    begun = dynamodb.export_table_to_point_in_time(TableArn=table["TableArn"], S3Bucket="music", S3Prefix="out")
    arn = begun["ExportDescription"]["ExportArn"]
    dynamodb.get_waiter("export_completed").wait(ExportArn=arn, WaiterConfig=QUICKLY)
    ended = dynamodb.describe_export(ExportArn=arn)["ExportDescription"]
    assert ended["ItemCount"] == 300
    data = (folder / ended["ExportManifest"]).parent.glob("data/*.json.gz")
    assert sum(gzip.decompress(path.read_bytes()).count(b"\n") for path in data) == 300
    [summary] = dynamodb.list_exports(TableArn=table["TableArn"])["ExportSummaries"]
    assert summary == {"ExportArn": arn, "ExportStatus": "COMPLETED", "ExportType": "FULL_EXPORT"}
    failing = dynamodb.export_table_to_point_in_time(TableArn=table["TableArn"], S3Bucket="nowhere")
    with pytest.raises(WaiterError, match="terminal failure"):
        dynamodb.get_waiter("export_completed").wait(
            ExportArn=failing["ExportDescription"]["ExportArn"], WaiterConfig=QUICKLY
        )
