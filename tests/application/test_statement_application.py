"""A shop written with PartiQL alone, as its developers would with boto3: statements, batches and transactions."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

ITEMS = 30
TABLE = "shop"


def execute(client: Any, statement: str, *parameters: Any, **options: Any) -> list[Any]:
    """The items of one statement."""
    given = {"Parameters": list(parameters)} if parameters else {}
    items: list[Any] = client.execute_statement(Statement=statement, **given, **options)["Items"]
    return items


@pytest.fixture
def shop(client: Any) -> Any:
    """A client with a table of orders and an index of them by state."""
    client.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "user", "KeyType": "HASH"}, {"AttributeName": "number", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "user", "AttributeType": "S"},
            {"AttributeName": "number", "AttributeType": "N"},
            {"AttributeName": "state", "AttributeType": "S"},
        ],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-state",
                "KeySchema": [
                    {"AttributeName": "state", "KeyType": "HASH"},
                    {"AttributeName": "number", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    client.get_waiter("table_exists").wait(TableName=TABLE)
    for start in range(0, ITEMS, 25):
        replies = client.batch_execute_statement(
            Statements=[
                {
                    "Statement": "INSERT INTO shop VALUE {'user': ?, 'number': ?, 'state': 'open', 'tags': <<'new'>>}",
                    "Parameters": [{"S": "ada"}, {"N": str(number)}],
                }
                for number in range(start, min(start + 25, ITEMS))
            ]
        )["Responses"]
        assert all("Error" not in reply for reply in replies)
    return client


def test_every_page_of_a_query_and_of_a_scan(shop: Any) -> None:
    for statement in ("SELECT * FROM shop WHERE \"user\" = 'ada'", "SELECT * FROM shop"):
        numbers: list[int] = []
        token: dict[str, str] = {}
        while True:
            page = shop.execute_statement(Statement=statement, Limit=7, **token)
            numbers += [int(item["number"]["N"]) for item in page["Items"]]
            if "NextToken" not in page:
                assert "LastEvaluatedKey" not in page
                break
            assert page["LastEvaluatedKey"]["number"] == {"N": str(numbers[-1])}
            token = {"NextToken": page["NextToken"]}
        assert numbers == list(range(ITEMS))


def test_pages_of_an_index_backwards(shop: Any) -> None:
    statement = 'SELECT number FROM shop."by-state" WHERE state = ? ORDER BY number DESC'
    first = shop.execute_statement(Statement=statement, Parameters=[{"S": "open"}], Limit=2)
    second = shop.execute_statement(
        Statement=statement, Parameters=[{"S": "open"}], Limit=2, NextToken=first["NextToken"]
    )
    assert [item["number"]["N"] for item in first["Items"] + second["Items"]] == ["29", "28", "27", "26"]


def test_a_token_belongs_to_its_statement(shop: Any) -> None:
    statement = 'SELECT * FROM shop WHERE "user" = ?'
    token = shop.execute_statement(Statement=statement, Parameters=[{"S": "ada"}], Limit=1)["NextToken"]
    with pytest.raises(ClientError, match="NextToken does not match request"):
        shop.execute_statement(Statement=statement, Parameters=[{"S": "eve"}], Limit=1, NextToken=token)


def test_pages_of_several_item_collections_have_ten_items(shop: Any) -> None:
    for number in range(5):
        execute(shop, "INSERT INTO shop VALUE {'user': 'eve', 'number': ?}", {"N": str(number)})
    found: list[tuple[str, int]] = []
    sizes: list[int] = []
    token: dict[str, str] = {}
    while True:
        page = shop.execute_statement(Statement="SELECT * FROM shop WHERE \"user\" IN ['eve', 'ada']", **token)
        sizes.append(len(page["Items"]))
        found += [(item["user"]["S"], int(item["number"]["N"])) for item in page["Items"]]
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    assert max(sizes) == 10
    assert found == [("eve", number) for number in range(5)] + [("ada", number) for number in range(ITEMS)]


def test_an_order_moves_from_state_to_state(shop: Any) -> None:
    where = "WHERE \"user\" = 'ada' AND number = 7"
    change = "SET state = 'paid' SET tags = set_add(tags, <<'vip'>>)"
    returned = execute(shop, f"UPDATE shop {change} {where} AND state = 'open' RETURNING ALL NEW *")
    assert returned[0]["state"] == {"S": "paid"}
    assert sorted(returned[0]["tags"]["SS"]) == ["new", "vip"]
    with pytest.raises(shop.exceptions.ConditionalCheckFailedException) as refused:
        execute(
            shop,
            f"UPDATE shop SET state = 'paid' {where} AND state = 'open'",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    assert refused.value.response["Item"]["state"] == {"S": "paid"}
    assert execute(shop, "SELECT number FROM shop.\"by-state\" WHERE state = 'paid'") == [{"number": {"N": "7"}}]
    assert execute(shop, f"DELETE FROM shop {where} RETURNING ALL OLD *")[0]["state"] == {"S": "paid"}
    assert execute(shop, f"SELECT * FROM shop {where}") == []


def test_an_order_is_taken_once(shop: Any) -> None:
    with pytest.raises(shop.exceptions.DuplicateItemException):
        execute(shop, "INSERT INTO shop VALUE {'user': 'ada', 'number': 7}")


def test_a_transaction_moves_or_does_nothing(shop: Any) -> None:
    move = [
        {
            "Statement": "EXISTS(SELECT * FROM shop WHERE \"user\" = 'ada' AND number = 1 AND state = ?)",
            "Parameters": [{"S": "open"}],
        },
        {"Statement": "DELETE FROM shop WHERE \"user\" = 'ada' AND number = 2"},
        {"Statement": "INSERT INTO shop VALUE {'user': 'eve', 'number': 2, 'state': 'open'}"},
    ]
    assert shop.execute_transaction(TransactStatements=move)["Responses"] == []
    with pytest.raises(shop.exceptions.TransactionCanceledException) as refused:
        shop.execute_transaction(TransactStatements=move)
    assert [reason["Code"] for reason in refused.value.response["CancellationReasons"]] == [
        "None",
        "None",
        "DuplicateItem",
    ]
    read = [
        {"Statement": 'SELECT state FROM shop WHERE "user" = ? AND number = 2', "Parameters": [{"S": user}]}
        for user in ("ada", "eve")
    ]
    assert shop.execute_transaction(TransactStatements=read)["Responses"] == [{}, {"Item": {"state": {"S": "open"}}}]


def test_statements_and_operations_see_the_same_items(shop: Any) -> None:
    key = {"user": {"S": "ada"}, "number": {"N": "3"}}
    assert execute(shop, "SELECT * FROM shop WHERE \"user\" = 'ada' AND number = 3") == [
        shop.get_item(TableName=TABLE, Key=key)["Item"]
    ]
    shop.put_item(TableName=TABLE, Item={**key, "blob": {"B": b"\x00\x01"}})
    assert execute(shop, "SELECT blob FROM shop WHERE blob = ?", {"B": b"\x00\x01"}) == [{"blob": {"B": b"\x00\x01"}}]
