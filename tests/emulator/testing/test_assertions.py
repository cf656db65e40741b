"""Assertions on what was asked, and the requests that their messages name."""

import pytest

from tests.emulator.testing.world import ITEM, TABLE
from thermodynamo.settings.config import ConfigError
from thermodynamo.testing import LocalDynamoDB, local_dynamodb

INDEX = {
    "IndexName": "by-b",
    "KeySchema": [{"AttributeName": "b", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "ALL"},
}
INDEXED = {
    **TABLE,
    "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in "ab"],
    "GlobalSecondaryIndexes": [INDEX],
}


def failing(assertion: str, local: LocalDynamoDB, **arguments: object) -> str:
    with pytest.raises(AssertionError) as caught:
        getattr(local, assertion)(**arguments)
    return str(caught.value)


def test_no_scans() -> None:
    with local_dynamodb(tables=TABLE) as local:
        client = local.client()
        client.put_item(TableName="Music", Item=ITEM)
        local.assert_no_scans()
        client.scan(TableName="Music")
        assert failing("assert_no_scans", local) == (
            "a table was scanned once: request 2, Scan of Music. Query it by a key or an index instead."
        )
        client.execute_statement(Statement="SELECT * FROM Music")
        text = failing("assert_no_scans", local)
        assert "scanned 2 times: request 2, Scan of Music; request 3, ExecuteStatement of Music." in text
        local.requests.clear()
        local.assert_no_scans()


def test_consumed_units_with_those_of_indexes() -> None:
    with local_dynamodb(tables=INDEXED) as local:
        client = local.client()
        for number in range(3):
            client.put_item(TableName="Music", Item={"a": {"S": str(number)}, "b": {"S": "x"}})
        client.get_item(TableName="Music", Key=ITEM)
        local.assert_consumed(at_most=6.5)
        local.assert_consumed(at_most=0.5, kind="read")
        assert failing("assert_consumed", local, at_most=5) == (
            "6.5 units were used, 5 at most were allowed. What went beyond was request 3, PutItem of Music (a=2 b=x), "
            "which used 2. The most were used by request 1, PutItem of Music (a=0 b=x): 2; request 2, PutItem of "
            "Music (a=1 b=x): 2; request 3, PutItem of Music (a=2 b=x): 2; request 4, GetItem of Music (a=x): 0.5."
        )
        assert failing("assert_consumed", local, at_most=0, kind="read").startswith("0.5 read units were used, 0 at")


def test_no_hot_key() -> None:
    with local_dynamodb(tables=TABLE) as local:
        client = local.client()
        for number in range(60):
            client.put_item(TableName="Music", Item={"a": {"S": f"cold-{number}"}})
        local.assert_no_hot_key()
        for _ in range(90):
            client.put_item(TableName="Music", Item={"a": {"S": "hot"}})
        client.put_item(TableName="Music", Item={"a": {"S": "cold-1"}})
        assert failing("assert_no_hot_key", local) == (
            "Music has a hot key: a=hot has 60% of its load, 50% at most were allowed. The last that asked for it was "
            "request 150, PutItem of Music (a=hot)."
        )
        local.assert_no_hot_key(share=0.7)


def test_so_few_requests_are_no_heat() -> None:
    with local_dynamodb(tables=TABLE) as local:
        for _ in range(10):
            local.client().put_item(TableName="Music", Item=ITEM)
        local.assert_no_hot_key()


def test_a_hot_key_of_an_index_is_found() -> None:
    with local_dynamodb(tables=INDEXED) as local:
        client = local.client()
        for number in range(60):
            client.put_item(TableName="Music", Item={"a": {"S": str(number)}, "b": {"S": "all"}})
        text = failing("assert_no_hot_key", local)
        assert text.startswith("Music/index/by-b has a hot key: b=all has 100% of its load")
        assert text.endswith("was request 60, PutItem of Music (a=59 b=all).")


@pytest.mark.parametrize("assertion", ["assert_consumed", "assert_no_hot_key"])
def test_what_is_not_counted_cannot_be_asserted(assertion: str) -> None:
    arguments = {"at_most": 1} if assertion == "assert_consumed" else {}
    with local_dynamodb(capacity="off") as local, pytest.raises(ConfigError, match="capacity is 'off'"):
        getattr(local, assertion)(**arguments)
