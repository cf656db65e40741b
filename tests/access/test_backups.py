"""Backups and restores under policies, in the way of the examples of the developer guide (backuprestore_IAM).

A restore makes a table with items. It needs its own action on the backup or the table, and those on the items of the
new table. A policy can leave out one backup, or one table.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.access.world import ACCOUNT, TABLE, World, policy, user

Json = dict[str, Any]
NEW = TABLE.replace("Orders", "Restored")
BACKUPS = f"{TABLE}/backup/*"
ITEM_ACTIONS = ("BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem")


def actions(*names: str) -> list[str]:
    return [f"dynamodb:{name}" for name in names]


def allow(names: tuple[str, ...], resource: Any, effect: str = "Allow") -> Json:
    return {"Effect": effect, "Action": actions(*names), "Resource": resource}


def world(folder: Path, *statements: Json) -> tuple[World, str]:
    """A world whose caller `a` has these statements, and the ARN of a backup of Orders."""
    found = World(folder, {"a": user("a", "own")}, {"own": policy(*statements)})
    made = found("root", "CreateBackup", {"TableName": "Orders", "BackupName": "daily"})
    return found, made["BackupDetails"]["BackupArn"]


RESTORE = (allow(("RestoreTableFromBackup",), [BACKUPS, NEW]), allow(ITEM_ACTIONS, NEW))


def test_what_a_restore_needs_suffices(tmp_path: Path) -> None:
    found, arn = world(tmp_path, *RESTORE)
    assert found.may("a", "RestoreTableFromBackup", {"TargetTableName": "Restored", "BackupArn": arn})
    elsewhere = {"TargetTableName": "Elsewhere", "BackupArn": arn}
    assert not found.may("a", "RestoreTableFromBackup", elsewhere)


@pytest.mark.parametrize("missing", ITEM_ACTIONS)
def test_none_of_its_actions_on_items_may_be_missing(tmp_path: Path, missing: str) -> None:
    left = tuple(name for name in ITEM_ACTIONS if name != missing)
    found, arn = world(tmp_path, allow(("RestoreTableFromBackup",), "*"), allow(left, "*"))
    assert not found.may("a", "RestoreTableFromBackup", {"TargetTableName": "Restored", "BackupArn": arn})


def test_a_denied_backup_is_neither_restored_nor_deleted(tmp_path: Path) -> None:
    """A Deny of one action leaves the others."""
    anything = {"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}
    for denied, operation in (("DeleteBackup", "DescribeBackup"), ("RestoreTableFromBackup", "DescribeBackup")):
        found, arn = world(tmp_path, anything, allow((denied,), "*", "Deny"))
        request = {"BackupArn": arn} | ({"TargetTableName": "Restored"} if "Restore" in denied else {})
        assert not found.may("a", denied, request)
        assert found.may("a", operation, {"BackupArn": arn})


def test_one_backup_is_left_out_by_its_arn(tmp_path: Path) -> None:
    anything = {"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}
    found, kept = world(tmp_path, anything)
    found.policies["own"] = policy(anything, allow(("DeleteBackup",), kept, "Deny"))
    found.write()
    other = found("root", "CreateBackup", {"TableName": "Orders", "BackupName": "other"})["BackupDetails"]["BackupArn"]
    assert found.service.gate is not None
    found.service.gate.watched._read()
    assert not found.may("a", "DeleteBackup", {"BackupArn": kept})
    assert found.may("a", "DeleteBackup", {"BackupArn": other})
    assert found.may("a", "DescribeBackup", {"BackupArn": kept})


def test_backups_are_made_of_the_tables_that_are_allowed(tmp_path: Path) -> None:
    found, _ = world(tmp_path, allow(("CreateBackup",), TABLE))
    assert found.may("a", "CreateBackup", {"TableName": "Orders", "BackupName": "mine"})
    assert not found.may("a", "CreateBackup", {"TableName": "Others", "BackupName": "mine"})
    assert not found.may("a", "ListBackups", {})


def test_a_restore_to_a_point_in_time_is_of_a_table(tmp_path: Path) -> None:
    found, _ = world(tmp_path, allow(("RestoreTableToPointInTime",), TABLE), allow(ITEM_ACTIONS, NEW))
    request = {"TargetTableName": "Restored", "UseLatestRestorableTime": True}
    assert found.may("a", "RestoreTableToPointInTime", {**request, "SourceTableName": "Orders"})
    assert found.may("a", "RestoreTableToPointInTime", {**request, "SourceTableArn": TABLE})
    assert not found.may("a", "RestoreTableToPointInTime", {**request, "SourceTableName": "Others"})


def test_a_backup_of_another_account_is_out_of_reach(tmp_path: Path) -> None:
    """A backup has no resource policy, so nothing can let another account at it."""
    anything = {"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}
    callers = {"other": user("other", "own", account="444455556666")}
    found = World(tmp_path, callers, {"own": policy(anything)})
    arn = found("root", "CreateBackup", {"TableName": "Orders", "BackupName": "daily"})["BackupDetails"]["BackupArn"]
    assert ACCOUNT in arn
    for operation in ("DescribeBackup", "DeleteBackup"):
        assert not found.may("other", operation, {"BackupArn": arn})
    assert not found.may("other", "RestoreTableFromBackup", {"TargetTableName": "Restored", "BackupArn": arn})
