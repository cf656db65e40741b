"""The measured operations: the requests of each, and a check that the server answers them rightly."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench.client import BATCH, Attributes, Client, batch_write
from bench.items import (
    DEFINITION,
    ORDERS_PER_USER,
    QUERY_STATUS,
    QUERY_YEAR,
    TABLE,
    USERS,
    USERS_READ,
    item,
    key,
)

Request = dict[str, Any]
SCAN_PAGE = 100
REQUESTS_SINGLE = 2_000
REQUESTS_BATCH = 400
SEED = 20_120_118


class WrongAnswer(Exception):
    """A server's answer is not what the items that were put say it must be."""


@dataclass(frozen=True, slots=True)
class Workload:
    """One operation as it is measured. `requests` may ask the server, as a Scan continues from a page it returned."""

    name: str
    requests: Callable[[Client], list[Request]]
    verify: Callable[[Client, Request], None]


def prepare(client: Client) -> None:
    """Creates the table and puts every item."""
    client.create_table(DEFINITION)
    client.put_all(TABLE, [item(user, order) for user in range(USERS) for order in range(ORDERS_PER_USER)])


def _expect(found: object, wanted: object, what: str) -> None:
    if found != wanted:
        raise WrongAnswer(f"{what} answered {str(found)[:300]} instead of {str(wanted)[:300]}")


def _same_number(attributes: Attributes) -> Attributes:
    """With `total` as a float, as servers may write one number in more than one way."""
    return {**attributes, "total": {"N": float(attributes["total"]["N"])}}


def _in_order(items: list[Attributes]) -> list[Attributes]:
    return sorted(map(_same_number, items), key=lambda each: (each["PK"]["S"], each["SK"]["S"]))


def _stored(wanted: Attributes) -> Attributes:
    """The item as it was first put, found by the key of an item or of a key alone."""
    user = int(wanted["PK"]["S"].removeprefix("USER#"))
    return item(user, int(wanted["SK"]["S"].rsplit("#", 1)[1]))


def _places(readable: bool, count: int, chance: random.Random) -> list[tuple[int, int]]:
    """`count` different orders (user, order) of the users that are only read, or of those that are written."""
    users = range(USERS_READ) if readable else range(USERS_READ, USERS)
    chosen = chance.sample(range(len(users) * ORDERS_PER_USER), count)
    return [(users[place // ORDERS_PER_USER], place % ORDERS_PER_USER) for place in chosen]


def get_requests(client: Client) -> list[Request]:
    places = _places(True, REQUESTS_SINGLE, random.Random(SEED))
    return [{"TableName": TABLE, "Key": key(*place)} for place in places]


def verify_get(client: Client, request: Request) -> None:
    found = client.call("GetItem", request)["Item"]
    _expect(_same_number(found), _same_number(_stored(request["Key"])), "GetItem")


def put_requests(client: Client) -> list[Request]:
    places = _places(False, REQUESTS_SINGLE, random.Random(SEED))
    return [{"TableName": TABLE, "Item": item(*place)} for place in places]


def verify_put(client: Client, request: Request) -> None:
    wanted = {**request["Item"], "status": {"S": "VERIFIED"}}
    client.call("PutItem", {**request, "Item": wanted})
    found = client.call("GetItem", {"TableName": TABLE, "Key": {name: wanted[name] for name in ("PK", "SK")}})["Item"]
    _expect(_same_number(found), _same_number(wanted), "PutItem")


def update_requests(client: Client) -> list[Request]:
    chance = random.Random(SEED)
    return [
        {
            "TableName": TABLE,
            "Key": key(*place),
            "UpdateExpression": "SET #status = :status, #total = #total + :amount",
            "ExpressionAttributeNames": {"#status": "status", "#total": "total"},
            "ExpressionAttributeValues": {
                ":status": {"S": chance.choice(("PENDING", "SHIPPED", "RETURNED"))},
                ":amount": {"N": str(chance.randrange(1, 50))},
            },
        }
        for place in _places(False, REQUESTS_SINGLE, chance)
    ]


def verify_update(client: Client, request: Request) -> None:
    where = {"TableName": TABLE, "Key": request["Key"]}
    before = _same_number(client.call("GetItem", where)["Item"])
    client.call("UpdateItem", request)
    values = request["ExpressionAttributeValues"]
    total = before["total"]["N"] + float(values[":amount"]["N"])
    wanted = {**before, "status": values[":status"], "total": {"N": total}}
    after = _same_number(client.call("GetItem", where)["Item"])
    if abs(after["total"]["N"] - total) < 0.001:
        after["total"] = wanted["total"]
    _expect(after, wanted, "UpdateItem")


def query_requests(client: Client) -> list[Request]:
    return [
        {
            "TableName": TABLE,
            "KeyConditionExpression": "PK = :user AND begins_with(SK, :year)",
            "FilterExpression": "#status = :status",
            "ExpressionAttributeNames": {"#status": "status"},
            "ExpressionAttributeValues": {
                ":user": key(user, 0)["PK"],
                ":year": {"S": f"ORDER#{QUERY_YEAR}-"},
                ":status": {"S": QUERY_STATUS},
            },
        }
        for user in range(USERS_READ)
    ]


def verify_query(client: Client, request: Request) -> None:
    user = int(request["ExpressionAttributeValues"][":user"]["S"].removeprefix("USER#"))
    prefix = request["ExpressionAttributeValues"][":year"]["S"]
    collection = [item(user, order) for order in range(ORDERS_PER_USER)]
    wanted = [each for each in collection if each["SK"]["S"].startswith(prefix)]
    shipped = [each for each in wanted if each["status"]["S"] == QUERY_STATUS]
    answer = client.call("Query", request)
    _expect((answer["Count"], answer["ScannedCount"]), (len(shipped), len(wanted)), "Query")
    _expect(list(map(_same_number, answer["Items"])), _in_order(shipped), "Query")


def scan_requests(client: Client) -> list[Request]:
    """The whole table in pages; the last page is left out, as it is shorter."""
    page: Request = {"TableName": TABLE, "Limit": SCAN_PAGE}
    pages = []
    while True:
        pages.append(page)
        answer = client.call("Scan", page)
        if "LastEvaluatedKey" not in answer:
            return pages[:-1]
        page = {**page, "ExclusiveStartKey": answer["LastEvaluatedKey"]}


def verify_scan(client: Client, request: Request) -> None:
    answer = client.call("Scan", request)
    _expect((answer["Count"], answer["ScannedCount"]), (SCAN_PAGE, SCAN_PAGE), "Scan")
    unwritten = [each for each in answer["Items"] if int(each["PK"]["S"].removeprefix("USER#")) < USERS_READ]
    _expect(_in_order(unwritten), _in_order([_stored(each) for each in unwritten]), "Scan")
    _expect(len({(each["PK"]["S"], each["SK"]["S"]) for each in answer["Items"]}), SCAN_PAGE, "Scan")


def batch_write_requests(client: Client) -> list[Request]:
    chance = random.Random(SEED)
    return [
        batch_write(TABLE, [item(*place) for place in _places(False, BATCH, chance)]) for _ in range(REQUESTS_BATCH)
    ]


def verify_batch_write(client: Client, request: Request) -> None:
    items = [{**put["PutRequest"]["Item"], "status": {"S": "VERIFIED"}} for put in request["RequestItems"][TABLE]]
    client.put_all(TABLE, items)
    _expect(_read_batch(client, _batch_get(items)), _in_order(items), "BatchWriteItem")


def batch_get_requests(client: Client) -> list[Request]:
    chance = random.Random(SEED)
    return [_batch_get([key(*place) for place in _places(True, BATCH, chance)]) for _ in range(REQUESTS_BATCH)]


def _batch_get(items: list[Attributes]) -> Request:
    return {"RequestItems": {TABLE: {"Keys": [{"PK": each["PK"], "SK": each["SK"]} for each in items]}}}


def _read_batch(client: Client, request: Request) -> list[Attributes]:
    answer = client.call("BatchGetItem", request)
    _expect(answer.get("UnprocessedKeys"), {}, "BatchGetItem")
    return _in_order(answer["Responses"][TABLE])


def verify_batch_get(client: Client, request: Request) -> None:
    wanted = [_stored(each) for each in request["RequestItems"][TABLE]["Keys"]]
    _expect(_read_batch(client, request), _in_order(wanted), "BatchGetItem")


def transact_write_requests(client: Client) -> list[Request]:
    """Each puts one order and updates another, as long as that exists. No token: the bodies are sent over and over."""
    updates = update_requests(client)
    chance = random.Random(SEED + 1)
    puts = [item(*place) for place in _places(False, REQUESTS_SINGLE, chance)]
    return [
        {
            "TransactItems": [
                {"Put": {"TableName": TABLE, "Item": put}},
                {"Update": {**update, "ConditionExpression": "attribute_exists(PK)"}},
            ]
        }
        for put, update in zip(puts, updates, strict=True)
        if (put["PK"], put["SK"]) != (update["Key"]["PK"], update["Key"]["SK"])
    ]


def verify_transact_write(client: Client, request: Request) -> None:
    put, update = (next(iter(action.values())) for action in request["TransactItems"])
    wanted = {**put["Item"], "status": {"S": "VERIFIED"}}
    client.call("TransactWriteItems", {"TransactItems": [{"Put": {**put, "Item": wanted}}, {"Update": update}]})
    key_of_put = {name: wanted[name] for name in ("PK", "SK")}
    gets = [{"Get": {"TableName": TABLE, "Key": each}} for each in (key_of_put, update["Key"])]
    found = [each["Item"] for each in client.call("TransactGetItems", {"TransactItems": gets})["Responses"]]
    _expect(_same_number(found[0]), _same_number(wanted), "TransactWriteItems")
    status = update["ExpressionAttributeValues"][":status"]
    _expect(found[1]["status"], status, "TransactWriteItems")


def statement_requests(client: Client) -> list[Request]:
    statement = f'SELECT * FROM "{TABLE}" WHERE PK = ? AND SK = ?'
    places = _places(True, REQUESTS_SINGLE, random.Random(SEED))
    return [{"Statement": statement, "Parameters": list(key(*place).values())} for place in places]


def verify_statement(client: Client, request: Request) -> None:
    found = client.call("ExecuteStatement", request)["Items"]
    wanted = _stored(dict(zip(("PK", "SK"), request["Parameters"], strict=True)))
    _expect(list(map(_same_number, found)), [_same_number(wanted)], "ExecuteStatement")


WORKLOADS = (
    Workload("GetItem", get_requests, verify_get),
    Workload("PutItem", put_requests, verify_put),
    Workload("UpdateItem", update_requests, verify_update),
    Workload("Query", query_requests, verify_query),
    Workload("Scan", scan_requests, verify_scan),
    Workload("BatchWriteItem", batch_write_requests, verify_batch_write),
    Workload("BatchGetItem", batch_get_requests, verify_batch_get),
    Workload("TransactWriteItems", transact_write_requests, verify_transact_write),
    Workload("ExecuteStatement", statement_requests, verify_statement),
)
