"""Tables and items by the admin API: what one request brings is there as a whole, or not at all."""

from typing import Any

import pytest

from tests.conftest import Endpoint
from tests.emulator.admin.routes.asking import admin

DEFINITION = {
    "TableName": "Music",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}
LIVE = {"AttributeName": "expires", "Enabled": True}
SETTING = {
    "operation": "UpdateTimeToLive",
    "request": {"TableName": "Music", "TimeToLiveSpecification": LIVE},
}


def test_a_table_comes_in_with_its_items_and_goes_out(server: Endpoint) -> None:
    at = f"?account={server.new_account()}"
    made = admin(server, f"seed{at}", {"definition": DEFINITION, "settings": [SETTING]})
    assert made == (200, {"made": "Music"})
    items = [{"id": {"S": str(number)}} for number in range(1_500)]
    assert admin(server, f"seed{at}", {"table": "Music", "items": items}) == (200, {"table": "Music", "items": 1_500})
    assert admin(server, f"tables/Music/definition{at}") == (200, {**DEFINITION, "TimeToLiveSpecification": LIVE})
    found: list[Any] = []
    place: str | None = ""
    while place is not None:
        status, page = admin(server, f"tables/Music/items{at}&after={place}")
        assert status == 200 and len(page["items"]) <= 1_000
        found += page["items"]
        place = page["next"]
    assert sorted(found, key=str) == sorted(items, key=str)


def test_one_item_that_cannot_be_keeps_the_others_out(server: Endpoint) -> None:
    at = f"?account={server.new_account()}"
    admin(server, f"seed{at}", {"definition": DEFINITION})
    wrong: tuple[Any, ...] = ({"no": {"S": "id"}}, {"id": {"N": "1"}}, {"id": {"S": 5}}, 5, {"id": {"S": ""}}, {})
    for item in wrong:
        status, body = admin(server, f"seed{at}", {"table": "Music", "items": [{"id": {"S": "a"}}, item]})
        assert status == 400 and body["error"].startswith("table Music, item 2: "), item
    assert admin(server, f"tables/Music/items{at}") == (200, {"items": [], "next": None})


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        ({}, 400, "the body has neither a definition, nor a table and items"),
        ([], 400, "the body is no JSON object"),
        ({"table": "Music"}, 400, "the body has neither"),
        ({"table": "Music", "items": {}}, 400, "items is {}"),
        ({"table": "Nothing", "items": []}, 400, "table Nothing: ResourceNotFoundException"),
        ({"definition": {}}, 400, "the definition has no TableName"),
        ({"definition": {"TableName": "Bad"}}, 400, "the definition: table Bad: ValidationException"),
        ({"definition": DEFINITION, "settings": [{}]}, 400, "{} is no setting"),
        ({"definition": DEFINITION, "settings": [{"operation": "No", "request": {}}]}, 400, '{"operation":"No"'),
    ],
)
def test_a_body_that_cannot_be_is_refused(server: Endpoint, body: Any, status: int, error: str) -> None:
    account = server.new_account()
    refused, answer = admin(server, f"seed?account={account}", body)
    assert refused == status and answer["error"].startswith(error)
    assert admin(server, f"tables/Music/definition?account={account}")[0] == 404


def test_a_table_that_is_not_there_and_a_place_that_is_none_are_refused(server: Endpoint) -> None:
    account = server.new_account()
    assert admin(server, f"tables/Music/items?account={account}")[0] == 404
    assert admin(server, f"tables/Music/items?account={account}&after=xyz")[1]["error"] == 'after is "xyz"'
    assert admin(server, "seed?account=1", {"definition": DEFINITION})[1]["error"] == 'account is "1"'
