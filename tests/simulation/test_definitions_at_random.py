"""Tables that change in every way, in any order, while items are written and time passes; then all of it is replayed.

`every_database_replays` (conftest.py) compares at the end. Requests look at tables, indexes and streams at times of
their own: what they find due they define, and when that happens must make no difference to a replay.
"""

import json
import os
import random
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any, get_args

import pytest

from tests.replay.recorder import Recorder
from tests.service_failures import is_the_services_own
from tests.simulation.scaling import scale
from tests.simulation.vectors import index_change
from tests.throttling.world import World
from thermodynamo.api.caller import DEFAULT_ACCOUNT, Caller
from thermodynamo.api.errors import ApiError
from thermodynamo.service import SnapshotError
from thermodynamo_storage.database import Database
from thermodynamo_storage.partitions import split_points
from thermodynamo_storage.tables.definition import Definition, IndexDelayed, LinkSet
from thermodynamo_storage.tables.snapshot import Scope
from thermodynamo_storage.values.errors import CannotSplit

SEEDS = range(12)
STEPS = 900
BUCKETS = tempfile.TemporaryDirectory()
SETTINGS: dict[str, Any] = {
    "s3": BUCKETS.name,
    "import_delay_seconds": 20.0,
    "export_delay_seconds": 20.0,
    "bulk_delay_seconds": 10.0,
    "table_delay_seconds": 3.0,
    "index_delay_seconds": "0.1-20",
    "replication_lag": 2.0,
    "replica_lag": "0-3",
    "transaction_hold": "0.1-5",
    "shard_rollover_seconds": 1_000.0,
    "stream_bytes_max": 2**20,
    "ttl_delay": 5.0,
    "policy_delay_seconds": 1.0,
    "ttl_change_seconds": 60.0,
    "backup_delay_seconds": 1.0,
    "restore_delay_seconds": 2.0,
    "split_after_seconds": 2.0,
    "capacity": "observe",
    "kinesis": os.devnull,
}
TRANSFERS_SHARE = 0.02
NAMES = ("one", "two", "three")
KINESIS = tuple(
    f"arn:aws:kinesis:{region}:000000000000:stream/changes" for region in ("us-east-1", "us-east-1", "eu-west-1")
)
REGIONS = ("eu-west-1", "us-west-2")
INDEXES = ("by-g", "by-n")
ON_DEMAND_WARM = {"ReadUnitsPerSecond": 12_000, "WriteUnitsPerSecond": 4_000}
PAUSES = (0.0, 0.0, 0.2, 1.0, 4.0, 30.0, 400.0, 4_000.0, 90_000.0)


def units(chance: random.Random) -> dict[str, int]:
    return {"ReadCapacityUnits": chance.choice((1, 5, 9_000)), "WriteCapacityUnits": chance.choice((1, 5, 3_000))}


def key(chance: random.Random) -> dict[str, Any]:
    return {"p": {"S": f"p{chance.randrange(4)}"}, "s": {"N": str(chance.randrange(6))}}


def item(chance: random.Random, now: float) -> dict[str, Any]:
    contents: dict[str, Any] = {"x": {"S": "x" * chance.choice((10, 300, 40_000))}}
    if chance.random() < 0.7:
        contents["g"] = {"S": chance.choice("abc")}
    if chance.random() < 0.7:
        contents["n"] = {"N": str(chance.randrange(9))}
    if "n" in contents:
        contents["v"] = {"L": [contents["n"], {"N": "1"}]}
    if chance.random() < 0.3:
        contents["until"] = {"N": str(int(now) + chance.randrange(-10, 500))}
    return {**key(chance), **contents}


def index(name: str, chance: random.Random, is_provisioned: bool) -> dict[str, Any]:
    hash_key = "g" if name == "by-g" else "n"
    projection = chance.choice(({"ProjectionType": "ALL"}, {"ProjectionType": "KEYS_ONLY"}))
    given = {"ProvisionedThroughput": units(chance)} if is_provisioned else {}
    return {
        "IndexName": name,
        "KeySchema": [{"AttributeName": hash_key, "KeyType": "HASH"}],
        "Projection": projection,
        **given,
    }


def table(name: str, chance: random.Random) -> dict[str, Any]:
    is_provisioned = chance.random() < 0.5
    request: dict[str, Any] = {
        "TableName": name,
        "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
        "AttributeDefinitions": definitions("p:S", "s:N", "g:S", "n:N"),
        "BillingMode": "PROVISIONED" if is_provisioned else "PAY_PER_REQUEST",
        "GlobalSecondaryIndexes": [index("by-g", chance, is_provisioned)],
        "LocalSecondaryIndexes": [
            {
                "IndexName": "local",
                "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        "Tags": [{"Key": "of", "Value": name}],
    }
    if is_provisioned:
        request["ProvisionedThroughput"] = units(chance)
    if chance.random() < 0.5:
        request["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    if chance.random() < 0.3:
        request["TableClass"] = "STANDARD"
    return request


def fill_bucket() -> None:
    """A bucket with items of all tables, and a line that is none."""
    lines = [b'{"Item": {"p": {"S": "p%d"}, "s": {"N": "%d"}, "n": {"N": "1"}}}\n' % (n % 4, n) for n in range(200)]
    path = Path(BUCKETS.name, "bucket", "items", "1.json")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join([*lines, b"{}\n"]))
    Path(BUCKETS.name, "reports").mkdir(exist_ok=True)


def definitions(*attributes: str) -> list[dict[str, str]]:
    return [{"AttributeName": name, "AttributeType": kind} for name, kind in (each.split(":") for each in attributes)]


def update(name: str, chance: random.Random) -> dict[str, Any]:
    """One change or two that the service may take or refuse."""
    changes: list[dict[str, Any]] = [
        {"BillingMode": "PAY_PER_REQUEST"},
        {"BillingMode": "PROVISIONED", "ProvisionedThroughput": units(chance)},
        {"ProvisionedThroughput": units(chance)},
        {"TableClass": chance.choice(("STANDARD", "STANDARD_INFREQUENT_ACCESS"))},
        {"DeletionProtectionEnabled": chance.random() < 0.3},
        {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}},
        {"StreamSpecification": {"StreamEnabled": False}},
        {"SSESpecification": {"Enabled": True}},
        {"OnDemandThroughput": {"MaxReadRequestUnits": chance.choice((-1, 50))}},
        {"WarmThroughput": {"ReadUnitsPerSecond": 13_000, "WriteUnitsPerSecond": 5_000}},
        {
            "AttributeDefinitions": definitions("g:S", "n:N"),
            "GlobalSecondaryIndexUpdates": [{"Create": index(chance.choice(INDEXES), chance, chance.random() < 0.5)}],
        },
        {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": chance.choice(INDEXES)}}]},
        {"GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": "by-g", "ProvisionedThroughput": units(chance)}}]},
    ]
    request = {"TableName": name, **chance.choice(changes)}
    return {**request, **chance.choice(changes)} if chance.random() < 0.2 else request


class Life:
    """One server, to which anything may happen."""

    def __init__(self, seed: int) -> None:
        fill_bucket()
        self.world = World(**SETTINGS)
        self.chance = random.Random(seed)
        self.vectors = random.Random(f"vectors {seed}")
        self.transfers = random.Random(f"{seed}/moves")
        self.scaling = random.Random(f"scaling {seed}")
        self.database: Database = self.world.service.database
        self.answered: set[str] = set()

    def call(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        """Sends a request, of which the service's errors are as good an answer as any; but not an internal one."""
        try:
            is_transfer = any(word in operation for word in ("Import", "Export", "Bulk"))
            chance = self.transfers if is_transfer else self.chance
            region = chance.choice(("us-east-1", "us-east-1", *REGIONS))
            known = self.database.tables((DEFAULT_ACCOUNT, region))
            region = region if request.get("TableName") in known else "us-east-1"
            reply = self.world.service.call(operation, request, Caller(DEFAULT_ACCOUNT, region))
        except ApiError as error:
            assert error.status < 500 or is_the_services_own(error.body()), error
            return error.body()
        self.answered.add(operation)
        return reply

    def step(self) -> None:
        chance, name = self.chance, self.chance.choice(NAMES)
        what = chance.choices(
            (self.write, self.look, self.change, self.wait, self.split, self.keep), (60, 18, 10, 10, 3, 1)
        )[0]
        what(name)
        if self.vectors.random() < 0.02:
            with suppress(ApiError):
                self.world.service.call("UpdateTable", index_change(self.vectors, self.vectors.choice(NAMES)))
        if self.transfers.random() < TRANSFERS_SHARE:
            self.transfer(self.transfers.choice(NAMES))
        if self.scaling.random() < 0.02:
            scale(self.world, self.scaling, self.scaling.choice(NAMES))

    def write(self, name: str) -> None:
        chance, now = self.chance, self.world.now
        match chance.randrange(6):
            case 0 | 1 | 2:
                self.call("PutItem", {"TableName": name, "Item": item(chance, now)})
            case 3:
                self.call("DeleteItem", {"TableName": name, "Key": key(chance)})
            case 4:
                puts = [{"PutRequest": {"Item": {**item(chance, now), "s": {"N": str(n)}}}} for n in range(8)]
                self.call("BatchWriteItem", {"RequestItems": {name: puts}})
            case 5:
                actions = [
                    {"Put": {"TableName": name, "Item": item(chance, now)}},
                    {"Delete": {"TableName": chance.choice(NAMES), "Key": key(chance)}},
                ]
                token = {"ClientRequestToken": f"t{chance.randrange(40)}"} if chance.random() < 0.7 else {}
                self.call("TransactWriteItems", {"TransactItems": actions, **token})

    def look(self, name: str) -> None:
        match self.chance.randrange(5):
            case 0:
                self.call("DescribeTable", {"TableName": name})
            case 1:
                self.call("Scan", {"TableName": name, "IndexName": self.chance.choice((*INDEXES, "local"))})
            case 2:
                self.call("Scan", {"TableName": name})
            case 3:
                self.call("ListTables", {})
            case 4:
                for stream in self.call("ListStreams", {})["Streams"][:2]:
                    arn = stream["StreamArn"]
                    described = self.call("DescribeStream", {"StreamArn": arn})
                    for shard in described.get("StreamDescription", {}).get("Shards", ())[:2]:
                        start = {"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
                        self.call("GetRecords", self.call("GetShardIterator", start))

    def change(self, name: str) -> None:
        chance = self.chance
        arn = f"arn:aws:dynamodb:us-east-1:000000000000:table/{name}"
        match chance.randrange(21):
            case 0 | 1 | 2:
                self.call("CreateTable", table(name, chance))
            case 3:
                if chance.random() < 0.4:
                    self.call("DeleteTable", {"TableName": name})
            case 4:
                setting = {"AttributeName": "until", "Enabled": chance.random() < 0.7}
                self.call("UpdateTimeToLive", {"TableName": name, "TimeToLiveSpecification": setting})
            case 5:
                self.call("TagResource", {"ResourceArn": arn, "Tags": [{"Key": chance.choice("kl"), "Value": "v"}]})
            case 6:
                self.call("UntagResource", {"ResourceArn": arn, "TagKeys": [chance.choice("kl")]})
            case 7:
                action = chance.choice(("ENABLE", "DISABLE"))
                given = {"IndexName": "by-g"} if chance.random() < 0.5 else {}
                request = {"TableName": name, "ContributorInsightsAction": action, **given}
                self.call("UpdateContributorInsights", request)
            case 8:
                self.delay(name)
            case 9:
                recovery = {"PointInTimeRecoveryEnabled": chance.random() < 0.7}
                self.call("UpdateContinuousBackups", {"TableName": name, "PointInTimeRecoverySpecification": recovery})
            case 10 | 11:
                self.govern(name, arn)
            case 12 | 13:
                self.stream(name)
            case 14 | 15:
                self.replicate(name)
            case 16 | 17:
                self.back_up(name)
            case _:
                self.call("UpdateTable", update(name, chance))

    def back_up(self, name: str) -> None:
        """Backups come and go; tables are restored from them, and to seconds of the past, with an index or without."""
        chance = self.chance
        backups = self.call("ListBackups", {"BackupType": "ALL"})["BackupSummaries"]
        overrides: dict[str, Any] = {} if chance.random() < 0.5 else {"GlobalSecondaryIndexOverride": []}
        target = {"TargetTableName": chance.choice((*NAMES, "past")), **overrides}
        if chance.random() < 0.5:
            self.call("DeleteTable", {"TableName": "past"})
        match chance.randrange(6):
            case 0 | 1:
                self.call("CreateBackup", {"TableName": name, "BackupName": "any"})
            case 2 if backups:
                self.call("RestoreTableFromBackup", {"BackupArn": chance.choice(backups)["BackupArn"], **target})
            case 3 if backups:
                self.call("DeleteBackup", {"BackupArn": chance.choice(backups)["BackupArn"]})
            case _:
                described = self.call("DescribeContinuousBackups", {"TableName": name})
                found = described.get("ContinuousBackupsDescription", {}).get("PointInTimeRecoveryDescription", {})
                if "LatestRestorableDateTime" in found:
                    low, high = found["EarliestRestorableDateTime"], found["LatestRestorableDateTime"]
                    time = {"RestoreDateTime": chance.randint(max(low, high - 1_000), high)}
                    self.call("RestoreTableToPointInTime", {"SourceTableName": name, **target, **time})

    def transfer(self, name: str) -> None:
        """Imports a table, unless one of that name is there; exports one; or looks how far these are."""
        chance = self.transfers
        if chance.random() < 0.4:
            self.write_in_bulk(name)
            return
        what = chance.randrange(5)
        if what == 0:
            for summary in self.call("ListImports", {})["ImportSummaryList"][:2]:
                self.call("DescribeImport", {"ImportArn": summary["ImportArn"]})
        elif what == 1:
            for summary in self.call("ListExports", {})["ExportSummaries"][:2]:
                self.call("DescribeExport", {"ExportArn": summary["ExportArn"]})
        elif what < 4:
            self.export_table(name)
        else:
            self.import_table(name)

    def export_table(self, name: str) -> None:
        """All of a table, or its changes of a while; recovery is off as often as not."""
        chance, now = self.transfers, self.world.now
        period = {"IncrementalExportSpecification": {"ExportFromTime": now - chance.choice((900, 5_000))}}
        request: dict[str, Any] = {
            "TableArn": f"arn:aws:dynamodb:us-east-1:000000000000:table/{name}",
            "S3Bucket": chance.choice(("bucket", "bucket", "nowhere")),
            **({"ExportType": "INCREMENTAL_EXPORT", **period} if chance.random() < 0.4 else {}),
        }
        self.call("ExportTableToPointInTime", {**request, "S3Prefix": "exports"})

    def import_table(self, name: str) -> None:
        chance = self.transfers
        members = ("TableName", "KeySchema", "BillingMode", "GlobalSecondaryIndexes", "ProvisionedThroughput")
        given = table(name, chance)
        self.call(
            "ImportTable",
            {
                "S3BucketSource": {
                    "S3Bucket": chance.choice(("bucket", "bucket", "nowhere")),
                    "S3KeyPrefix": chance.choice(("items", "items/", "none/")),
                },
                "InputFormat": chance.choice(("DYNAMODB_JSON", "DYNAMODB_JSON", "CSV")),
                "TableCreationParameters": {
                    **{name: given[name] for name in members if name in given},
                    "AttributeDefinitions": definitions("p:S", "s:N", "g:S"),
                },
            },
        )

    def write_in_bulk(self, name: str) -> None:
        """Writes to a table from a bucket, looks how far that is, and cancels it now and then."""
        chance = self.transfers
        request = {
            "TableName": name,
            "InputS3Configuration": {
                "S3Bucket": chance.choice(("bucket", "bucket", "nowhere")),
                "S3KeyPrefix": "items/",
                "InputFormat": "DYNAMODB_JSON",
            },
            "OutputS3Configuration": {"S3Bucket": "reports", "OutputType": ["ERROR", "CONDITION_CHECK_FAILURE"]},
        }
        begun = self.call("StartBulkPutItems", request).get("BulkOperationDescription")
        found = (
            [begun]
            if begun is not None
            else self.call("ListBulkOperations", {}).get("BulkOperationsSummaryList", [])[:1]
        )
        for each in found:
            arn = {"BulkOperationArn": each["BulkOperationArn"]}
            self.call("CancelBulkOperation" if chance.random() < 0.4 else "DescribeBulkOperation", arn)

    def replicate(self, name: str) -> None:
        """Replicas come and go, regions are cut off; one table is now and then strongly consistent."""
        chance = self.chance
        region = chance.choice(REGIONS)
        match chance.randrange(5):
            case 0 | 1:
                action = chance.choice(("Create", "Create", "Delete"))
                self.call("UpdateTable", {"TableName": name, "ReplicaUpdates": [{action: {"RegionName": region}}]})
            case 2:
                link = LinkSet("us-east-1", region, chance.choice((None, (0.0, 2.0))), chance.random() < 0.3)
                self.database.define(link, self.world.now)
            case 3:
                self.call(
                    "CreateTable",
                    {
                        "TableName": "strong",
                        "BillingMode": "PAY_PER_REQUEST",
                        "KeySchema": [{"AttributeName": "p", "KeyType": "HASH"}],
                        "AttributeDefinitions": definitions("p:S"),
                    },
                )
            case 4:
                action = "Create" if chance.random() < 0.5 else "Delete"
                request = {
                    "TableName": "strong",
                    "ReplicaUpdates": [{action: {"RegionName": "eu-west-1"}}],
                    "GlobalTableWitnessUpdates": [{action: {"RegionName": "us-west-2"}}],
                }
                strong = {"MultiRegionConsistency": "STRONG"} if action == "Create" else {}
                self.call("UpdateTable", {**request, **strong})

    def stream(self, name: str) -> None:
        """Enables, disables or changes a Kinesis destination; one of the streams is in another region."""
        destination = {"TableName": name, "StreamArn": self.chance.choice(KINESIS)}
        precision = {"ApproximateCreationDateTimePrecision": self.chance.choice(("MILLISECOND", "MICROSECOND"))}
        match self.chance.randrange(4):
            case 0 | 1:
                self.call("EnableKinesisStreamingDestination", destination)
            case 2:
                request = {**destination, "UpdateKinesisStreamingConfiguration": precision}
                self.call("UpdateKinesisStreamingDestination", request)
            case _:
                self.call("DisableKinesisStreamingDestination", destination)

    def govern(self, name: str, arn: str) -> None:
        """Puts or deletes the resource policy of a table or of its stream."""
        action = "dynamodb:GetItem"
        if self.chance.random() < 0.4:
            arn = self.call("DescribeTable", {"TableName": name}).get("Table", {}).get("LatestStreamArn", arn)
            action = "dynamodb:GetRecords" if "/stream/" in arn else action
        if self.chance.random() < 0.3:
            self.call("DeleteResourcePolicy", {"ResourceArn": arn})
            return
        principal = {"AWS": self.chance.choice(("111122223333", "444455556666"))}
        statement = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": arn}
        self.call("PutResourcePolicy", {"ResourceArn": arn, "Policy": json.dumps({"Statement": statement})})

    def delay(self, name: str) -> None:
        found = self.database.tables(("000000000000", "us-east-1")).get(name)
        if found is not None and "by-g" in found.indexes:
            low = self.chance.choice((0.0, 1.0))
            self.database.define(IndexDelayed(found.id, "by-g", low, 3 * low), self.world.now)

    def wait(self, name: str) -> None:
        """Time passes: everything due happens on its way, or nothing does until somebody looks."""
        seconds = self.chance.choice(PAUSES)
        if self.chance.random() < 0.5:
            self.world.service.turn(seconds)
        else:
            self.world.pass_seconds(seconds)

    def keep(self, name: str) -> None:
        """Something is done to whole namespaces, unless a table in them is tied to others."""
        with suppress(SnapshotError):
            self._keep()

    def _keep(self) -> None:
        """The second account holds forks."""
        service, chance = self.world.service, self.chance
        scope = chance.choice((Scope(), Scope("000000000000")))
        match chance.randrange(8):
            case 0 | 1 | 2:
                service.snapshot(chance.choice("ab"), scope, replaces=True)
            case 3 | 4:
                if service.snapshots:
                    service.restore(chance.choice(list(service.snapshots)))
            case 5:
                if service.snapshots:
                    service.delete_snapshot(chance.choice(list(service.snapshots)))
            case 6:
                first, second = Caller("000000000000", "us-east-1"), Caller("000000000001", "us-east-1")
                source, target = chance.choice(((first, second), (second, first)))
                service.fork(source, target, replaces=True)
            case 7:
                if chance.random() < 0.2:
                    service.reset(scope)

    def split(self, name: str) -> None:
        found = self.database.tables(("000000000000", "us-east-1")).get(name)
        if found is None:
            return
        _, keyspace = self.chance.choice(list(found.keyspaces()))
        partition = self.chance.choice(keyspace.partitions)
        rule = self.chance.choice((split_points.by_size, split_points.by_range))
        try:
            at = rule(partition, keyspace.keeps_collections)
        except CannotSplit:
            return
        self.database.split(keyspace, partition, at, "manual", self.world.now)


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_happens_to_tables_is_replayed(seed: int) -> None:
    life = Life(seed)
    for _ in range(STEPS):
        life.step()
    assert {"CreateTable", "UpdateTable", "PutItem", "TransactWriteItems"} <= life.answered


def test_every_kind_of_definition_occurs(every_database_replays: list[tuple[Database, Recorder]]) -> None:
    answered = set()
    for seed in SEEDS:
        life = Life(seed)
        for _ in range(STEPS):
            life.step()
        answered |= life.answered
    assert "GetRecords" in answered
    found = {kind for _, recorder in every_database_replays for kind in recorder.kinds()}
    # A peak takes half an hour of load to settle: tests/throttling/test_scenarios.py has one.
    assert found >= {kind for kind in get_args(Definition) if kind.__name__ != "ThroughputWarmed"}
