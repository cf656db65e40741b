from typing import Any

import pytest

from thermodynamo.seeds import table_request
from thermodynamo.service import Service
from thermodynamo.settings.config import Config

UNITS = {"ReadCapacityUnits": 3, "WriteCapacityUnits": 4}
PROVISIONED: dict[str, Any] = {
    "TableName": "Music",
    "AttributeDefinitions": [
        {"AttributeName": "artist", "AttributeType": "S"},
        {"AttributeName": "rank", "AttributeType": "N"},
    ],
    "KeySchema": [{"AttributeName": "artist", "KeyType": "HASH"}],
    "BillingMode": "PROVISIONED",
    "ProvisionedThroughput": UNITS,
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-rank",
            "KeySchema": [{"AttributeName": "rank", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["title"]},
            "ProvisionedThroughput": UNITS,
        }
    ],
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    "TableClass": "STANDARD_INFREQUENT_ACCESS",
    "DeletionProtectionEnabled": True,
    "SSESpecification": {
        "Enabled": True,
        "SSEType": "KMS",
        "KMSMasterKeyId": "arn:aws:kms:us-east-1:000000000000:key/k",
    },
}
ON_DEMAND: dict[str, Any] = {
    "TableName": "Songs",
    "AttributeDefinitions": [
        {"AttributeName": "id", "AttributeType": "S"},
        {"AttributeName": "other", "AttributeType": "B"},
        {"AttributeName": "place", "AttributeType": "N"},
    ],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "place", "KeyType": "RANGE"}],
    "BillingMode": "PAY_PER_REQUEST",
    "OnDemandThroughput": {"MaxReadRequestUnits": 5, "MaxWriteRequestUnits": 6},
    "LocalSecondaryIndexes": [
        {
            "IndexName": "local",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "other", "KeyType": "RANGE"}],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
}


def described(request: dict[str, Any]) -> dict[str, Any]:
    service = Service(Config(capacity="off"))
    service.call("CreateTable", request)
    description: dict[str, Any] = service.call("DescribeTable", {"TableName": request["TableName"]})["Table"]
    return description


@pytest.mark.parametrize("request_", [PROVISIONED, ON_DEMAND], ids=["provisioned", "on demand"])
def test_what_a_description_is_made_into_makes_the_table_again(request_: dict[str, Any]) -> None:
    made = table_request.of_description(described(request_))
    assert made == request_
    assert table_request.of_description(described(made)) == made


def test_vector_indexes_are_kept_without_their_state() -> None:
    index = {
        "IndexName": "like",
        "VectorAttribute": {"AttributeName": "vector"},
        "Projection": {"ProjectionType": "ALL"},
        "Dimensions": 3,
        "DistanceFunction": "COSINE",
    }
    description = {**described(ON_DEMAND), "VectorIndexes": [{**index, "IndexStatus": "ACTIVE", "ItemCount": 7}]}
    assert table_request.of_description(description)["VectorIndexes"] == [index]


def test_tables_differ_by_their_keys_and_indexes_alone() -> None:
    other: dict[str, Any] = {**PROVISIONED, "BillingMode": "PAY_PER_REQUEST", "TableClass": "STANDARD"}
    assert table_request.difference(other, PROVISIONED) is None
    assert table_request.difference({**other, "GlobalSecondaryIndexes": []}, PROVISIONED) == "GlobalSecondaryIndexes"
    backwards = {**ON_DEMAND, "AttributeDefinitions": ON_DEMAND["AttributeDefinitions"][::-1]}
    assert table_request.difference(backwards, ON_DEMAND) is None
    assert table_request.difference({**ON_DEMAND, "KeySchema": ON_DEMAND["KeySchema"][:1]}, ON_DEMAND) == "KeySchema"
