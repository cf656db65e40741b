"""ListGlobalTables: empty for every region there is."""

import pytest

from tests.emulator.api.operations.service import Service


@pytest.mark.parametrize("region", [None, "us-east-1", "cn-north-1", "us-gov-west-1"])
def test_there_are_none(service: Service, region: str | None) -> None:
    assert service.call("ListGlobalTables", **({"RegionName": region} if region else {})) == {"GlobalTables": []}


def test_an_unknown_region_is_an_internal_error_of_the_service(service: Service) -> None:
    assert service.refusal("ListGlobalTables", RegionName="mars-1") == ("InternalServerError", "Internal server error")
