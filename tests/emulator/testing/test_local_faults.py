"""Faults for a DynamoDB in the process."""

import pytest
from botocore.config import Config

from tests.emulator.testing.world import ITEM, TABLE
from thermodynamo.faults.rule import FaultError
from thermodynamo.testing import local_dynamodb


def test_rules_are_made_counted_and_removed() -> None:
    with local_dynamodb(tables=TABLE) as local:
        client = local.client()
        rule = local.faults.add(operation="BatchWriteItem", unprocessed=1, count=1)
        batch = {"Music": [{"PutRequest": {"Item": {"a": {"S": name}}}} for name in "xy"]}
        left = client.batch_write_item(RequestItems=batch)["UnprocessedItems"]["Music"]
        assert [each["PutRequest"]["Item"]["a"]["S"] for each in left] == ["y"]
        assert local.faults.fired(rule) == 1
        assert local.faults.rules() == [
            {"id": rule, "operation": "BatchWriteItem", "unprocessed": 1, "count": 1, "fired": 1}
        ]
        local.faults.clear()
        assert local.faults.rules() == []
        with pytest.raises(KeyError):
            local.faults.fired(rule)


def test_a_dropped_write_has_happened_or_not() -> None:
    with local_dynamodb(tables=TABLE) as local:
        client = local.client()
        for drop, count in (("before", 0), ("after", 1)):
            local.faults.add(operation="PutItem", drop=drop)
            with pytest.raises(Exception, match="Connection was closed before we received a valid response"):
                local.client(config=Config(retries={"total_max_attempts": 1})).put_item(TableName="Music", Item=ITEM)
            local.faults.clear()
            assert client.scan(TableName="Music")["Count"] == count


def test_a_rule_that_cannot_be_is_explained() -> None:
    with pytest.raises(FaultError, match='unknown member "eror": a rule has operation, table, '):
        local_dynamodb().faults.add(eror="Throttling")
