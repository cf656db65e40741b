"""A service whose changes for Kinesis go to a receiver of the test's own, or to a file."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.emulator.api.operations.service import Service
from thermodynamo.deliveries.change_record import ChangeRecord
from thermodynamo.settings.config import Config

ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/plays"


class ScriptedReceiver:
    """Takes what `answers` say, in turn, and then all. An answer is an exception, or what to refuse of a batch."""

    def __init__(self) -> None:
        self.is_local = False
        self.answers: list[Exception | Sequence[int]] = []
        self.missing: dict[str, str] = {}
        self.batches: list[list[dict[str, Any]]] = []
        """All that was asked of it."""
        self.taken: list[dict[str, Any]] = []

    def failure(self, stream_arn: str) -> str | None:
        if self.answers and isinstance(self.answers[0], Exception):
            raise self.answers.pop(0)  # type: ignore[misc]
        return self.missing.get(stream_arn)

    def put(self, stream_arn: str, records: Sequence[ChangeRecord]) -> list[ChangeRecord]:
        self.batches.append([orjson.loads(record.data) for record in records])
        answer = self.answers.pop(0) if self.answers else ()
        if isinstance(answer, Exception):
            raise answer
        self.taken += [orjson.loads(each.data) for index, each in enumerate(records) if index not in answer]
        return [each for index, each in enumerate(records) if index in answer]


class World(Service):
    """A table `Music` with the key `a` whose changes are sent."""

    def enable(self, arn: str = ARN, **members: Any) -> None:
        self.call("EnableKinesisStreamingDestination", TableName="Music", StreamArn=arn, **members)

    def put(self, key: str, value: int) -> None:
        self.call("PutItem", TableName="Music", Item={"a": {"S": key}, "v": {"N": str(value)}})

    def destination(self) -> dict[str, Any]:
        reply = self.call("DescribeKinesisStreamingDestination", TableName="Music")
        entry: dict[str, Any] = reply["KinesisDataStreamDestinations"][0]
        return entry


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "changes.jsonl"


@pytest.fixture
def filed(path: Path) -> World:
    """Changes go to a file."""
    world = World(Config(kinesis=str(path)))
    world.create()
    return world


@pytest.fixture
def receiver() -> ScriptedReceiver:
    return ScriptedReceiver()


@pytest.fixture
def sent(receiver: ScriptedReceiver, monkeypatch: pytest.MonkeyPatch) -> World:
    """Changes go to the scripted receiver, in place of an endpoint; no pause is waited for."""
    monkeypatch.setattr("thermodynamo.deliveries.deliveries.RETRY_SECONDS_MIN", 0.0)
    world = World(Config(kinesis="http://127.0.0.1:1"))
    world.whole.deliveries.receiver = receiver
    world.create()
    return world
