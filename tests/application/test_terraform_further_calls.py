"""The calls of terraform's other resources for DynamoDB, and of further blocks of `aws_dynamodb_table`: empty plans.

A table that is made of another one or of a backup, replicas with strong consistency or as resources of their own, an
index, a tag and an item as resources of their own; `test_terraform_calls.py` has the rest.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.application import test_terraform_calls as calls
from tests.application.test_terraform_calls import REPLICAS, TAGS, Clients, Request, status, tags_of, until
from tests.conftest import REGION

CREATION: Request = {
    "TableName": "Music",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "artist", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "artist", "KeyType": "HASH"}],
}
bucket = calls.bucket


@pytest.fixture
def clients(tmp_path: Path, bucket: Path) -> Iterator[Clients]:
    yield from calls.clients.__wrapped__(tmp_path, bucket)  # type: ignore[attr-defined]


def described(client: Any, name: str = "Music") -> Any:
    return client.describe_table(TableName=name)["Table"]


def create(client: Any, **members: Any) -> Any:
    client.create_table(**{**CREATION, **members})
    until(lambda: status(client), "ACTIVE")
    return described(client)


def test_replicas_with_strong_consistency_and_a_witness(clients: Clients) -> None:
    home = clients()
    create(home, StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"})
    home.update_table(
        TableName="Music",
        MultiRegionConsistency="STRONG",
        ReplicaUpdates=[{"Create": {"RegionName": "us-west-2"}}],
        GlobalTableWitnessUpdates=[{"Create": {"RegionName": "us-east-2"}}],
    )
    until(lambda: calls.replicas(home), {"us-west-2": "ACTIVE"})
    for region, other in ((REGION, "us-west-2"), ("us-west-2", REGION)):
        table = described(clients(region))
        assert table["MultiRegionConsistency"] == "STRONG"
        assert table["GlobalTableWitnesses"] == [{"RegionName": "us-east-2", "WitnessStatus": "ACTIVE"}]
        assert [each["RegionName"] for each in table["Replicas"]] == [other]
    home.update_table(
        TableName="Music",
        ReplicaUpdates=[{"Delete": {"RegionName": "us-west-2"}}],
        GlobalTableWitnessUpdates=[{"Delete": {"RegionName": "us-east-2"}}],
    )
    until(lambda: "Replicas" in described(home), False)
    assert "MultiRegionConsistency" not in described(home)


def test_a_replica_as_a_resource_of_its_own(clients: Clients) -> None:
    home, there = clients(), clients(REPLICAS[0])
    key = "arn:aws:kms:{}:{}:key/11111111-2222-3333-4444-555555555555"
    arn = create(home)["TableArn"]
    keys = [key.format(region, arn.split(":")[4]) for region in (REGION, REPLICAS[0])]
    encryption = {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": keys[0]}
    home.update_table(TableName="Music", SSESpecification=encryption)
    until(lambda: described(home)["SSEDescription"]["Status"], "ENABLED")
    replica = {
        "RegionName": REPLICAS[0],
        "KMSMasterKeyId": keys[1],
        "TableClassOverride": "STANDARD_INFREQUENT_ACCESS",
    }
    home.update_table(TableName="Music", ReplicaUpdates=[{"Create": replica}])
    until(lambda: calls.replicas(home), {REPLICAS[0]: "ACTIVE"})
    calls.recover(there, 35)
    there.update_table(TableName="Music", DeletionProtectionEnabled=True)
    until(lambda: status(there), "ACTIVE")
    there.tag_resource(ResourceArn=described(there)["TableArn"], Tags=tags_of(TAGS))

    (entry,) = described(home)["Replicas"]
    assert entry["KMSMasterKeyId"] == keys[1]
    assert entry["ReplicaTableClassSummary"]["TableClass"] == "STANDARD_INFREQUENT_ACCESS"
    table = described(there)
    assert table["DeletionProtectionEnabled"] is True and table["SSEDescription"]["KMSMasterKeyArn"] == keys[1]
    assert calls.read_tags(there, table["TableArn"]) == TAGS and calls.recovery(there) == ("ENABLED", 35)
    assert described(home)["SSEDescription"]["KMSMasterKeyArn"] == keys[0]


def test_a_table_that_is_restored(clients: Clients) -> None:
    home = clients()
    source = create(home)["TableArn"]
    calls.recover(home, 35)
    home.put_item(TableName="Music", Item={"artist": {"S": "Acme"}})
    backup = home.create_backup(TableName="Music", BackupName="before")["BackupDetails"]["BackupArn"]
    state = lambda: home.describe_backup(BackupArn=backup)["BackupDescription"]["BackupDetails"]["BackupStatus"]  # noqa: E731
    until(state, "AVAILABLE")
    home.restore_table_to_point_in_time(SourceTableArn=source, TargetTableName="Past", UseLatestRestorableTime=True)
    home.restore_table_from_backup(BackupArn=backup, TargetTableName="Kept")
    for name in ("Past", "Kept"):
        until(lambda: status(home, name), "ACTIVE")  # noqa: B023
        table = described(home, name)
        read = {member: table[member] for member in ("KeySchema", "AttributeDefinitions")}
        assert read == {member: CREATION[member] for member in read}
        assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST" and "RestoreSummary" not in table
        home.tag_resource(ResourceArn=table["TableArn"], Tags=tags_of(TAGS))
        assert calls.read_tags(home, table["TableArn"]) == TAGS
    assert home.scan(TableName="Kept")["Count"] == 1


def test_an_index_as_a_resource_of_its_own(clients: Clients) -> None:
    home = clients()
    create(home)
    index = {
        "IndexName": "by-genre",
        "KeySchema": [
            *({"AttributeName": name, "KeyType": "HASH"} for name in ("genre", "label")),
            {"AttributeName": "year", "KeyType": "RANGE"},
        ],
        "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["plays"]},
        "OnDemandThroughput": {"MaxReadRequestUnits": 10, "MaxWriteRequestUnits": 20},
        "WarmThroughput": {"ReadUnitsPerSecond": 15_000, "WriteUnitsPerSecond": 5_000},
    }
    kinds = {"artist": "S", "genre": "S", "label": "S", "year": "N"}
    definitions = [{"AttributeName": name, "AttributeType": kind} for name, kind in kinds.items()]
    home.update_table(
        TableName="Music",
        AttributeDefinitions=definitions,
        GlobalSecondaryIndexUpdates=[{"Create": index}],
    )

    def read() -> Any:
        (found,) = described(home)["GlobalSecondaryIndexes"]
        return found

    until(lambda: read()["IndexStatus"], "ACTIVE")
    found = read()
    warm = {**index["WarmThroughput"], "Status": "ACTIVE"}  # type: ignore[dict-item]
    assert {member: found[member] for member in index} == {**index, "WarmThroughput": warm}
    assert described(home)["AttributeDefinitions"] == definitions
    mode = {"ContributorInsightsAction": "ENABLE", "ContributorInsightsMode": "THROTTLED_KEYS"}
    home.update_contributor_insights(TableName="Music", IndexName="by-genre", **mode)
    until(lambda: calls.insights(home, IndexName="by-genre")["ContributorInsightsStatus"], "ENABLED")
    assert calls.insights(home, IndexName="by-genre")["ContributorInsightsMode"] == "THROTTLED_KEYS"
    home.update_table(TableName="Music", GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "by-genre"}}])
    until(lambda: "GlobalSecondaryIndexes" in described(home), False)


def test_tags_and_items_as_resources_of_their_own(clients: Clients) -> None:
    home = clients()
    arn = create(home)["TableArn"]
    for key, value in TAGS.items():
        home.tag_resource(ResourceArn=arn, Tags=tags_of({key: value}))
        assert calls.read_tags(home, arn)[key] == value
    home.untag_resource(ResourceArn=arn, TagKeys=["stage"])
    assert calls.read_tags(home, arn) == {"team": "music"}

    item = {"artist": {"S": "Acme"}, "plays": {"N": "3"}, "labels": {"SS": ["a", "b"]}, "cover": {"B": b"\x00\x01"}}
    placed = {
        "TableName": "Music",
        "Item": item,
        "ConditionExpression": "attribute_not_exists(#hk)",
        "ExpressionAttributeNames": {"#hk": "artist"},
    }
    home.put_item(**placed)
    with pytest.raises(home.exceptions.ConditionalCheckFailedException):
        home.put_item(**placed)
    names = {f"#a{place}": name for place, name in enumerate(item)}
    read = home.get_item(
        TableName="Music",
        Key={"artist": item["artist"]},
        ConsistentRead=True,
        ProjectionExpression=", ".join(names),
        ExpressionAttributeNames=names,
    )
    assert read["Item"] == item
