"""Advice on the requests of a test, which it names."""

from thermodynamo.testing import advice
from thermodynamo.testing.in_process import local_dynamodb

TABLE = {
    "TableName": "Music",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}],
}


def test_the_requests_are_named() -> None:
    with local_dynamodb(tables=[TABLE]) as made:
        client = made.client()
        for number in range(3):
            client.put_item(TableName="Music", Item={"a": {"S": str(number)}})
            client.scan(TableName="Music")
        client.scan(TableName="Music", Select="COUNT")
        (found,) = made.advice()
        assert found["about"] == "scan" and found["requests"][0] == "Scan: 4 requests"
        assert found["requests"][1] == "request 2, Scan of Music"
        made.reset()
        assert made.advice() == []


def test_a_summary_tells_each_finding_once() -> None:
    with local_dynamodb(tables=[TABLE]) as made:
        client = made.client()
        client.put_item(TableName="Music", Item={"a": {"S": "1"}})
        findings = []
        for number in range(1, 6):
            client.scan(TableName="Music")
            findings += [(f"test_{number}", each) for each in made.advice()]
    lines = list(advice.summary(findings))
    assert lines[0].startswith("scan: Music: Scan reads the table from end to end: 5 requests evaluated 5 items")
    assert lines[-4:] == ["    in test_2", "    in test_3", "    in test_4", "    and in 1 more test"]
