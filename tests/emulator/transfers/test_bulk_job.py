"""Bulk operations put items of buckets into tables: counts, conditions, reports, limits, cancelling, restarts."""

import gzip
import json
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest

from thermodynamo.service import Service
from thermodynamo.settings.config import Config
from thermodynamo.testing import local_dynamodb

TABLE: dict[str, Any] = {
    "TableName": "Songs",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [
        {"AttributeName": "id", "AttributeType": "S"},
        {"AttributeName": "rank", "AttributeType": "N"},
    ],
    "BillingMode": "PAY_PER_REQUEST",
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-rank",
            "KeySchema": [{"AttributeName": "rank", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
    ],
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
}


class World:
    """A service with a table, an input bucket and an output bucket."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.folder = folder
        self.settings = {"clock": "virtual", "s3": str(folder), **settings}
        self.service = Service(Config(**self.settings))
        for bucket in ("in", "out"):
            (folder / bucket).mkdir(exist_ok=True)

    def put(self, key: str, *lines: Any, compress: bool = False) -> None:
        text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines).encode()
        path = self.folder / "in" / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(text) if compress else text)

    def call(self, operation: str, **request: Any) -> dict[str, Any]:
        return self.service.call(operation, request)

    def start(self, output: tuple[str, ...] = ("ERROR", "CONDITION_CHECK_FAILURE"), **more: Any) -> str:
        given = more.pop("InputS3Configuration", {})
        reply = self.call(
            "StartBulkPutItems",
            TableName="Songs",
            InputS3Configuration={"S3Bucket": "in", "InputFormat": "DYNAMODB_JSON", **given},
            OutputS3Configuration={"S3Bucket": "out", "S3KeyPrefix": "reports/", "OutputType": list(output)},
            **more,
        )
        arn: str = reply["BulkOperationDescription"]["BulkOperationArn"]
        return arn

    def describe(self, arn: str) -> dict[str, Any]:
        description: dict[str, Any] = self.call("DescribeBulkOperation", BulkOperationArn=arn)[
            "BulkOperationDescription"
        ]
        return description

    def run(self, arn: str, seconds: float = 0) -> dict[str, Any]:
        self.service.turn(seconds)
        return self.describe(arn)

    def items(self, **more: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.call("Scan", TableName="Songs", **more)["Items"]
        return sorted(found, key=str)

    def count(self) -> int:
        count: int = self.call("DescribeTable", TableName="Songs")["Table"]["ItemCount"]
        return count

    def reports(self, kind: str) -> list[dict[str, Any]]:
        paths = sorted(self.folder.glob(f"out/reports/AWSDynamoDB/*/{kind}/*.json"))
        return [json.loads(line) for path in paths for line in path.read_text().splitlines()]


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.call("CreateTable", **TABLE)
    return made


def item(id: str, **more: Any) -> dict[str, Any]:
    return {"Item": {"id": {"S": id}, **more}}


def test_items_are_put_and_counted_with_their_index_entries_and_stream_records(world: World) -> None:
    world.call("PutItem", TableName="Songs", Item={"id": {"S": "a"}, "old": {"S": "x"}})
    world.put("one.json", item("a"), item("b", rank={"N": "1"}), "")
    world.put("two/three.json", item("c"))
    arn = world.start()
    described = world.run(arn)
    assert described["BulkOperationStatus"] == "COMPLETED"
    assert (described["ProcessedItemCount"], described["FailedItemCount"]) == (3, 0)
    size = sum(path.stat().st_size for path in world.folder.glob("in/**/*.json"))
    assert (described["TotalInputBytes"], described["ProcessedInputBytes"]) == (size, size)
    # Bytes as DynamoDB counts them: names and texts; the number 1 has 2 bytes.
    table_bytes, index_bytes = 3 * len("idX") + len("rank") + 2, len("idX") + len("rank") + 2
    assert described["BulkOperationUsage"] == [
        {
            "TableName": "Songs",
            "BulkPutBytes": table_bytes + index_bytes,
            "Table": {"BulkPutBytes": table_bytes},
            "GlobalSecondaryIndexes": {"by-rank": {"BulkPutBytes": index_bytes}},
        }
    ]
    assert world.items() == [{"id": {"S": "a"}}, {"id": {"S": "b"}, "rank": {"N": "1"}}, {"id": {"S": "c"}}]
    assert world.items(IndexName="by-rank") == [{"id": {"S": "b"}, "rank": {"N": "1"}}]
    stream = world.call("DescribeTable", TableName="Songs")["Table"]["LatestStreamArn"]
    records = []
    for shard in world.call("DescribeStream", StreamArn=stream)["StreamDescription"]["Shards"]:
        named = {"StreamArn": stream, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
        iterator = world.call("GetShardIterator", **named)["ShardIterator"]
        records += world.call("GetRecords", ShardIterator=iterator)["Records"]
    assert sorted(record["eventName"] for record in records) == ["INSERT", "INSERT", "INSERT", "MODIFY"]


def test_conditions_keep_items_out_and_are_reported_with_the_item_that_is_there(world: World) -> None:
    world.call("PutItem", TableName="Songs", Item={"id": {"S": "a"}, "v": {"N": "5"}})
    condition = "attribute_not_exists(id) OR #v < :v"
    placeholders = {"ExpressionAttributeNames": {"#v": "v"}, "ExpressionAttributeValues": {":v": {"N": "5"}}}
    world.put(
        "one.json",
        {**item("a"), "ConditionExpression": condition, **placeholders},
        {**item("b"), "ConditionExpression": "attribute_not_exists(id)"},
        {**item("c"), "ConditionExpression": "attribute_not_exists("},
        {**item("d"), "ConditionExpression": 5},
    )
    described = world.run(world.start())
    assert described["BulkOperationStatus"] == "COMPLETED_WITH_ERRORS"
    assert (described["ProcessedItemCount"], described["FailedItemCount"]) == (4, 2)
    assert world.items() == [{"id": {"S": "a"}, "v": {"N": "5"}}, {"id": {"S": "b"}}]
    assert world.reports("condition-check-failures") == [
        {
            "S3Key": "one.json",
            "Line": 1,
            "Item": {"id": {"S": "a"}},
            "ExistingItem": {"id": {"S": "a"}, "v": {"N": "5"}},
        }
    ]
    assert [record["Line"] for record in world.reports("errors")] == [3, 4]


def test_a_failed_condition_alone_is_no_error(world: World) -> None:
    world.call("PutItem", TableName="Songs", Item={"id": {"S": "a"}})
    world.put("one.json", {**item("a"), "ConditionExpression": "attribute_not_exists(id)"})
    described = world.run(world.start(("ERROR",)))
    assert described["BulkOperationStatus"] == "COMPLETED"
    assert world.reports("condition-check-failures") == []


def test_bad_items_are_counted_and_a_line_that_is_no_json_ends_its_object(world: World) -> None:
    world.put("1.json", {"Item": {"no": {"S": "id"}}}, item("a"), item("b", big={"S": "x" * 420_000}), "{}")
    world.put("2.json", item("c"), "no json", item("never"))
    world.put("3.json", item("d"), item("e", rank={"S": "no number"}))
    described = world.run(world.start())
    assert described["BulkOperationStatus"] == "COMPLETED_WITH_ERRORS"
    assert (described["ProcessedItemCount"], described["FailedItemCount"]) == (8, 5)
    assert [each["id"]["S"] for each in world.items()] == ["a", "c", "d"]
    places = [(record["S3Key"], record["Line"]) for record in world.reports("errors")]
    assert places == [("1.json", 1), ("1.json", 3), ("1.json", 4), ("2.json", 2), ("3.json", 2)]
    (manifest,) = world.folder.glob("out/reports/AWSDynamoDB/*/manifest-summary.json")
    told = json.loads(manifest.read_text())
    assert (told["processedItemCount"], told["failedItemCount"]) == (8, 5)
    assert sum(each["itemCount"] for each in told["files"]) == 5


def test_a_compressed_object_that_is_none_is_one_error(world: World) -> None:
    world.put("good.json.gz", item("a"), compress=True)
    world.put("plain.json.gz", item("b"))
    described = world.run(world.start(InputS3Configuration={"InputCompressionType": "GZIP"}))
    assert (described["ProcessedItemCount"], described["FailedItemCount"]) == (2, 1)
    assert world.items() == [{"id": {"S": "a"}}]


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="amazon.ion has no wheel for Python 3.14 yet")
def test_ion_has_conditions_too(world: World) -> None:
    world.call("PutItem", TableName="Songs", Item={"id": {"S": "b"}})
    condition = 'ConditionExpression:"attribute_not_exists(#k)",ExpressionAttributeNames:{\'#k\':"id"}'
    world.put("1.ion", '{Item:{id:"a",rank:1.}}', f'{{Item:{{id:"b",rank:2.}},{condition}}}')
    described = world.run(world.start(InputS3Configuration={"InputFormat": "ION"}))
    assert (described["ProcessedItemCount"], described["BulkOperationStatus"]) == (2, "COMPLETED")
    assert world.items() == [{"id": {"S": "a"}, "rank": {"N": "1"}}, {"id": {"S": "b"}}]
    assert len(world.reports("condition-check-failures")) == 1


def test_a_limit_makes_the_operation_wait_and_fails_no_item(tmp_path: Path) -> None:
    world = World(tmp_path)
    units = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 10}
    (index,) = TABLE["GlobalSecondaryIndexes"]
    indexes = [{**index, "ProvisionedThroughput": units}]
    provisioned = {**TABLE, "BillingMode": "PROVISIONED", "ProvisionedThroughput": units}
    world.call("CreateTable", **{**provisioned, "GlobalSecondaryIndexes": indexes})
    world.put("1.json", *(item(str(number), text={"S": "x" * 19_000}) for number in range(200)))
    arn = world.start()
    early = world.run(arn)
    assert early["BulkOperationStatus"] == "IN_PROGRESS" and early["ProcessedItemCount"] < 200
    assert 0 < early["ProcessedInputBytes"] <= early["TotalInputBytes"]
    late = world.run(arn, 120)
    assert (late["BulkOperationStatus"], late["ProcessedItemCount"]) == ("COMPLETED", 200)
    assert world.count() == 200


def test_the_rate_of_the_request_is_kept(world: World) -> None:
    world.put("1.json", *(item(str(number), text={"S": "x" * 3000}) for number in range(1000)))
    arn = world.start(MaxWriteRequestUnits=1024)
    # 3 units each, and what a second gives is there at first.
    assert 341 <= world.run(arn)["ProcessedItemCount"] <= 343
    assert 680 <= world.run(arn, 1)["ProcessedItemCount"] <= 686
    assert world.run(arn, 2)["BulkOperationStatus"] == "COMPLETED"


def test_what_is_written_stays_when_an_operation_is_cancelled(world: World) -> None:
    world.put("1.json", {"Item": {}}, *(item(str(number), text={"S": "x" * 3000}) for number in range(1000)))
    arn = world.start(MaxWriteRequestUnits=1024)
    written = world.run(arn)["ProcessedItemCount"] - 1
    assert world.call("CancelBulkOperation", BulkOperationArn=arn)["BulkOperationStatus"] == "CANCELLING"
    described = world.run(arn)
    assert described["BulkOperationStatus"] == "CANCELLED" and "FailureCode" in described and "EndTime" in described
    assert described["ProcessedItemCount"] == written + 1
    assert world.count() == written
    assert len(world.reports("errors")) == 1
    assert world.run(world.start(), 10)["BulkOperationStatus"] == "COMPLETED_WITH_ERRORS"


def test_an_operation_whose_table_goes_fails(world: World) -> None:
    world.put("1.json", {"Item": {}}, *(item(str(number), text={"S": "x" * 3000}) for number in range(1000)))
    arn = world.start(MaxWriteRequestUnits=1024)
    world.run(arn)
    world.call("DeleteTable", TableName="Songs")
    described = world.run(arn, 2)
    assert (described["BulkOperationStatus"], described["FailureCode"]) == ("FAILED", "TableNotFound")
    assert len(world.reports("errors")) == 1


def test_an_operation_goes_on_after_a_restart(tmp_path: Path) -> None:
    world = World(tmp_path, data_dir=str(tmp_path / "data"))
    world.call("CreateTable", **TABLE)
    condition = {"ConditionExpression": "attribute_not_exists(id)"}
    lines = [{**item(str(number), text={"S": "x" * 3000}), **condition} for number in range(500)]
    world.put("1.json", *lines[:250], {"Item": {}}, *lines[250:])
    world.put("2.json", item("last"))
    arn = world.start(MaxWriteRequestUnits=1024)
    before = world.run(arn)["ProcessedItemCount"]
    assert 251 < before < 500
    world.service.close()
    again = World(tmp_path, data_dir=str(tmp_path / "data"))
    assert again.describe(arn)["ProcessedItemCount"] >= before
    described = again.run(arn, 2)
    assert described["BulkOperationStatus"] == "COMPLETED_WITH_ERRORS"
    assert (described["ProcessedItemCount"], described["FailedItemCount"]) == (502, 1)
    assert again.count() == 501
    assert len(again.reports("errors")) == 1 and again.reports("condition-check-failures") == []
    again.service.close()


def test_the_waiter_of_boto3_sees_the_end(tmp_path: Path) -> None:
    for bucket in ("in", "out"):
        (tmp_path / bucket).mkdir()
    (tmp_path / "in" / "1.json").write_text(json.dumps(item("a")) + "\n")
    with local_dynamodb(tables=TABLE, s3=str(tmp_path)):
        client = boto3.client("dynamodb", region_name="us-east-1")
        started = client.start_bulk_put_items(
            TableName="Songs",
            InputS3Configuration={"S3Bucket": "in", "InputFormat": "DYNAMODB_JSON"},
            OutputS3Configuration={"S3Bucket": "out", "OutputType": ["ERROR"]},
        )
        arn = started["BulkOperationDescription"]["BulkOperationArn"]
        client.get_waiter("bulk_operation_completed").wait(
            BulkOperationArn=arn, WaiterConfig={"Delay": 1, "MaxAttempts": 3}
        )
        pages = client.get_paginator("list_bulk_operations").paginate()
        assert [each["BulkOperationArn"] for page in pages for each in page["BulkOperationsSummaryList"]] == [arn]
        assert client.get_item(TableName="Songs", Key={"id": {"S": "a"}})["Item"] == {"id": {"S": "a"}}


def test_what_is_sent_to_vector_indexes_is_counted_apart(world: World) -> None:
    index = {
        "IndexName": "near",
        "VectorAttribute": {"AttributeName": "v"},
        "Dimensions": 2,
        "DistanceFunction": "COSINE",
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }
    world.call("UpdateTable", TableName="Songs", VectorIndexUpdates=[{"Create": index}])
    world.service.turn(0)
    vector = {"L": [{"N": "1"}, {"N": "2"}]}
    world.put("one.json", item("a", v=vector), item("b"), item("c", v={"L": [{"N": "1"}]}))
    described = world.run(world.start())
    assert (described["ProcessedItemCount"], described["FailedItemCount"]) == (3, 1)
    (usage,) = described["BulkOperationUsage"]
    # A vector of two 32-bit floats, and the key: "id" and "a".
    assert usage["VectorIndexes"] == {"near": {"BulkPutVectorBytes": 2 * 4 + len("ida")}}
    assert usage["BulkPutBytes"] == usage["Table"]["BulkPutBytes"]
    search = {"TableName": "Songs", "IndexName": "near", "SearchVector": vector["L"], "TopK": 5}
    assert world.call("SearchVectors", **search)["SearchResults"] == [{"Item": {"id": {"S": "a"}}, "Score": 0.0}]
