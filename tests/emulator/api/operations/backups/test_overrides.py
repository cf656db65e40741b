"""What a restore overrides: whatever is put in place of a part of it, the answer is the service's."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from tests.emulator.api.operations.service import Service, definitions, index, key, units
from thermodynamo.api.errors import ApiError

OVERRIDES: dict[str, Any] = {
    "BillingModeOverride": "PROVISIONED",
    "ProvisionedThroughputOverride": units(1, 1),
    "OnDemandThroughputOverride": {"MaxReadRequestUnits": 1, "MaxWriteRequestUnits": 1},
    "GlobalSecondaryIndexOverride": [
        index(
            "by-g",
            "g:HASH",
            ProvisionedThroughput=units(1, 1),
            OnDemandThroughput={"MaxReadRequestUnits": 1},
            WarmThroughput={"ReadUnitsPerSecond": 20_000, "WriteUnitsPerSecond": 5_000},
        )
    ],
    "LocalSecondaryIndexOverride": [index("local", "a:HASH", "g:RANGE")],
    "SSESpecificationOverride": {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": "alias/own"},
    "VectorIndexOverride": [],
}
CONTENTS: tuple[Any, ...] = (
    None,
    True,
    "",
    "x" * 300,
    0,
    -1,
    2**63,
    1e300,
    [],
    {},
    [[]],
    [{}],
    "PAY_PER_REQUEST",
    "AES256",
    "RANGE",
)


def bent(given: Any) -> Iterator[Any]:
    """The overrides with something else in the place of one part, or without it, or twice."""
    parts = given.items() if isinstance(given, dict) else enumerate(given) if isinstance(given, list) else ()
    for place, content in parts:
        for other in (*CONTENTS, *bent(content)):
            made = copy.deepcopy(given)
            made[place] = other
            yield made
        made = copy.deepcopy(given)
        del made[place]
        yield made
    if isinstance(given, list):
        yield [*given, *given]


@pytest.mark.parametrize("mode", ["PROVISIONED", "PAY_PER_REQUEST"])
def test_no_override_breaks_the_server(service: Service, mode: str) -> None:
    """Most are refused; a table that is made has what was asked for, and takes items."""
    provisioned: dict[str, Any] = {"ProvisionedThroughput": units(2, 2)} if mode == "PROVISIONED" else {}
    indexed = index("by-g", "g:HASH", **provisioned)
    service.create(
        AttributeDefinitions=definitions("a", "n:N", "g"),
        KeySchema=key("a:HASH", "n:RANGE"),
        **provisioned,
        GlobalSecondaryIndexes=[indexed],
        LocalSecondaryIndexes=[index("local", "a:HASH", "g:RANGE")],
    )
    item = {"a": {"S": "a"}, "n": {"N": "1"}, "g": {"S": "g"}}
    service.call("PutItem", TableName="Music", Item=item)
    arn = service.call("CreateBackup", TableName="Music", BackupName="one")["BackupDetails"]["BackupArn"]
    made = 0
    bases: list[dict[str, Any]] = [OVERRIDES, {**OVERRIDES, "BillingModeOverride": "PAY_PER_REQUEST"}]
    bases += [{name: content} for name, content in OVERRIDES.items()]
    for overrides in (each for base in bases for each in bent(base)):
        try:
            service.call("RestoreTableFromBackup", TargetTableName="Again", BackupArn=arn, **overrides)
        except ApiError as error:
            assert error.status == 400, overrides
            if error.name != "TableInUseException":
                continue
        made += 1
        described = service.describe("Again")
        assert described["TableStatus"] == "ACTIVE" and described["ItemCount"] == 1, overrides
        service.call("PutItem", TableName="Again", Item={**item, "n": {"N": "2"}})
        service.call("DeleteTable", TableName="Again")
    assert made > 10
    service.namespace.database.check()
