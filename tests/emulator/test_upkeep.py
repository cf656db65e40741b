"""The steps between requests: each is bounded, and all that is due has happened after the last."""

from pathlib import Path
from typing import Any

import pytest

from thermodynamo import upkeep
from thermodynamo.api.arn import TableArn
from thermodynamo.api.caller import DEFAULT_ACCOUNT
from thermodynamo.service import Service
from thermodynamo.settings.clock import INSTANT_MAX
from thermodynamo.settings.config import Config

START = 1_800_000_000.0
TABLE: dict[str, Any] = {
    "TableName": "Music",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}],
}
TTL = {"TableName": "Music", "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "until"}}


@pytest.fixture
def service() -> Service:
    """A table with 40 items, four of which expire in each of ten seconds, on a clock that stands still."""
    made = Service(Config(clock="virtual", clock_start=str(START), ttl_delay=0.0))
    made.call("CreateTable", TABLE)
    made.call("UpdateTimeToLive", TTL)
    for number in range(40):
        until = {"N": str(int(START) + 1 + number // 4)}
        made.call("PutItem", {"TableName": "Music", "Item": {"a": {"S": str(number)}, "until": until}})
    return made


def count(service: Service) -> int:
    found: int = service.call("Scan", {"TableName": "Music", "Select": "COUNT"})["Count"]
    return found


def test_a_turn_lets_requests_through_between_its_steps(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "EXPIRY_ITEMS_TURNING", 1)
    seen = [(service.clock.now(), count(service)) for _ in service.upkeep.advance(5)]
    assert {(START + 1, 39), (START + 1, 38), (START + 3, 30)} <= set(seen)
    assert all(left >= 40 - 4 * int(now - START) for now, left in seen), "an item was removed before its time"
    assert (service.clock.now(), count(service)) == (START + 5, 20)


def test_what_is_written_between_the_steps_of_a_turn_hides_no_later_expiry(tmp_path: Path) -> None:
    """The turn's steps include those of an export: each lets requests through."""
    made = Service(Config(clock="virtual", clock_start=str(START), ttl_delay=1.0, s3=str(tmp_path)))
    made.call("CreateTable", TABLE)
    made.call("UpdateTimeToLive", TTL)
    recovery = {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}
    made.call("UpdateContinuousBackups", {"TableName": "Music", **recovery})
    made.turn(60)
    until = {"N": str(int(START) + 1_800)}
    made.call("PutItem", {"TableName": "Music", "Item": {"a": {"S": "later"}, "until": until}})
    arn = str(TableArn(made.config.region, DEFAULT_ACCOUNT, "Music"))
    (tmp_path / "exports").mkdir()
    made.call("ExportTableToPointInTime", {"TableArn": arn, "S3Bucket": "exports"})
    expired = {"N": str(int(START))}
    for number, _ in enumerate(made.upkeep.advance(3_600)):
        made.call("PutItem", {"TableName": "Music", "Item": {"a": {"S": "expired"}, "until": expired}})
        assert number < 1_000, "a turn that never ends"
    assert made.call("GetItem", {"TableName": "Music", "Key": {"a": {"S": "later"}}}) == {}
    made.turn(0)
    assert count(made) == 0 and made.call("ListExports", {})["ExportSummaries"][0]["ExportStatus"] == "COMPLETED"


def test_nothing_expires_between_requests_while_the_clock_stands_or_is_being_turned(service: Service) -> None:
    service.clock.restart(START + 5, rate=1e-9)
    turn = service.upkeep.turn(START + 5.5)
    service.clock.run(0)
    assert not service.upkeep.step() and count(service) == 40
    service.clock.run(1e-9)
    next(turn)
    left = count(service)
    assert service.upkeep.turns == 1 and not service.upkeep.step() and count(service) == left
    turn.close()
    assert service.upkeep.turns == 0
    while service.upkeep.step():
        pass
    assert count(service) == 20


def test_a_step_frees_what_was_dropped(service: Service) -> None:
    service.call("DeleteTable", {"TableName": "Music"})
    while service.upkeep.step():
        pass
    assert not service.database.step_discards()


def test_a_turn_that_leads_beyond_the_last_year_ends_there(service: Service) -> None:
    for _ in service.upkeep.advance(1e300):
        pass
    assert service.clock.now() == INSTANT_MAX
