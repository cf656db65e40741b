"""A whole emulator without a server, on a clock that the test turns: hours of load take milliseconds."""

from collections import Counter
from typing import Any

from thermodynamo.api.errors import ApiError
from thermodynamo.service import Service
from thermodynamo.settings.config import Config

START = "2026-01-01T00:00:00Z"


class Refused(Exception):
    """The service answered with an error."""

    def __init__(self, body: dict[str, Any]) -> None:
        super().__init__(body)
        self.body = body
        self.type = body["__type"].split("#")[1]
        reasons = body.get("ThrottlingReasons") or body.get("throttlingReasons") or [{}]
        self.reason = reasons[0].get("reason")
        self.resource = reasons[0].get("resource")


class World:
    def __init__(self, **settings: Any) -> None:
        self.service = Service(Config(**{"clock": "virtual", "clock_start": START, **settings}))
        self.clock = self.service.clock
        self.outcomes: Counter[str] = Counter()

    @property
    def now(self) -> float:
        return self.clock.now()

    def pass_seconds(self, seconds: float) -> None:
        self.clock.move_to(self.clock.now() + seconds)

    def call(self, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        """Raises Refused."""
        try:
            return self.service.call(operation, request)
        except ApiError as error:
            raise Refused(error.body()) from None

    def tries(self, operation: str, request: dict[str, Any]) -> str:
        """The reason of the refusal, or "ok"."""
        try:
            self.call(operation, request)
        except Refused as refused:
            return str(refused.reason or refused.type)
        return "ok"

    def create(self, units: tuple[int, int] | None = None, sort_key: bool = False, **members: Any) -> None:
        """The table `load`, on demand or with read and write units."""
        names = ["pk", "sk"] if sort_key else ["pk"]
        request: dict[str, Any] = {
            "TableName": "load",
            "KeySchema": [
                {"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"), strict=False)
            ],
            "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in names],
            "BillingMode": "PAY_PER_REQUEST",
        }
        if units is not None:
            request["BillingMode"] = "PROVISIONED"
            request["ProvisionedThroughput"] = {"ReadCapacityUnits": units[0], "WriteCapacityUnits": units[1]}
        self.call("CreateTable", {**request, **members})

    def put(self, pk: str, sk: str | None = None, size_bytes: int = 0, **attributes: Any) -> str:
        """Tries to put an item of about so many bytes."""
        item = {"pk": {"S": pk}, **({"sk": {"S": sk}} if sk is not None else {}), **attributes}
        if size_bytes:
            item["x"] = {"S": "x" * (size_bytes - 100)}
        return self.tries("PutItem", {"TableName": "load", "Item": item})

    def get(self, pk: str) -> str:
        return self.tries("GetItem", {"TableName": "load", "Key": {"pk": {"S": pk}}, "ConsistentRead": True})

    @property
    def table(self) -> Any:
        namespaces = self.service.database.catalog.namespaces
        return next(iter(namespaces.values()))["load"]
