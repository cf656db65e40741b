"""Operations without HTTP: requests go through the same checks as in the server, on a clock that the test sets."""

from typing import Any

import orjson
import pytest

from thermodynamo.api import errors
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations import OPERATIONS
from thermodynamo.settings.config import Config
from thermodynamo_storage.database import Database

START = 1_800_000_000.0


class StoppedClock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.time = START

    def now(self) -> float:
        return self.time


class Service:
    """One namespace of an emulator; `call` answers with the reply, `refusal` with the name and message of an error."""

    def __init__(self, config: Config) -> None:
        self.clock = StoppedClock()
        self.namespace = Namespace(Database(), self.clock, config, "000000000000", "us-east-1")

    def call(self, name: str, **request: Any) -> Any:
        operation = OPERATIONS[b"DynamoDB_20120810." + name.encode()]
        operation.check(request)
        reply = operation.execute(self.namespace, operation.validate(request))
        return orjson.loads(reply or b"{}") if isinstance(reply, bytes) else reply

    def refusal(self, name: str, **request: Any) -> tuple[str, str | None]:
        with pytest.raises(errors.ApiError) as caught:
            self.call(name, **request)
        return caught.value.name, caught.value.message

    def create(self, name: str = "Music", **members: Any) -> Any:
        """Creates a table; its key is the string attribute `a` where the members do not say otherwise."""
        request = {
            "TableName": name,
            "AttributeDefinitions": definitions("a"),
            "KeySchema": key("a:HASH"),
            **({} if "ProvisionedThroughput" in members else {"BillingMode": "PAY_PER_REQUEST"}),
            **members,
        }
        return self.call("CreateTable", **request)["TableDescription"]

    def describe(self, name: str = "Music") -> Any:
        return self.call("DescribeTable", TableName=name)["Table"]


def definitions(*attributes: str) -> list[dict[str, str]]:
    """`a` or `a:N` to attribute definitions."""
    return [
        {"AttributeName": text.partition(":")[0], "AttributeType": text.partition(":")[2] or "S"} for text in attributes
    ]


def key(*elements: str) -> list[dict[str, str]]:
    """`a:HASH` to key schema elements."""
    return [{"AttributeName": text.partition(":")[0], "KeyType": text.partition(":")[2]} for text in elements]


def units(read: int, write: int) -> dict[str, int]:
    return {"ReadCapacityUnits": read, "WriteCapacityUnits": write}


def index(name: str, *elements: str, **members: Any) -> dict[str, Any]:
    return {"IndexName": name, "KeySchema": key(*elements), "Projection": {"ProjectionType": "ALL"}, **members}
