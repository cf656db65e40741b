"""Internal errors that are the service's own: each case occurs, none is logged, and nothing is applied."""

from typing import Any

import pytest

from tests.emulator.api.operations.service import Service, definitions, index
from thermodynamo.api.errors import ApiError
from thermodynamo.api.service_failures import ServiceFailure

WARM = {"ReadUnitsPerSecond": 13_000, "WriteUnitsPerSecond": 5_000}
REQUESTS: dict[ServiceFailure, tuple[str, dict[str, Any]]] = {
    ServiceFailure.EMPTY_THROUGHPUT: ("UpdateTable", {"TableName": "Music", "OnDemandThroughput": {}}),
    ServiceFailure.WARM_UNKNOWN_INDEX: (
        "UpdateTable",
        {
            "TableName": "Music",
            "GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": "none", "WarmThroughput": WARM}}],
        },
    ),
    ServiceFailure.WARM_BESIDE_NEW_INDEX: (
        "UpdateTable",
        {"TableName": "Music", "WarmThroughput": WARM},
    ),
    ServiceFailure.UNKNOWN_REGION: ("ListGlobalTables", {"RegionName": "nowhere"}),
}


def test_every_case_has_a_request() -> None:
    """What a body may be that cannot be read is with the tests of the data plane."""
    assert {*REQUESTS, ServiceFailure.UNREADABLE_BODY} == set(ServiceFailure)


@pytest.mark.parametrize("case", REQUESTS)
def test_a_case(slow_service: Service, case: ServiceFailure, caplog: pytest.LogCaptureFixture) -> None:
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
    with pytest.raises(ApiError) as caught:
        service.call(operation, **request)
    assert caught.value.status == 500 and caught.value.body() == case.error().body()
    assert service.namespace.database.sequence == before
    assert not caplog.records
