"""What a request of a client asks of tables, by its wire JSON and the reply: for the recorder of clients.

The functions are named as operations in snake case. Each gives the accesses of one request; what a client cannot know,
such as the size of an item after an UpdateItem without its consumed capacity, is left out.
"""

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from thermodynamo.foresight.traces.event import Kind
from thermodynamo_storage.values.item import item_size

KEY_EQUALS = re.compile(r"([#\w.-]+)\s*=\s*(:\w+)").findall
Attributes = dict[str, Any]
Request = Mapping[str, Any]


@dataclass(slots=True)
class ClientAccess:
    """One access. `key` has the key attributes, or an item with them; `units` are consumed capacity, if it is told."""

    kind: Kind
    table_name: str
    key: Attributes
    item: Attributes | None = None
    size: int | None = None
    units: float | None = None
    is_consistent: bool | None = None
    index_name: str | None = None
    is_unprocessed: bool = False


def get_item(request: Request, reply: Request) -> Iterator[ClientAccess]:
    item = reply.get("Item")
    size = item_size(wire(item)) if item and "ProjectionExpression" not in request else None if item else 0
    yield ClientAccess(
        "read", request["TableName"], request["Key"], None, size, units(reply), request.get("ConsistentRead", False)
    )


def put_item(request: Request, reply: Request) -> Iterator[ClientAccess]:
    item = request["Item"]
    yield ClientAccess("write", request["TableName"], item, item, item_size(item), units(reply))


def update_item(request: Request, reply: Request) -> Iterator[ClientAccess]:
    new = reply.get("Attributes") if request.get("ReturnValues") == "ALL_NEW" else None
    item = wire(new) if new else None
    size = item_size(item) if item else None
    yield ClientAccess("write", request["TableName"], request["Key"], item, size, units(reply))


def delete_item(request: Request, reply: Request) -> Iterator[ClientAccess]:
    yield ClientAccess("write", request["TableName"], request["Key"], None, 0, units(reply))


def query(request: Request, reply: Request) -> Iterator[ClientAccess]:
    names, values = request.get("ExpressionAttributeNames", {}), request.get("ExpressionAttributeValues", {})
    key = {
        names.get(name, name): values[value]
        for name, value in KEY_EQUALS(request.get("KeyConditionExpression", ""))
        if value in values
    }
    for name, condition in request.get("KeyConditions", {}).items():
        if condition.get("ComparisonOperator") == "EQ":
            key[name] = condition["AttributeValueList"][0]
    yield _page(request, reply, key)


def scan(request: Request, reply: Request) -> Iterator[ClientAccess]:
    yield _page(request, reply, request.get("ExclusiveStartKey", {}))


def _page(request: Request, reply: Request, key: Attributes) -> ClientAccess:
    is_consistent = request.get("ConsistentRead", False)
    index = request.get("IndexName")
    size = None
    if "FilterExpression" not in request and "ProjectionExpression" not in request and "Items" in reply:
        size = sum(item_size(wire(item)) for item in reply["Items"])
    return ClientAccess("page", request["TableName"], key, None, size, units(reply), is_consistent, index)


def batch_get_item(request: Request, reply: Request) -> Iterator[ClientAccess]:
    for table, wanted in request["RequestItems"].items():
        left = reply.get("UnprocessedKeys", {}).get(table, {}).get("Keys", [])
        for key in wanted["Keys"]:
            is_left = key in [wire(each) for each in left]
            is_consistent = wanted.get("ConsistentRead", False)
            yield ClientAccess("read", table, key, is_consistent=is_consistent, is_unprocessed=is_left)


def batch_write_item(request: Request, reply: Request) -> Iterator[ClientAccess]:
    for table, members in request["RequestItems"].items():
        left = [wire(each) for each in reply.get("UnprocessedItems", {}).get(table, [])]
        for member in members:
            item = member.get("PutRequest", {}).get("Item")
            key = item if item is not None else member["DeleteRequest"]["Key"]
            size = item_size(item) if item is not None else 0
            yield ClientAccess("write", table, key, item, size, is_unprocessed=member in left)


def transact_get_items(request: Request, reply: Request) -> Iterator[ClientAccess]:
    for member, found in _paired(request["TransactItems"], reply.get("Responses", [])):
        item = found.get("Item")
        size = item_size(wire(item)) if item else 0
        yield ClientAccess("transacted read", member["Get"]["TableName"], member["Get"]["Key"], None, size)


def transact_write_items(request: Request, reply: Request) -> Iterator[ClientAccess]:
    for member in request["TransactItems"]:
        ((action, given),) = member.items()
        item = given.get("Item")
        size = item_size(item) if item is not None else 0 if action == "Delete" else None
        kind: Kind = "check" if action == "ConditionCheck" else "transacted write"
        yield ClientAccess(kind, given["TableName"], item if item is not None else given["Key"], item, size)


def _paired(members: list[Any], found: list[Any]) -> Iterator[tuple[Any, Any]]:
    return zip(members, [*found, *[{}] * (len(members) - len(found))], strict=False)


def units(reply: Request) -> float | None:
    """The capacity that the table itself, or the index that was read, has consumed, where the client asked for it."""
    given = reply.get("ConsumedCapacity")
    if not isinstance(given, Mapping):
        return None
    indexes = [*given.get("GlobalSecondaryIndexes", {}).values(), *given.get("LocalSecondaryIndexes", {}).values()]
    own = given.get("Table", given).get("CapacityUnits")
    if not own and len(indexes) == 1:
        own = indexes[0].get("CapacityUnits")
    return float(own) if own is not None else None


def wire(value: Any) -> Any:
    """A parsed reply as its wire JSON: binary values are bytes in the one and base 64 in the other."""
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if isinstance(value, Mapping):
        return {name: wire(each) for name, each in value.items()}
    return [wire(each) for each in value] if isinstance(value, list | tuple | set) else value
