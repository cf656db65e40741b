"""What begins the restore of a table: how many there may be at a time."""

from tests.emulator.api.operations.service import Service
from thermodynamo.settings.config import Config


def test_fifty_restores_of_an_account_at_a_time() -> None:
    """ack-api-quirks, DDB-TABLE-350 and 443, October 2026."""
    service = Service(Config(restore_delay_seconds=60))
    service.create()
    service.call(
        "UpdateContinuousBackups",
        TableName="Music",
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
    )
    request = {"SourceTableName": "Music", "UseLatestRestorableTime": True}
    for number in range(50):
        service.call("RestoreTableToPointInTime", TargetTableName=f"Past{number}", **request)
    refused = service.refusal("RestoreTableToPointInTime", TargetTableName="Past50", **request)
    words = "Subscriber limit exceeded: Only 50 restore operations can be done simultaneously"
    assert refused == ("LimitExceededException", words)
    service.clock.time += 60
    service.call("RestoreTableToPointInTime", TargetTableName="Past50", **request)
