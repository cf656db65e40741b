"""Writes of long items to tables with vector indexes: what a slice decodes, measures and compares, and the answers."""

from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest

from tests.hostile.test_long_pages import ACCOUNT, begun, call
from thermodynamo.api import slices
from thermodynamo.api.caller import Caller
from thermodynamo.api.operations.items import drafting, item_update
from thermodynamo.server.application import Application, build
from thermodynamo.settings.config import Config
from thermodynamo_storage.followers import vector_index, vector_indexes
from thermodynamo_storage.tables import table
from thermodynamo_storage.values import item, long_images, long_items

MEMBERS = 60_000
LONG: dict[str, Any] = {"L": [{"NULL": True}] * MEMBERS}
OTHER: dict[str, Any] = {"L": [{"NULL": True}] * (MEMBERS - 1) + [{"BOOL": True}]}
VECTOR = {"L": [{"N": "1"}, {"N": "2"}]}
COUNT = 4
PROJECTIONS = {
    "all": {"ProjectionType": "ALL"},
    "keys": {"ProjectionType": "KEYS_ONLY"},
    "one": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["a"]},
    "two": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["b", "a"]},
}
ASKED = {"ReturnConsumedCapacity": "INDEXES"}


def keyed(number: int) -> dict[str, Any]:
    return {"pk": {"S": str(number)}}


def whole(number: int, value: dict[str, Any] = LONG) -> dict[str, Any]:
    return {**keyed(number), "v": VECTOR, "a": value, "b": {"S": "b"}}


def vectored(**settings: Any) -> Application:
    """A server with a table that has vector indexes, and long items in it."""
    made = build(Config(capacity="off", **settings))
    indexes = [
        {
            "IndexName": name,
            "VectorAttribute": {"AttributeName": "v"},
            "Dimensions": 2,
            "DistanceFunction": "EUCLIDEAN",
            "Projection": projection,
        }
        for name, projection in PROJECTIONS.items()
    ]
    definition = {
        "TableName": "memories",
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "VectorIndexes": indexes,
    }
    call(made, "CreateTable", definition)
    for number in range(COUNT):
        call(made, "PutItem", {"TableName": "memories", "Item": whole(number)})
    return made


def members(name: str, kind: str, given: Callable[[int], dict[str, Any]]) -> dict[str, Any]:
    return {name: [{kind: {"TableName": "memories", **given(number)}} for number in range(COUNT)], **ASKED}


def statements(name: str, text: str) -> dict[str, Any]:
    return {name: [{"Statement": f"{text} WHERE pk = '{number}'"} for number in range(COUNT)], **ASKED}


def puts(given: Callable[[int], dict[str, Any]]) -> dict[str, Any]:
    return {"RequestItems": {"memories": [{"PutRequest": {"Item": given(number)}} for number in range(COUNT)]}, **ASKED}


SETTING = {"UpdateExpression": "SET b = :b", "ExpressionAttributeValues": {":b": {"S": "c"}}}
PUT = {"TableName": "memories", **ASKED}
WRITES: dict[str, tuple[str, dict[str, Any]]] = {
    "a put over an item": ("PutItem", {**PUT, "Item": whole(0, OTHER)}),
    "a put of the same": ("PutItem", {**PUT, "Item": dict(reversed(whole(0).items()))}),
    "a put with a condition": ("PutItem", {**PUT, "Item": whole(0), "ConditionExpression": "attribute_exists(pk)"}),
    "a delete": ("DeleteItem", {**PUT, "Key": keyed(0)}),
    "an update": (
        "UpdateItem",
        {
            **PUT,
            "Key": keyed(0),
            "UpdateExpression": f"SET a[{MEMBERS - 1}] = :b",
            "ExpressionAttributeValues": {":b": {"BOOL": True}},
            "ReturnValues": "UPDATED_OLD",
        },
    ),
    "a batch of lists": ("BatchWriteItem", puts(lambda number: whole(number, OTHER))),
    "a batch over lists": ("BatchWriteItem", puts(lambda number: whole(number, {"S": "a"}))),
    "a transaction of updates": (
        "TransactWriteItems",
        members("TransactItems", "Update", lambda number: {"Key": keyed(number), **SETTING}),
    ),
    "a transaction of puts": (
        "TransactWriteItems",
        members("TransactItems", "Put", lambda number: {"Item": whole(number, OTHER)}),
    ),
    "a batch of statements": ("BatchExecuteStatement", statements("Statements", "UPDATE memories SET b = 'c'")),
    "a transaction of statements": (
        "ExecuteTransaction",
        statements("TransactStatements", "DELETE FROM memories"),
    ),
    "a statement": ("ExecuteStatement", {"Statement": "DELETE FROM memories WHERE pk = '0'", **ASKED}),
    "an insertion": (
        "ExecuteStatement",
        {"Statement": "INSERT INTO memories VALUE ?", "Parameters": [{"M": whole(COUNT, LONG)}], **ASKED},
    ),
}


class Meter:
    """What was done since it was last read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.decoded_bytes = self.measured = self.compared = 0
        loads, value_size, same_value = orjson.loads, item.value_size, item.same_value

        def counted_loads(text: bytes) -> Any:
            self.decoded_bytes += len(text)
            return loads(text)

        def counted_size(value: dict[str, Any]) -> int:
            self.measured += 1
            return value_size(value)

        def counted_same(one: Any, other: Any) -> bool:
            self.compared += 1
            return same_value(one, other)

        monkeypatch.setattr(orjson, "loads", counted_loads)
        for module in (item, long_items, item_update):
            monkeypatch.setattr(module, "value_size", counted_size)
        for module in (item, long_items, vector_index):
            monkeypatch.setattr(module, "same_value", counted_same)

    def read(self) -> tuple[int, int, int]:
        found = self.decoded_bytes, self.measured, self.compared
        self.decoded_bytes = self.measured = self.compared = 0
        return found


def at_once(patched: pytest.MonkeyPatch) -> None:
    """No write is long enough to be drafted."""
    for module, name in (
        (drafting, "SLICE_STEPS"),
        (item_update, "PLANNED_BYTES_MAX"),
        (item_update, "QUOTES_MAX"),
        (table, "PLANNED_BYTES_MAX"),
    ):
        patched.setattr(module, name, 1 << 60)


@pytest.mark.parametrize("what", WRITES)
def test_no_slice_looks_at_a_whole_item(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    operation, request = WRITES[what]
    with monkeypatch.context() as patched:
        at_once(patched)
        expected_server = vectored()
        expected = call(expected_server, operation, orjson.loads(orjson.dumps(request)))
    server = vectored()
    meter = Meter(monkeypatch)
    left: Any = begun(server, operation, request)  # This has the request's validation in it.
    assert not isinstance(left, tuple)
    meter.read()
    while not isinstance(left, tuple):
        left = slices.begin(left)
        decoded_bytes, measured, compared = meter.read()
        assert decoded_bytes <= 2 * long_items.PART_BYTES < MEMBERS * len('{"NULL":true},')
        # The last step of one image, and the first of another.
        assert max(measured, compared) <= 2 * long_items.STEP_VALUES < MEMBERS
    assert left[0] == 200 and orjson.loads(left[2]) == expected
    assert "ConsumedCapacity" in expected
    assert state(server) == state(expected_server)


def state(server: Application) -> list[Any]:
    """The items, and what each index has of them and was sent."""
    held = server.service.namespace(Caller(ACCOUNT, "us-east-1")).tables["memories"]
    found: list[Any] = [list(held.keyspace.range(b"", None))]
    for index in held.vector_indexes.values():
        index.check()
        groups = {place: (group.keys, group.items, group.sizes) for place, group in index.groups.items()}
        found.append((index.schema.name, index.size_bytes, index.taken_bytes, groups))
    return found


def test_the_attributes_that_several_indexes_project_are_measured_once(monkeypatch: pytest.MonkeyPatch) -> None:
    server = vectored()
    meter = Meter(monkeypatch)
    half = {"L": [{"NULL": True}] * (MEMBERS // 2)}
    halves = {**whole(COUNT, half), "c": {"L": [*half["L"], {"NULL": True}]}}
    left = begun(server, "PutItem", {"TableName": "memories", "Item": halves})
    assert not isinstance(left, tuple)
    slices.finish(left)
    assert MEMBERS // 2 <= meter.measured < MEMBERS // 2 + 100


def test_a_batch_decodes_and_measures_each_image_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the commit nor the reply looks at one again: the index remembered one item, and a batch has several."""
    server = vectored()
    request = puts(lambda number: whole(number, {"S": "a"}))
    meter = Meter(monkeypatch)
    left: Any = begun(server, "BatchWriteItem", request)
    meter.read()
    slices.finish(left)
    blob_bytes = len(orjson.dumps(whole(0)))
    assert COUNT * blob_bytes <= meter.decoded_bytes < 1.1 * COUNT * blob_bytes
    assert meter.measured < 100


def test_what_waits_for_an_index_is_decoded_no_second_time(monkeypatch: pytest.MonkeyPatch) -> None:
    server = vectored(index_delay_seconds="5", clock="virtual")
    call(server, "BatchWriteItem", puts(lambda number: whole(number, OTHER)))
    held = server.service.namespace(Caller(ACCOUNT, "us-east-1")).tables["memories"]
    assert all(len(index.pending) == 2 * COUNT for index in held.vector_indexes.values())
    meter = Meter(monkeypatch)
    server.service.turn(6)
    assert meter.read() == (0, 0, 0)
    assert all(index.item_count == COUNT and not index.pending for index in held.vector_indexes.values())
    expected = vectored()
    call(expected, "BatchWriteItem", puts(lambda number: whole(number, OTHER)))
    assert state(server) == state(expected)


def test_an_item_that_expires_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    server = vectored(clock="virtual", ttl_delay=0.0)
    setting = {"Enabled": True, "AttributeName": "until"}
    call(server, "UpdateTimeToLive", {"TableName": "memories", "TimeToLiveSpecification": setting})
    until = {"N": str(int(server.service.clock.now()) + 1_000)}
    call(server, "PutItem", {"TableName": "memories", "Item": {**whole(COUNT), "until": until}})
    meter = Meter(monkeypatch)
    server.service.turn(2_000)
    held = server.service.namespace(Caller(ACCOUNT, "us-east-1")).tables["memories"]
    assert held.keyspace.item_count == COUNT and held.vector_indexes["all"].item_count == COUNT
    assert (meter.measured, meter.compared) == (0, 0) and meter.decoded_bytes < MEMBERS


def test_a_change_that_arrives_is_decoded_and_measured_once_for_all_indexes(monkeypatch: pytest.MonkeyPatch) -> None:
    server = vectored(clock="virtual")
    created = {"ReplicaUpdates": [{"Create": {"RegionName": "eu-west-1"}}]}
    call(server, "UpdateTable", {"TableName": "memories", **created})
    server.service.turn(600)
    call(server, "PutItem", {"TableName": "memories", "Item": whole(COUNT)})
    there = server.service.namespace(Caller(ACCOUNT, "eu-west-1")).tables["memories"]
    assert there.vector_indexes["all"].item_count == COUNT
    meter = Meter(monkeypatch)
    server.service.turn(600)
    assert there.vector_indexes["all"].item_count == there.vector_indexes["one"].item_count == COUNT + 1
    blob_bytes = len(orjson.dumps(whole(COUNT)))
    assert meter.decoded_bytes < 1.1 * blob_bytes and meter.measured < MEMBERS + 100
    here = server.service.namespace(Caller(ACCOUNT, "us-east-1")).tables["memories"]
    assert [index.size_bytes for index in there.vector_indexes.values()] == [
        index.size_bytes for index in here.vector_indexes.values()
    ]


def test_an_index_of_a_loaded_table_is_filled_a_long_item_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """One at a time for each index, too."""
    server = vectored()
    held = server.service.namespace(Caller(ACCOUNT, "us-east-1")).tables["memories"]
    hollow = vector_indexes.make_hollow(held.schema)
    monkeypatch.setattr(vector_indexes, "FILLED_BYTES", 0)
    meter, steps = Meter(monkeypatch), 0
    for _ in vector_indexes.fill_hollow(hollow.values(), held.keyspace):
        steps += 1
        assert meter.read()[0] < 1.1 * len(orjson.dumps(whole(0)))
    assert steps == COUNT * len(PROJECTIONS)
    for name, index in hollow.items():
        assert index.size_bytes == held.vector_indexes[name].size_bytes


def several_refusals() -> Iterator[tuple[str, dict[str, Any]]]:
    """Of an item that the vector index and the global index refuse."""
    wrong = {**keyed(9), "a": LONG, "v": {"L": []}, "g": {"N": "1"}}
    yield "PutItem", {"TableName": "memories", "Item": wrong}
    yield (
        "PutItem",
        {"TableName": "memories", "Item": wrong, "ConditionExpression": "attribute_not_exists(pk)"},
    )
    yield "TransactWriteItems", {"TransactItems": [{"Put": {"TableName": "memories", "Item": wrong}}]}
    guarded = {"TableName": "memories", "Item": wrong, "ConditionExpression": "attribute_exists(pk)"}
    yield "TransactWriteItems", {"TransactItems": [{"Put": guarded}]}
    yield "BatchWriteItem", {"RequestItems": {"memories": [{"PutRequest": {"Item": wrong}}]}}
    for number in (0, 9):  # One that is there, and one that is not.
        given = [{"M": {**wrong, **keyed(number)}}]
        yield "ExecuteStatement", {"Statement": "INSERT INTO memories VALUE ?", "Parameters": given}
        inserted = {"Statement": "INSERT INTO memories VALUE ?", "Parameters": given}
        yield "BatchExecuteStatement", {"Statements": [inserted]}
        yield "ExecuteTransaction", {"TransactStatements": [inserted]}


def with_global_index() -> Application:
    made = vectored()
    index = {
        "IndexName": "by-g",
        "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }
    definitions = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "g")]
    change = {"AttributeDefinitions": definitions, "GlobalSecondaryIndexUpdates": [{"Create": index}]}
    call(made, "UpdateTable", {"TableName": "memories", **change})
    made.service.turn(600)
    return made


def test_what_refuses_a_long_item_first_refuses_it_drafted_too(monkeypatch: pytest.MonkeyPatch) -> None:
    for operation, request in several_refusals():
        with monkeypatch.context() as patched:
            at_once(patched)
            expected = slices.finish(begun(with_global_index(), operation, request))
        drafted = begun(with_global_index(), operation, request)
        found = slices.finish(drafted)
        assert (found[0], found[2]) == (expected[0], expected[2]), operation
        assert b"IndexName: " in found[2] or b"Index: " in found[2] or b"Cancel" in found[2], found[2]


def test_an_item_that_no_index_takes_can_be_tested() -> None:
    """It was there before the index. A draft of the test was refused as a write of it would be."""
    server = vectored()
    for number, wrong in enumerate(({"g": {"N": "1"}}, {"w": {"S": "no vector"}})):
        call(server, "PutItem", {"TableName": "memories", "Item": {**whole(number), **wrong}})
    change: dict[str, Any] = {
        "TableName": "memories",
        "VectorIndexUpdates": [
            {
                "Create": {
                    "IndexName": "late",
                    "VectorAttribute": {"AttributeName": "w"},
                    "SearchSchema": [{"AttributeName": "g", "SearchSchemaElementType": "INLINE_FILTER"}],
                    "Dimensions": 2,
                    "DistanceFunction": "COSINE",
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                }
            }
        ],
        "AttributeDefinitions": [{"AttributeName": "g", "AttributeType": "S"}],
    }
    call(server, "UpdateTable", change)
    server.service.turn(600)
    values = {f":v{number}": {"N": str(number)} for number in range(40)}
    tested = " OR ".join(f"contains(a, {name})" for name in values)
    for number in range(2):
        check = {"ConditionExpression": f"NOT ({tested})", "ExpressionAttributeValues": values}
        member = {"ConditionCheck": {"TableName": "memories", "Key": keyed(number), **check}}
        left = begun(server, "TransactWriteItems", {"TransactItems": [member]})
        assert not isinstance(left, tuple)
        assert slices.finish(left)[0] == 200


def test_vectors_of_a_transaction_are_read_one_item_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """To read those of a hundred items takes a tenth of a second."""
    server = vectored()
    inner, read = vector_index.vector_of, 0

    def counted(numbers: list[str]) -> Any:
        nonlocal read
        read += 1
        return inner(numbers)

    guarded = members(
        "TransactItems", "Put", lambda number: {"Item": whole(number), "ConditionExpression": "attribute_exists(pk)"}
    )
    inserted = [
        {"Statement": "INSERT INTO memories VALUE ?", "Parameters": [{"M": whole(COUNT + number)}]}
        for number in range(COUNT)
    ]
    monkeypatch.setattr(vector_index, "vector_of", counted)
    for operation, request in (
        ("TransactWriteItems", guarded),
        ("ExecuteTransaction", {"TransactStatements": inserted}),
        ("BatchExecuteStatement", {"Statements": [{**each} for each in inserted]}),
    ):
        left: Any = begun(server, operation, request)
        assert read == 0
        while not isinstance(left, tuple):
            left = slices.begin(left)
            assert read < 2 * len(PROJECTIONS)
            read = 0
        assert left[0] == 200


def test_images_are_measured_by_what_there_is_less_of() -> None:
    attributes = {**whole(0), "c": {"M": {"x": {"N": "1.5"}}}}
    image = long_images.Image(item.encode(attributes, item.item_size(attributes)))
    for names in ((), ("c",), ("a", "missing"), ("pk", "v"), tuple(attributes)):
        named = {name: attributes[name] for name in names if name in attributes}
        assert long_items.finished(image.measure_in_steps(names)) == item.item_size(named)
