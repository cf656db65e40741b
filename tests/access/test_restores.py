"""What restores ask of the policies of their caller: their own action, and those that fill the new table.

Source: the developer guide, backuprestore_IAM and S3DataExport; the service authorization reference.
"""

from pathlib import Path

import pytest

from tests.access.world import ACCOUNT, TABLE, Json, World, policy, user
from thermodynamo.access.data_paths import ITEM_ACTIONS

TARGET = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/Restored"
BACKUPS = f"{TABLE}/backup/*"
FILLING = {"Effect": "Allow", "Action": [f"dynamodb:{action}" for action in ITEM_ACTIONS], "Resource": TARGET}
FROM_BACKUP = {"Effect": "Allow", "Action": "dynamodb:RestoreTableFromBackup", "Resource": [BACKUPS, TARGET]}
FROM_PAST = {"Effect": "Allow", "Action": "dynamodb:RestoreTableToPointInTime", "Resource": TABLE}
LOOKING = {"Effect": "Allow", "Action": ["dynamodb:DescribeBackup", "dynamodb:ListBackups"], "Resource": "*"}
POLICIES = {
    "whole": policy(FROM_BACKUP, FROM_PAST, FILLING),
    "unfilled": policy(FROM_BACKUP, FROM_PAST),
    "elsewhere": policy({**FROM_BACKUP, "Resource": BACKUPS}, {**FROM_PAST, "Resource": TARGET}, FILLING),
    "reader": policy(
        {"Effect": "Allow", "Action": ["dynamodb:DescribeBackup", "dynamodb:ListBackups"], "Resource": "*"}
    ),
}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, {name: user(name, name) for name in POLICIES}, POLICIES)


@pytest.fixture
def backup(world: World) -> str:
    details: Json = world("root", "CreateBackup", {"TableName": "Orders", "BackupName": "one"})["BackupDetails"]
    return str(details["BackupArn"])


def requests(world: World, backup: str) -> list[tuple[str, Json]]:
    recovery = {"PointInTimeRecoveryEnabled": True}
    world("root", "UpdateContinuousBackups", {"TableName": "Orders", "PointInTimeRecoverySpecification": recovery})
    return [
        ("RestoreTableFromBackup", {"TargetTableName": "Restored", "BackupArn": backup}),
        (
            "RestoreTableToPointInTime",
            {"TargetTableName": "Restored", "SourceTableName": "Orders", "UseLatestRestorableTime": True},
        ),
    ]


def test_a_restore_needs_its_action_and_those_that_fill_the_table(world: World, backup: str) -> None:
    for operation, request in requests(world, backup):
        for caller in ("unfilled", "elsewhere", "reader"):
            assert not world.may(caller, operation, request), (caller, operation)
        world("whole", operation, request)
        world("root", "DescribeTable", {"TableName": "Restored"})
        world("root", "DeleteTable", {"TableName": "Restored"})


def test_who_may_look_at_backups_may_neither_make_nor_delete_any(world: World, backup: str) -> None:
    assert world("reader", "DescribeBackup", {"BackupArn": backup})
    assert world("reader", "ListBackups", {})["BackupSummaries"]
    assert not world.may("reader", "DeleteBackup", {"BackupArn": backup})
    assert not world.may("reader", "CreateBackup", {"TableName": "Orders", "BackupName": "two"})
