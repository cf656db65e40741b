"""Exports, imports and bulk operations under policies: they hold items of every key, and are granted as a whole.

The resources are those of the service authorization reference (list_amazondynamodb): a table, an export or an import.
"""

import json
from pathlib import Path
from typing import Any

from tests.access.world import TABLE, World, policy, user

Json = dict[str, Any]
NEW = TABLE.replace("Orders", "Imported")
IMPORT: Json = {
    "S3BucketSource": {"S3Bucket": "music"},
    "InputFormat": "DYNAMODB_JSON",
    "TableCreationParameters": {
        "TableName": "Imported",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    },
}
BULK: Json = {
    "InputS3Configuration": {"S3Bucket": "music", "InputFormat": "DYNAMODB_JSON"},
    "OutputS3Configuration": {"S3Bucket": "music", "OutputType": ["ERROR"]},
}
RECOVERY = {"TableName": "Orders", "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}
ANYTHING = {"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}


def allow(action: str, resource: str) -> Json:
    return {"Effect": "Allow", "Action": f"dynamodb:{action}", "Resource": resource}


def world(folder: Path, *statements: Json) -> World:
    """A world with a bucket `music` that has one item, and a caller `a` with these statements."""
    bucket = folder / "s3" / "music"
    bucket.mkdir(parents=True)
    (bucket / "items.json").write_text(json.dumps({"Item": {"id": {"S": "1"}}}) + "\n")
    callers = {"a": user("a", "own"), "other": user("other", "all", account="444455556666")}
    policies = {"own": policy(*statements), "all": policy(ANYTHING)}
    found = World(folder, callers, policies, s3=str(folder / "s3"))
    found("root", "UpdateContinuousBackups", RECOVERY)
    return found


def test_an_export_is_of_a_table_and_looked_at_by_its_own_arn(tmp_path: Path) -> None:
    found = world(tmp_path, allow("ExportTableToPointInTime", TABLE), allow("DescribeExport", f"{TABLE}/export/*"))
    export = {"TableArn": TABLE, "S3Bucket": "music"}
    arn = found("a", "ExportTableToPointInTime", export)["ExportDescription"]["ExportArn"]
    assert found.may("a", "DescribeExport", {"ExportArn": arn})
    assert not found.may("a", "ListExports", {"TableArn": TABLE})
    assert not found.may("a", "ExportTableToPointInTime", {**export, "TableArn": NEW})
    for operation, request in (("ExportTableToPointInTime", export), ("DescribeExport", {"ExportArn": arn})):
        assert not found.may("other", operation, request)
    assert found("other", "ListExports", {})["ExportSummaries"] == []


def test_a_table_is_imported_where_its_name_is_allowed(tmp_path: Path) -> None:
    found = world(tmp_path, allow("ImportTable", NEW), allow("DescribeImport", f"{NEW}/import/*"))
    elsewhere = json.loads(json.dumps(IMPORT).replace("Imported", "Elsewhere"))
    assert not found.may("a", "ImportTable", elsewhere)
    arn = found("a", "ImportTable", IMPORT)["ImportTableDescription"]["ImportArn"]
    assert found.may("a", "DescribeImport", {"ImportArn": arn})
    assert not found.may("other", "DescribeImport", {"ImportArn": arn})
    assert not found.may("a", "ListImports", {})


def test_a_right_to_put_items_is_none_to_put_them_in_bulk(tmp_path: Path) -> None:
    request = {"TableName": "Orders", **BULK}
    (tmp_path / "puts").mkdir()
    puts = world(tmp_path / "puts", allow("PutItem", TABLE), allow("BatchWriteItem", TABLE))
    assert not puts.may("a", "StartBulkPutItems", request)
    (tmp_path / "bulk").mkdir()
    bulk = world(tmp_path / "bulk", allow("StartBulkPutItems", TABLE))
    started = bulk("a", "StartBulkPutItems", request)
    arn = started["BulkOperationDescription"]["BulkOperationArn"]
    for operation in ("DescribeBulkOperation", "CancelBulkOperation"):
        assert not bulk.may("a", operation, {"BulkOperationArn": arn})
        assert not bulk.may("other", operation, {"BulkOperationArn": arn})
