"""UpdateContinuousBackups: recovery is described as if something could be restored."""

from typing import Any

from tests.emulator.api.operations.service import START, Service

DAY = 24 * 3600


def update(service: Service, is_enabled: bool = True, **members: Any) -> Any:
    given = {"PointInTimeRecoveryEnabled": is_enabled, **members}
    reply = service.call("UpdateContinuousBackups", TableName="Music", PointInTimeRecoverySpecification=given)
    return reply["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]


def test_recovery_reaches_back_to_its_beginning_and_no_further_than_its_period(service: Service) -> None:
    """ack-api-quirks, DDB-TABLE-083 to 085, October 2026: the latest time is five minutes ago, once there is one."""
    service.create()
    service.clock.time += 0.5
    begun = {"PointInTimeRecoveryStatus": "ENABLED", "RecoveryPeriodInDays": 35}
    times = {"EarliestRestorableDateTime": START, "LatestRestorableDateTime": START}
    assert update(service) == {**begun, **times}
    service.clock.time += 600
    assert update(service) == {**begun, **times, "LatestRestorableDateTime": START + 300}
    service.clock.time += 40 * DAY
    assert update(service)["EarliestRestorableDateTime"] == START + 600 + 5 * DAY


def test_another_period_is_no_new_beginning_and_stays_until_it_is_turned_off(service: Service) -> None:
    service.create()
    update(service)
    service.clock.time += 3 * DAY
    assert update(service, RecoveryPeriodInDays=1)["EarliestRestorableDateTime"] == START + 2 * DAY
    assert update(service)["RecoveryPeriodInDays"] == 1
    assert update(service, is_enabled=False) == {"PointInTimeRecoveryStatus": "DISABLED"}
    again = update(service)
    assert (again["RecoveryPeriodInDays"], again["EarliestRestorableDateTime"]) == (35, START + 3 * DAY)


def test_asking_for_what_is_so_defines_nothing(service: Service) -> None:
    service.create()
    update(service)
    before = service.namespace.database.sequence
    update(service)
    assert service.namespace.database.sequence == before


def test_recovery_goes_with_its_table(service: Service) -> None:
    service.create()
    update(service)
    service.call("DeleteTable", TableName="Music")
    service.create()
    described = service.call("DescribeContinuousBackups", TableName="Music")["ContinuousBackupsDescription"]
    assert described["PointInTimeRecoveryDescription"] == {"PointInTimeRecoveryStatus": "DISABLED"}
