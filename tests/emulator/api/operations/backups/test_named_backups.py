"""Which backup an ARN means, whatever region is in it."""

import pytest

from tests.emulator.api.operations.service import Service


@pytest.fixture
def arn(service: Service) -> str:
    service.create()
    made: str = service.call("CreateBackup", TableName="Music", BackupName="one")["BackupDetails"]["BackupArn"]
    return made


def test_the_region_is_ignored_and_repeated(service: Service, arn: str) -> None:
    """ack-api-quirks, DDB-BACKUP-012, October 2026: an ARN with another region deletes the backup, too."""
    elsewhere = arn.replace("us-east-1", "eu-west-1")
    described = service.call("DescribeBackup", BackupArn=elsewhere)["BackupDescription"]
    assert described["BackupDetails"]["BackupArn"] == elsewhere
    assert described["SourceTableDetails"]["TableArn"] == "arn:aws:dynamodb:us-east-1:000000000000:table/Music"
    service.call("DeleteBackup", BackupArn=elsewhere)
    assert service.refusal("DescribeBackup", BackupArn=arn) == ("BackupNotFoundException", f"Backup not found: {arn}")


def test_a_restore_looks_at_the_region(service: Service, arn: str) -> None:
    """ack-api-quirks, DDB-TABLE-274, October 2026; with the override, there is no such backup in that region."""
    elsewhere = arn.replace("us-east-1", "eu-west-1")
    request = {"TargetTableName": "Again", "BackupArn": elsewhere}
    assert service.refusal("RestoreTableFromBackup", **request)[0] == "ValidationException"
    request["SSESpecificationOverride"] = {}  # type: ignore[assignment]
    assert service.refusal("RestoreTableFromBackup", **request)[0] == "BackupNotFoundException"


@pytest.mark.parametrize("id", ["", "a/b"])
def test_an_id_is_there_and_has_no_slash(service: Service, id: str) -> None:
    arn = f"arn:aws:dynamodb:us-east-1:000000000000:table/Music/backup/{id}"
    assert service.refusal("DescribeBackup", BackupArn=arn)[1] == "Invalid Backup ARN"


def test_a_backup_that_is_being_made_cannot_be_used_yet(service: Service, arn: str) -> None:
    service.clock.time -= 1
    for operation, members in (("DeleteBackup", {}), ("RestoreTableFromBackup", {"TargetTableName": "Again"})):
        assert service.refusal(operation, BackupArn=arn, **members)[0] == "BackupInUseException"
    described = service.call("DescribeBackup", BackupArn=arn)["BackupDescription"]["BackupDetails"]
    assert described["BackupStatus"] == "CREATING"
