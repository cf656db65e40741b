"""How long one request holds up others: `python -m bench.stalls`, a part of `make bench`.

One connection sends a GetItem every 10 ms while another sends the most expensive requests that are legal, one after the
other, and some that are refused, then asks for snapshots, restores, forks and resets of ten thousand tables. A second
server, which counts what it serves (`--capacity observe`), is asked for the reports on fifty tables of forty partitions
each. Shown is the longest wait of a GetItem beside each, of several rounds the least: a busy machine only adds to it.
"""

import argparse
import http.client
import itertools
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bench.client import Client, encode, headers
from bench.servers import PORT_FIRST, NotStarted, Server, own, own_observing

PLACE = 98
"""The server's port, counted from the first."""
PAUSE_SECONDS = 0.01
BEFORE_SECONDS = 0.2
ITEMS = 20_000
LARGE_ITEMS = 39
WIDE_TABLES, WIDE_PARTITIONS = 50, 40
WIDE_ITEMS = 4_000
"""Put into each of the wide tables: a hundred keys of each partition are counted."""
ROUNDS = 3
LISTS = 25
MEMBERS = 190_000
"""Of the smallest values so many make an item of nearly 400 KB."""
TABLE = "pages"
KEY: dict[str, Any] = {"pk": {"S": "0"}}
DEFINITION: dict[str, Any] = {
    "TableName": TABLE,
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}
SIZES = " AND ".join(["size(a) > :zero"] * 96)
HUNDRED = range(100)
UPDATED, SELECTED = f"UPDATE {TABLE} SET b = 1", f"SELECT * FROM {TABLE}"
ZERO = {":zero": {"N": "0"}}
CONTAINED = " OR ".join(["contains(a, :zero)"] * 99)
SMALLEST = {"L": [{"NULL": True}] * MEMBERS}
SET_MEMBERS = 80_000
VECTOR = {"L": [{"N": "1"}, {"N": "2"}]}
NEAR = {
    "IndexName": "near",
    "VectorAttribute": {"AttributeName": "v"},
    "Dimensions": len(VECTOR["L"]),
    "DistanceFunction": "COSINE",
    "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["a"]},
}
COUNTED = {"ReturnConsumedCapacity": "INDEXES"}
SHORTER = {"L": [{"NULL": True}] * 40_000}
"""Of so many, 25 lists come near the 16 MB of a request."""
LONGER = {"L": [{"NULL": True}] * 120_000}
"""Of so many, eight do."""
TINY = 10
"""So many times more items than on the page of ordinary ones, with a key and nothing else, make one."""
TABLES = 10_000
FORK = {
    "from": {"account": "000000000000", "region": "us-east-1"},
    "to": {"account": "111111111111", "region": "us-east-1"},
}


@dataclass(frozen=True, slots=True)
class Heavy:
    """A request that takes long: its name, its operation or None for one of the admin API, and its body."""

    name: str
    operation: str | None
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    path: str = "/"


FIRST = Heavy("the first of the admin API", None, path="/_admin/health")
FRESH = itertools.count()
"""What makes a statement one that the server has not compiled yet."""


@dataclass(frozen=True, slots=True)
class Stall:
    """What one took, and the longest and the middle wait of the GetItems meanwhile, in seconds."""

    name: str
    status: int
    took_seconds: float
    worst_seconds: float
    middle_seconds: float


def fill(client: Client, items: int, large_items: int) -> None:
    client.create_table(DEFINITION)
    client.create_table({**DEFINITION, "TableName": "large"})
    client.create_table({**DEFINITION, "TableName": "list"})
    client.create_table({**DEFINITION, "TableName": "tiny"})
    client.put_all("tiny", [{"pk": {"S": str(number)}} for number in range(TINY * items)])
    client.put_all(TABLE, [{"pk": {"S": str(number)}, "a": {"S": "abc"}} for number in range(items)])
    for number in range(large_items):
        item = {"pk": {"S": str(number)}, "a": {"S": "xyz" * 133_000}}
        client.call("PutItem", {"TableName": "large", "Item": item})
    index = {
        "IndexName": "all",
        "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }
    names = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "g")]
    client.create_table(
        {**DEFINITION, "TableName": "lists", "AttributeDefinitions": names, "GlobalSecondaryIndexes": [index]}
    )
    client.create_table({**DEFINITION, "TableName": "vectors", "VectorIndexes": [NEAR]})
    client.create_table({**DEFINITION, "TableName": "expiring"})
    expiring = {"Enabled": True, "AttributeName": "until"}
    client.call("UpdateTimeToLive", {"TableName": "expiring", "TimeToLiveSpecification": expiring})


def fill_again(client: Client) -> None:
    """Puts the lists that the requests of a round replace."""
    client.call("PutItem", {"TableName": "list", "Item": {**KEY, "a": SMALLEST}})
    numbers = {"NS": [str(number) for number in range(SET_MEMBERS)]}
    client.call("PutItem", {"TableName": "list", "Item": {"pk": {"S": "set"}, "s": numbers}})
    for number in range(LISTS):
        listed: dict[str, Any] = {"pk": {"S": str(number)}, "g": {"S": "g"}, "a": SMALLEST}
        client.call("PutItem", {"TableName": "lists", "Item": listed})
        client.call("PutItem", {"TableName": "vectors", "Item": {**listed, "v": VECTOR}})


def heavies(large_items: int, numbers: int) -> Iterator[Heavy]:
    """The requests; `numbers` is how many the refused PutItem has."""
    filtered: dict[str, Any] = {"FilterExpression": SIZES, "ExpressionAttributeValues": ZERO}
    yield Heavy("Scan of a page", "Scan", encode({"TableName": TABLE}))
    yield Heavy("Scan of a page of tiny items", "Scan", encode({"TableName": "tiny"}))
    yield Heavy("SELECT of a page of tiny items", "ExecuteStatement", encode({"Statement": "SELECT * FROM tiny"}))
    yield Heavy("Scan, 96 x size()", "Scan", encode({"TableName": TABLE, **filtered}))
    keyed = {**filtered, "KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {**ZERO, ":pk": KEY["pk"]}}
    yield Heavy("Query, 96 x size()", "Query", encode({"TableName": TABLE, **keyed}))
    statement = f"SELECT * FROM {TABLE} WHERE " + SIZES.replace(":zero", "0")
    yield Heavy("ExecuteStatement, 96 x size()", "ExecuteStatement", encode({"Statement": statement}))
    contained = {"FilterExpression": CONTAINED, "ExpressionAttributeValues": ZERO}
    yield Heavy("Scan of one list, 99 x contains()", "Scan", encode({"TableName": "list", **contained}))
    conditional = {"ConditionExpression": CONTAINED, "ExpressionAttributeValues": ZERO}
    yield Heavy(
        "DeleteItem of one list, 99 x contains()",
        "DeleteItem",
        encode({"TableName": "list", "Key": KEY, **conditional}),
    )
    yield from writes()
    keys = [{"pk": {"S": str(number)}} for number in range(large_items)]
    body = encode({"RequestItems": {"large": {"Keys": keys}}})
    yield Heavy("BatchGetItem, 16 MB", "BatchGetItem", body)
    yield Heavy("BatchGetItem, 16 MB in gzip", "BatchGetItem", body, (("Accept-Encoding", "gzip"),))
    puts = [{"PutRequest": {"Item": {**key, "a": {"S": "xyz" * 133_000}}}} for key in keys[:25]]
    yield Heavy("BatchWriteItem, 10 MB", "BatchWriteItem", encode({"RequestItems": {"large": puts}}))
    yield Heavy("PutItem, 190,000 values", "PutItem", encode({"TableName": "list", "Item": {**KEY, "a": SMALLEST}}))
    many = {"L": [{"N": "1"}] * numbers}
    yield Heavy(f"PutItem, {numbers:,} values", "PutItem", encode({"TableName": "list", "Item": {**KEY, "a": many}}))


def reports(table: str, partitions: int) -> Iterator[Heavy]:
    """The reports of the admin API on so many partitions, those of one table for this one."""
    timeline, insights = f"heat/timeline?table={table}&seconds=300", f"insights/{table}"
    for path in ("heat", timeline, insights, "metrics", "overview", "throttles"):
        shown_path = path.partition("?")[0].replace(table, "<table>")
        yield Heavy(f"/_admin/{shown_path}, {partitions:,} partitions", None, path=f"/_admin/{path}")


def copies(tables: int) -> Iterator[Heavy]:
    """What copies so many tables, and what clears them."""
    for name, path, body in (
        ("snapshot", "snapshots", {"name": "stalls", "replace": True}),
        ("restore", "snapshots/stalls/restore", {}),
        ("fork", "fork", {**FORK, "replace": True}),
        ("reset", "reset?account=111111111111&region=us-east-1", {}),
    ):
        yield Heavy(f"{name} of {tables:,} tables", None, encode(body), path=f"/_admin/{path}")


def widen(client: Client, tables: int, partitions: int, items: int) -> None:
    """Adds tables of so many partitions, each with items and with Contributor Insights."""
    units = {"ReadUnitsPerSecond": 12_000, "WriteUnitsPerSecond": 1_000 * partitions}
    for number in range(tables):
        name = f"wide-{number}"
        client.create_table({**DEFINITION, "TableName": name, "WarmThroughput": units})
        client.call("UpdateContributorInsights", {"TableName": name, "ContributorInsightsAction": "ENABLE"})
        client.put_all(name, [{"pk": {"S": str(number)}} for number in range(items)])


def crowd(client: Client, tables: int) -> None:
    """Adds so many tables with an item each."""
    for number in range(tables):
        client.call("CreateTable", {**DEFINITION, "TableName": f"crowd-{number}"})
        client.call("PutItem", {"TableName": f"crowd-{number}", "Item": KEY})


def writes() -> Iterator[Heavy]:
    """Writes of the items that are lists, in a table with an index: alone and several together."""
    operands = {"ExpressionAttributeValues": ZERO}
    changed = {"UpdateExpression": "SET " + ", ".join(f"a[{number}] = :zero" for number in range(250)), **operands}
    yield Heavy(
        "UpdateItem of one list, 250 members", "UpdateItem", encode({"TableName": "lists", "Key": KEY, **changed})
    )
    conditional = {"ConditionExpression": CONTAINED, **operands}
    keys = [{"pk": {"S": str(number)}} for number in range(LISTS)]
    deletes = [{"Delete": {"TableName": "lists", "Key": key, **conditional}} for key in keys]
    yield Heavy(f"TransactWriteItems, {LISTS} such", "TransactWriteItems", encode({"TransactItems": deletes}))
    statements = [{"Statement": f"SELECT pk FROM lists WHERE pk = '{number}'"} for number in range(LISTS)]
    yield Heavy(f"BatchExecuteStatement, {LISTS} SELECT", "BatchExecuteStatement", encode({"Statements": statements}))
    statements = [{"Statement": f"UPDATE lists SET b = 1 WHERE pk = '{number}'"} for number in range(LISTS)]
    yield Heavy(f"BatchExecuteStatement, {LISTS} UPDATE", "BatchExecuteStatement", encode({"Statements": statements}))
    body = encode({"RequestItems": {"lists": {"Keys": keys, "ProjectionExpression": "pk"}}})
    yield Heavy(f"BatchGetItem of {LISTS} lists, projected", "BatchGetItem", body)
    shorter: list[dict[str, Any]] = [{**key, "g": {"S": "g"}, "a": SHORTER} for key in keys]
    puts: list[dict[str, Any]] = [{"PutRequest": {"Item": item}} for item in shorter]
    yield Heavy(f"BatchWriteItem of {LISTS} lists", "BatchWriteItem", encode({"RequestItems": {"lists": puts}}))
    puts = [{"PutRequest": {"Item": key}} for key in keys]
    yield Heavy(f"BatchWriteItem over {LISTS} lists", "BatchWriteItem", encode({"RequestItems": {"lists": puts}}))
    yield from vectored(shorter)
    yield from others(shorter)


def vectored(lists: list[dict[str, Any]]) -> Iterator[Heavy]:
    """Writes of such items in a table with a vector index, which say what they took."""
    item = {**KEY, "v": VECTOR, "a": SMALLEST}
    yield Heavy("PutItem of vectors", "PutItem", encode({"TableName": "vectors", "Item": item, **COUNTED}))
    setting = {"UpdateExpression": "SET b = :zero", "ExpressionAttributeValues": ZERO}
    keys = [{"pk": item["pk"]} for item in lists[:8]]
    updates = [{"Update": {"TableName": "vectors", "Key": key, **setting}} for key in keys]
    body = encode({"TransactItems": updates, **COUNTED})
    yield Heavy(f"TransactWriteItems of vectors, {len(keys)}", "TransactWriteItems", body)
    puts = [{"PutRequest": {"Item": {**item, "v": VECTOR}}} for item in lists]
    body = encode({"RequestItems": {"vectors": puts}, **COUNTED})
    yield Heavy(f"BatchWriteItem of vectors, {len(puts)}", "BatchWriteItem", body)


def others(lists: list[dict[str, Any]]) -> Iterator[Heavy]:
    """Writes that expire, unions of sets, and transactions of a hundred."""
    puts = [{"PutRequest": {"Item": {**item, "until": {"N": "4000000000"}}}} for item in lists]
    body = encode({"RequestItems": {"expiring": puts}})
    yield Heavy(f"BatchWriteItem of {LISTS} lists that expire", "BatchWriteItem", body)
    for name, members in (("two numbers", ["-1", "0.5"]), ("many", [f"{number}.5" for number in range(5_000)])):
        added = {"UpdateExpression": "ADD s :members", "ExpressionAttributeValues": {":members": {"NS": members}}}
        body = encode({"TableName": "list", "Key": {"pk": {"S": "set"}}, **added})
        yield Heavy(f"UpdateItem, ADD of {name} to a set", "UpdateItem", body)
    conditions = " AND ".join(["size(a) > 0"] * 90)
    for name, operation, member, count, statement in (
        ("ExecuteTransaction, 100 statements", "ExecuteTransaction", "TransactStatements", 100, UPDATED),
        (f"BatchExecuteStatement, {LISTS} long UPDATE", "BatchExecuteStatement", "Statements", LISTS, UPDATED),
        (f"BatchExecuteStatement, {LISTS} long SELECT", "BatchExecuteStatement", "Statements", LISTS, SELECTED),
    ):
        long = [f"{statement} WHERE pk = '{number}' AND c <> {next(FRESH)} AND {conditions}" for number in range(count)]
        yield Heavy(name, operation, encode({member: [{"Statement": each} for each in long]}))
    addressed = {"TableName": "list", "Key": {"pk": {"S": "new"}}}
    new = {"UpdateExpression": "SET a = :a", "ExpressionAttributeValues": {":a": SMALLEST}}
    yield Heavy("UpdateItem of 190,000 new values", "UpdateItem", encode({**addressed, **new}))
    numbers = {"NS": [str(number) for number in range(90_000)]}
    added = {"AttributeUpdates": {"s": {"Action": "ADD", "Value": numbers}, "a": {"Action": "DELETE"}}}
    yield Heavy("UpdateItem, ADD of 90,000 numbers, legacy", "UpdateItem", encode({**addressed, **added}))
    body = encode({"TransactItems": [_expiring(number) for number in range(8)]})
    yield Heavy("TransactWriteItems, 8 lists that expire", "TransactWriteItems", body)
    items = [{"pk": {"S": f"t{number}"}, "a": {"L": [{"NULL": True}] * 10_000}} for number in HUNDRED]
    transaction = [{"Put": {"TableName": "expiring", "Item": item}} for item in items]
    yield Heavy("TransactWriteItems, 100 of 20 KB", "TransactWriteItems", encode({"TransactItems": transaction}))
    reads = [{"Get": {"TableName": "expiring", "Key": {"pk": item["pk"]}}} for item in items]
    yield Heavy("TransactGetItems, 100 of 20 KB", "TransactGetItems", encode({"TransactItems": reads}))


def _expiring(number: int) -> dict[str, Any]:
    item = {"pk": {"S": f"l{number}"}, "until": {"N": "4000000000"}, "a": LONGER}
    return {"Put": {"TableName": "expiring", "Item": item}}


def send(host: str, port: int, heavy: Heavy) -> int:
    """Sends it and reads all of the reply; returns its status."""
    connection = http.client.HTTPConnection(host, port, timeout=120)
    if heavy.operation is None:
        method = "POST" if heavy.body else "GET"
        connection.request(method, heavy.path, heavy.body, {"Content-Type": "application/json"})
    else:
        connection.request("POST", "/", heavy.body, {**headers(heavy.operation), **dict(heavy.headers)})
    reply = connection.getresponse()
    reply.read()
    connection.close()
    return reply.status


def beside(host: str, port: int, act: Callable[[], int]) -> tuple[int, float, list[float]]:
    """What `act` returns, how long it took, and the waits of the GetItems meanwhile."""
    stop = threading.Event()
    waits: list[float] = []

    def read() -> None:
        client = Client(host, port)
        body = encode({"TableName": TABLE, "Key": KEY})
        while not stop.is_set():
            began = time.perf_counter()
            client.send("GetItem", body)
            waits.append(time.perf_counter() - began)
            time.sleep(PAUSE_SECONDS)
        client.close()

    reader = threading.Thread(target=read)
    reader.start()
    time.sleep(BEFORE_SECONDS)
    began = time.perf_counter()
    status = act()
    took_seconds = time.perf_counter() - began
    stop.set()
    reader.join()
    return status, took_seconds, waits


def measure(
    host: str, port: int, items: int, large_items: int, numbers: int, tables: int, rounds: int = 1
) -> list[Stall]:
    """Fills the server and measures each request so often."""
    fill(Client(host, port), items, large_items)
    found = [[measured(host, port, FIRST)]]
    for _ in range(rounds):
        fill_again(Client(host, port))
        found.append([measured(host, port, heavy) for heavy in heavies(large_items, numbers)])
    crowd(Client(host, port), tables)
    found_copies = [[measured(host, port, heavy) for heavy in copies(tables)] for _ in range(rounds)]
    return [*found[0], *leasts(found[1:]), *leasts(found_copies)]


def measure_reports(host: str, port: int, tables: int, items: int, rounds: int = 1) -> list[Stall]:
    """Fills a server that counts what it serves, and measures each report so often."""
    client = Client(host, port)
    client.create_table(DEFINITION)
    widen(client, tables, WIDE_PARTITIONS, items)
    measured(host, port, FIRST)
    wide = list(reports("wide-0", tables * WIDE_PARTITIONS))
    return leasts([[measured(host, port, heavy) for heavy in wide] for _ in range(rounds)])


def leasts(rounds: Sequence[Sequence[Stall]]) -> list[Stall]:
    """For each request that of its rounds with the shortest longest wait."""
    return [least(each) for each in zip(*rounds, strict=True)]


def least(stalls: Sequence[Stall]) -> Stall:
    """Of the rounds of one request that with the shortest longest wait."""
    return min(stalls, key=lambda stall: stall.worst_seconds)


def measured(host: str, port: int, heavy: Heavy) -> Stall:
    """Sends a request once and tells how long GetItems waited meanwhile."""
    status, took_seconds, waits = beside(host, port, lambda: send(host, port, heavy))
    return Stall(heavy.name, status, took_seconds, max(waits), sorted(waits)[len(waits) // 2])


def shown(stalls: Sequence[Stall]) -> str:
    lines = ["request                                    status     took  longest wait  middle"]
    lines += [
        f"{each.name:<42} {each.status:>6} {each.took_seconds * 1e3:>5,.0f} ms {each.worst_seconds * 1e3:>10,.0f} ms "
        f"{each.middle_seconds * 1e3:>4,.1f} ms"
        for each in stalls
    ]
    return "\n".join(lines)


def main(given: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.stalls", description=__doc__)
    parser.add_argument("--items", type=int, default=ITEMS, help=f"of the page (default {ITEMS})")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"of which the least is shown (default {ROUNDS})")
    parser.add_argument("--port", type=int, default=PORT_FIRST + PLACE, help=f"(default {PORT_FIRST + PLACE})")
    options = parser.parse_args(given)
    size = (options.items, LARGE_ITEMS, 1_000_000, TABLES, options.rounds)
    try:
        found = on(own(options.port), lambda host, port: measure(host, port, *size))
        wide = (WIDE_TABLES, WIDE_ITEMS, options.rounds)
        found += on(own_observing(options.port), lambda host, port: measure_reports(host, port, *wide))
    except NotStarted as error:
        print(error, file=sys.stderr)
        return 1
    print(shown(found))
    return 0


def on(server: Server, act: Callable[[str, int], list[Stall]]) -> list[Stall]:
    """What is measured on a server, which is started for that. Raises NotStarted."""
    try:
        server.start(None)
        return act(server.host, server.port)
    finally:
        server.stop()


if __name__ == "__main__":
    raise SystemExit(main())
