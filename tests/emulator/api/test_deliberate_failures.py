"""Internal errors that are the service's own: each case occurs, none is logged, and nothing is applied."""

from typing import Any

import pytest

from tests.emulator.api.operations.service import Service, definitions, index
from thermodynamo.api import deliberate_failures
from thermodynamo.api.deliberate_failures import DeliberateFailure

WARM = {"ReadUnitsPerSecond": 13_000, "WriteUnitsPerSecond": 5_000}
REQUESTS: dict[str, tuple[str, dict[str, Any]]] = {
    "update of empty throughput": ("UpdateTable", {"TableName": "Music", "OnDemandThroughput": {}}),
    "warm throughput of an unknown index": (
        "UpdateTable",
        {
            "TableName": "Music",
            "GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": "none", "WarmThroughput": WARM}}],
        },
    ),
    "warm throughput while an index is given its resources": (
        "UpdateTable",
        {"TableName": "Music", "WarmThroughput": WARM},
    ),
    "global tables of an unknown region": ("ListGlobalTables", {"RegionName": "nowhere"}),
}


def test_every_case_has_a_request() -> None:
    assert REQUESTS.keys() == deliberate_failures.CASES.keys()


@pytest.mark.parametrize("case", REQUESTS)
def test_a_case(slow_service: Service, case: str, caplog: pytest.LogCaptureFixture) -> None:
    service = slow_service
    service.create()
    service.clock.time += 10
    creation = [{"Create": index("new", "b:HASH")}]
    service.call(
        "UpdateTable",
        TableName="Music",
        AttributeDefinitions=definitions("b"),
        GlobalSecondaryIndexUpdates=creation,
    )
    before = service.namespace.database.sequence
    operation, request = REQUESTS[case]
    with pytest.raises(DeliberateFailure) as caught:
        service.call(operation, **request)
    assert (caught.value.case, caught.value.status) == (case, 500)
    assert (caught.value.name, caught.value.message) == deliberate_failures.CASES[case]
    assert service.namespace.database.sequence == before
    assert not caplog.records
