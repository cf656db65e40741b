"""Tables that are there when a test begins."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.emulator.testing.world import ITEM, TABLE, WITH_ITEM
from thermodynamo.testing import LocalDynamoDB, SeedError, local_dynamodb


def items(local: LocalDynamoDB, name: str = "Music") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = local.client().scan(TableName=name)["Items"]
    return found


def test_a_definition_or_several() -> None:
    assert items(local_dynamodb(tables=WITH_ITEM)) == [ITEM]
    several = local_dynamodb(tables=[WITH_ITEM, {**TABLE, "TableName": "Other"}])
    assert several.client().list_tables()["TableNames"] == ["Music", "Other"]
    assert several.load({**WITH_ITEM, "TableName": "Third"}) == ["Third"]
    assert items(several, "Third") == [ITEM]


def test_binary_values_are_bytes_in_python_and_base_64_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "tables.json"
    path.write_text(json.dumps([{**TABLE, "Items": [{**ITEM, "b": {"B": "AP8="}}]}]))
    expected = [{**ITEM, "b": {"B": b"\x00\xff"}}]
    assert items(local_dynamodb(tables={**TABLE, "Items": expected})) == expected
    for given in (path, str(path)):
        assert items(local_dynamodb(tables=given)) == expected


def test_time_to_live_and_streams_can_be_given() -> None:
    stream = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    time_to_live = {"Enabled": True, "AttributeName": "until"}
    definition = {**WITH_ITEM, "StreamSpecification": stream, "TimeToLiveSpecification": time_to_live}
    local = local_dynamodb(tables=definition)
    described = local.client().describe_time_to_live(TableName="Music")["TimeToLiveDescription"]
    assert described == {"TimeToLiveStatus": "ENABLED", "AttributeName": "until"}
    assert len(local.client("dynamodbstreams").list_streams()["Streams"]) == 1


def test_many_items_of_a_small_table_are_no_load_that_a_test_finds() -> None:
    small = {
        **TABLE,
        "BillingMode": "PROVISIONED",
        "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
    }
    many = [{"a": {"S": "hot"}, "n": {"N": str(number)}} for number in range(1000)]
    local = local_dynamodb(tables={**small, "Items": many})
    assert items(local) == [{"a": {"S": "hot"}, "n": {"N": "999"}}]
    local.assert_no_hot_key()
    for _ in range(100):
        local.client().put_item(TableName="Music", Item=ITEM)
    assert all(request.error is None for request in local.requests)


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"TableName": "Music"}, "table Music: ValidationException: "),
        ({**TABLE, "Items": [ITEM, {"b": {"S": "x"}}]}, "table Music, item 2: ValidationException: "),
        ({**TABLE, "Items": [{"a": {"S": object()}}]}, "table Music, item 1: <object "),
        ({**TABLE, "TimeToLiveSpecification": {}}, "table Music, TimeToLiveSpecification: "),
        ([1], "1 is no definition of a table"),
        ([TABLE, TABLE], "table Music is defined twice"),
        (3, "a definition is what CreateTable takes"),
        ("nowhere.json", "nowhere.json: there is no such file"),
    ],
)
def test_tables_that_cannot_be_are_explained(tables: Any, message: str) -> None:
    with pytest.raises(SeedError, match=message):
        local_dynamodb(tables=tables)


def test_a_file_that_is_no_json_is_named(tmp_path: Path) -> None:
    path = tmp_path / "tables.json"
    path.write_text('[{"TableName"')
    with pytest.raises(SeedError, match=r"tables\.json, line 1: "):
        local_dynamodb(tables=path)


def test_what_was_made_before_an_error_is_removed() -> None:
    local = local_dynamodb(tables=TABLE)
    with pytest.raises(SeedError, match="table Music: ResourceInUseException"):
        local.load([{**TABLE, "TableName": "Other"}, TABLE])
    assert local.client().list_tables()["TableNames"] == ["Music"]


TEMPLATE = """
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: Orders
      BillingMode: PAY_PER_REQUEST
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      AttributeDefinitions: [{AttributeName: id, AttributeType: N}]
      TimeToLiveSpecification: {AttributeName: until, Enabled: true}
"""


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """A template, and a file of items for its table."""
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    (tmp_path / "Orders.csv").write_text("id,note\n1,first\n2,second\n")
    return [str(tmp_path / "template.yaml"), str(tmp_path / "Orders.csv")]


def test_files_are_any_that_seeds_can_be(files: list[str]) -> None:
    local = local_dynamodb(tables=files)
    expected = [{"id": {"N": str(number)}, "note": {"S": note}} for number, note in ((1, "first"), (2, "second"))]
    assert sorted(items(local, "Orders"), key=str) == expected
    described = local.client().describe_time_to_live(TableName="Orders")["TimeToLiveDescription"]
    assert described == {"TimeToLiveStatus": "ENABLED", "AttributeName": "until"}


def test_a_line_that_is_no_item_is_named(files: list[str]) -> None:
    Path(files[1]).write_text("id,note\n1,first\ntwo,second\n")
    with pytest.raises(SeedError, match=r"Orders\.csv, line 3: ValidationException"):
        local_dynamodb(tables=files)
    with pytest.raises(SeedError, match=r"Orders\.csv, line 2: ResourceNotFoundException"):
        local_dynamodb(tables=files[1])
