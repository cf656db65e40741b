"""Random writes, index creations and deletions: at every step each index is the projection of its table.

An index with a delay is compared with the table as it was that long ago. The clock is the test's own, and the requests
are answered in this process, so that hundreds of runs take seconds.
"""

from typing import Any

import orjson
import pytest
from hypothesis import settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from thermodynamo.api.errors import ApiError
from thermodynamo.service import Service
from thermodynamo.settings.config import Config

DELAY_SECONDS = 5.0
NEVER = float("inf")
Item = dict[str, dict[str, Any]]

PARTITIONS = strategies.sampled_from(["a", "b"])
SORTS = strategies.integers(-2, 3)
KEYS = strategies.tuples(PARTITIONS, SORTS)
TEXTS = strategies.sampled_from(["u", "v", "v\x00w"]).map(lambda text: {"S": text})
NUMBERS = strategies.sampled_from(["-3.5", "0", "7", "70"]).map(lambda text: {"N": text})
SETS = strategies.sampled_from([["1", "2"], ["2", "1"], ["3"]]).map(lambda numbers: {"NS": numbers})
# The loose attribute is a key of created indexes only, which leave out the items in which it is no string.
LOOSE = strategies.one_of(TEXTS, NUMBERS, strategies.just({"S": ""}), strategies.just({"BOOL": True}))
VALUES = {"g": TEXTS, "n": NUMBERS, "loose": LOOSE, "x": SETS, "y": TEXTS}
# Most items have all attributes, so that most are in every index.
CONTENTS = strategies.one_of(strategies.fixed_dictionaries(VALUES), strategies.fixed_dictionaries({}, optional=VALUES))
PROJECTIONS = strategies.sampled_from(
    [
        {"ProjectionType": "ALL"},
        {"ProjectionType": "KEYS_ONLY"},
        {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x", "loose"]},
    ]
)
KEY_SCHEMAS = strategies.sampled_from(
    [[("loose", "HASH")], [("loose", "HASH"), ("n", "RANGE")], [("g", "HASH"), ("loose", "HASH"), ("s", "RANGE")]]
)
KINDS = {"p": "S", "s": "N", "g": "S", "n": "N", "loose": "S"}


def index(name: str, keys: list[tuple[str, str]], projection: dict[str, Any]) -> dict[str, Any]:
    schema = [{"AttributeName": attribute, "KeyType": role} for attribute, role in keys]
    return {"IndexName": name, "KeySchema": schema, "Projection": projection}


def definitions(*indexes: dict[str, Any]) -> list[dict[str, Any]]:
    names = {"p", "s"} | {element["AttributeName"] for each in indexes for element in each["KeySchema"]}
    return [{"AttributeName": name, "AttributeType": KINDS[name]} for name in sorted(names)]


def plain(item: Item) -> str:
    """An item for comparing: attributes and the members of sets have no order."""
    flat = {name: {"NS": sorted(value["NS"])} if "NS" in value else value for name, value in item.items()}
    return orjson.dumps(flat, option=orjson.OPT_SORT_KEYS).decode()


def place(definition: dict[str, Any], item: Item) -> tuple[str, ...]:
    """What an entry is found by, without the sort key."""
    roles = definition["KeySchema"]
    return tuple(item[each["AttributeName"]]["S"] for each in roles if each["KeyType"] == "HASH")


def sort_value(definition: dict[str, Any], item: Item) -> float:
    names = [each["AttributeName"] for each in definition["KeySchema"] if each["KeyType"] == "RANGE"]
    return float(item[names[0]]["N"]) if names else 0.0


def project(definition: dict[str, Any], item: Item) -> Item | None:
    """The entry of an item, or None for an item that the index leaves out."""
    keys = [each["AttributeName"] for each in definition["KeySchema"]]
    if any(item.get(name, {}).get(KINDS[name]) in (None, "") for name in keys):
        return None
    projection = definition["Projection"]
    if projection["ProjectionType"] == "ALL":
        return item
    names = {"p", "s", *keys, *projection.get("NonKeyAttributes", [])}
    return {name: value for name, value in item.items() if name in names}


class Indexes(RuleBasedStateMachine):
    """`table` maps keys to items, `past` has the table after each write with its time, `indexes` the definitions."""

    @initialize(has_delay=strategies.booleans(), items=strategies.dictionaries(KEYS, CONTENTS, min_size=4, max_size=9))
    def create(self, has_delay: bool, items: dict[tuple[str, int], Item]) -> None:
        index_delay = str(DELAY_SECONDS if has_delay else 0)
        self.service = Service(Config(index_delay_seconds=index_delay, clock="virtual"))
        self.clock = self.service.clock
        self.delay_seconds = DELAY_SECONDS if has_delay else 0.0
        self.table: dict[tuple[str, int], Item] = {}
        self.past: list[tuple[float, dict[tuple[str, int], Item]]] = [(self.clock.now(), {})]
        by_g = index("by-g", [("g", "HASH"), ("n", "RANGE")], {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x"]})
        by_n = index("by-n", [("p", "HASH"), ("n", "RANGE")], {"ProjectionType": "KEYS_ONLY"})
        self.indexes = {"by-g": by_g, "by-n": by_n}
        self.created_at = {"by-g": self.clock.now(), "by-n": self.clock.now()}
        self.call(
            "CreateTable",
            KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
            AttributeDefinitions=definitions(by_g, by_n),
            BillingMode="PAY_PER_REQUEST",
            GlobalSecondaryIndexes=[by_g],
            LocalSecondaryIndexes=[by_n],
        )
        self.put_several(items)

    def call(self, operation: str, **request: Any) -> dict[str, Any]:
        if operation != "BatchWriteItem":
            request["TableName"] = "items"
        try:
            return {"status": 200, **self.service.call(operation, request)}
        except ApiError as error:
            return {"status": error.status, **error.body()}

    def wrote(self) -> None:
        self.past.append((self.clock.now(), dict(self.table)))

    def key(self, key: tuple[str, int]) -> Item:
        return {"p": {"S": key[0]}, "s": {"N": str(key[1])}}

    def is_indexable(self, item: Item) -> bool:
        """Whether every index takes the item: as an entry, or because it lacks a key attribute."""
        names = {element["AttributeName"] for each in self.indexes.values() for element in each["KeySchema"]}
        return all(item[name].get(KINDS[name]) not in (None, "") for name in names if name in item)

    @rule(key=KEYS, contents=CONTENTS)
    def put(self, key: tuple[str, int], contents: Item) -> None:
        item = {**self.key(key), **contents}
        reply = self.call("PutItem", Item=item)
        assert (reply["status"] == 200) == self.is_indexable(item), reply
        if reply["status"] == 200:
            self.table[key] = item
            self.wrote()

    @rule(key=KEYS, name=strategies.sampled_from(sorted(VALUES)), data=strategies.data())
    def set_attribute(self, key: tuple[str, int], name: str, data: Any) -> None:
        value = data.draw(VALUES[name])
        item = {**self.table.get(key, self.key(key)), name: value}
        names, values = {"#n": name}, {":v": value}
        reply = self.call(
            "UpdateItem",
            Key=self.key(key),
            UpdateExpression="SET #n = :v",
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=values,
        )
        assert (reply["status"] == 200) == self.is_indexable(item), reply
        if reply["status"] == 200:
            self.table[key] = item
            self.wrote()

    @rule(key=KEYS)
    def delete(self, key: tuple[str, int]) -> None:
        assert self.call("DeleteItem", Key=self.key(key))["status"] == 200
        self.table.pop(key, None)
        self.wrote()

    @rule(seconds=strategies.sampled_from([0.5, 2.0, DELAY_SECONDS]))
    def wait(self, seconds: float) -> None:
        self.clock.move_to(self.clock.now() + seconds)

    @rule(items=strategies.dictionaries(KEYS, CONTENTS, min_size=2, max_size=8))
    def batch(self, items: dict[tuple[str, int], Item]) -> None:
        self.put_several(items)

    def put_several(self, items: dict[tuple[str, int], Item]) -> None:
        written = {key: {**self.key(key), **contents} for key, contents in items.items()}
        puts = [{"PutRequest": {"Item": item}} for item in written.values()]
        reply = self.call("BatchWriteItem", RequestItems={"items": puts})
        assert (reply["status"] == 200) == all(map(self.is_indexable, written.values())), reply
        if reply["status"] == 200:
            self.table.update(written)
            self.wrote()

    @precondition(lambda self: not self.creating() and not {"new-1", "new-2"} <= self.indexes.keys())
    @rule(keys=KEY_SCHEMAS, projection=PROJECTIONS)
    def create_index(self, keys: list[tuple[str, str]], projection: dict[str, Any]) -> None:
        name = "new-2" if "new-1" in self.indexes else "new-1"
        new = index(name, keys, projection)
        updates = [{"Create": new}]
        reply = self.call("UpdateTable", AttributeDefinitions=definitions(new), GlobalSecondaryIndexUpdates=updates)
        assert reply["status"] == 200, reply
        described = {each["IndexName"]: each for each in reply["TableDescription"]["GlobalSecondaryIndexes"]}
        assert (described[name]["IndexStatus"], described[name]["Backfilling"]) == ("CREATING", False)
        self.indexes[name] = new
        self.created_at[name] = NEVER

    def creating(self) -> set[str]:
        return {name for name in self.indexes if self.created_at[name] == NEVER}

    @precondition(lambda self: self.creating())
    @rule()
    def look(self) -> None:
        """Whoever describes the table takes the filling of a new index a step further."""
        for described in self.call("DescribeTable")["Table"]["GlobalSecondaryIndexes"]:
            name, status = described["IndexName"], described["IndexStatus"]
            assert (status == "CREATING") == described.get("Backfilling", False)
            if name in self.creating() and status == "ACTIVE":
                self.created_at[name] = self.clock.now()

    @precondition(lambda self: self.creating())
    @rule()
    def look_until_active(self) -> None:
        while self.creating():
            self.look()

    @precondition(lambda self: self.indexes.keys() & {"new-1", "new-2"})
    @rule(data=strategies.data())
    def delete_index(self, data: Any) -> None:
        """Of two indexes, only the one that is being filled may be deleted meanwhile."""
        name = data.draw(strategies.sampled_from(sorted(self.indexes.keys() & {"new-1", "new-2"})))
        reply = self.call("UpdateTable", GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": name}}])
        assert (reply["status"] == 200) == (self.creating() <= {name}), reply
        if reply["status"] == 200:
            del self.indexes[name]

    def visible(self, name: str) -> dict[tuple[str, int], Item]:
        """The table whose projection the index is now."""
        if name == "by-n":
            return self.table
        due = [table for time, table in self.past if time + self.delay_seconds <= self.clock.now()]
        return due[-1] if due else {}

    def entries(self, name: str) -> list[Item]:
        definition = self.indexes[name]
        found = [project(definition, item) for item in self.visible(name).values()]
        return [entry for entry in found if entry is not None]

    def is_settled(self, name: str) -> bool:
        """Whether the index is old enough to be compared: a new one takes its delay to show what was there."""
        return self.clock.now() >= self.created_at[name] + self.delay_seconds or name in ("by-g", "by-n")

    def pages(self, operation: str, **request: Any) -> list[Item]:
        found: list[Item] = []
        while True:
            page = self.call(operation, **request)
            assert page["status"] == 200, page
            assert page["Count"] == page["ScannedCount"] <= request.get("Limit", 1000)
            found += page["Items"]
            if "LastEvaluatedKey" not in page:
                return found
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    @invariant()
    def every_index_is_the_projection_of_its_table(self) -> None:
        if not hasattr(self, "service"):
            return
        for name in self.indexes:
            if name in self.creating():
                refused = self.call("Scan", IndexName=name)
                assert refused["message"] == f"Cannot read from backfilling global secondary index: {name}"
            elif self.is_settled(name):
                assert sorted(map(plain, self.pages("Scan", IndexName=name))) == sorted(map(plain, self.entries(name)))
        self.service.database.check()

    @precondition(lambda self: self.table)
    @rule(limit=strategies.integers(1, 4), total=strategies.integers(1, 5), data=strategies.data())
    def page_through(self, limit: int, total: int, data: Any) -> None:
        name = data.draw(strategies.sampled_from(sorted(self.indexes)))
        if name in self.creating() or not self.is_settled(name):
            return
        entries = self.entries(name)
        found = [
            item
            for segment in range(total)
            for item in self.pages("Scan", IndexName=name, Limit=limit, Segment=segment, TotalSegments=total)
        ]
        assert sorted(map(plain, found)) == sorted(map(plain, entries))
        definition = self.indexes[name]
        for wanted in {place(definition, entry) for entry in entries}:
            names = [each["AttributeName"] for each in definition["KeySchema"] if each["KeyType"] == "HASH"]
            request = {
                "IndexName": name,
                "KeyConditionExpression": " AND ".join(f"#k{place} = :k{place}" for place in range(len(names))),
                "ExpressionAttributeNames": {f"#k{place}": each for place, each in enumerate(names)},
                "ExpressionAttributeValues": {f":k{place}": {"S": each} for place, each in enumerate(wanted)},
                "Limit": limit,
            }
            forwards = self.pages("Query", **request)
            expected = [entry for entry in entries if place(definition, entry) == wanted]
            assert sorted(map(plain, forwards)) == sorted(map(plain, expected))
            order = [sort_value(definition, entry) for entry in forwards]
            assert order == sorted(order)
            assert self.pages("Query", **request, ScanIndexForward=False) == forwards[::-1]


Indexes.TestCase.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """New indexes are filled two items at a time, so that writes come in between."""
    monkeypatch.setattr("thermodynamo.api.namespace.BACKFILL_ITEMS", 2)


TestIndexes = Indexes.TestCase
