"""From a CreateTable request to the TableSchema it means."""

from typing import Any

from emulator import arn, errors, messages
from storage.schema import KeyAttribute, KeySchema, ScalarKind, TableSchema, Throughput


def define(request: dict[str, Any]) -> TableSchema:
    """The schema of the table. Raises ValidationException."""
    kinds: dict[str, ScalarKind] = {
        definition["AttributeName"]: definition["AttributeType"] for definition in request["AttributeDefinitions"]
    }
    name = arn.parse_table(request["TableName"])
    given = request.get("ProvisionedThroughput", {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0})
    return TableSchema(
        name=name.table_name if name else request["TableName"],
        key_schema=key_schema(request["KeySchema"], kinds),
        attribute_kinds=kinds,
        billing_mode=request.get("BillingMode", "PROVISIONED"),
        throughput=Throughput(given["ReadCapacityUnits"], given["WriteCapacityUnits"]),
    )


def key_schema(elements: list[dict[str, Any]], kinds: dict[str, ScalarKind]) -> KeySchema:
    """The key of a table. Raises ValidationException."""
    if elements[0]["KeyType"] != "HASH":
        raise errors.validation(messages.FIRST_KEY_NOT_HASH)
    if len(elements) == 2 and elements[1]["KeyType"] != "RANGE":
        raise errors.validation(messages.SECOND_KEY_NOT_RANGE)
    attributes = tuple(KeyAttribute(element["AttributeName"], kinds[element["AttributeName"]]) for element in elements)
    return KeySchema(attributes[:1], attributes[1:])
