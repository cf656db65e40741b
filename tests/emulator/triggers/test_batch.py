"""Batches: retries, bisecting, reported failures, age, and what is told of records that were given up."""

import json
from pathlib import Path
from typing import Any

import pytest

from thermodynamo.triggers.batch import Batches, first_failure
from thermodynamo.triggers.targets import InvocationFailed
from thermodynamo.triggers.trigger import Trigger

ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/items/stream/2026-01-01T00:00:00.000"
NOW = 1_000_000.0


def record(number: int, created_at: float = NOW) -> dict[str, Any]:
    return {
        "eventName": "INSERT",
        "dynamodb": {
            "SequenceNumber": str(number),
            "ApproximateCreationDateTime": created_at,
            "Keys": {"id": {"S": str(number)}},
        },
    }


def numbers(event: dict[str, Any]) -> list[int]:
    return [int(record["dynamodb"]["SequenceNumber"]) for record in event["Records"]]


class Target:
    """Fails for events with a bad record, a given number of times each; reports which one if told to."""

    def __init__(self, bad: dict[int, int], reports: bool = False) -> None:
        self.bad = bad
        self.reports = reports
        self.events: list[list[int]] = []
        self.done: list[int] = []

    def invoke(self, event: dict[str, Any]) -> Any:
        inside = numbers(event)
        self.events.append(inside)
        for place, number in enumerate(inside):
            if self.bad.get(number, 0) > 0:
                self.bad[number] -= 1
                if not self.reports:
                    raise InvocationFailed("ValueError", f"record {number}")
                self.done += inside[:place]
                return {"batchItemFailures": [{"itemIdentifier": str(number)}]}
        self.done += inside
        return None

    def check(self) -> None: ...

    def give_up_preparing(self) -> None: ...

    def close(self) -> None: ...


class Run:
    """One batch, done by a trigger with these options."""

    def __init__(self, target: Target, records: list[dict[str, Any]], **options: Any) -> None:
        self.pauses: list[float] = []
        self.messages: list[str] = []
        self.checkpoints: list[int] = []
        trigger = Trigger("test", table="items", handler="a:b", **options)
        batches = Batches(trigger, ARN, target, self.pauses.append, lambda: NOW, self.messages.append)
        batches.process(
            "shard", records, lambda record: self.checkpoints.append(int(record["dynamodb"]["SequenceNumber"]))
        )


EVER = 10**9


def test_a_batch_that_succeeds_is_checkpointed_at_its_end() -> None:
    target = Target({})
    run = Run(target, [record(n) for n in range(5)])
    assert target.events == [[0, 1, 2, 3, 4]] and run.checkpoints == [4] and run.pauses == []


def test_a_failed_batch_is_retried_whole_with_growing_pauses() -> None:
    target = Target({2: 3})
    run = Run(target, [record(n) for n in range(4)])
    assert target.events == [[0, 1, 2, 3]] * 4
    assert run.checkpoints == [3] and run.pauses == [0.1, 0.2, 0.4]


def test_retries_are_limited_and_the_batch_is_given_up(tmp_path: Path) -> None:
    target = Target({2: EVER})
    told = tmp_path / "failed.jsonl"
    run = Run(target, [record(n) for n in range(4)], maximum_retry_attempts=2, on_failure=str(told))
    assert target.events == [[0, 1, 2, 3]] * 3 and run.checkpoints == [3]
    (line,) = map(json.loads, told.read_text().splitlines())
    assert line["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert line["requestContext"]["approximateInvokeCount"] == 3
    assert line["responseContext"] == {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"}
    assert line["DDBStreamBatchInfo"] == {
        "shardId": "shard",
        "startSequenceNumber": "0",
        "endSequenceNumber": "3",
        "approximateArrivalOfFirstRecord": "1970-01-12T13:46:40.000Z",
        "approximateArrivalOfLastRecord": "1970-01-12T13:46:40.000Z",
        "batchSize": 4,
        "streamArn": ARN,
    }


def test_bisecting_isolates_the_bad_records_and_costs_no_retries(tmp_path: Path) -> None:
    target = Target({2: EVER, 5: EVER})
    told = tmp_path / "failed.jsonl"
    run = Run(
        target,
        [record(n) for n in range(8)],
        maximum_retry_attempts=1,
        bisect_batch_on_error=True,
        on_failure=str(told),
    )
    assert target.done == [0, 1, 3, 4, 6, 7]
    given_up = [json.loads(line)["DDBStreamBatchInfo"] for line in told.read_text().splitlines()]
    assert [(info["startSequenceNumber"], info["batchSize"]) for info in given_up] == [("2", 1), ("5", 1)]
    assert target.events.count([2]) == 2
    assert run.checkpoints == sorted(run.checkpoints) and run.checkpoints[-1] == 7


def test_a_reported_failure_checkpoints_what_came_before_it() -> None:
    target = Target({2: 2, 4: 1}, reports=True)
    run = Run(target, [record(n) for n in range(6)], report_batch_item_failures=True)
    assert target.events == [[0, 1, 2, 3, 4, 5], [2, 3, 4, 5], [2, 3, 4, 5], [4, 5]]
    assert target.done == [0, 1, 2, 3, 4, 5]
    assert run.checkpoints == [1, 3, 5]


def test_reported_failures_and_bisecting_together_halve_what_is_left() -> None:
    target = Target({3: EVER}, reports=True)
    run = Run(
        target,
        [record(n) for n in range(6)],
        report_batch_item_failures=True,
        bisect_batch_on_error=True,
        maximum_retry_attempts=1,
    )
    assert target.done == [0, 1, 2, 4, 5] and run.checkpoints[-1] == 5


def test_records_that_are_too_old_are_given_up_before_the_handler_sees_them(tmp_path: Path) -> None:
    target = Target({})
    told = tmp_path / "failed.jsonl"
    records = [record(0, NOW - 100), record(1, NOW - 61), record(2, NOW - 60), record(3, NOW)]
    run = Run(target, records, maximum_record_age_seconds=60, on_failure=str(told))
    assert target.events == [[2, 3]] and run.checkpoints == [1, 3]
    (line,) = map(json.loads, told.read_text().splitlines())
    assert line["requestContext"]["condition"] == "RecordAgeExceeded" and line["DDBStreamBatchInfo"]["batchSize"] == 2


@pytest.mark.parametrize(
    ("response", "place"),
    [
        (None, 3),
        ({}, 3),
        ("done", 3),
        ({"batchItemFailures": None}, 3),
        ({"batchItemFailures": []}, 3),
        ({"batchItemFailures": [{"itemIdentifier": "2"}, {"itemIdentifier": "1"}]}, 1),
        ({"batchItemFailures": [{"itemIdentifier": "7"}]}, 0),
        ({"batchItemFailures": [{"itemIdentifier": ""}]}, 0),
        ({"batchItemFailures": [{"itemIdentifier": None}]}, 0),
        ({"batchItemFailures": [{"wrong": "1"}]}, 0),
        ({"batchItemFailures": "1"}, 0),
    ],
)
def test_what_a_response_reports(response: Any, place: int) -> None:
    assert first_failure(response, [record(0), record(1), record(2)]) == place
