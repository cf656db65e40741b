"""The calls of terraform's resources for DynamoDB in their order, and what they read back: an empty plan.

Each block of the documentation of the provider `aws` is there: `aws_dynamodb_table` with replicas and with an import,
the resources for policies, Kinesis destinations, contributor insights and exports, and auto scaling. A plan is empty
where the attributes that are read are those of the configuration.
"""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.conftest import REGION, Endpoint, _arguments
from tests.emulator.transfers.world import songs

Request = dict[str, Any]
Clients = Callable[..., Any]
REPLICAS = ("eu-west-1", "us-west-2")
TAGS = {"team": "music", "stage": "test"}
ATTRIBUTES = {"artist": "S", "song": "S", "genre": "S", "plays": "N", "year": "N"}
CONFIGURATION: Request = {
    "TableName": "Music",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": name, "AttributeType": kind} for name, kind in ATTRIBUTES.items()],
    "KeySchema": [{"AttributeName": "artist", "KeyType": "HASH"}, {"AttributeName": "song", "KeyType": "RANGE"}],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-genre",
            "KeySchema": [
                {"AttributeName": "genre", "KeyType": "HASH"},
                {"AttributeName": "plays", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["label"]},
            "OnDemandThroughput": {"MaxReadRequestUnits": 50, "MaxWriteRequestUnits": 60},
            "WarmThroughput": {"ReadUnitsPerSecond": 13_000, "WriteUnitsPerSecond": 5_000},
        }
    ],
    "LocalSecondaryIndexes": [
        {
            "IndexName": "by-year",
            "KeySchema": [
                {"AttributeName": "artist", "KeyType": "HASH"},
                {"AttributeName": "year", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
    ],
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    "SSESpecification": {"Enabled": True, "SSEType": "KMS"},
    "OnDemandThroughput": {"MaxReadRequestUnits": 100, "MaxWriteRequestUnits": 200},
    "WarmThroughput": {"ReadUnitsPerSecond": 14_000, "WriteUnitsPerSecond": 6_000},
    "TableClass": "STANDARD_INFREQUENT_ACCESS",
    "DeletionProtectionEnabled": True,
}


@pytest.fixture
def bucket(tmp_path: Path) -> Path:
    folder = tmp_path / "music"
    folder.mkdir()
    return folder


@pytest.fixture
def clients(tmp_path: Path, bucket: Path) -> Iterator[Clients]:
    """Makes a client of one account, in a region."""
    server = Endpoint(f"--s3={tmp_path}", f"--kinesis={tmp_path / 'changes.jsonl'}")
    account = server.new_account()
    made: list[Any] = []

    def client(region: str = REGION, service: str = "dynamodb") -> Any:
        made.append(boto3.Session(region_name=region).client(service, **_arguments(server.url(), account)))
        return made[-1]

    yield client
    for each in made:
        each.close()
    server.stop()


def until(read: Callable[[], Any], wanted: Any) -> None:
    """Reads as the provider's waiters do, until a state is there."""
    for _ in range(400):
        if (found := read()) == wanted:
            return
        time.sleep(0.05)
    raise AssertionError(f"{found} has not become {wanted}")


def tags_of(given: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in given.items()]


def read_tags(client: Any, arn: str) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in client.list_tags_of_resource(ResourceArn=arn)["Tags"]}


def status(client: Any, name: str = "Music") -> Any:
    return client.describe_table(TableName=name)["Table"]["TableStatus"]


def recovery(client: Any) -> tuple[Any, Any]:
    described = client.describe_continuous_backups(TableName="Music")["ContinuousBackupsDescription"]
    found = described["PointInTimeRecoveryDescription"]
    return found["PointInTimeRecoveryStatus"], found.get("RecoveryPeriodInDays")


def insights(client: Any, **index: str) -> Any:
    return client.describe_contributor_insights(TableName="Music", **index)


def recover(client: Any, days: int) -> None:
    specification = {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": days}
    client.update_continuous_backups(TableName="Music", PointInTimeRecoverySpecification=specification)
    until(lambda: recovery(client), ("ENABLED", days))


def apply(clients: Clients) -> None:
    """Create of the resource `aws_dynamodb_table`, with waiters in between."""
    home = clients()
    home.create_table(**CONFIGURATION, Tags=tags_of(TAGS))
    until(lambda: status(home), "ACTIVE")
    for index in home.describe_table(TableName="Music")["Table"]["GlobalSecondaryIndexes"]:
        assert index["IndexStatus"] == "ACTIVE" and index["WarmThroughput"]["Status"] == "ACTIVE"
    home.update_time_to_live(TableName="Music", TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"})
    described = lambda: home.describe_time_to_live(TableName="Music")["TimeToLiveDescription"]["TimeToLiveStatus"]  # noqa: E731
    until(described, "ENABLED")
    recover(home, 7)
    for region in REPLICAS:
        home.update_table(TableName="Music", ReplicaUpdates=[{"Create": {"RegionName": region}}])
        until(lambda: replicas(home).get(region), "ACTIVE")  # noqa: B023
        there = clients(region)
        until(lambda: status(there), "ACTIVE")  # noqa: B023
        recover(there, 3)
        there.update_table(TableName="Music", DeletionProtectionEnabled=True)
        until(lambda: status(there), "ACTIVE")  # noqa: B023
        arn = there.describe_table(TableName="Music")["Table"]["TableArn"]
        there.tag_resource(ResourceArn=arn, Tags=tags_of(TAGS))
    until(lambda: status(home), "ACTIVE")


def replicas(client: Any) -> dict[str, str]:
    table = client.describe_table(TableName="Music")["Table"]
    return {each["RegionName"]: each["ReplicaStatus"] for each in table.get("Replicas", ())}


def read(client: Any) -> Request:
    """Read of the resource: the attributes that it keeps of DescribeTable, as arguments of CreateTable."""
    table = client.describe_table(TableName="Music")["Table"]
    warm = ("ReadUnitsPerSecond", "WriteUnitsPerSecond")

    def kept(of: Request, *members: str) -> Request:
        return {
            **{member: of[member] for member in members if member in of},
            **(
                {"WarmThroughput": {unit: of["WarmThroughput"][unit] for unit in warm}}
                if "WarmThroughput" in of
                else {}
            ),
        }

    shared = ("IndexName", "KeySchema", "Projection")
    return {
        **kept(
            table, "TableName", "KeySchema", "StreamSpecification", "OnDemandThroughput", "DeletionProtectionEnabled"
        ),
        "AttributeDefinitions": table["AttributeDefinitions"],
        "BillingMode": table["BillingModeSummary"]["BillingMode"],
        "TableClass": table["TableClassSummary"]["TableClass"],
        "SSESpecification": {
            "Enabled": table["SSEDescription"]["Status"] == "ENABLED",
            "SSEType": table["SSEDescription"]["SSEType"],
        },
        "GlobalSecondaryIndexes": [
            kept(index, *shared, "OnDemandThroughput") for index in table["GlobalSecondaryIndexes"]
        ],
        "LocalSecondaryIndexes": [kept(index, *shared) for index in table["LocalSecondaryIndexes"]],
    }


def sets(request: Request) -> Request:
    """The configuration as terraform compares it: attributes and indexes are sets."""
    ordered = sorted(request["AttributeDefinitions"], key=lambda each: str(each["AttributeName"]))
    return {**request, "AttributeDefinitions": ordered}


def test_the_plan_of_a_table_with_every_block_is_empty_after_apply(clients: Clients) -> None:
    apply(clients)
    home = clients()
    assert sets(read(home)) == sets(CONFIGURATION)
    assert replicas(home) == dict.fromkeys(REPLICAS, "ACTIVE")
    expiry = home.describe_time_to_live(TableName="Music")["TimeToLiveDescription"]
    assert expiry == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}
    assert recovery(home) == ("ENABLED", 7)
    for region in (REGION, *REPLICAS):
        client = clients(region)
        table = client.describe_table(TableName="Music")["Table"]
        assert f":{region}:" in table["TableArn"] and f":{region}:" in table["LatestStreamArn"]
        assert table["LatestStreamLabel"] in table["LatestStreamArn"]
        assert read_tags(client, table["TableArn"]) == TAGS
        assert table["DeletionProtectionEnabled"] is True
        if region != REGION:
            assert recovery(client) == ("ENABLED", 3)
            theirs, ours = sets(read(client)), sets(CONFIGURATION)
            assert {member for member in ours if theirs[member] != ours[member]} == set()


def test_the_plans_of_what_belongs_to_a_table_are_empty_after_apply(clients: Clients, bucket: Path) -> None:
    apply(clients)
    home = clients()
    arn = home.describe_table(TableName="Music")["Table"]["TableArn"]
    reader = {"AWS": f"arn:aws:iam::{arn.split(':')[4]}:root"}
    statement = {"Effect": "Allow", "Principal": reader, "Action": "dynamodb:GetItem", "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    revision = home.put_resource_policy(ResourceArn=arn, Policy=policy)["RevisionId"]
    found = home.get_resource_policy(ResourceArn=arn)
    assert (json.loads(found["Policy"]), found["RevisionId"]) == (json.loads(policy), revision)

    stream = f"arn:aws:kinesis:{REGION}:{arn.split(':')[4]}:stream/changes"
    precision = {"ApproximateCreationDateTimePrecision": "MICROSECOND"}
    home.enable_kinesis_streaming_destination(
        TableName="Music", StreamArn=stream, EnableKinesisStreamingConfiguration=precision
    )

    def destination() -> Any:
        (each,) = home.describe_kinesis_streaming_destination(TableName="Music")["KinesisDataStreamDestinations"]
        return {**each, "DestinationStatusDescription": None}

    wanted = {"StreamArn": stream, "DestinationStatus": "ACTIVE", "DestinationStatusDescription": None, **precision}
    until(destination, wanted)

    for index in ({}, {"IndexName": "by-genre"}):
        home.update_contributor_insights(TableName="Music", ContributorInsightsAction="ENABLE", **index)
        until(lambda: insights(home, **index)["ContributorInsightsStatus"], "ENABLED")  # noqa: B023
        assert insights(home, **index).get("IndexName") == index.get("IndexName")

    begun = home.export_table_to_point_in_time(TableArn=arn, S3Bucket="music", S3Prefix="out", ExportFormat="ION")
    export = begun["ExportDescription"]["ExportArn"]

    def described() -> Any:
        return home.describe_export(ExportArn=export)["ExportDescription"]

    until(lambda: described()["ExportStatus"], "COMPLETED")
    assert [described()[member] for member in ("S3Bucket", "S3Prefix", "ExportFormat")] == ["music", "out", "ION"]
    assert (bucket / described()["ExportManifest"]).exists()


def test_the_plan_of_an_imported_table_is_empty_after_apply(clients: Clients, bucket: Path) -> None:
    (bucket / "songs.json").write_bytes(songs(50))
    home = clients()
    creation = {
        "TableName": "Songs",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    }
    begun = home.import_table(
        S3BucketSource={"S3Bucket": "music"}, InputFormat="DYNAMODB_JSON", TableCreationParameters=creation
    )
    arn = begun["ImportTableDescription"]["ImportArn"]
    until(lambda: home.describe_import(ImportArn=arn)["ImportTableDescription"]["ImportStatus"], "COMPLETED")
    until(lambda: status(home, "Songs"), "ACTIVE")
    table = home.describe_table(TableName="Songs")["Table"]
    home.tag_resource(ResourceArn=table["TableArn"], Tags=tags_of(TAGS))
    assert {member: table[member] for member in creation if member != "BillingMode"} | {
        "BillingMode": table["BillingModeSummary"]["BillingMode"]
    } == creation
    assert table["ItemCount"] == 50 and read_tags(home, table["TableArn"]) == TAGS


def test_the_plan_of_a_provisioned_table_with_auto_scaling_is_empty_after_apply(clients: Clients) -> None:
    home, scaling = clients(), clients(service="application-autoscaling")
    units = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 6}
    home.create_table(
        TableName="Music",
        AttributeDefinitions=[{"AttributeName": "artist", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "artist", "KeyType": "HASH"}],
        ProvisionedThroughput=units,
    )
    until(lambda: status(home), "ACTIVE")
    for metric, dimension in (
        ("DynamoDBReadCapacityUtilization", "Read"),
        ("DynamoDBWriteCapacityUtilization", "Write"),
    ):
        place = {
            "ServiceNamespace": "dynamodb",
            "ResourceId": "table/Music",
            "ScalableDimension": f"dynamodb:table:{dimension}CapacityUnits",
        }
        scaling.register_scalable_target(**place, MinCapacity=5, MaxCapacity=50, Tags=TAGS)
        (target,) = scaling.describe_scalable_targets(
            ServiceNamespace="dynamodb",
            ResourceIds=["table/Music"],
            ScalableDimension=place["ScalableDimension"],
        )["ScalableTargets"]
        assert {**place, "MinCapacity": 5, "MaxCapacity": 50}.items() <= target.items()
        assert scaling.list_tags_for_resource(ResourceARN=target["ScalableTargetARN"])["Tags"] == TAGS
        tracking = {
            "TargetValue": 70.0,
            "PredefinedMetricSpecification": {"PredefinedMetricType": metric},
            "ScaleInCooldown": 60,
            "ScaleOutCooldown": 30,
        }
        scaling.put_scaling_policy(
            **place,
            PolicyName=f"track-{dimension}",
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration=tracking,
        )
        (policy,) = scaling.describe_scaling_policies(
            ServiceNamespace="dynamodb", PolicyNames=[f"track-{dimension}"], ResourceId="table/Music"
        )["ScalingPolicies"]
        assert policy["TargetTrackingScalingPolicyConfiguration"] == tracking
    table = home.describe_table(TableName="Music")["Table"]
    assert {name: table["ProvisionedThroughput"][name] for name in units} == units
