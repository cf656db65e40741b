"""DescribeContinuousBackups: enabled for every table, without recovery to a point in time."""

from tests.emulator.api.operations.service import Service


def test_backups_are_enabled_and_recovery_to_a_point_in_time_is_not(service: Service) -> None:
    service.create()
    assert service.call("DescribeContinuousBackups", TableName="Music") == {
        "ContinuousBackupsDescription": {
            "ContinuousBackupsStatus": "ENABLED",
            "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "DISABLED"},
        }
    }
    missing = service.refusal("DescribeContinuousBackups", TableName="None")
    assert missing == ("TableNotFoundException", "Table not found: None")
