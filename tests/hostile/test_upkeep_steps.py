"""What is done between requests: each step has a bound, however much there is to do and however little."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import orjson
import pytest

from thermodynamo import upkeep
from thermodynamo.api.auto_scaling import evaluation
from thermodynamo.api.caller import Caller
from thermodynamo.service import Service
from thermodynamo.settings.config import Config
from thermodynamo_storage.followers import number_search
from thermodynamo_storage.followers.number_search import NumberSearch
from thermodynamo_storage.followers.stream import RECORDS_DISCARDED, RETENTION_SECONDS, Stream
from thermodynamo_storage.partitions.discards import Discards
from thermodynamo_storage.values import long_images
from thermodynamo_storage.values.item import STEP_BYTES_MAX, Item, decode

START = 1_800_000_000
CENTURY_SECONDS = 100 * 365 * 24 * 3600.0
DAY_SECONDS = 24 * 3600


def service(capacity: str = "off") -> Service:
    return Service(Config(capacity=capacity, clock="virtual", clock_start=str(START), ttl_delay=0.0))


def create(made: Service, name: str, **members: Any) -> None:
    """A table whose items expire at the time in `until`."""
    key = [{"AttributeName": "pk", "KeyType": "HASH"}]
    definitions = [{"AttributeName": "pk", "AttributeType": "S"}]
    table = {"TableName": name, "BillingMode": "PAY_PER_REQUEST", "KeySchema": key, "AttributeDefinitions": definitions}
    made.call("CreateTable", {**table, **members})
    made.turn(1)
    setting = {"Enabled": True, "AttributeName": "until"}
    made.call("UpdateTimeToLive", {"TableName": name, "TimeToLiveSpecification": setting})


def put(made: Service, name: str, number: int, until: int) -> None:
    made.call("PutItem", {"TableName": name, "Item": {"pk": {"S": str(number)}, "until": {"N": str(until)}}})


def test_a_century_of_expiries_leaves_a_stream_no_more_than_a_day_of_them() -> None:
    made = service()
    create(made, "items", StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    for number in range(2_000):
        put(made, "items", number, START + 10 + number * DAY_SECONDS // 2)
    stream = made.namespace(made.caller).tables["items"].stream
    assert stream is not None
    partitions = len(stream.open)
    # A shard is open for four hours, and readable for a day after.
    shards_max = partitions * (1 + (RETENTION_SECONDS + DAY_SECONDS // 2) // (4 * 3600))
    steps = 0
    for _ in made.upkeep.advance(CENTURY_SECONDS):
        steps += 1
        assert len(stream.shards) <= shards_max
    assert steps >= 2_000 and made.call("Scan", {"TableName": "items"})["Count"] == 0
    stream.check()
    made.database.check()


def test_many_small_piles_are_freed_in_as_many_steps_as_one_large_one() -> None:
    discards = Discards()
    for number in range(10 * RECORDS_DISCARDED):
        discards.add([object()], RECORDS_DISCARDED)
        assert len(discards.piles) <= 1, number
    steps = 1
    while discards.step():
        steps += 1
    assert steps == 10


def test_a_snapshot_that_goes_leaves_no_steps_for_backups_that_stay() -> None:
    made = service()
    create(made, "many")
    put(made, "many", 1, START + DAY_SECONDS)
    made.snapshot("s")

    def steps() -> int:
        made.turn(0)
        made.snapshot("s", replaces=True)
        return sum(1 for _ in iter(made.database.step_discards, False))

    alone = steps()
    for number in range(50):
        made.call("CreateBackup", {"TableName": "many", "BackupName": f"backup{number}"})
    made.snapshot("s", replaces=True)
    made.snapshot("another")
    assert steps() == alone
    backups = made.call("ListBackups", {})["BackupSummaries"]
    made.delete_snapshot("another")
    for each in backups:
        made.call("DeleteBackup", {"BackupArn": each["BackupArn"]})
    assert steps() > alone
    made.database.check()


@pytest.mark.parametrize("tables", [1, 3, 40])
def test_a_step_of_expiry_has_one_bound_for_all_tables(tables: int) -> None:
    made = service()
    for table in range(tables):
        create(made, f"items{table}")
        for number in range(2 * upkeep.EXPIRY_ITEMS):
            put(made, f"items{table}", number, START + 100_000)
    made.turn(START + 99_999 - made.clock.now())
    removed: list[int] = []
    begun = made.database.sequence
    made.clock.move_to(START + 100_001)
    made.clock.run(1e-9)
    while made.upkeep.step():
        removed.append(made.database.sequence - begun)
        begun = made.database.sequence
        counts = [table.keyspace.item_count for table in made.database.tables_of_all()]
        if len(removed) == tables:
            assert max(counts) - min(counts) <= upkeep.EXPIRY_ITEMS, "one table waits for another"
    assert max(removed) <= upkeep.EXPIRY_ITEMS and sum(removed) == tables * 2 * upkeep.EXPIRY_ITEMS


BY_GROUP: dict[str, Any] = {
    "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "g")],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-g",
            "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
    ],
}
"""Of a table whose items are decoded when they change."""
LARGE = 12


def put_large(made: Service, name: str, until: int = START + 100_000) -> None:
    for number in range(LARGE):
        members = {"g": {"S": "g"}, "a": {"S": "x" * STEP_BYTES_MAX}, "until": {"N": str(until)}}
        made.call("PutItem", {"TableName": name, "Item": {"pk": {"S": str(number)}, **members}})


def test_a_step_of_expiry_enters_and_removes_one_large_item() -> None:
    made = service()
    create(made, "items", **BY_GROUP)
    disabled = {"Enabled": False, "AttributeName": "until"}
    made.turn(100_000)
    made.call("UpdateTimeToLive", {"TableName": "items", "TimeToLiveSpecification": disabled})
    made.turn(100_000)
    expires = int(made.clock.now()) + 100_000
    put_large(made, "items", expires)
    enabled = {"Enabled": True, "AttributeName": "until"}
    made.call("UpdateTimeToLive", {"TableName": "items", "TimeToLiveSpecification": enabled})
    queue = made.namespace(made.caller).tables["items"].expiry_queue
    assert queue is not None
    entered = [len(queue.expiries)]
    while made.database.step_expiry(upkeep.EXPIRY_ITEMS_TURNING, 0.0, made.clock.now()):
        entered.append(len(queue.expiries))
    assert entered == list(range(LARGE + 1))
    left = []
    while made.database.step_expiry(upkeep.EXPIRY_ITEMS_TURNING, 0.0, expires):
        left.append(made.namespace(made.caller).tables["items"].keyspace.item_count)
    assert left == list(range(LARGE))[::-1]


def test_no_request_waits_for_the_expiry_of_large_items_to_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch or a transaction writes up to a hundred: what they say is read between requests, one at each step."""
    made = service()
    create(made, "items")
    made.turn(0)
    found: list[int] = []

    def counted(item: Item) -> Any:
        found.append(len(item[0]))
        return decode(item)

    monkeypatch.setattr("thermodynamo_storage.followers.expiry.decode", counted)

    class Counted(NumberSearch):
        def __init__(self, item: Item, name: str) -> None:
            found.append(len(item[0]))
            super().__init__(item, name)

    monkeypatch.setattr("thermodynamo_storage.followers.expiry.NumberSearch", Counted)
    until = {"N": str(START + 60)}
    items = [{"pk": {"S": str(number)}, "until": until, "a": {"S": "x" * STEP_BYTES_MAX}} for number in range(LARGE)]
    puts = [{"PutRequest": {"Item": item}} for item in items]
    made.call("BatchWriteItem", {"RequestItems": {"items": puts}})
    transaction = [{"Put": {"TableName": "items", "Item": item}} for item in items]
    made.call("TransactWriteItems", {"TransactItems": transaction})
    made.call("DeleteItem", {"TableName": "items", "Key": {"pk": {"S": "0"}}})
    made.call("PutItem", {"TableName": "items", "Item": {"pk": {"S": "1"}, "until": {"N": str(START + 10**6)}}})
    assert len(found) == 1 and found[0] < STEP_BYTES_MAX, "only the small item was looked at"
    while made.database.step_expiry(upkeep.EXPIRY_ITEMS, 0.0, START + 30):
        made.database.check()
    assert len(found) == 1 + LARGE - 2
    assert made.call("Scan", {"TableName": "items", "Select": "COUNT"})["Count"] == LARGE - 1
    made.turn(3_600)
    assert [item["pk"]["S"] for item in made.call("Scan", {"TableName": "items"})["Items"]] == ["1"]


def test_the_expiry_of_an_item_of_many_values_is_found_in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """To decode such an item takes 20 to 40 ms."""
    made = service()
    create(made, "items")
    made.turn(0)
    until = {"N": str(START + 60)}
    nested = {"L": [{"M": {"until": {"N": "1"}}}] * 20_000}
    made.call("PutItem", {"TableName": "items", "Item": {"pk": {"S": "1"}, "a": nested, "until": until}})
    decoded: list[int] = []

    def counted(item: Item) -> Any:
        decoded.append(len(item[0]))
        return decode(item)

    monkeypatch.setattr("thermodynamo_storage.followers.expiry.decode", counted)
    read: list[int] = []
    inner = NumberSearch._read

    def counted_read(self: NumberSearch, end: int) -> int:
        read[-1] += (size_bytes := inner(self, end))
        return size_bytes

    monkeypatch.setattr(NumberSearch, "_read", counted_read)
    queue = made.namespace(made.caller).tables["items"].expiry_queue
    assert queue is not None and len(queue.unread) == 1
    while queue.unread:
        read.append(0)
        assert made.database.step_expiry(upkeep.EXPIRY_ITEMS, 0.0, START)
    assert not decoded and 0 < max(read) <= number_search.READ_BYTES + 1 and len(read) > sum(read) // 10**6 + 2
    assert list(queue.expiries.values()) == [START + 60]


def test_one_large_change_arrives_at_a_replica_in_a_step() -> None:
    made = service()
    create(made, "items", **BY_GROUP, StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})
    replica = {"ReplicaUpdates": [{"Create": {"RegionName": "eu-west-1"}}]}
    made.call("UpdateTable", {"TableName": "items", **replica})
    made.turn(60)
    put_large(made, "items")
    copied = made.namespace(Caller(made.caller.account, "eu-west-1")).tables["items"]
    assert copied.replication is not None
    pending = [copied.replication.pending]
    later = made.clock.now() + 60
    while made.database.step_replicas(upkeep.REPLICA_ITEMS, later):
        pending.append(copied.replication.pending)
    assert copied.replication.pending == 0 and sorted(set(pending)) == list(range(1, LARGE + 1))
    assert pending == sorted(pending, reverse=True)


@pytest.mark.parametrize("capacity", ["off", "enforce"])
@pytest.mark.parametrize("indexes", [1, 5])
def test_a_change_that_arrives_is_decoded_once_for_limits_and_indexes(
    capacity: str, indexes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = service(capacity)
    by_g = BY_GROUP["GlobalSecondaryIndexes"][0]
    several = [{**by_g, "IndexName": f"by-g{number}"} for number in range(indexes)]
    stream = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    create(made, "items", **{**BY_GROUP, "GlobalSecondaryIndexes": several, "StreamSpecification": stream})
    made.call("UpdateTable", {"TableName": "items", "ReplicaUpdates": [{"Create": {"RegionName": "eu-west-1"}}]})
    made.turn(60)
    put(made, "items", 0, START + 100_000)
    made.turn(60)
    made.call("PutItem", {"TableName": "items", "Item": {"pk": {"S": "0"}, "g": {"S": "g"}}})
    copied = made.namespace(Caller(made.caller.account, "eu-west-1")).tables["items"]
    decoded: list[Item] = []

    def counted(item: Item) -> Any:
        decoded.append(item)
        return decode(item)

    monkeypatch.setattr(long_images, "decode", counted)
    made.database.step_replicas(upkeep.REPLICA_ITEMS, made.clock.now() + 60)
    assert len(decoded) == 2 and copied.replication is not None and not copied.replication.planned
    assert [index.keyspace.item_count for index in copied.indexes.values()] == [1] * indexes


def test_changes_of_one_item_that_arrive_together_each_find_the_one_before() -> None:
    made = service("enforce")
    stream = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    create(made, "items", **BY_GROUP, StreamSpecification=stream)
    made.call("UpdateTable", {"TableName": "items", "ReplicaUpdates": [{"Create": {"RegionName": "eu-west-1"}}]})
    made.turn(60)
    for g in ("first", "second", "third", None, None, "last"):
        item = {"pk": {"S": "0"}, "g": {"S": g}}
        if g is None:
            made.call("DeleteItem", {"TableName": "items", "Key": {"pk": {"S": "0"}}})
        else:
            made.call("PutItem", {"TableName": "items", "Item": item})
    copied = made.namespace(Caller(made.caller.account, "eu-west-1")).tables["items"]
    made.database.step_replicas(upkeep.REPLICA_ITEMS, made.clock.now() + 60)
    copied.indexes["by-g"].catch_up(made.clock.now() + 60)
    entries = [decode(entry) for _, entry in copied.indexes["by-g"].range(b"", None)]
    assert entries == [{"pk": {"S": "0"}, "g": {"S": "last"}}] and copied.keyspace.item_count == 1
    copied.check()


def test_a_step_of_a_restore_takes_one_large_change_back() -> None:
    made = service()
    create(made, "items", **BY_GROUP)
    recovery = {"PointInTimeRecoveryEnabled": True}
    made.call("UpdateContinuousBackups", {"TableName": "items", "PointInTimeRecoverySpecification": recovery})
    made.turn(3_600)
    put_large(made, "items")
    made.turn(3_600)
    restore = {"SourceTableName": "items", "TargetTableName": "restored", "RestoreDateTime": made.clock.now() - 5_000}
    made.call("RestoreTableToPointInTime", restore)
    restored = made.namespace(made.caller).tables["restored"]
    left = [restored.keyspace.item_count]
    while made.database.step_restores(upkeep.RESTORE_CHANGES, made.clock.now()):
        left.append(restored.keyspace.item_count)
    assert left == list(range(1, LARGE + 1))[::-1] and restored.keyspace.item_count == 0


def test_namespaces_without_tables_cost_nothing_while_the_server_is_idle() -> None:
    looked_at = 0

    class Watched(dict[Any, Any]):
        def __iter__(self) -> Iterator[Any]:
            raise AssertionError("all namespaces are gone through")

        items = values = keys = __iter__  # type: ignore[assignment]

    made = service()
    create(made, "items")
    for number in range(1_000):
        made.call("ListTables", {}, Caller(f"{number:012d}", "us-east-1"))
    made.database.catalog.namespaces = Watched(made.database.catalog.namespaces)
    for _ in range(10):
        made.upkeep.step()
        for _ in made.upkeep.settle():
            looked_at += 1
    assert looked_at == 0 and len(made.namespaces) == 1_000


def test_streams_are_settled_in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    made = service()
    for number in range(150):
        create(made, f"items{number}", StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    settled = 0
    looks: list[int] = []

    def count(stream: Stream, now: float) -> bool:
        nonlocal settled
        settled += 1
        return False

    monkeypatch.setattr(Stream, "is_due", count)
    for _ in made.upkeep.settle():
        looks.append(settled)
        settled = 0
    assert looks == [64, 64, 22]


def busy(made: Service, count: int) -> Any:
    """So many tables whose units auto scaling raises at the next full minute; the namespace."""
    key = [{"AttributeName": "pk", "KeyType": "HASH"}]
    definitions = [{"AttributeName": "pk", "AttributeType": "S"}]
    units = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
    for number in range(count):
        name = f"busy-{number}"
        table = {"TableName": name, "KeySchema": key, "AttributeDefinitions": definitions}
        made.call("CreateTable", {**table, "ProvisionedThroughput": units})
        resource = {
            "ServiceNamespace": "dynamodb",
            "ResourceId": f"table/{name}",
            "ScalableDimension": "dynamodb:table:WriteCapacityUnits",
        }
        tracked = {"PredefinedMetricType": "DynamoDBWriteCapacityUtilization"}
        policy = {
            "PolicyName": "tracking",
            "PolicyType": "TargetTrackingScaling",
            "TargetTrackingScalingPolicyConfiguration": {
                "TargetValue": 70,
                "PredefinedMetricSpecification": tracked,
            },
        }
        for operation, request in (
            ("RegisterScalableTarget", {**resource, "MinCapacity": 5, "MaxCapacity": 100}),
            ("PutScalingPolicy", {**resource, **policy}),
        ):
            status, _ = made.answer(b"AnyScaleFrontendService." + operation.encode(), orjson.dumps(request))
            assert status == 200
    return made.namespace(made.caller)


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The targets and policies that auto scaling looks at."""
    found: list[str] = []

    def watch(name: str) -> None:
        inner = getattr(evaluation, name)

        def watched(namespace: Any, looked: Any, *given: Any) -> Any:
            found.append(name + looked.resource.id)
            return inner(namespace, looked, *given)

        monkeypatch.setattr(evaluation, name, watched)

    watch("_take_points")
    watch("_evaluate")
    return found


def test_auto_scaling_looks_at_a_hundred_targets_in_a_step(looked_at: list[str]) -> None:
    made = service("enforce")
    busy(made, 250)
    made.turn(60)
    looked_at.clear()
    counts = [0]
    for _ in made.upkeep.advance(60):
        counts.append(len(looked_at))
    counts.append(len(looked_at))
    assert len(looked_at) == len(set(looked_at)) == 500
    assert max(after - before for before, after in pairwise(counts)) <= 2 * evaluation.LOOKED_AT


def test_auto_scaling_changes_the_units_of_one_table_in_a_step() -> None:
    made = service("enforce")
    busy(made, 30)
    for _ in range(2):
        made.turn(60)
        for number in range(30):
            item = {"pk": {"S": "a"}, "filling": {"S": "x" * 300_000}}
            made.call("PutItem", {"TableName": f"busy-{number}", "Item": item})
    log = made.namespace(made.caller).auto_scaling.activities
    counts = [0]
    for _ in made.upkeep.advance(180):
        counts.append(sum(1 for _ in log.newest_first(made.clock.now())))
    assert counts[-1] >= counts[0] + 30
    assert max(after - before for before, after in pairwise(counts)) == 1


def test_what_is_taken_away_between_two_steps_is_not_looked_at(looked_at: list[str]) -> None:
    made = service("enforce")
    namespace = busy(made, 250)
    made.turn(60)
    looked_at.clear()
    turning = made.upkeep.advance(60)
    while not looked_at:
        next(turning)
    taken = [f"table/busy-{number}" for number in range(200, 250)]
    for resource in [each for each in namespace.auto_scaling.targets if each.id in taken]:
        namespace.auto_scaling.deregister(resource)
    for _ in turning:
        pass
    assert len(looked_at) == 400 and not any(each.endswith(tuple(taken)) for each in looked_at)
    assert made.upkeep.scaling is None


def test_a_namespace_that_is_gone_between_two_steps_is_left_alone(looked_at: list[str]) -> None:
    made = service("enforce")
    busy(made, 250)
    made.turn(60)
    looked_at.clear()
    turning = made.upkeep.advance(60)
    while not looked_at:
        next(turning)
    made.namespaces.clear()
    for _ in turning:
        pass
    assert len(looked_at) == evaluation.LOOKED_AT and made.upkeep.scaling is None


def test_what_records_hears_of_all_of_it_at_once(looked_at: list[str]) -> None:
    made = service("enforce")
    busy(made, 250)
    made.turn(60)
    looked_at.clear()
    heard: list[int] = []
    made.upkeep.on_scaling = lambda now: heard.append(len(looked_at))
    made.turn(60)
    assert heard == [500]
