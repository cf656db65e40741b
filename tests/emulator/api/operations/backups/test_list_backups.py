"""ListBackups: empty, and checked all the same."""

import pytest

from tests.emulator.api.operations.service import Service


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
