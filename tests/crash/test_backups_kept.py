"""Backups, what points in time need, and restores that go on: kept in a data folder over a restart."""

from pathlib import Path

import pytest

from thermodynamo.service import Service
from thermodynamo.settings.config import Config

KEY = {
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}
ON = {"PointInTimeRecoveryEnabled": True}
ITEMS = 1_000


@pytest.mark.parametrize("has_image", [False, True])
def test_backups_and_the_past_survive_a_restart(tmp_path: Path, has_image: bool) -> None:
    """Also a restore that goes on: it is finished by the next server."""
    config = Config(clock="virtual", data_dir=str(tmp_path))
    first = Service(config)
    first.call("CreateTable", {"TableName": "orders", **KEY})
    recovery = {"TableName": "orders", "PointInTimeRecoverySpecification": ON}
    times = first.call("UpdateContinuousBackups", recovery)["ContinuousBackupsDescription"]
    enabled_at = times["PointInTimeRecoveryDescription"]["EarliestRestorableDateTime"]
    first.turn(10)
    for number in range(ITEMS):
        first.call("PutItem", {"TableName": "orders", "Item": {"id": {"S": str(number)}, "x": {"S": "1"}}})
    arn = first.call("CreateBackup", {"TableName": "orders", "BackupName": "one"})["BackupDetails"]["BackupArn"]
    first.turn(600)
    for number in range(ITEMS):
        first.call("DeleteItem", {"TableName": "orders", "Key": {"id": {"S": str(number)}}})
    latest = {"SourceTableName": "orders", "UseLatestRestorableTime": True}
    first.call("RestoreTableToPointInTime", {"TargetTableName": "past", **latest})
    if has_image:
        assert first.folder is not None and first.folder.checkpoints is not None
        first.folder.checkpoints.step(first.database.sequence, first.clock.now(), is_due=True)
        while first.folder.step(first.database, first.clock.now()):
            pass
    assert first.call("DescribeTable", {"TableName": "past"})["Table"]["TableStatus"] == "CREATING"
    first.close()

    second = Service(config)
    second.turn(0)
    assert second.call("DescribeTable", {"TableName": "past"})["Table"]["ItemCount"] == ITEMS
    second.call("RestoreTableFromBackup", {"TargetTableName": "again", "BackupArn": arn})
    assert second.call("Scan", {"TableName": "again", "Select": "COUNT"})["Count"] == ITEMS
    request = {"SourceTableName": "orders", "TargetTableName": "empty", "RestoreDateTime": enabled_at + 5}
    second.call("RestoreTableToPointInTime", request)
    second.turn(0)
    assert second.call("DescribeTable", {"TableName": "empty"})["Table"]["ItemCount"] == 0
    second.close()
