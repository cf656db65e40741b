"""Backups as programs use them: boto3 with its waiters and paginators."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

KEY = {
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}
ON = {"PointInTimeRecoveryEnabled": True}


def wait_for(client: Any, name: str) -> None:
    client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 30})


@pytest.fixture
def orders(client: Any) -> Any:
    """A client with a table of orders."""
    client.create_table(TableName="orders", **KEY)
    wait_for(client, "orders")
    for number in range(25):
        client.put_item(TableName="orders", Item={"id": {"S": f"o-{number}"}, "total": {"N": str(number)}})
    return client


def test_a_backup_is_made_restored_and_deleted(orders: Any) -> None:
    arn = orders.create_backup(TableName="orders", BackupName="nightly")["BackupDetails"]["BackupArn"]
    described = orders.describe_backup(BackupArn=arn)["BackupDescription"]
    assert described["BackupDetails"]["BackupStatus"] == "AVAILABLE"
    assert described["SourceTableDetails"]["ItemCount"] == 25
    orders.delete_table(TableName="orders")
    orders.get_waiter("table_not_exists").wait(TableName="orders", WaiterConfig={"Delay": 1})
    orders.restore_table_from_backup(TargetTableName="orders", BackupArn=arn)
    wait_for(orders, "orders")
    assert orders.scan(TableName="orders", Select="COUNT")["Count"] == 25
    orders.delete_backup(BackupArn=arn)
    with pytest.raises(ClientError, match="BackupNotFoundException"):
        orders.describe_backup(BackupArn=arn)


def test_all_pages_of_backups(orders: Any) -> None:
    made = [
        orders.create_backup(TableName="orders", BackupName=f"backup-{number}")["BackupDetails"]["BackupArn"]
        for number in range(7)
    ]
    pages = orders.get_paginator("list_backups").paginate(TableName="orders", PaginationConfig={"PageSize": 3})
    assert sorted(each["BackupArn"] for page in pages for each in page["BackupSummaries"]) == sorted(made)


def test_a_table_is_taken_back_to_before_a_mistake(orders: Any) -> None:
    """Recovery is enabled, the mistake follows: the latest time is still before it."""
    orders.update_continuous_backups(TableName="orders", PointInTimeRecoverySpecification=ON)
    for number in range(25):
        orders.delete_item(TableName="orders", Key={"id": {"S": f"o-{number}"}})
    orders.restore_table_to_point_in_time(
        SourceTableName="orders", TargetTableName="before", UseLatestRestorableTime=True
    )
    wait_for(orders, "before")
    assert orders.scan(TableName="before", Select="COUNT")["Count"] == 25
    assert orders.scan(TableName="orders", Select="COUNT")["Count"] == 0
