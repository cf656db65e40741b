"""ListBackups: what is checked of it, and the bounds of its range of times to the millisecond."""

import pytest

from tests.emulator.api.operations.service import START, Service


def create(service: Service, name: str) -> float:
    details = service.call("CreateBackup", TableName="Music", BackupName=name)["BackupDetails"]
    created_at: float = details["BackupCreationDateTime"]
    return created_at


def listed(service: Service, **request: object) -> list[str]:
    return [each["BackupName"] for each in service.call("ListBackups", **request)["BackupSummaries"]]


@pytest.mark.parametrize("name", [None, "Nowhere", "arn:aws:dynamodb:us-east-1:000000000000:table/Nowhere"])
def test_no_backups_of_any_table(service: Service, name: str | None) -> None:
    assert service.call("ListBackups", **({"TableName": name} if name else {})) == {"BackupSummaries": []}


def test_a_table_of_another_region(service: Service) -> None:
    arn = "arn:aws:dynamodb:eu-west-1:000000000000:table/Music"
    refused = service.refusal("ListBackups", TableName=arn)
    assert refused == ("ValidationException", f"1 validation error detected: Invalid AWS region in '{arn}'")


def test_a_start_that_is_no_backup(service: Service) -> None:
    arn = "arn:aws:dynamodb:us-east-1:000000000000:table/Music"
    assert service.refusal("ListBackups", ExclusiveStartBackupArn=arn)[1] == "Invalid Backup ARN"


def test_the_range_of_times_is_exact_to_the_millisecond(service: Service) -> None:
    """ack-api-quirks, DDB-BACKUP-014, October 2026: a bound equal to the time, and one a millisecond later."""
    service.create()
    service.clock.time = START + 0.5115
    assert create(service, "one") == START + 0.511
    at, later = START + 0.511, START + 0.512
    assert listed(service, TimeRangeLowerBound=at) == ["one"] == listed(service, TimeRangeUpperBound=later)
    assert listed(service, TimeRangeLowerBound=later) == [] == listed(service, TimeRangeUpperBound=at)


@pytest.mark.parametrize("time", [1e308, 1e300, -1e300, -1e308, 0, 1e18])
def test_any_number_is_a_time(service: Service, time: float) -> None:
    service.create()
    create(service, "one")
    assert listed(service, TimeRangeLowerBound=time) == (["one"] if time <= 0 else [])


def test_pages_go_on_from_one_another_however_many_backups_share_a_millisecond(service: Service) -> None:
    """A page has a hundred backups at most, and the ids are different ones."""
    service.create()
    for number in range(205):
        create(service, f"number-{number}")
    found: list[str] = []
    start: dict[str, str] = {}
    sizes = []
    while True:
        reply = service.call("ListBackups", **start)
        sizes.append(len(reply["BackupSummaries"]))
        found += [each["BackupArn"] for each in reply["BackupSummaries"]]
        if "LastEvaluatedBackupArn" not in reply:
            break
        start = {"ExclusiveStartBackupArn": reply["LastEvaluatedBackupArn"]}
    assert sizes == [100, 100, 5] and len(set(found)) == 205
