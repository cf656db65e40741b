"""Data models of NoSQL Workbench, in the versions 1.0 and 3.0 of their format: tables, global indexes, sample items.

The format has no reference. Its members are those of models that AWS publishes, such as the data models in
aws-samples/amazon-dynamodb-design-patterns; 1.0 has no billing mode, and may have the items below the facets.
"""

from collections.abc import Iterator
from typing import Any

from thermodynamo.seeds.json_text import Members, line_of
from thermodynamo.seeds.seed import Definition, Place, Seed, SeedError, SeedItem

Steps = tuple[str | int, ...]
SERVICE = "Amazon DynamoDB"
DEFAULT_UNITS = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}


class Model:
    """One file with a data model."""

    def __init__(self, value: dict[str, Any], text: str, file: str) -> None:
        self.value = value
        self.text = text
        self.file = file

    def seed(self) -> Seed:
        """What the model holds. Raises SeedError."""
        service = _metadata(self.value).get("AWSService", SERVICE)
        if service != SERVICE:
            raise SeedError(self._place("ModelMetadata"), f"this is a data model of {service}, not of {SERVICE}")
        tables = self.value["DataModel"]
        if not isinstance(tables, list) or not tables:
            raise SeedError(self._place("DataModel"), "the data model has no tables")
        definitions = [self._definition(number, table) for number, table in enumerate(tables)]
        return Seed(self.file, tuple(definitions), self._items, tuple(self._notes()))

    def _definition(self, number: int, table: Any) -> Definition:
        place = self._place("DataModel", number)
        name = table.get("TableName") if isinstance(table, dict) else None
        if not isinstance(name, str):
            raise SeedError(place, "a table of the data model has no TableName")
        kinds: dict[str, str] = {}
        request: dict[str, Any] = {"TableName": name, "KeySchema": self._key_schema(table, name, place, kinds)}
        for member in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
            given = table.get(member) or []
            if not isinstance(given, list):
                raise SeedError(place, f"{name}: {member} is no list of indexes")
            if given:
                request[member] = [
                    self._index(index, f"{name}.{member}", self._place("DataModel", number, member, each), kinds)
                    for each, index in enumerate(given)
                ]
        request["AttributeDefinitions"] = [
            {"AttributeName": attribute, "AttributeType": kind} for attribute, kind in kinds.items()
        ]
        self._set_billing(request, table)
        return Definition(request, place)

    def _set_billing(self, request: dict[str, Any], table: dict[str, Any]) -> None:
        """Billing as the model has it; on demand where it says nothing, as models of version 1.0 do."""
        mode = table.get("BillingMode", "PAY_PER_REQUEST")
        request["BillingMode"] = mode
        if mode != "PROVISIONED":
            return
        request["ProvisionedThroughput"] = _units(table, DEFAULT_UNITS)
        for given, index in zip(
            table.get("GlobalSecondaryIndexes") or [], request.get("GlobalSecondaryIndexes", ()), strict=True
        ):
            index["ProvisionedThroughput"] = _units(given, request["ProvisionedThroughput"])

    def _index(self, index: Any, what: str, place: Place, kinds: dict[str, str]) -> dict[str, Any]:
        if not isinstance(index, dict) or not isinstance(index.get("IndexName"), str):
            raise SeedError(place, f"{what}: an index has no IndexName")
        name = index["IndexName"]
        return {
            "IndexName": name,
            "KeySchema": self._key_schema(index, f"{what}.{name}", place, kinds),
            "Projection": index.get("Projection", {"ProjectionType": "ALL"}),
        }

    def _key_schema(
        self, owner: dict[str, Any], what: str, place: Place, kinds: dict[str, str]
    ) -> list[dict[str, str]]:
        """The KeySchema of a table or an index; the types of its attributes are added to `kinds`."""
        keys = owner.get("KeyAttributes")
        if not isinstance(keys, dict) or "PartitionKey" not in keys:
            raise SeedError(place, f"{what} has no KeyAttributes with a PartitionKey")
        schema = []
        for member, key_type in (("PartitionKey", "HASH"), ("SortKey", "RANGE")):
            given = keys.get(member)
            if given is None:
                continue
            for attribute in given if isinstance(given, list) else [given]:
                name = attribute.get("AttributeName") if isinstance(attribute, dict) else None
                kind = attribute.get("AttributeType") if isinstance(attribute, dict) else None
                if not isinstance(name, str) or not isinstance(kind, str):
                    raise SeedError(place, f"{what}: {member} has no AttributeName with an AttributeType")
                if kinds.setdefault(name, kind) != kind:
                    raise SeedError(place, f"{what}: attribute {name} has type {kind}, and {kinds[name]} elsewhere")
                schema.append({"AttributeName": name, "KeyType": key_type})
        return schema

    def _items(self) -> Iterator[SeedItem]:
        for number, table in enumerate(self.value["DataModel"]):
            steps: Steps = ("DataModel", number)
            yield from self._items_of(table, steps, table["TableName"])
            for place, facet in enumerate(table.get("TableFacets") or []):
                yield from self._items_of(facet, (*steps, "TableFacets", place), table["TableName"])

    def _items_of(self, owner: dict[str, Any], steps: Steps, table_name: str) -> Iterator[SeedItem]:
        members = Members(self.text, self.file, (*steps, "TableData"))
        for number, item in enumerate(owner.get("TableData") or []):
            if not isinstance(item, dict):
                raise SeedError(members.place(number), f"{table_name}: this is no item")
            yield SeedItem(table_name, item, members.place(number))

    def _notes(self) -> Iterator[str]:
        for number, table in enumerate(self.value["DataModel"]):
            settings = table.get("ProvisionedCapacitySettings") or {}
            if any(name in settings for name in ("AutoScalingRead", "AutoScalingWrite")):
                place = self._place("DataModel", number, "ProvisionedCapacitySettings")
                yield f"{place}: {table['TableName']}: auto scaling is left out"

    def _place(self, *steps: str | int) -> Place:
        return Place(self.file, lambda: line_of(self.text, steps))


def read(value: dict[str, Any], text: str, file: str) -> Seed:
    """What a data model holds. Raises SeedError."""
    return Model(value, text, file).seed()


def is_model(value: Any) -> bool:
    return isinstance(value, dict) and "DataModel" in value


def _metadata(value: dict[str, Any]) -> dict[str, Any]:
    given = value.get("ModelMetadata")
    return given if isinstance(given, dict) else {}


def _units(owner: Any, default: dict[str, Any]) -> dict[str, Any]:
    settings = owner.get("ProvisionedCapacitySettings") if isinstance(owner, dict) else None
    units: dict[str, Any] | None = settings.get("ProvisionedThroughput") if isinstance(settings, dict) else None
    return units or default
