"""The report on a test's requests."""

import re

import pytest
from botocore.config import Config

from tests.emulator.testing.world import ITEM, TABLE
from thermodynamo.testing import local_dynamodb

ONCE = Config(retries={"total_max_attempts": 1})


def test_a_quiet_test_has_little_to_say() -> None:
    assert local_dynamodb(tables=TABLE).report() == "0 requests, 0 failed"


def test_throttles_conflicts_hot_keys_errors_and_the_slowest_are_shown() -> None:
    with local_dynamodb(tables=TABLE, partition_write_units_max=20, transaction_hold="60") as local:
        client = local.client(config=ONCE)
        local.clock.freeze()
        client.transact_write_items(TransactItems=[{"Put": {"TableName": "Music", "Item": {"a": {"S": "held"}}}}])
        with pytest.raises(client.exceptions.TransactionConflictException):
            client.put_item(TableName="Music", Item={"a": {"S": "held"}})
        with pytest.raises(client.exceptions.ResourceNotFoundException):
            client.get_item(TableName="None", Key=ITEM)
        with pytest.raises(client.exceptions.ThrottlingException):
            for _ in range(100):
                client.put_item(TableName="Music", Item=ITEM)
        count = local.requests.count
        report = local.report()
    assert report.startswith(f"{count} requests, 3 failed\n\nthrottles, the last of 1:\ntime ")
    for shown in (
        r"PutItem +TableWriteKeyRangeThroughputExceeded +arn:aws:dynamodb:us-east-1:0{12}:table/Music .* a=x\n",
        r"conflicts of transactions, the last of 1:\n  request 2, PutItem of Music \(a=held\): TransactionConflict",
        r"heat:\nMusic: hot key\. One key ",
        rf"the last errors:\n  request {count}, PutItem of Music \(a=x\): ThrottlingException\n"
        r"  request 3, GetItem of None \(a=x\): ResourceNotFoundException\n",
        r"slowest:\n +[0-9.]+ ms  request [0-9]+, ",
    ):
        assert re.search(shown, report), (shown, report)


def test_only_some_of_each_are_shown() -> None:
    with local_dynamodb(tables=TABLE) as local:
        client = local.client(config=ONCE)
        local.faults.add(operation="GetItem", error="InternalServerError")
        for _ in range(20):
            with pytest.raises(client.exceptions.InternalServerError):
                client.get_item(TableName="Music", Key=ITEM)
        assert len(local.report().splitlines()) == 1 + 2 + 5 + 2 + 5
