"""A mixed load on one server: mutated requests, writes, reads, clients that vanish, and what an operator does.

Each kind is an actor in a thread of its own. What an actor does, its seed says. A reply with a status of 500 or more, a
reply that does not come and a server that dies are failures; so is a trace of Python in the log.
"""

import json
import random
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.conftest import Endpoint
from tests.golden.wire import Reply, Wire, headers_of
from tests.hostile.mutations import Mutations
from tests.service_failures import is_the_services_own

Json = dict[str, Any]
FLAGS = ("--clock", "virtual", "--ttl-delay", "1", "--request-timeout-seconds", "5")
TIMEOUT_SECONDS = 120.0
"""A reply that takes longer is taken for one that never comes."""
SAMPLED_SECONDS = 0.5
ROUNDS_MIN = 8
"""So often each actor acts, however short the run."""
RESET_REQUESTS = 1_000
"""After so many mutated requests their tables, backups and tags are thrown away."""
RENEWED_ROUNDS = 200
"""After so many rounds of the operator the table of the load is made anew: splits only ever add partitions."""
KEYS = 300
LARGE_BYTES = 100_000
HOUR_SECONDS = 3_600
PAUSE_SECONDS = 0.05
"""Between two rounds of an actor: the server has most of its time for the mutated requests."""
LISTENED_SECONDS = 0.02
"""So long a client that vanishes listens to a reply."""
TABLE: Json = {
    "TableName": "load",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "g")],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-g",
            "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
}
NAMED = {"TableName": "load"}
FAULTS: tuple[Json, ...] = (
    {"table": "load", "error": "ProvisionedThroughputExceededException", "probability": 0.05},
    {"table": "load", "delay_ms": 20, "probability": 0.05},
    {"table": "load", "drop": "before", "probability": 0.02},
    {"table": "load", "drop": "after", "probability": 0.02},
)
PROBE: Json = {"table": "load", "key": "probe", "error": "ProvisionedThroughputExceededException"}


class Load:
    """The load on a server that was started with FLAGS; `counts` says what has happened how often."""

    def __init__(self, server: Endpoint, seed: int) -> None:
        self.server = server
        self.seed = seed
        self.account = server.new_account()
        self.counts: Counter[str] = Counter()
        self.failures: list[BaseException] = []
        self.memory_mb: list[float] = []
        self.is_over = threading.Event()

    def run(self, requests: int, seconds: float) -> None:
        """So many mutated requests over so many seconds, or longer where they take longer; raises what an actor met."""
        operator = Operator(self, 0)
        operator.renew()
        actors = [operator, *(kind(self, number) for number, kind in enumerate((Writer, Writer, Reader, Vanishing), 1))]
        threads = [threading.Thread(target=self._play, args=(actor.act,)) for actor in actors]
        mutating = threading.Thread(target=self._mutate, args=(requests, seconds))
        began = time.monotonic()
        for thread in (mutating, *threads):
            thread.start()
        while not self.failures and (mutating.is_alive() or time.monotonic() - began < seconds):
            self.memory_mb.append(self.server_mb())
            mutating.join(SAMPLED_SECONDS)
            time.sleep(0 if mutating.is_alive() else min(SAMPLED_SECONDS, seconds))
        self.is_over.set()
        for thread in (mutating, *threads):
            thread.join()
        if self.failures:
            raise self.failures[0]

    def server_mb(self) -> float:
        """The server's resident memory; 0 where the system does not tell."""
        assert self.server.process is not None
        try:
            status = Path(f"/proc/{self.server.process.pid}/status").read_text(encoding="utf-8")
        except OSError:
            return 0.0
        return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS:")), 0.0)

    def _play(self, act: Callable[[], None]) -> None:
        rounds = 0
        try:
            while not self.failures and (rounds < ROUNDS_MIN or not self.is_over.is_set()):
                act()
                rounds += 1
                time.sleep(PAUSE_SECONDS)
        except BaseException as failure:
            self.failures.append(failure)

    def _mutate(self, requests: int, seconds: float) -> None:
        began = time.monotonic()
        try:
            actor, mutations = Actor(self, -1), Mutations(self.seed)
            actor.account = self.server.new_account()
            for number in range(requests):
                if self.failures:
                    return
                if number % RESET_REQUESTS == 0:
                    self.is_over.wait(max(0.0, began + seconds * number / requests - time.monotonic()))
                    actor.admin("POST", f"/reset?account={actor.account}", {})
                    actor.call("CreateTable", MUTATED)
                operation, body = mutations.next()
                actor.call(operation, body)
                self.counts["mutated"] += 1
        except BaseException as failure:
            self.failures.append(failure)


MUTATED: Json = {
    "TableName": "Fuzz",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
}


class Actor:
    """A client with chances of its own."""

    def __init__(self, load: Load, number: int) -> None:
        self.load = load
        self.account = load.account
        self.chance = random.Random(f"{load.seed}/{number}")
        self.wire = Wire(load.server.url(), TIMEOUT_SECONDS)

    def act(self) -> None:
        """One round."""
        raise NotImplementedError

    def call(self, operation: str, request: Any) -> Reply | None:
        """The reply, which is no internal error; None where a fault dropped the connection."""
        try:
            reply = self.wire.call(operation, request, self.account)
        except TimeoutError:
            raise AssertionError(f"no reply to {operation} {request!r:.600}") from None
        except ConnectionError:
            assert self.load.server.process is not None and self.load.server.process.poll() is None, request
            self.load.counts["dropped"] += 1
            return None
        is_fine = reply.status < 500 or is_the_services_own(reply.json())
        assert is_fine, f"{reply.status} {reply.body!r:.400} for {operation} {request!r:.600}"
        self.load.counts[f"{reply.status // 100}xx"] += 1
        return reply

    def admin(self, method: str, path: str, body: Any = None) -> Any:
        data = b"" if body is None else json.dumps(body).encode()
        reply = self.wire.send(method, "/_admin" + path, {"Content-Type": "application/json"}, data)
        assert reply.status < 300, (method, path, body, reply)
        return reply.json()

    def key(self) -> Json:
        return {"pk": {"S": str(self.chance.randrange(KEYS))}}

    def item(self) -> Json:
        """One of KEYS items: a few are large, some expire, some are not in the index."""
        chance = self.chance
        content = "x" * (LARGE_BYTES if chance.random() < 0.03 else chance.randrange(300))
        item = {**self.key(), "a": {"L": [{"S": content}, {"N": str(chance.randrange(100))}]}}
        if chance.random() < 0.7:
            item["g"] = {"S": str(chance.randrange(10))}
        if chance.random() < 0.3:
            item["t"] = {"N": str(START_SECONDS + chance.randrange(HOUR_SECONDS))}
        return item


START_SECONDS = 1_767_225_600
"""2026-01-01, where a virtual clock begins: what expires by it is expired."""


class Writer(Actor):
    """Puts, updates and deletes, alone and together."""

    def act(self) -> None:
        chance = self.chance
        puts = {each["pk"]["S"]: {"Put": {**NAMED, "Item": each}} for each in (self.item() for _ in range(5))}
        added = {"ExpressionAttributeValues": {":n": {"N": "1"}}}
        update = {**NAMED, "Key": self.key(), "UpdateExpression": "ADD n :n REMOVE a[0]", **added}
        batch = {"RequestItems": {"load": [{"PutRequest": {"Item": each["Put"]["Item"]}} for each in puts.values()]}}
        statement = {"Statement": f"UPDATE load SET b = 1 WHERE pk = '{chance.randrange(KEYS)}'"}
        self.call(
            *chance.choice(
                (
                    ("PutItem", {**NAMED, "Item": self.item()}),
                    ("UpdateItem", update),
                    ("UpdateItem", {**update, "ConditionExpression": "n > :n"}),
                    ("DeleteItem", {**NAMED, "Key": self.key(), "ReturnValues": "ALL_OLD"}),
                    ("BatchWriteItem", batch),
                    ("TransactWriteItems", {"TransactItems": list(puts.values())}),
                    ("ExecuteStatement", statement),
                )
            )
        )
        self.load.counts["written"] += 1


class Reader(Actor):
    """Items, pages, and the stream from its beginning."""

    def act(self) -> None:
        chance = self.chance
        filtered = {"FilterExpression": "size(a) > :n", "ExpressionAttributeValues": {":n": {"N": "1"}}}
        group = {":g": {"S": str(chance.randrange(10))}}
        query = {"IndexName": "by-g", "KeyConditionExpression": "g = :g", "ExpressionAttributeValues": group}
        keys = {each["pk"]["S"]: each for each in (self.key() for _ in range(50))}
        self.call(
            *chance.choice(
                (
                    ("GetItem", {**NAMED, "Key": self.key()}),
                    ("Query", {**NAMED, **query}),
                    ("Scan", {**NAMED, **filtered}),
                    ("BatchGetItem", {"RequestItems": {"load": {"Keys": list(keys.values())}}}),
                    ("ExecuteStatement", {"Statement": "SELECT * FROM load WHERE g = '1'"}),
                )
            )
        )
        if chance.random() < 0.05:
            self._read_stream()
        self.load.counts["read"] += 1

    def _read_stream(self) -> None:
        reply = self.call("ListStreams", NAMED)
        for stream in reply.json().get("Streams", ()) if reply is not None else ():
            arn = {"StreamArn": stream["StreamArn"]}
            reply = self.call("DescribeStream", arn)
            described = reply.json().get("StreamDescription", {}) if reply is not None else {}
            for shard in described.get("Shards", ())[:5]:
                at = {**arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
                reply = self.call("GetShardIterator", at)
                iterator = reply.json().get("ShardIterator") if reply is not None else None
                if iterator is not None:
                    self.call("GetRecords", {"ShardIterator": iterator})


class Vanishing(Actor):
    """Clients that leave in the middle of a request or of its reply, with a reset or without."""

    def act(self) -> None:
        chance = self.chance
        operation, request = chance.choice(
            (
                ("Scan", NAMED),
                ("PutItem", {**NAMED, "Item": self.item()}),
                ("Scan", {**NAMED, "FilterExpression": "NOT contains(a, pk)"}),
            )
        )
        body = json.dumps(request).encode()
        head = "".join(f"{name}: {value}\r\n" for name, value in headers_of(operation, self.account).items())
        data = f"POST / HTTP/1.1\r\nHost: localhost\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
        if chance.random() < 0.2:
            data = b"GET /_admin/heat HTTP/1.1\r\nHost: localhost\r\n\r\n"
        data *= chance.randint(1, 4)
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            client.settimeout(TIMEOUT_SECONDS)
            client.connect((self.wire.host, self.wire.port))
            client.sendall(data[: chance.randrange(len(data))] if chance.random() < 0.5 else data)
            if chance.random() < 0.5:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            if chance.random() < 0.3:
                client.settimeout(LISTENED_SECONDS)
                with suppress(OSError):
                    client.recv(100)
        self.load.counts["vanished"] += 1


class Operator(Actor):
    """Faults, splits, turns of the clock, and now and then a new table."""

    def __init__(self, load: Load, number: int) -> None:
        super().__init__(load, number)
        self.rounds = 0

    def act(self) -> None:
        counts = self.load.counts
        self.rounds += 1
        self.admin("DELETE", "/faults")
        if self.rounds % RENEWED_ROUNDS == 0:
            self.renew()
        self._let_expire()
        self.admin("POST", "/faults", PROBE)
        refused = self.call("GetItem", {**NAMED, "Key": {"pk": {"S": "probe"}}})
        assert refused is not None and refused.status == 400, refused
        counts["faults"] += 1
        self.admin("POST", "/faults", list(FAULTS))
        if self.rounds % 4 == 0:
            partitions = self.admin("GET", f"/tables/load/partitions?account={self.account}")["partitions"]
            number = self.chance.randrange(len(partitions))
            reply = self.wire.send(
                "POST",
                f"/_admin/tables/load/split?account={self.account}",
                {"Content-Type": "application/json"},
                json.dumps({"partition": number}).encode(),
            )
            assert reply.status < 500, reply
            counts["splits"] += reply.status == 200

    def renew(self) -> None:
        """Makes the table anew."""
        if self.rounds:
            self.call("DeleteTable", NAMED)
        for operation, request in (
            ("CreateTable", TABLE),
            (
                "UpdateTimeToLive",
                {**NAMED, "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "t"}},
            ),
        ):
            reply = self.call(operation, request)
            assert reply is not None and reply.status == 200, reply

    def _let_expire(self) -> None:
        """Puts an item that expires within the hour, and turns the clock an hour on."""
        key = {"pk": {"S": "expiring"}}
        expires = str(int(self.admin("GET", "/clock")["now"]) + HOUR_SECONDS // 2)
        put = self.call("PutItem", {**NAMED, "Item": {**key, "t": {"N": expires}}})
        self.admin("POST", "/clock", {"advance": HOUR_SECONDS})
        read = self.call("GetItem", {**NAMED, "Key": key})
        if put is not None and put.status == 200 and read is not None and read.status == 200:
            self.load.counts["expired" if read.json() == {} else "expired late"] += 1
