"""What pytest-dynamodb's fixture gives is a resource that works."""

from typing import Any

import pytest


@pytest.mark.parametrize("number", [1, 2])
def test_an_item_is_found_in_a_table_of_this_test_alone(dynamodb: Any, number: int) -> None:
    table = dynamodb.create_table(
        TableName="files",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        ProvisionedThroughput={"ReadCapacityUnits": 10, "WriteCapacityUnits": 10},
    )
    table.put_item(Item={"id": str(number)})
    assert [item["id"] for item in table.scan()["Items"]] == [str(number)]
