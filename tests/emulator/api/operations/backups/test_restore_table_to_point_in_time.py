"""RestoreTableToPointInTime: any second of the past, on the clock of the server."""

from typing import Any

import pytest

from tests.emulator.api.operations.service import START, Service

DAY = 24 * 3600


@pytest.fixture
def recovered(service: Service) -> Service:
    """A table whose item says at which hour it was written, for forty days."""
    service.create()
    service.call(
        "UpdateContinuousBackups",
        TableName="Music",
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
    )
    for hour in range(40 * 24):
        service.clock.time = START + 3600 * hour
        service.call("PutItem", TableName="Music", Item={"a": {"S": "x"}, "hour": {"N": str(hour)}})
        service.whole.turn(0)
    return service


def restore(service: Service, name: str, **request: Any) -> Any:
    service.call("RestoreTableToPointInTime", SourceTableName="Music", TargetTableName=name, **request)
    service.whole.turn(0)
    return service.call("GetItem", TableName=name, Key={"a": {"S": "x"}}).get("Item", {}).get("hour", {}).get("N")


def test_any_second_of_the_last_35_days(recovered: Service) -> None:
    """A second stands for its beginning: what is written in it is not there yet."""
    latest = START + (40 * 24 - 1) * 3600 - 300
    assert restore(recovered, "Latest", UseLatestRestorableTime=True) == str(40 * 24 - 2)
    assert restore(recovered, "Now", RestoreDateTime=latest) == str(40 * 24 - 2)
    assert restore(recovered, "There", RestoreDateTime=START + 900 * 3600) == "899"
    assert restore(recovered, "After", RestoreDateTime=START + 900 * 3600 + 1.9) == "900"
    earliest = START + (40 * 24 - 1) * 3600 - 35 * DAY
    assert restore(recovered, "Earliest", RestoreDateTime=earliest) == str(5 * 24 - 2)
    request = {"SourceTableName": "Music", "TargetTableName": "Before"}
    refused = recovered.refusal("RestoreTableToPointInTime", **request, RestoreDateTime=earliest - 1)
    assert refused[0] == "InvalidRestoreTimeException"


def test_describing_a_table_brings_its_restore_to_an_end(recovered: Service) -> None:
    """Where nothing runs in the background, a client that waits for the table describes it again and again."""
    time = START + 5 * DAY + 3600
    recovered.call("RestoreTableToPointInTime", SourceTableName="Music", TargetTableName="Past", RestoreDateTime=time)
    states = [recovered.describe("Past")["TableStatus"] for _ in range(9)]
    assert states == sorted(states, reverse=True) and (states[0], states[-1]) == ("CREATING", "ACTIVE")


@pytest.mark.parametrize("time", [1e300, -1e300, -1, 253_402_300_800])
def test_no_number_is_too_large_for_the_answer(service: Service, time: float) -> None:
    service.create()
    service.call(
        "UpdateContinuousBackups",
        TableName="Music",
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
    )
    request = {"SourceTableName": "Music", "TargetTableName": "Past", "RestoreDateTime": time}
    assert service.refusal("RestoreTableToPointInTime", **request)[0] == "InvalidRestoreTimeException"
