"""Propagation: a global index follows its table after a delay, settable per index; a local one is never behind."""

import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from thermodynamo.service import Service
from thermodynamo.settings.config import Config, ConfigError

Json = dict[str, Any]


def definition(name: str) -> Json:
    kinds = {"p": "S", "s": "S", "g": "S"}
    projection = {"ProjectionType": "ALL"}

    def keys(partition: str, sort: str) -> list[Json]:
        return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]

    return {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": each, "AttributeType": kind} for each, kind in kinds.items()],
        "KeySchema": keys("p", "s"),
        "GlobalSecondaryIndexes": [{"IndexName": "global", "KeySchema": keys("g", "s"), "Projection": projection}],
        "LocalSecondaryIndexes": [{"IndexName": "local", "KeySchema": keys("p", "g"), "Projection": projection}],
    }


class Server:
    """An emulator in this process, with a virtual clock and the table `items`."""

    def __init__(self, **settings: Any) -> None:
        self.service = Service(Config(clock="virtual", **settings))
        self.clock = self.service.clock
        self.call("CreateTable", definition("items"))

    def call(self, operation: str, request: Json) -> Json:
        return self.service.call(operation, request)

    def put(self, text: str) -> None:
        item = {"p": {"S": "1"}, "s": {"S": "1"}, "g": {"S": text}}
        self.call("PutItem", {"TableName": "items", "Item": item})

    def found(self, index: str) -> list[str]:
        return [each["g"]["S"] for each in self.call("Scan", {"TableName": "items", "IndexName": index})["Items"]]

    def wait(self, seconds: float) -> None:
        self.clock.move_to(self.clock.now() + seconds)


def test_without_a_delay_an_index_is_never_behind() -> None:
    server = Server()
    for text in "abc":
        server.put(text)
        assert server.found("global") == server.found("local") == [text]


def test_an_index_follows_after_its_delay() -> None:
    server = Server(index_delay_seconds="5")
    server.put("a")
    assert (server.found("global"), server.found("local")) == ([], ["a"])
    server.wait(3)
    server.put("b")
    server.wait(2)
    assert (server.found("global"), server.found("local")) == (["a"], ["b"])
    server.wait(3)
    assert server.found("global") == ["b"]


def test_a_range_of_delays_never_lets_an_entry_go_backwards() -> None:
    server = Server(index_delay_seconds="0-5")
    seen: list[str] = []
    for number in range(60):
        server.put(f"{number:02d}")
        server.wait(0.5)
        seen += server.found("global")
    assert seen == sorted(seen) and len(set(seen)) > 10
    assert seen != [f"{number:02d}" for number in range(60)]
    server.wait(5)
    assert server.found("global") == ["59"]


def test_describing_counts_what_is_visible() -> None:
    server = Server(index_delay_seconds="5")
    server.put("a")

    def counts() -> list[int]:
        described = server.call("DescribeTable", {"TableName": "items"})["Table"]
        kinds = ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")
        return [described["ItemCount"], *(described[kind][0]["ItemCount"] for kind in kinds)]

    assert counts() == [1, 0, 1]
    server.wait(5)
    assert counts() == [1, 1, 1]


@pytest.mark.parametrize("text", ["x", "-1", "2-1"])
def test_a_setting_that_is_no_delay(text: str) -> None:
    with pytest.raises(ConfigError, match="index_delay_seconds"):
        Config(index_delay_seconds=text)


class Admin:
    """The admin API of the server under test, for one table."""

    def __init__(self, endpoint: str, account: str) -> None:
        self.endpoint = endpoint
        self.account = account

    def ask(self, path: str, body: object = None) -> tuple[int, Json]:
        address = f"{self.endpoint}/_admin/tables/{path}?account={self.account}"
        data = None if body is None else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(
                urllib.request.Request(address, data, {"Content-Type": "application/json"}), timeout=120
            ) as reply:
                return reply.status, json.load(reply)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)


@pytest.fixture
def admin(endpoint: str, account: str, client: Any) -> Admin:
    client.create_table(**definition("items"))
    return Admin(endpoint, account)


def test_the_admin_api_sets_the_delay_of_one_index(admin: Admin, client: Any) -> None:
    expected = {"table": "items", "index": "global", "status": "ACTIVE", "pending_changes": 0, "oldest_seconds": 0.0}
    assert admin.ask("items/indexes/global") == (200, {**expected, "delay_seconds": [0, 0]})
    assert admin.ask("items/indexes/global", {"delay_seconds": [50, 60.5]})[1]["delay_seconds"] == [50, 60.5]
    item = {"p": {"S": "1"}, "s": {"S": "1"}, "g": {"S": "x"}}
    client.put_item(TableName="items", Item=item)
    assert client.scan(TableName="items", IndexName="global")["Count"] == 0
    assert admin.ask("items/indexes/global")[1]["pending_changes"] == 1
    assert admin.ask("items/indexes/global", {"delay_seconds": 0})[1]["delay_seconds"] == [0, 0]


def test_a_vector_index_has_a_delay_of_its_own(admin: Admin, client: Any) -> None:
    index = {
        "IndexName": "near",
        "VectorAttribute": {"AttributeName": "v"},
        "Dimensions": 1,
        "DistanceFunction": "COSINE",
        "Projection": {"ProjectionType": "ALL"},
    }
    client.create_table(
        TableName="vectors",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "p", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}],
        VectorIndexes=[index],
    )
    expected = {"table": "vectors", "index": "near", "status": "ACTIVE", "pending_changes": 0, "oldest_seconds": 0.0}
    assert admin.ask("vectors/indexes/near") == (200, {**expected, "delay_seconds": [0, 0]})
    assert admin.ask("vectors/indexes/near", {"delay_seconds": 60})[1]["delay_seconds"] == [60, 60]
    client.put_item(TableName="vectors", Item={"p": {"S": "1"}, "v": {"L": [{"N": "1"}]}})
    search = {"TableName": "vectors", "IndexName": "near", "SearchVector": [{"N": "1"}], "TopK": 1}
    assert client.search_vectors(**search)["SearchResults"] == []
    assert admin.ask("vectors/indexes/near")[1]["pending_changes"] == 1


@pytest.mark.parametrize(
    "body", [{}, [], 5, *({"delay_seconds": given} for given in ("x", -1, [2, 1], [1], ["1", "2"]))]
)
def test_what_is_no_delay_is_refused_with_a_hint(admin: Admin, body: object) -> None:
    status, reply = admin.ask("items/indexes/global", body)
    assert status == 400 and reply["error"].startswith("delay_seconds is ") and "delay_seconds" in reply["hint"]


@pytest.mark.parametrize("path", ["items/indexes/local", "items/indexes/none", "none/indexes/global"])
def test_only_global_and_vector_indexes_have_a_delay(admin: Admin, path: str) -> None:
    status, reply = admin.ask(path, {"delay_seconds": 1})
    assert status == 404 and "no global or vector index" in reply["error"]


def test_turning_the_clock_fills_a_new_index_and_makes_entries_visible() -> None:
    server = Server(table_delay_seconds=5, index_delay_seconds="3")
    server.service.turn(5)
    for number in range(300):
        item = {"p": {"S": str(number)}, "s": {"S": "1"}, "g": {"S": "x"}}
        server.call("PutItem", {"TableName": "items", "Item": item})
    new = {**definition("items")["GlobalSecondaryIndexes"][0], "IndexName": "new"}
    updates = [{"Create": new}]
    kinds = definition("items")["AttributeDefinitions"]
    request = {"TableName": "items", "AttributeDefinitions": kinds, "GlobalSecondaryIndexUpdates": updates}
    server.call("UpdateTable", request)
    server.service.turn(4)
    assert len(server.found("global")) == 300
    server.service.turn(1)
    server.service.turn(5)
    server.service.turn(3)
    assert len(server.found("new")) == 300
