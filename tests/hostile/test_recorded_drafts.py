"""Long items that are written with the same bytes in another order: a stream has a record only if something changed.

To find that out takes a look at all of both images, which is done in slices.
"""

from typing import Any

import pytest

from tests.hostile.test_long_pages import application, begun, call
from thermodynamo.api import slices
from thermodynamo.server.application import Application
from thermodynamo_storage.followers import shard
from thermodynamo_storage.values import item

COUNT = 6
MEMBERS = 50_000
LONG = {"L": [{"NULL": True}] * MEMBERS}
FIRST, SECOND = {"S": "1"}, {"S": "2"}
WRITES = (
    "PutItem",
    "UpdateItem",
    "BatchWriteItem",
    "TransactWriteItems",
    "ExecuteTransaction",
    "BatchExecuteStatement",
)


def keyed(number: int) -> dict[str, Any]:
    return {"pk": {"S": "p"}, "sk": {"S": str(number)}}


def whole(number: int, parts: dict[str, Any]) -> dict[str, Any]:
    return {**keyed(number), "a": LONG, "m": {"M": parts}}


def streamed() -> Application:
    server = application(0)
    stream = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    call(server, "UpdateTable", {"TableName": "pages", "StreamSpecification": stream})
    for number in range(COUNT):
        call(server, "PutItem", {"TableName": "pages", "Item": whole(number, {"x": FIRST, "y": SECOND})})
    return server


def written(operation: str, parts: dict[str, Any]) -> dict[str, Any]:
    """A request that gives items these parts: as they are in another order, or others of the same bytes."""
    items = [whole(number, parts) for number in range(COUNT)]
    updates = [
        {
            "TableName": "pages",
            "Key": keyed(number),
            "UpdateExpression": "SET m = :m",
            "ExpressionAttributeValues": {":m": {"M": parts}},
        }
        for number in range(COUNT)
    ]
    statements = [
        {"Statement": f"UPDATE pages SET m = ? WHERE pk = 'p' AND sk = '{number}'", "Parameters": [{"M": parts}]}
        for number in range(COUNT)
    ]
    puts = [{"Put": {"TableName": "pages", "Item": item}} for item in items]
    requests: dict[str, dict[str, Any]] = {
        "PutItem": {"TableName": "pages", "Item": items[0]},
        "UpdateItem": updates[0],
        "BatchWriteItem": {"RequestItems": {"pages": [{"PutRequest": {"Item": item}} for item in items]}},
        "TransactWriteItems": {
            "TransactItems": [*puts[: COUNT // 2], *({"Update": each} for each in updates[COUNT // 2 :])]
        },
        "ExecuteTransaction": {"TransactStatements": statements},
        "BatchExecuteStatement": {"Statements": statements},
    }
    return requests[operation]


def records(server: Application) -> list[str]:
    """The events in the stream, but for the first of each item."""
    arn = call(server, "DescribeTable", {"TableName": "pages"})["Table"]["LatestStreamArn"]
    found = []
    for each in call(server, "DescribeStream", {"StreamArn": arn})["StreamDescription"]["Shards"]:
        asked = {"StreamArn": arn, "ShardId": each["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
        iterator = call(server, "GetShardIterator", asked)["ShardIterator"]
        found += call(server, "GetRecords", {"ShardIterator": iterator})["Records"]
    return [record["eventName"] for record in found if record["eventName"] != "INSERT"]


@pytest.mark.parametrize("operation", WRITES)
@pytest.mark.parametrize("is_changed", [False, True], ids=["in another order", "changed"])
def test_what_a_stream_records_of_long_items_is_found_in_slices(
    operation: str, is_changed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = streamed()
    at_once = 0

    def same(one: Any, other: Any) -> bool:
        nonlocal at_once
        at_once += 1
        return found(one, other)

    found = item.same
    monkeypatch.setattr(shard, "same", same)
    parts = {"x": SECOND, "y": FIRST} if is_changed else {"y": SECOND, "x": FIRST}
    left: Any = begun(server, operation, written(operation, parts))
    assert not isinstance(left, tuple)
    assert slices.finish(left)[0] == 200 and not at_once
    count = 1 if operation in ("PutItem", "UpdateItem") else COUNT
    assert records(server) == ["MODIFY"] * (count if is_changed else 0)


def test_a_long_item_of_other_bytes_is_put_in_one_piece() -> None:
    server = streamed()
    given = whole(0, {"x": FIRST, "y": {"S": "3"}})
    assert begun(server, "PutItem", {"TableName": "pages", "Item": given})[0] == 200
    assert records(server) == ["MODIFY"]
