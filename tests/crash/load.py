"""A mixed load on one server by several workers, and what it must find after a kill.

Each worker has keys of its own, and remembers the last value that was acknowledged for each, and the one that was under
way when the server was killed: after a restart the one or the other is there.
"""

import json
import random
import threading
import urllib.error
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

TABLE = "crash"
EXPIRED = "expired-"
"""What the keys of items begin with that have expired when they are written."""
KEYS = 60
SPLIT_KEYS = 30
EXPECTED = {
    "ResourceInUseException",
    "ResourceNotFoundException",
    "TransactionConflictException",
    "TransactionCanceledException",
    "ConditionalCheckFailedException",
    "LimitExceededException",
    "TrimmedDataAccessException",
}
"""What a load like this one may meet, and the service answers as well."""


def client(endpoint: str, service: str = "dynamodb") -> Any:
    settings = Config(retries={"total_max_attempts": 1}, read_timeout=60, connect_timeout=60)
    session = boto3.Session(aws_access_key_id="crash", aws_secret_access_key="x", region_name="us-east-1")
    return session.client(service, endpoint_url=endpoint, config=settings)


@dataclass
class Cell:
    """One item's counter: what was acknowledged last, and what was under way when the server ended."""

    acknowledged: int | None = None
    under_way: list[int | None] = field(default_factory=list)

    def may_be(self, value: int | None) -> bool:
        return value == self.acknowledged or value in self.under_way


class Load:
    """What all workers know of one folder."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.lock = threading.Lock()
        self.cells: dict[str, Cell] = {}
        self.pairs: dict[str, Cell] = {}
        """Counters that transactions write to two items each."""
        self.acknowledged = 0
        self.rounds = 0
        self.kinds: Counter[str] = Counter()
        self.unexpected: list[BaseException] = []
        self.iterators: list[tuple[str, str | None]] = []
        """A shard iterator, and the last sequence number that was read before it."""

    def summary(self) -> str:
        return f"{self.acknowledged} acknowledged, {dict(self.kinds)}"

    def raise_unexpected(self) -> None:
        if self.unexpected:
            raise self.unexpected[0]

    def check(self, endpoint: str) -> None:
        """Looks at everything through a server that has just been started. The first time there is nothing."""
        dynamodb = client(endpoint)
        if TABLE not in dynamodb.list_tables()["TableNames"]:
            assert not self.cells
            make_table(dynamodb)
        found = {
            item["pk"]["S"]: int(item["n"]["N"])
            for page in dynamodb.get_paginator("scan").paginate(TableName=TABLE, ConsistentRead=True)
            for item in page["Items"]
        }
        for key, cell in self.cells.items():
            value = found.get(key)
            assert cell.may_be(value), f"{key} is {value}, and {cell} was acknowledged"
            cell.acknowledged, cell.under_way = value, []
        for key, cell in self.pairs.items():
            left, right = found.get(f"{key}-left"), found.get(f"{key}-right")
            assert left == right, f"half of a transaction: {key} is {left} and {right}"
            assert cell.may_be(left), f"{key} is {left}, and {cell} was acknowledged"
            cell.acknowledged, cell.under_way = left, []
        self.check_index(dynamodb, found)
        self.check_streams(endpoint)
        self.rounds += 1

    def check_index(self, dynamodb: Any, found: dict[str, int]) -> None:
        """The index has what the table has, once its lag is over: all entries that waited were kept.

        Items that have expired leave both at any time.
        """
        lasting = {key: number for key, number in found.items() if not key.startswith(EXPIRED)}
        for _ in range(50):
            entries = {
                item["pk"]["S"]: int(item["n"]["N"])
                for page in dynamodb.get_paginator("scan").paginate(TableName=TABLE, IndexName="by-g")
                for item in page["Items"]
                if not item["pk"]["S"].startswith(EXPIRED)
            }
            if entries == lasting:
                return
            threading.Event().wait(0.1)
        raise AssertionError("the index has not what the table has")

    def check_streams(self, endpoint: str) -> None:
        """Iterators from before the kill go on, behind the last record that was read; new ones begin at the trim."""
        streams = client(endpoint, "dynamodbstreams")
        for iterator, last in self.iterators:
            records = streams.get_records(ShardIterator=iterator, Limit=10)["Records"]
            numbers = [record["dynamodb"]["SequenceNumber"] for record in records]
            assert numbers == sorted(numbers) and (last is None or all(number > last for number in numbers))
        self.iterators = []
        (stream,) = streams.list_streams(TableName=TABLE)["Streams"]
        shards = streams.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]["Shards"]
        for shard in shards[-3:]:
            start = {"StreamArn": stream["StreamArn"], "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
            read = streams.get_records(ShardIterator=streams.get_shard_iterator(**start)["ShardIterator"], Limit=5)
            if "NextShardIterator" in read:
                numbers = [record["dynamodb"]["SequenceNumber"] for record in read["Records"]]
                self.iterators.append((read["NextShardIterator"], numbers[-1] if numbers else None))


def make_table(dynamodb: Any) -> None:
    dynamodb.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "g")],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-g",
                "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    dynamodb.update_time_to_live(TableName=TABLE, TimeToLiveSpecification={"AttributeName": "until", "Enabled": True})


class Worker:
    """One client with keys of its own, which writes until its server is gone."""

    def __init__(self, load: Load, endpoint: str, number: int) -> None:
        self.load = load
        self.endpoint = endpoint
        self.number = number
        self.dynamodb = client(endpoint)
        self.chance = random.Random(f"{load.seed}/{load.rounds}/{number}")

    def run(self) -> None:
        steps = (self.put, self.put, self.put, self.update, self.delete, self.batch, self.transact, self.transact)
        others = (self.expire, self.split, self.settings, self.table)
        while True:
            step = self.chance.choice((*steps, *steps, *others))
            try:
                step()
            except ClientError as error:
                if error.response["Error"]["Code"] not in EXPECTED:
                    self.load.unexpected.append(error)
                    return
            except (BotoCoreError, OSError):
                return  # The server is gone.
            self.load.kinds[step.__name__] += 1

    def name(self, kind: str) -> str:
        return f"{kind}-{self.number}-{self.chance.randrange(KEYS)}"

    def item(self, key: str, value: int) -> dict[str, Any]:
        text = "x" * self.chance.choice((5, 200, 3_000))
        return {"pk": {"S": key}, "n": {"N": str(value)}, "g": {"S": f"g{value % 5}"}, "x": {"S": text}}

    def attempt(self, cells: list[Cell], values: list[int | None], act: Any) -> None:
        """Does what gives cells other values; the answer says that they have them."""
        for cell, value in zip(cells, values, strict=True):
            cell.under_way.append(value)
        try:
            act()
        except ClientError:
            for cell, value in zip(cells, values, strict=True):
                cell.under_way.remove(value)
            raise
        for cell, value in zip(cells, values, strict=True):
            cell.acknowledged, cell.under_way = value, []
        self.load.acknowledged += 1

    def cell(self, key: str) -> Cell:
        return self.load.cells.setdefault(key, Cell())

    def put(self) -> None:
        key, value = self.name("item"), self.chance.randrange(10**6)
        item = self.item(key, value)
        self.attempt([self.cell(key)], [value], lambda: self.dynamodb.put_item(TableName=TABLE, Item=item))

    def update(self) -> None:
        key, value = self.name("item"), self.chance.randrange(10**6)
        request = {
            "TableName": TABLE,
            "Key": {"pk": {"S": key}},
            "UpdateExpression": "SET n = :n, g = :g",
            "ExpressionAttributeValues": {":n": {"N": str(value)}, ":g": {"S": "updated"}},
        }
        self.attempt([self.cell(key)], [value], lambda: self.dynamodb.update_item(**request))

    def delete(self) -> None:
        key = self.name("item")
        given = {"TableName": TABLE, "Key": {"pk": {"S": key}}}
        self.attempt([self.cell(key)], [None], lambda: self.dynamodb.delete_item(**given))

    def batch(self) -> None:
        names = [f"item-{self.number}-{each}" for each in self.chance.sample(range(KEYS), 10)]
        values = [self.chance.randrange(10**6) for _ in names]
        puts = [{"PutRequest": {"Item": self.item(*each)}} for each in zip(names, values, strict=True)]
        cells = [self.cell(name) for name in names]
        self.attempt(cells, [*values], lambda: self.dynamodb.batch_write_item(RequestItems={TABLE: puts}))

    def transact(self) -> None:
        key, value = self.name("pair"), self.chance.randrange(10**6)
        puts = [{"Put": {"TableName": TABLE, "Item": self.item(f"{key}-{side}", value)}} for side in ("left", "right")]
        token = f"{key}-{value}"
        cell = self.load.pairs.setdefault(key, Cell())
        self.attempt(
            [cell],
            [value],
            lambda: self.dynamodb.transact_write_items(TransactItems=puts, ClientRequestToken=token[:36]),
        )

    def expire(self) -> None:
        """An item that has expired already: it is removed in the background."""
        item = {**self.item(f"{EXPIRED}{self.number}", 1), "until": {"N": "1700000000"}}
        self.dynamodb.put_item(TableName=TABLE, Item=item)

    def split(self) -> None:
        body = json.dumps({"partition": 0, "by": "range"}).encode()
        request = urllib.request.Request(
            f"{self.endpoint}/_admin/tables/{TABLE}/split", body, {"Content-Type": "application/json"}
        )
        try:
            urllib.request.urlopen(request, timeout=60).close()
        except urllib.error.HTTPError as refused:
            refused.close()

    def settings(self) -> None:
        arn = f"arn:aws:dynamodb:us-east-1:000000000000:table/{TABLE}"
        self.dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": str(self.number), "Value": "v"}])

    def table(self) -> None:
        """A table comes, or goes."""
        name = f"table-{self.number}"
        try:
            self.dynamodb.create_table(
                TableName=name,
                BillingMode="PAY_PER_REQUEST",
                KeySchema=[{"AttributeName": "a", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "a", "AttributeType": "S"}],
            )
        except self.dynamodb.exceptions.ResourceInUseException:
            self.dynamodb.delete_table(TableName=name)
