"""Data models in the shape of those that AWS publishes in aws-samples/amazon-dynamodb-design-patterns."""

import json
from pathlib import Path
from typing import Any

import pytest

from thermodynamo import seeds
from thermodynamo.seeds.seed import SeedError

KEYS = {
    "PartitionKey": {"AttributeName": "PK", "AttributeType": "S"},
    "SortKey": {"AttributeName": "SK", "AttributeType": "S"},
}
EARLIER: dict[str, Any] = {
    "ModelName": "Shop",
    "ModelMetadata": {"Author": "A", "DateCreated": "Jun 24, 2020, 04:20 PM", "Version": "1.0"},
    "DataModel": [
        {
            "TableName": "OnlineShop",
            "KeyAttributes": KEYS,
            "NonKeyAttributes": [{"AttributeName": "Email", "AttributeType": "S"}],
            "TableFacets": [
                {
                    "FacetName": "customer",
                    "KeyAttributeAlias": {"PartitionKeyAlias": "PK", "SortKeyAlias": "SK"},
                    "TableData": [{"PK": {"S": "c#1"}, "SK": {"S": "c#1"}, "Email": {"S": "a@example.com"}}],
                    "NonKeyAttributes": ["Email"],
                    "DataAccess": {"MySql": {}},
                }
            ],
            "TableData": [{"PK": {"S": "p#1"}, "SK": {"S": "p#1"}}],
            "DataAccess": {"MySql": {}},
        }
    ],
}
LATER: dict[str, Any] = {
    "ModelName": "Accounts",
    "ModelMetadata": {"Author": "A", "AWSService": "Amazon DynamoDB", "Version": "3.0"},
    "DataModel": [
        {
            "TableName": "Accounts",
            "KeyAttributes": {"PartitionKey": {"AttributeName": "id", "AttributeType": "N"}},
            "NonKeyAttributes": [{"AttributeName": "owner", "AttributeType": "S"}],
            "TableFacets": [],
            "GlobalSecondaryIndexes": [
                {
                    "IndexName": "by-owner",
                    "KeyAttributes": {
                        "PartitionKey": {"AttributeName": "owner", "AttributeType": "S"},
                        "SortKey": {"AttributeName": "id", "AttributeType": "N"},
                    },
                    "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["balance"]},
                }
            ],
            "TableData": [{"id": {"N": "1"}}, {"id": {"N": "2"}, "owner": {"S": "o"}}],
            "DataAccess": {"MySql": {}},
            "SampleDataFormats": {"owner": ["identifiers", "Username"]},
            "BillingMode": "PROVISIONED",
            "ProvisionedCapacitySettings": {
                "ProvisionedThroughput": {"ReadCapacityUnits": 7, "WriteCapacityUnits": 3},
                "AutoScalingRead": {"ScalableTargetRequest": {"MinCapacity": 1, "MaxCapacity": 10}},
            },
        }
    ],
}


def written(folder: Path, model: Any) -> Path:
    path = folder / "model.json"
    path.write_text(json.dumps(model, indent=1))
    return path


def test_a_model_of_version_1_has_items_in_tables_and_facets(tmp_path: Path) -> None:
    seed = seeds.load(written(tmp_path, EARLIER))
    (definition,) = seed.definitions
    assert definition.request == {
        "TableName": "OnlineShop",
        "KeySchema": [{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}],
        "AttributeDefinitions": [
            {"AttributeName": "PK", "AttributeType": "S"},
            {"AttributeName": "SK", "AttributeType": "S"},
        ],
        "BillingMode": "PAY_PER_REQUEST",
    }
    assert [item.item["PK"]["S"] for item in seed.items()] == ["p#1", "c#1"]
    assert [item.item["PK"]["S"] for item in seed.items()] == ["p#1", "c#1"]


def test_a_model_of_version_3_has_indexes_and_billing(tmp_path: Path) -> None:
    seed = seeds.load(written(tmp_path, LATER))
    (definition,) = seed.definitions
    units = {"ReadCapacityUnits": 7, "WriteCapacityUnits": 3}
    assert definition.request == {
        "TableName": "Accounts",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [
            {"AttributeName": "id", "AttributeType": "N"},
            {"AttributeName": "owner", "AttributeType": "S"},
        ],
        "BillingMode": "PROVISIONED",
        "ProvisionedThroughput": units,
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "by-owner",
                "KeySchema": [
                    {"AttributeName": "owner", "KeyType": "HASH"},
                    {"AttributeName": "id", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["balance"]},
                "ProvisionedThroughput": units,
            }
        ],
    }
    assert len(list(seed.items())) == 2
    assert "auto scaling is left out" in seed.notes[0]


def test_an_item_knows_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, LATER)
    seed = seeds.load(path)
    lines = path.read_text().splitlines()
    for item in seed.items():
        line = int(str(item.place).rpartition("line ")[2])
        assert lines[line - 1].strip() == "{"
        assert item.item["id"]["N"] in "".join(lines[line : line + 3])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"ModelMetadata": {"AWSService": "Amazon Keyspaces"}}, "this is a data model of Amazon Keyspaces"),
        ({"DataModel": []}, "the data model has no tables"),
        ({"DataModel": [{"KeyAttributes": KEYS}]}, "has no TableName"),
        ({"DataModel": [{"TableName": "T-1"}]}, "T-1 has no KeyAttributes"),
        ({"DataModel": [{"TableName": "T-1", "KeyAttributes": {"PartitionKey": {}}}]}, "has no AttributeName"),
        ({"DataModel": [{"TableName": "T-1", "KeyAttributes": KEYS, "GlobalSecondaryIndexes": [{}]}]}, "no IndexName"),
        ({"DataModel": [{"TableName": "T-1", "KeyAttributes": KEYS, "GlobalSecondaryIndexes": 5}]}, "is no list"),
    ],
)
def test_a_model_that_cannot_be_is_named(tmp_path: Path, change: dict[str, Any], reason: str) -> None:
    path = written(tmp_path, {**LATER, **change})
    with pytest.raises(SeedError, match=rf"{path.name}, line \d+: .*{reason}"):
        seeds.load(path)


def test_an_attribute_has_one_type(tmp_path: Path) -> None:
    table = json.loads(json.dumps(LATER["DataModel"][0]))
    table["GlobalSecondaryIndexes"][0]["KeyAttributes"]["SortKey"]["AttributeType"] = "S"
    with pytest.raises(SeedError, match="attribute id has type S, and N elsewhere"):
        seeds.load(written(tmp_path, {**LATER, "DataModel": [table]}))
