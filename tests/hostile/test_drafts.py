"""Writes that take long: how much is done at once, what happens when their item changes meanwhile, what they answer."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.golden.running import play
from tests.golden.script import parse
from tests.hostile.connection import REQUEST, Connection, Loop
from tests.hostile.test_long_pages import ACCOUNT, application, begun, call, sent
from tests.hostile.test_slow_senders import settle
from tests.replay.recorder import Recorder, check
from tests.replay.test_golden_scripts import GOLDEN, InProcess
from thermodynamo.api import slices
from thermodynamo.api.call import DRAFTED_MAX, perform
from thermodynamo.api.caller import Caller
from thermodynamo.api.operations import OPERATIONS
from thermodynamo.api.operations.items import (
    batch_write_item,
    draft,
    drafting,
    get_item,
    item_update,
    selections,
    single_write,
)
from thermodynamo.api.prepared import Prepared
from thermodynamo.api.values import compare
from thermodynamo.server.application import Application
from thermodynamo.settings.config import resolve
from thermodynamo_storage.changes import index
from thermodynamo_storage.tables import table
from thermodynamo_storage.values import item, long_items

FOLDERS = ("batch", "expressions", "indexes", "items", "legacy", "partiql", "throttling", "transactions", "vectors")
FILES = sorted(path for folder in FOLDERS for path in (GOLDEN / folder).rglob("*.txt"))
MEMBERS = 50_000
MEMBERS_FEW = 6_000
"""An item that takes little longer than a slice with all operands."""
COUNT = 40
KEY = {"pk": {"S": "p"}, "sk": {"S": "s"}}
VALUES = {f":v{number}": {"N": str(number)} for number in range(COUNT)}
CONTAINED = " OR ".join(f"contains(a, {name})" for name in VALUES)
FALSE = {"ConditionExpression": CONTAINED, "ExpressionAttributeValues": VALUES}
TRUE = {**FALSE, "ConditionExpression": f"NOT ({CONTAINED})"}
ADDRESSED = {"TableName": "pages", "Key": KEY}
UPDATED = "UPDATE pages SET a = list_append(a, [1])"
RETURNING_NEW = {
    "UpdateExpression": "SET a = list_append(a, :more)",
    "ExpressionAttributeValues": {":more": {"L": []}},
    "ReturnValues": "UPDATED_NEW",
}
STATEMENT = " AND ".join(f"NOT contains(a, {number})" for number in range(COUNT))
WRITES: dict[str, tuple[str, dict[str, Any]]] = {
    "a put": ("PutItem", {"TableName": "pages", "Item": KEY, **TRUE}),
    "a delete": ("DeleteItem", {**ADDRESSED, **TRUE}),
    "an update": (
        "UpdateItem",
        {
            **ADDRESSED,
            **TRUE,
            "UpdateExpression": "REMOVE a[0] SET b = :b",
            "ExpressionAttributeValues": {**VALUES, ":b": {"N": "1"}},
            "ReturnValues": "UPDATED_NEW",
        },
    ),
    "a transaction": (
        "TransactWriteItems",
        {
            "TransactItems": [
                {"ConditionCheck": {**ADDRESSED, **TRUE}},
                {"Put": {"TableName": "pages", "Item": {"pk": {"S": "p"}, "sk": {"S": "other"}}}},
            ]
        },
    ),
    "a statement": (
        "ExecuteStatement",
        {"Statement": f"UPDATE pages SET b = 1 WHERE pk = 'p' AND sk = 's' AND {STATEMENT} RETURNING MODIFIED NEW *"},
    ),
    "a batch of statements": (
        "BatchExecuteStatement",
        {"Statements": [{"Statement": f"DELETE FROM pages WHERE pk = 'p' AND sk = 's' AND {STATEMENT}"}]},
    ),
    "a transaction of statements": (
        "ExecuteTransaction",
        {"TransactStatements": [{"Statement": f"DELETE FROM pages WHERE pk = 'p' AND sk = 's' AND {STATEMENT}"}]},
    ),
}


def made(*extra: dict[str, Any]) -> Application:
    """A server with one item that is a long list."""
    server = application(0)
    put(server, {"L": [{"NULL": True}] * MEMBERS + list(extra)})
    return server


def indexed() -> Application:
    """A server with an empty table that has an index, which no item is in."""
    server = application(0)
    index = {
        "IndexName": "byG",
        "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }
    change = {
        "TableName": "pages",
        "AttributeDefinitions": [{"AttributeName": each, "AttributeType": "S"} for each in ("pk", "sk", "g")],
        "GlobalSecondaryIndexUpdates": [{"Create": index}],
    }
    call(server, "UpdateTable", change)
    server.service.turn(600)
    return server


def put(server: Application, value: dict[str, Any], sk: str = "s") -> None:
    call(server, "PutItem", {"TableName": "pages", "Item": {**KEY, "sk": {"S": sk}, "a": value}})


def stored(server: Application, sk: str = "s") -> dict[str, Any]:
    found = call(server, "GetItem", {"TableName": "pages", "Key": {**KEY, "sk": {"S": sk}}})
    item: dict[str, Any] = found.get("Item", {})
    return item


def played(left: Any, meanwhile: Callable[[], object] | None = None) -> tuple[int, int, dict[str, Any]]:
    """The slices of a reply, its status and its body; `meanwhile` happens once, after the third slice."""
    count = 1
    while not isinstance(left, tuple):
        left = slices.begin(left)
        count += 1
        if count == 4 and meanwhile is not None:
            meanwhile()
    return count, left[0], orjson.loads(left[2])


@pytest.mark.parametrize("what", WRITES)
def test_the_operators_of_a_condition_are_done_one_by_one(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    done = most = 0
    inner = compare.contains

    def count(container: Any, operand: Any) -> bool:
        nonlocal done
        done += 1
        return inner(container, operand)

    monkeypatch.setattr("thermodynamo.api.expressions.condition.contains", count)
    server = made()
    expected = call(made(), *WRITES[what])
    total, done = done, 0
    left = begun(server, *WRITES[what])
    while not isinstance(left, tuple):
        most, done = max(most, done), 0
        left = slices.begin(left)
    assert total == COUNT and most == 1
    assert left[0] == 200 and orjson.loads(left[2]) == expected


@pytest.mark.parametrize("what", WRITES)
def test_a_write_whose_item_changes_meanwhile_looks_at_it_again(what: str) -> None:
    """The item has a member by the end that it may not have."""
    operation, request = WRITES[what]
    server = made()
    _, status, reply = played(begun(server, operation, request), lambda: put(server, {"L": [{"N": "7"}] * MEMBERS}))
    text = orjson.dumps(reply)
    assert b"ConditionalCheckFailed" in text and (status == 400 or operation == "BatchExecuteStatement")
    assert stored(server)["a"] == {"L": [{"N": "7"}] * MEMBERS} and not stored(server, "other")


def test_a_write_whose_item_changes_to_what_it_may_be_happens_to_the_new_one() -> None:
    server = made({"N": "7"})
    request = {**WRITES["an update"][1], "ReturnValues": "ALL_OLD"}
    _, status, reply = played(
        begun(server, "UpdateItem", request), lambda: put(server, {"L": [{"BOOL": True}] * MEMBERS})
    )
    assert status == 200 and reply["Attributes"]["a"]["L"][-1] == {"BOOL": True}
    assert stored(server)["b"] == {"N": "1"} and len(stored(server)["a"]["L"]) == MEMBERS - 1


def test_a_write_whose_table_goes_meanwhile_has_none() -> None:
    server = made()
    left = begun(server, "DeleteItem", {**ADDRESSED, **TRUE})
    _, status, reply = played(left, lambda: call(server, "DeleteTable", {"TableName": "pages"}))
    assert status == 400 and reply["__type"].endswith("ResourceNotFoundException")


def test_an_item_that_changes_all_the_time_is_written_in_the_end() -> None:
    server = application(0)
    changes = count = 0
    put(server, {"L": [{"NULL": True}] * MEMBERS_FEW})
    left = begun(server, "UpdateItem", WRITES["an update"][1])
    while not isinstance(left, tuple):
        if count % (COUNT // 2) == 0:
            changes += 1
            put(server, {"L": [{"NULL": True}] * (MEMBERS_FEW + changes)})
        left = slices.begin(left)
        count += 1
    assert left[0] == 200 and changes >= DRAFTED_MAX and stored(server)["b"] == {"N": "1"}


def test_it_happens_at_the_time_by_then(monkeypatch: pytest.MonkeyPatch) -> None:
    server = made()
    times: list[float] = []
    database = server.service.database
    monkeypatch.setattr(database, "commit", lambda changes, now, is_expiry=False: times.append(now))
    left = begun(server, "DeleteItem", {**ADDRESSED, **TRUE})
    told = None
    with pytest.raises(StopIteration):
        while True:
            left.send(told)
            told = (told or 4_000_000_000.0) + 1
    assert times == [told]


def test_requests_of_others_are_answered_between_the_slices() -> None:
    async def play_it() -> None:
        server = made()
        slow, other = (Connection(server, Loop()) for _ in range(2))
        slow.send(sent("DeleteItem", {**ADDRESSED, **TRUE}))
        for count in range(1, 4):
            await asyncio.sleep(0)
            other.send(REQUEST)
            assert other.transport.statuses() == [200] * count
        assert slow.transport.statuses() == [] and stored(server)
        await settle(slow)
        assert slow.transport.statuses() == [200] and not stored(server)

    asyncio.run(play_it())


def test_a_write_whose_client_leaves_does_not_happen() -> None:
    async def play_it() -> None:
        server = made()
        connection = Connection(server, Loop())
        connection.send(sent("DeleteItem", {**ADDRESSED, **TRUE}))
        await asyncio.sleep(0)
        connection.protocol.connection_lost(None)
        for _ in range(2 * COUNT):
            await asyncio.sleep(0)
        assert stored(server) and not server.service.namespace(server.service.caller).drafts

    asyncio.run(play_it())


def test_one_large_item_of_a_batch_is_decoded_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of an indexed table, whose old items are looked at; and what several reads show of such items."""
    decoded = 0

    def count(item: Any) -> Any:
        nonlocal decoded
        decoded += 1
        return orjson.loads(item[0])

    def count_in_steps(item: Any) -> Any:
        yield
        return count(item)

    server = indexed()
    for number in range(10):
        put(server, {"L": [{"NULL": True}] * MEMBERS}, str(number))
    for module in (index, item_update, selections):
        monkeypatch.setattr(module, "decode", count)
    for module in (draft, get_item, selections):
        monkeypatch.setattr(module, "decode_in_steps", count_in_steps)
    keys = [{**KEY, "sk": {"S": str(number)}} for number in range(10)]
    places = [f"pk = 'p' AND sk = '{number}'" for number in range(10)]
    projected = {"TableName": "pages", "ProjectionExpression": "b"}
    for operation, request in (
        ("GetItem", {**projected, "Key": keys[0]}),
        ("BatchGetItem", {"RequestItems": {"pages": {"Keys": keys, "ProjectionExpression": "b"}}}),
        ("TransactGetItems", {"TransactItems": [{"Get": {**projected, "Key": key}} for key in keys]}),
        ("BatchExecuteStatement", {"Statements": [{"Statement": f"SELECT b FROM pages WHERE {at}"} for at in places]}),
        (
            "ExecuteTransaction",
            {"TransactStatements": [{"Statement": f"SELECT b FROM pages WHERE {at}"} for at in places]},
        ),
        (
            "BatchExecuteStatement",
            {"Statements": [{"Statement": f"UPDATE pages SET b = 1 WHERE {at}"} for at in places]},
        ),
        ("UpdateItem", {**ADDRESSED, "Key": keys[0], **RETURNING_NEW}),
        ("UpdateItem", {**ADDRESSED, "Key": keys[0], **RETURNING_NEW, "ReturnValues": "UPDATED_OLD"}),
        (
            "BatchExecuteStatement",
            {"Statements": [{"Statement": f"{UPDATED} WHERE {at} RETURNING MODIFIED NEW *"} for at in places]},
        ),
        ("BatchWriteItem", {"RequestItems": {"pages": [{"PutRequest": {"Item": key}} for key in keys]}}),
    ):
        left: Any = begun(server, operation, request)
        most, decoded = 0, 0
        while not isinstance(left, tuple):
            left = slices.begin(left)
            most, decoded = max(most, decoded), 0
        assert left[0] == 200 and most == 1, (operation, most)
    assert stored(server, "9") == keys[9]


@pytest.mark.parametrize("returns", ["UPDATED_NEW", "UPDATED_OLD"])
def test_one_image_of_a_batch_is_shown_at_a_time(returns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = 0
    inner = item_update.Images._touched

    def count(images: item_update.Images, image: Any) -> bytes | None:
        nonlocal shown
        shown += 1
        return inner(images, image)

    monkeypatch.setattr(item_update.Images, "_touched", count)
    which = f"MODIFIED {returns.removeprefix('UPDATED_')}"
    texts = [f"{UPDATED} WHERE pk = 'p' AND sk = '{number}' RETURNING {which} *" for number in range(4)]
    request = {"Statements": [{"Statement": text} for text in texts]}
    servers = application(0), application(0)
    for server in servers:
        for number in range(4):
            put(server, {"L": [{"NULL": True}] * MEMBERS}, str(number))
    expected = call(servers[0], "BatchExecuteStatement", request)
    assert [len(each["Item"]["a"]["L"]) for each in expected["Responses"]] == [MEMBERS + (returns == "UPDATED_NEW")] * 4
    left: Any = begun(servers[1], "BatchExecuteStatement", request)
    most, shown = 0, 0
    while not isinstance(left, tuple):
        left = slices.begin(left)
        most, shown = max(most, shown), 0
    assert most == 1 and orjson.loads(left[2]) == expected


@pytest.mark.parametrize("what", ["PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchExecuteStatement"])
def test_the_item_of_a_condition_that_fails_is_sent_as_it_is_stored(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    server = application(0)
    for number in range(4):
        put(server, {"L": [{"NULL": True}] * MEMBERS}, str(number))
    keys = [{**KEY, "sk": {"S": str(number)}} for number in range(4)]
    failing: dict[str, Any] = {
        "ConditionExpression": "attribute_not_exists(pk)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    delete = {"TableName": "pages", "Key": keys[3], **failing}
    texts = [f"UPDATE pages SET b = 1 WHERE pk = 'p' AND sk = '{number}' AND b = 5" for number in range(4)]
    shows: dict[str, Any] = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    requests: dict[str, dict[str, Any]] = {
        "PutItem": {"TableName": "pages", "Item": keys[3], **failing},
        "UpdateItem": {**delete, "UpdateExpression": "REMOVE b"},
        "DeleteItem": delete,
        "TransactWriteItems": {"TransactItems": [{"Delete": {**delete, "Key": key}} for key in keys]},
        "BatchExecuteStatement": {"Statements": [{"Statement": text, **shows} for text in texts]},
    }
    expected = stored(server, "3")
    inner = orjson.loads
    with monkeypatch.context() as patched:
        lengths: list[int] = []

        def loads(text: bytes) -> Any:
            lengths.append(len(text))
            return inner(text)

        patched.setattr(orjson, "loads", loads)
        _, _, reply = slices.finish(begun(server, what, requests[what]))
    found = orjson.loads(reply)
    for member in ("CancellationReasons", "Responses"):
        found = found[member][3] if member in found else found
    assert found.get("Error", found)["Item"] == expected
    assert max(lengths) <= 2 * long_items.PART_BYTES < len(orjson.dumps(expected))


def test_the_images_of_one_update_of_a_batch_are_held_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """To free those of 25 large items in the last slice took a quarter of a second, and they held a gigabyte."""
    made_images: list[item_update.Images] = []

    class Watched(item_update.Images):
        def __init__(self, wanted: item_update.ItemUpdate) -> None:
            super().__init__(wanted)
            made_images.append(self)

    monkeypatch.setattr(item_update, "Images", Watched)
    server = application(0)
    for number in range(10):
        put(server, {"L": [{"NULL": True}] * MEMBERS}, str(number))
    updates = [{"Statement": f"UPDATE pages SET b = 1 WHERE pk = 'p' AND sk = '{number}'"} for number in range(10)]
    left = begun(server, "BatchExecuteStatement", {"Statements": updates})
    most = 0
    while not isinstance(left, tuple):
        most = max(most, sum(each.old is not None for each in made_images))
        left = slices.begin(left)
    assert left[0] == 200 and most == 1 and not any(each.old or each.new for each in made_images)
    assert stored(server, "9")["b"] == {"N": "1"}


def test_a_batch_that_begins_again_writes_its_items_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the validation, which is beside the event loop for a request of very many values."""
    encoded = 0

    def count(attributes: dict[str, Any], size_bytes: int) -> Any:
        nonlocal encoded
        encoded += 1
        return item.encode(attributes, size_bytes)

    monkeypatch.setattr(batch_write_item, "encode", count)
    server = indexed()
    made_items = [{**KEY, "sk": {"S": str(number)}, "a": {"L": [{"NULL": True}] * MEMBERS}} for number in range(10)]
    puts = {"RequestItems": {"pages": [{"PutRequest": {"Item": each}} for each in made_items]}}
    prepared = Prepared(OPERATIONS[b"DynamoDB_20120810.BatchWriteItem"], puts)
    assert encoded == 10
    namespace = server.service.namespace(Caller(ACCOUNT, "us-east-1"))
    left = perform(namespace, prepared, puts, Caller(ACCOUNT, "us-east-1"), server.service.clock.now())
    assert not isinstance(left, bytes)
    slices.finish(left)
    assert encoded == 10 and stored(server, "9") == made_items[9]


def test_an_update_of_very_many_members_copies_their_list_once() -> None:
    server = made()
    paths = ", ".join(f"a[{number}] = :z" for number in range(300))
    before = stored(server)["a"]["L"]
    request = {**ADDRESSED, "UpdateExpression": f"SET {paths}", "ExpressionAttributeValues": {":z": {"N": "0"}}}
    call(server, "UpdateItem", request)
    assert stored(server)["a"]["L"] == [{"N": "0"}] * 300 + before[300:]


def test_lists_that_are_appended_to_lists_end_at_the_size_of_an_item() -> None:
    server = made()
    longer = "list_append(a, a)"
    for _ in range(8):
        longer = f"list_append({longer}, {longer})"
    for expression in (f"SET b = {longer}"[:4096], "SET " + ", ".join(f"b{n} = list_append(a, a)" for n in range(90))):
        left = begun(server, "UpdateItem", {**ADDRESSED, "UpdateExpression": expression})
        _, status, reply = played(left)
        assert (status, reply["__type"].rpartition("#")[2]) == (400, "ValidationException")


@pytest.fixture
def no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    leave_no_room(monkeypatch)


def leave_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every write of an item that is there, and has a condition, an update or an index, is too long for one piece."""
    for module, name in (
        (drafting, "SLICE_STEPS"),
        (selections, "SLICE_STEPS"),
        (single_write, "SHORT_BYTES"),
        (item_update, "PLANNED_BYTES_MAX"),
        (table, "PLANNED_BYTES_MAX"),
    ):
        monkeypatch.setattr(module, name, -1)


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(GOLDEN)) for path in FILES])
@pytest.mark.usefixtures("no_room")
def test_a_golden_script_is_answered_alike_where_every_write_is_drafted(path: Path) -> None:
    recorder = Recorder()
    cases = parse(path)
    server = Application(resolve(cases[0].settings, {}), recorder)
    wire = InProcess(server)
    for number in range(len(cases)):
        account = f"{number + 1:012d}"
        play(parse(path, account)[number], wire, account, str(path), [])
    check(server.service.database, recorder, server.service.clock.now())


@pytest.mark.usefixtures("no_room")
@pytest.mark.parametrize("what", WRITES)
def test_without_room_each_kind_of_write_is_drafted(what: str) -> None:
    server = application(0)
    put(server, {"L": []})
    assert not isinstance(begun(server, *WRITES[what]), tuple) and stored(server)["a"] == {"L": []}
