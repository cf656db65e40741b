"""Writes of very many new values: that their images are built in slices, however small the item was before."""

from pathlib import Path
from typing import Any

import pytest

from tests.golden.running import play
from tests.golden.script import parse
from tests.hostile.test_drafts import KEY, put, stored
from tests.hostile.test_long_pages import ACCOUNT, application, begun
from tests.replay.test_golden_scripts import GOLDEN, InProcess
from thermodynamo.api import messages, slices
from thermodynamo.api.call import perform
from thermodynamo.api.caller import Caller
from thermodynamo.api.expressions import update
from thermodynamo.api.operations import OPERATIONS
from thermodynamo.api.operations.items import drafting, item_update, update_item
from thermodynamo.api.operations.statements import statement
from thermodynamo.api.prepared import Prepared
from thermodynamo.server.application import Application
from thermodynamo.settings.config import resolve
from thermodynamo_storage.values import item, long_items

MANY = {"L": [{"NULL": True}] * (item_update.BUILT_BYTES_MAX // 2 + 1)}
PUT_TOGETHER = 3


def keyed(number: int) -> dict[str, Any]:
    return {"TableName": "pages", "Key": {**KEY, "sk": {"S": str(number)}}}


SETTING = {"UpdateExpression": "SET a = :a", "ExpressionAttributeValues": {":a": MANY}}
BUILT: dict[str, tuple[int, str, dict[str, Any]]] = {
    "an update": (1, "UpdateItem", {**keyed(0), **SETTING}),
    "a legacy update": (1, "UpdateItem", {**keyed(0), "AttributeUpdates": {"a": {"Value": MANY}}}),
    "a legacy addition": (1, "UpdateItem", {**keyed(0), "AttributeUpdates": {"a": {"Action": "ADD", "Value": MANY}}}),
    "a transaction of updates": (
        PUT_TOGETHER,
        "TransactWriteItems",
        {"TransactItems": [{"Update": {**keyed(n), **SETTING}} for n in range(PUT_TOGETHER)]},
    ),
    "a batch of statements": (
        PUT_TOGETHER,
        "BatchExecuteStatement",
        {
            "Statements": [
                {"Statement": f"UPDATE pages SET a = ? WHERE pk = 'p' AND sk = '{n}'", "Parameters": [MANY]}
                for n in range(PUT_TOGETHER)
            ]
        },
    ),
}


@pytest.mark.parametrize("what", BUILT)
def test_an_image_of_very_many_new_values_is_built_in_slices_of_its_own(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also of an item that is small, or not there: of 190,000 values it takes 50 ms, and a transaction has several."""
    built = 0

    def count(attributes: dict[str, Any], size_bytes: int) -> Any:
        nonlocal built
        built += 1
        return item.encode(attributes, size_bytes)

    monkeypatch.setattr(item_update, "encode", count)
    image_count, operation, request = BUILT[what]
    server = application(0)
    for number in range(image_count):
        put(server, {"L": []}, str(number))
    left: Any = begun(server, operation, request)
    most = total = 0
    assert not isinstance(left, tuple) and built == 0
    while not isinstance(left, tuple):
        left = slices.begin(left)
        most, total, built = max(most, built), total + built, 0
    assert (left[0], most, total) == (200, 1, image_count)
    assert [stored(server, str(number))["a"] for number in range(image_count)] == [MANY] * image_count


def test_a_large_set_is_united_with_a_small_one_in_slices() -> None:
    """Its JSON is short of what makes other items long, and it has very many members to decode and to measure."""
    server = application(0)
    members = [str(number) for number in range(item_update.QUOTES_MAX // 2 + 1)]
    put(server, {"NS": members}, "0")
    added = {"UpdateExpression": "ADD a :a", "ExpressionAttributeValues": {":a": {"NS": ["-1", "0.5"]}}}
    left: Any = begun(server, "UpdateItem", {"TableName": "pages", "Key": {**KEY, "sk": {"S": "0"}}, **added})
    count_of_slices = 1
    while not isinstance(left, tuple):
        left = slices.begin(left)
        count_of_slices += 1
    # Those that measure the set before and after, at the least.
    assert left[0] == 200 and count_of_slices > 2 * len(members) // long_items.STEP_VALUES
    assert stored(server, "0")["a"] == {"NS": ["-1", "0", "0.5", *members[1:]]}


def test_the_items_of_statements_that_insert_are_made_with_the_validation(monkeypatch: pytest.MonkeyPatch) -> None:
    made_items = 0

    def count(attributes: dict[str, Any], size_bytes: int) -> Any:
        nonlocal made_items
        made_items += 1
        return item.encode(attributes, size_bytes)

    monkeypatch.setattr(statement, "encode", count)
    for operation, member in (("BatchExecuteStatement", "Statements"), ("ExecuteTransaction", "TransactStatements")):
        server = application(0)
        inserts = [
            {"Statement": "INSERT INTO pages VALUE ?", "Parameters": [{"M": {**KEY, "sk": {"S": str(n)}, "a": MANY}}]}
            for n in range(PUT_TOGETHER)
        ]
        made_items = 0
        prepared = Prepared(OPERATIONS[f"DynamoDB_20120810.{operation}".encode()], {member: inserts})
        assert made_items == PUT_TOGETHER
        namespace = server.service.namespace(Caller(ACCOUNT, "us-east-1"))
        slices.finish(perform(namespace, prepared, {}, Caller(ACCOUNT, "us-east-1"), server.service.clock.now()))
        assert made_items == PUT_TOGETHER and stored(server, "1")["a"] == MANY


def test_a_long_text_is_written_at_once() -> None:
    """It takes no longer than a short one."""
    text = {"S": "x" * 300_000}
    server = application(0)
    values = {"ExpressionAttributeValues": {":a": text}}
    assert isinstance(begun(server, "UpdateItem", {**keyed(0), "UpdateExpression": "SET a = :a", **values}), tuple)
    assert isinstance(begun(server, "UpdateItem", {**keyed(1), "AttributeUpdates": {"a": {"Value": text}}}), tuple)
    assert stored(server, "0")["a"] == stored(server, "1")["a"] == text


def test_members_are_counted_at_all_levels_and_no_further_than_matters() -> None:
    nested = {"L": [{"M": {"a": {"SS": ["x", "y"]}, "b": {"S": "z"}}}, {"NULL": True}]}
    assert drafting.member_count([nested, {"S": "x" * 10_000}]) == 2 + 2 + 2
    most = drafting.STEP_MEMBERS * slices.SLICE_STEPS
    assert most < drafting.member_count([{"L": [MANY] * 10}]) <= 2 * most + len(MANY["L"])


def test_an_update_of_very_many_attributes_is_done_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    at_once = []
    apply = update.Update.apply

    def count(self: update.Update, attributes: dict[str, Any], values: Any) -> dict[str, Any]:
        at_once.append(len(self.outcomes))
        return apply(self, attributes, values)

    monkeypatch.setattr(update.Update, "apply", count)
    server = application(0)
    put(server, {"N": "1"}, "0")
    actions = {f"n{number}": {"Action": "ADD", "Value": {"N": "2"}} for number in range(2 * update.ACTIONS_MAX)}
    left = begun(server, "UpdateItem", {**keyed(0), "AttributeUpdates": {"a": {"Action": "DELETE"}, **actions}})
    assert not isinstance(left, tuple) and not at_once
    assert slices.finish(left)[0] == 200
    assert at_once == [update.ACTIONS_MAX, update.ACTIONS_MAX, 1]
    assert stored(server, "0") == {**KEY, "sk": {"S": "0"}, **{name: {"N": "2"} for name in actions}}


def test_an_update_of_very_many_attributes_has_the_bounds_of_any_other() -> None:
    server = application(0)
    put(server, {"N": "1"}, "0")
    names = [f"n{number}" for number in range(2 * update.ACTIONS_MAX)]
    wanted = {**keyed(0), "AttributeUpdates": {name: {"Value": {"S": "x" * 200}} for name in names}}
    status, _, body = slices.finish(begun(server, "UpdateItem", wanted))
    assert status == 400 and messages.UPDATED_ITEM_TOO_LARGE in body.decode()
    taken = {**keyed(1), "AttributeUpdates": {name: {"Action": "DELETE"} for name in names}}
    assert slices.finish(begun(server, "UpdateItem", taken))[0] == 200 and not stored(server, "1")


@pytest.mark.parametrize("path", sorted((GOLDEN / "legacy").rglob("*.txt")), ids=lambda path: path.stem)
def test_a_golden_script_is_answered_alike_where_every_action_is_a_part(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (update, item_update, update_item):
        monkeypatch.setattr(module, "ACTIONS_MAX", 1)
    cases = parse(path)
    wire = InProcess(Application(resolve(cases[0].settings, {})))
    for number in range(len(cases)):
        account = f"{number + 1:012d}"
        play(parse(path, account)[number], wire, account, str(path), [])
