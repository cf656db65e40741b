"""Reads that may be behind: with a lag, what an eventually consistent read finds was true within that time."""

from typing import Any

import pytest

from thermodynamo.service import Service
from thermodynamo.settings.config import Config

LAG_SECONDS = 10.0


class Server:
    """An emulator in this process with a virtual clock and one table of items (p, s, n)."""

    def __init__(self, **settings: Any) -> None:
        self.service = Service(Config(clock="virtual", **settings))
        self.clock = self.service.clock
        definitions = [{"AttributeName": "p", "AttributeType": "S"}, {"AttributeName": "s", "AttributeType": "N"}]
        schema = [{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}]
        self.call("CreateTable", AttributeDefinitions=definitions, KeySchema=schema, BillingMode="PAY_PER_REQUEST")

    def call(self, operation: str, **request: Any) -> dict[str, Any]:
        return self.service.call(operation, {"TableName": "items", **request})

    def put(self, sort: int, number: int) -> None:
        self.call("PutItem", Item={"p": {"S": "a"}, "s": {"N": str(sort)}, "n": {"N": str(number)}})

    def get(self, sort: int, **request: Any) -> int | None:
        item = self.call("GetItem", Key={"p": {"S": "a"}, "s": {"N": str(sort)}}, **request).get("Item")
        return int(item["n"]["N"]) if item is not None else None

    def numbers(self, operation: str = "Query", **request: Any) -> list[int]:
        if operation == "Query":
            request["KeyConditionExpression"] = "p = :p"
            request["ExpressionAttributeValues"] = {":p": {"S": "a"}}
        return [int(item["n"]["N"]) for item in self.call(operation, **request)["Items"]]

    def wait(self, seconds: float) -> None:
        self.clock.move_to(self.clock.now() + seconds)


@pytest.fixture
def server() -> Server:
    return Server(replication_lag=LAG_SECONDS)


def test_without_a_lag_every_read_finds_the_latest() -> None:
    server = Server()
    server.put(1, 1)
    assert server.get(1) == 1
    assert next(iter(server.service.database.tables_of_all())).lagging_reads is None


def test_a_read_finds_the_item_as_it_was_within_the_lag(server: Server) -> None:
    server.put(1, 1)
    server.wait(20)
    server.put(1, 2)
    server.wait(5)
    server.put(1, 3)
    server.wait(3)
    assert {server.get(1) for _ in range(100)} == {1, 2, 3}
    server.wait(4)
    assert {server.get(1) for _ in range(100)} == {2, 3}
    server.wait(4)
    assert {server.get(1) for _ in range(100)} == {3}


def test_a_consistent_read_is_never_behind(server: Server) -> None:
    server.put(1, 1)
    server.put(1, 2)
    assert {server.get(1, ConsistentRead=True) for _ in range(50)} == {2}
    assert {tuple(server.numbers(ConsistentRead=True)) for _ in range(50)} == {(2,)}


def test_an_item_may_not_be_there_yet_and_a_deleted_one_may_still_be(server: Server) -> None:
    server.put(1, 1)
    assert {server.get(1) for _ in range(50)} == {None}
    server.wait(5)
    assert {server.get(1) for _ in range(50)} == {None, 1}
    server.wait(20)
    server.call("DeleteItem", Key={"p": {"S": "a"}, "s": {"N": "1"}})
    server.wait(5)
    assert {server.get(1) for _ in range(50)} == {None, 1}


@pytest.mark.parametrize("operation", ["Query", "Scan"])
def test_a_page_is_the_table_of_one_moment(server: Server, operation: str) -> None:
    for sort in range(4):
        server.put(sort, sort)
    server.wait(20)
    server.put(2, 20)
    server.call("DeleteItem", Key={"p": {"S": "a"}, "s": {"N": "1"}})
    server.put(5, 5)
    server.wait(5)
    seen = {tuple(server.numbers(operation)) for _ in range(100)}
    assert seen == {(0, 1, 2, 3), (0, 20, 3, 5)}


def test_backwards(server: Server) -> None:
    for sort in range(4):
        server.put(sort, sort)
    server.wait(20)
    server.call("DeleteItem", Key={"p": {"S": "a"}, "s": {"N": "2"}})
    server.wait(5)
    assert {tuple(server.numbers(ScanIndexForward=False)) for _ in range(100)} == {(3, 2, 1, 0), (3, 1, 0)}


def test_batches_too(server: Server) -> None:
    server.put(1, 1)
    server.wait(5)
    found = set()
    for _ in range(50):
        keys = {"items": {"Keys": [{"p": {"S": "a"}, "s": {"N": "1"}}]}}
        found.add(len(server.service.call("BatchGetItem", {"RequestItems": keys})["Responses"]["items"]))
    assert found == {0, 1}


def test_the_same_seed_reads_the_same() -> None:
    def run(seed: int) -> list[int | None]:
        server = Server(replication_lag=LAG_SECONDS, seed=seed)
        server.put(1, 1)
        server.wait(5)
        return [server.get(1) for _ in range(30)]

    assert run(1) == run(1) != run(2)


def test_what_is_older_than_the_lag_is_forgotten(server: Server) -> None:
    for number in range(50):
        server.put(1, number)
        server.wait(1)
    (table,) = server.service.database.tables_of_all()
    assert table.lagging_reads is not None and len(table.lagging_reads.past) <= LAG_SECONDS + 1
    assert set(table.lagging_reads.by_key) == {key for _, key, _ in table.lagging_reads.past}
