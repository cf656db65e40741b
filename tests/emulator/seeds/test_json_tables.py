import json
from pathlib import Path
from typing import Any

import pytest

from thermodynamo import seeds
from thermodynamo.seeds.seed import SeedError
from thermodynamo.service import Service
from thermodynamo.settings.config import Config

DEFINITION: dict[str, Any] = {
    "TableName": "Music",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}


def written(folder: Path, value: Any) -> Path:
    path = folder / "Music.json"
    path.write_text(json.dumps(value, indent=1))
    return path


def test_definitions_have_items_and_time_to_live(tmp_path: Path) -> None:
    value = {**DEFINITION, "Items": [{"id": {"S": "a"}}], "TimeToLiveSpecification": {"AttributeName": "t"}}
    seed = seeds.load(written(tmp_path, [value, {**DEFINITION, "TableName": "Other"}]))
    assert [definition.request for definition in seed.definitions] == [
        DEFINITION,
        {**DEFINITION, "TableName": "Other"},
    ]
    assert seed.definitions[0].time_to_live == {"AttributeName": "t"}
    assert [item.item for item in seed.items()] == [{"id": {"S": "a"}}]


def test_what_the_command_line_of_aws_prints_is_read(tmp_path: Path) -> None:
    service = Service(Config(capacity="off"))
    stream = {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}}
    service.call("CreateTable", {**DEFINITION, **stream})
    described = service.call("DescribeTable", {"TableName": "Music"})
    (definition,) = seeds.load(written(tmp_path, described)).definitions
    assert definition.request == {**DEFINITION, **stream}
    scanned = {"Items": [{"id": {"S": "a"}}], "Count": 1, "ScannedCount": 1, "ConsumedCapacity": None}
    (item,) = seeds.load(written(tmp_path, scanned)).items()
    assert (item.table_name, item.item) == ("Music", {"id": {"S": "a"}})


def test_the_items_of_a_batch_are_read(tmp_path: Path) -> None:
    batch = {"Music": [{"PutRequest": {"Item": {"id": {"S": "a"}}}}], "Other": [{"PutRequest": {"Item": {}}}]}
    for value in (batch, {"RequestItems": batch, "ReturnConsumedCapacity": "NONE"}):
        items = list(seeds.load(written(tmp_path, value)).items())
        assert [(item.table_name, item.item) for item in items] == [("Music", {"id": {"S": "a"}}), ("Other", {})]
    with pytest.raises(SeedError, match=r"Music.json, line \d+: this PutRequest has no Item"):
        list(seeds.load(written(tmp_path, {"Music": [{"PutRequest": {}}]})).items())


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ([], "line 1: there is no table"),
        ([DEFINITION, {"TableName": "x"}], r"line 1\d+: a definition is what CreateTable takes"),
        ({**DEFINITION, "Items": {}}, "Items is no list of items"),
        ({"a": 1, "b": 2}, "this is neither a data model"),
    ],
)
def test_what_is_no_table_is_named(tmp_path: Path, value: Any, reason: str) -> None:
    with pytest.raises(SeedError, match=reason):
        seeds.load(written(tmp_path, value))


def test_what_is_no_item_is_named_with_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, {**DEFINITION, "Items": [{"id": {"S": "a"}}, 5]})
    with pytest.raises(SeedError, match=r"Music.json, line \d+: this is no item"):
        list(seeds.load(path).items())
