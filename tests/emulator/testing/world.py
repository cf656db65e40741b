"""A table that tests of the package make, and its items."""

from typing import Any

ITEM = {"a": {"S": "x"}}
TABLE: dict[str, Any] = {
    "TableName": "Music",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}],
}
WITH_ITEM = {**TABLE, "Items": [ITEM]}
