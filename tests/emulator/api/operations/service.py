"""Operations without HTTP, on a clock that the test sets."""

import dataclasses
from typing import Any

import pytest

from thermodynamo import service
from thermodynamo.api import errors
from thermodynamo.settings.clock import VirtualClock
from thermodynamo.settings.config import Config

START = 1_800_000_000.0


@dataclasses.dataclass
class StoppedClock:
    """A service's clock, which goes when it is told to."""

    clock: VirtualClock

    def now(self) -> float:
        return self.clock.now()

    @property
    def time(self) -> float:
        return self.clock.now()

    @time.setter
    def time(self, instant: float) -> None:
        self.clock.restart(instant)


class Service:
    """One namespace of an emulator; `refusal` gives the name and message of an error.

    It has no limits, unless `capacity` says otherwise.
    """

    def __init__(self, config: Config, capacity: str = "off") -> None:
        settings = dataclasses.replace(config, capacity=capacity, clock="virtual", clock_start=str(START))
        self.whole = service.Service(settings)
        self.clock = StoppedClock(self.whole.clock)
        self.namespace = self.whole.namespace(self.whole.caller)

    def call(self, name: str, **request: Any) -> Any:
        return self.whole.call(name, request)

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
