"""Seeded requests of all kinds against a table with indexes under small limits: what is charged is what replies say.

A request that is refused as a whole charges nothing and commits nothing. The units in ConsumedCapacity are the units
charged to the table and to each index. And no window of time serves more than the provisioned units, their burst and
the debt of the one request that found a last token.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Callable
from typing import Any

import pytest

from tests.simulation.test_partitions_under_load import most_in_any_window
from tests.throttling.world import Refused, World
from thermodynamo_storage.capacity.pool import BURST_SECONDS

STEPS = 1_500
UNITS = {None: (60, 50), "all": (20, 30), "keys": (20, 20)}
"""Read and write units of the table and of its global indexes."""
NAMES = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "g")]
Request = dict[str, Any]


class Requests:
    """Random requests on the table `load`."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.kinds: list[Callable[[], tuple[str, Request]]] = [
            lambda: ("PutItem", {"TableName": "load", "Item": self.item()}),
            lambda: (
                "PutItem",
                {"TableName": "load", "Item": self.item(), "ConditionExpression": "attribute_exists(g)"},
            ),
            lambda: ("UpdateItem", self.update()),
            lambda: ("DeleteItem", {"TableName": "load", "Key": self.key()}),
            lambda: ("GetItem", {"TableName": "load", "Key": self.key(), "ConsistentRead": self.chance.random() < 0.5}),
            lambda: ("Query", self.query(None, "pk", "hot")),
            lambda: ("Query", self.query("all", "g", str(self.chance.randrange(5)))),
            lambda: ("Scan", {"TableName": "load", "Limit": 5}),
            lambda: ("Scan", {"TableName": "load", "IndexName": "keys", "Limit": 5}),
            lambda: (
                "BatchWriteItem",
                {"RequestItems": {"load": [{"PutRequest": {"Item": i}} for i in self.several(8)]}},
            ),
            lambda: ("BatchGetItem", {"RequestItems": {"load": {"Keys": [self.key_of(i) for i in self.several(8)]}}}),
            lambda: ("TransactWriteItems", {"TransactItems": [self.action(item) for item in self.several(4)]}),
            lambda: (
                "TransactGetItems",
                {"TransactItems": [{"Get": {"TableName": "load", "Key": self.key_of(i)}} for i in self.several(4)]},
            ),
            lambda: ("TransactWriteItems", self.once),
            lambda: ("ExecuteStatement", self.statement("UPDATE load SET x = 'a' WHERE pk = ? AND sk = ?")),
            lambda: ("ExecuteStatement", {"Statement": "SELECT * FROM load WHERE pk IN ['hot', 'k1', 'k2']"}),
            lambda: (
                "ExecuteTransaction",
                {"TransactStatements": [self.statement("DELETE FROM load WHERE pk = ? AND sk = ?")]},
            ),
        ]

        actions = [{"Put": {"TableName": "load", "Item": item}} for item in self.several(3)]
        self.once = {"TransactItems": actions, "ClientRequestToken": "once"}
        """Carried out the first time; from then on, reading its items is what it costs."""

    def next(self) -> tuple[str, Request]:
        operation, request = self.chance.choice(self.kinds)()
        return operation, {**request, "ReturnConsumedCapacity": "INDEXES"}

    def key(self) -> Request:
        pk = "hot" if self.chance.random() < 0.5 else f"k{self.chance.randrange(50)}"
        return {"pk": {"S": pk}, "sk": {"S": str(self.chance.randrange(40))}}

    def item(self) -> Request:
        item = {**self.key(), "x": {"S": "x" * self.chance.randrange(9_000)}}
        if self.chance.random() < 0.7:
            item["g"] = {"S": str(self.chance.randrange(5))}
        return item

    def several(self, count: int) -> list[Request]:
        """Items with different keys."""
        found = {str(self.key_of(item)): item for item in (self.item() for _ in range(count))}
        return list(found.values())

    def key_of(self, item: Request) -> Request:
        return {name: item[name] for name in ("pk", "sk")}

    def update(self) -> Request:
        values = {":x": {"S": "y" * self.chance.randrange(5_000)}, ":g": {"S": str(self.chance.randrange(5))}}
        expression = {"UpdateExpression": "SET x = :x, g = :g", "ExpressionAttributeValues": values}
        return {"TableName": "load", "Key": self.key(), **expression}

    def query(self, index: str | None, name: str, value: str) -> Request:
        condition = {"KeyConditionExpression": f"{name} = :v", "ExpressionAttributeValues": {":v": {"S": value}}}
        place = {"IndexName": index} if index is not None else {}
        return {"TableName": "load", "Limit": self.chance.randrange(1, 9), **condition, **place}

    def action(self, item: Request) -> Request:
        key = {"TableName": "load", "Key": self.key_of(item)}
        match self.chance.randrange(3):
            case 0:
                return {"Put": {"TableName": "load", "Item": item}}
            case 1:
                return {"Delete": key}
        return {"ConditionCheck": {**key, "ConditionExpression": "attribute_not_exists(never)"}}

    def statement(self, text: str) -> Request:
        return {"Statement": text, "Parameters": list(self.key().values())}


def create(world: World, is_provisioned: bool) -> None:
    def limits(owner: str | None) -> Request:
        read_units, write_units = UNITS[owner]
        if is_provisioned:
            return {"ProvisionedThroughput": {"ReadCapacityUnits": read_units, "WriteCapacityUnits": write_units}}
        return {"OnDemandThroughput": {"MaxReadRequestUnits": read_units, "MaxWriteRequestUnits": write_units}}

    indexes = [
        {
            "IndexName": name,
            "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": kind},
            **limits(name),
        }
        for name, kind in (("all", "ALL"), ("keys", "KEYS_ONLY"))
    ]
    units = UNITS[None] if is_provisioned else None
    stream = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    members = {"GlobalSecondaryIndexes": indexes, "StreamSpecification": stream, "AttributeDefinitions": NAMES}
    world.create(units, sort_key=True, **members, **({} if is_provisioned else limits(None)))


def reported(reply: Request) -> Counter[str | None]:
    """The half units that a reply says were consumed, by index; None stands for the table."""
    found: Counter[str | None] = Counter()
    capacities = reply["ConsumedCapacity"]
    for each in capacities if isinstance(capacities, list) else [capacities]:
        found[None] += int(2 * each["Table"]["CapacityUnits"])
        for name, units in each.get("GlobalSecondaryIndexes", {}).items():
            found[name] += int(2 * units["CapacityUnits"])
    return found


@pytest.mark.parametrize("is_provisioned", [True, False], ids=["provisioned", "on-demand"])
@pytest.mark.parametrize("seed", range(2))
def test_what_is_charged_is_what_replies_say(seed: int, is_provisioned: bool) -> None:
    world = World(partition_write_units_max=100, partition_read_units_max=300, split_after_seconds=2)
    create(world, is_provisioned)
    table = world.table
    keyspaces = {None: table.keyspace, **{name: index.keyspace for name, index in table.indexes.items()}}
    database = world.service.database
    requests = Requests(seed)
    served: dict[tuple[str | None, bool], list[tuple[float, int]]] = defaultdict(list)
    outcomes: Counter[str] = Counter()
    for step in range(STEPS):
        world.pass_seconds(requests.chance.expovariate(40))
        if step % 100 == 0:
            drained = keyspaces[(None, "all", "keys")[step // 100 % 3]].admission
            drained.refresh(world.now)
            drained.writes.bucket.set_tokens(-drained.writes.bucket.rate / 2, world.now)
        operation, request = requests.next()
        before = {name: (each.admission.reads.total, each.admission.writes.total) for name, each in keyspaces.items()}
        sequence = database.sequence
        reply = None
        try:
            reply = world.call(operation, request)
        except Refused as refused:
            outcomes[str(refused.reason or refused.type)] += 1
            was_throttled = refused.reason is not None
        charged: Counter[str | None] = Counter()
        for name, each in keyspaces.items():
            totals = each.admission.reads.total, each.admission.writes.total
            for is_write, (total, earlier) in enumerate(zip(totals, before[name], strict=True)):
                if total > earlier:
                    served[name, bool(is_write)].append((world.now, total - earlier))
                    charged[name] += total - earlier
        if reply is not None:
            assert charged == +reported(reply), operation
        else:
            assert database.sequence == sequence
            assert not (was_throttled and charged), operation
    database.check()
    kinds = {reason[:10] for reason in outcomes}
    assert {"TableWrite", "IndexWrite"} <= kinds, "the load must meet limits of the table and of indexes"
    if is_provisioned:
        for (name, is_write), admitted in served.items():
            rate = 2 * UNITS[name][is_write]
            debt = max(half_units for _, half_units in admitted)
            assert most_in_any_window(admitted, rate) <= BURST_SECONDS * rate + debt
