"""A service that is asked in one region or another; its table `Music` has the key `id`."""

from typing import Any

from thermodynamo.api.caller import DEFAULT_ACCOUNT, Caller
from thermodynamo.service import Service
from thermodynamo.settings.config import Config
from thermodynamo_storage.tables.definition import LinkSet
from thermodynamo_storage.tables.table import Table

HERE, THERE, ELSEWHERE = "us-east-1", "eu-west-1", "us-west-2"


class Regions:
    def __init__(self, **settings: Any) -> None:
        self.service = Service(Config(**{"clock": "virtual", "ttl_delay": 0.0, **settings}))

    def call(self, region: str, operation: str, **request: Any) -> dict[str, Any]:
        return self.service.call(operation, request, Caller(DEFAULT_ACCOUNT, region))

    def create(self, *regions: str, **members: Any) -> None:
        """Creates the table here, and replicas in the other regions."""
        request = {
            "TableName": "Music",
            "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            **members,
        }
        self.call(HERE, "CreateTable", **request)
        for region in regions:
            self.add(region)

    def add(self, region: str) -> None:
        self.call(HERE, "UpdateTable", TableName="Music", ReplicaUpdates=[{"Create": {"RegionName": region}}])

    def put(self, region: str, id: str, **attributes: Any) -> None:
        self.call(region, "PutItem", TableName="Music", Item={"id": {"S": id}, **attributes})

    def ids(self, region: str) -> set[str]:
        return {item["id"]["S"] for item in self.call(region, "Scan", TableName="Music")["Items"]}

    def cut(self, source: str, target: str, is_cut: bool = True) -> None:
        self.service.database.define(LinkSet(source, target, None, is_cut), self.service.clock.now())

    def table(self, region: str) -> Table:
        return self.service.namespace(Caller(DEFAULT_ACCOUNT, region)).tables["Music"]

    def records(self, region: str) -> list[dict[str, Any]]:
        """All records of the table's stream."""
        arn = self.call(region, "DescribeTable", TableName="Music")["Table"]["LatestStreamArn"]
        found = []
        for shard in self.call(region, "DescribeStream", StreamArn=arn)["StreamDescription"]["Shards"]:
            start = {"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
            iterator = self.call(region, "GetShardIterator", **start)["ShardIterator"]
            found += self.call(region, "GetRecords", ShardIterator=iterator)["Records"]
        return found
