"""What secondary indexes cost, on this server alone: `python -m bench.indexes`, a part of `make bench`.

- PutItem into a table with three global indexes, against one without. Each put replaces an order by its next state:
  another status and total, so that of the three entries two move and one stays.
- Query of a global index, against the same Query of its table: 40 items either way.
- The p99 of GetItem while an index of 100,000 items is being filled, against its quiet value.
"""

import statistics
import sys
import time
from collections.abc import Sequence
from typing import Any

from bench import command
from bench.client import Attributes, Client
from bench.comparison import Bench, Compared, Measured, comparisons
from bench.items import ORDERS_PER_USER, QUERY_YEAR, USERS_READ, item, key
from bench.servers import PORT_FIRST, own
from bench.workload import WrongAnswer

Request = dict[str, Any]
PLACE = 90
"""The server's port, counted from the first."""
PLAIN, INDEXED, FILLED = "plain", "indexed", "filled"
KINDS = {"PK": "S", "SK": "S", "status": "S", "placedAt": "S", "total": "N"}
FILLED_USERS = 1_000
PUT_PLACES = 1_000
STATES = ("PENDING", "PAID")


def definition(name: str, *indexes: Request) -> Request:
    names = {"PK", "SK"} | {element["AttributeName"] for index in indexes for element in index["KeySchema"]}
    request: Request = {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": each, "AttributeType": KINDS[each]} for each in sorted(names)],
        "KeySchema": [{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}],
    }
    return {**request, "GlobalSecondaryIndexes": list(indexes)} if indexes else request


def index(name: str, partition: str, sort: str, projection: Request) -> Request:
    keys = [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]
    return {"IndexName": name, "KeySchema": keys, "Projection": projection}


ALL = {"ProjectionType": "ALL"}
BY_STATUS = index("by-status", "status", "placedAt", ALL)
BY_TOTAL = index("by-total", "status", "total", {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["placedAt"]})
BY_ORDER = index("by-order", "PK", "SK", ALL)


def prepare(client: Client) -> None:
    """Creates the tables and puts the items that are read."""
    client.create_table(definition(PLAIN))
    client.create_table(definition(INDEXED, BY_STATUS, BY_TOTAL, BY_ORDER))
    client.create_table(definition(FILLED))
    for name, users in ((PLAIN, USERS_READ), (INDEXED, USERS_READ), (FILLED, FILLED_USERS)):
        client.put_all(name, [item(user, order) for user in range(users) for order in range(ORDERS_PER_USER)])


def put_bodies(name: str) -> list[Request]:
    """Orders in one state, then in the other: each put changes its item however often the list is repeated."""
    return [
        {"TableName": name, "Item": advanced(item(1_000 + place, place % ORDERS_PER_USER), state)}
        for state in range(len(STATES))
        for place in range(PUT_PLACES)
    ]


def advanced(order: Attributes, state: int) -> Attributes:
    total = float(order["total"]["N"]) + state
    status = f"{STATES[state]}#{order['PK']['S'][-2:]}"
    return {**order, "status": {"S": status}, "total": {"N": f"{total:.1f}"}}


def query_bodies(index_name: str | None) -> list[Request]:
    queries = []
    for user in range(USERS_READ):
        query: Request = {
            "TableName": INDEXED,
            "KeyConditionExpression": "PK = :user AND begins_with(SK, :year)",
            "ExpressionAttributeValues": {":user": key(user, 0)["PK"], ":year": {"S": f"ORDER#{QUERY_YEAR}-"}},
        }
        queries.append({**query, "IndexName": index_name} if index_name is not None else query)
    return queries


def get_bodies() -> list[Request]:
    return [
        {"TableName": FILLED, "Key": key(place * 7 % FILLED_USERS, place % ORDERS_PER_USER)} for place in range(2_000)
    ]


def verify(client: Client) -> None:
    """The index answers the same as its table, and follows a put."""
    found = [client.call("Query", query_bodies(name)[0]) for name in (None, "by-order")]
    if found[0] != found[1] or found[0]["Count"] != 40:
        raise WrongAnswer("the index answers something else than its table")
    for put in (put_bodies(INDEXED)[0], put_bodies(INDEXED)[PUT_PLACES]):
        client.call("PutItem", put)
        status = put["Item"]["status"]
        query = {
            "TableName": INDEXED,
            "IndexName": "by-total",
            "KeyConditionExpression": "#s = :s",
            "ExpressionAttributeNames": {"#s": "status"},
            "ExpressionAttributeValues": {":s": status},
        }
        if [each["total"] for each in client.call("Query", query)["Items"]] != [put["Item"]["total"]]:
            raise WrongAnswer("the index does not follow a put")


def fill(bench: Bench, client: Client) -> tuple[Compared, list[float]]:
    """GetItem quiet and during a backfill; and the seconds that filling took under that load."""
    bodies = bench.bodies("get", get_bodies())
    bench.measure("GetItem", bodies)
    quiet: list[Measured] = []
    during: list[Measured] = []
    taken = []
    for _ in range(bench.rounds):
        quiet.append(bench.measure("GetItem", bodies))
        create_index(client)
        started = time.perf_counter()
        during.append(bench.measure("GetItem", bodies))
        if indexes(client)[0]["IndexStatus"] == "ACTIVE":
            print("the index was filled before the round was over; its p99 is diluted", file=sys.stderr)
        while indexes(client)[0]["IndexStatus"] != "ACTIVE":
            time.sleep(0.2)
        taken.append(time.perf_counter() - started)
        if indexes(client)[0]["ItemCount"] != FILLED_USERS * ORDERS_PER_USER:
            raise WrongAnswer("the index does not hold every item")
        client.call("UpdateTable", {"TableName": FILLED, "GlobalSecondaryIndexUpdates": [{"Delete": NAMED}]})
        while indexes(client):
            time.sleep(0.05)
    name = "p99 of GetItem while 100,000 items are indexed"
    return Compared(name, 5, quiet, during, by_p99=True), taken


NAMED = {"IndexName": BY_STATUS["IndexName"]}


def create_index(client: Client) -> None:
    definitions = [{"AttributeName": name, "AttributeType": KINDS[name]} for name in ("status", "placedAt")]
    updates = [{"Create": BY_STATUS}]
    client.call(
        "UpdateTable",
        {"TableName": FILLED, "AttributeDefinitions": definitions, "GlobalSecondaryIndexUpdates": updates},
    )


def indexes(client: Client) -> list[Request]:
    described: list[Request] = client.call("DescribeTable", {"TableName": FILLED})["Table"].get(
        "GlobalSecondaryIndexes", []
    )
    return described


def run(bench: Bench) -> str:
    """The table of the comparisons, and how long filling took."""
    client = Client(bench.server.host, bench.server.port)
    prepare(client)
    verify(client)
    puts = bench.compare("PutItem, 3 global indexes", 2.5, "PutItem", put_bodies(PLAIN), put_bodies(INDEXED))
    queries = bench.compare("Query of a global index", 1.15, "Query", query_bodies(None), query_bodies("by-order"))
    filling, taken = fill(bench, client)
    client.close()
    text = comparisons("without", "with", [puts, queries, filling])
    return f"{text}\n\nFilling took {statistics.median(taken):.1f} s beside the GetItems."


def main(given: Sequence[str] | None = None) -> int:
    return command.run("bench.indexes", __doc__, 5, [own(PORT_FIRST + PLACE)], run, given)


if __name__ == "__main__":
    sys.exit(main())
