"""DescribeLimits: the default quotas."""

from tests.emulator.api.operations.service import Service


def test_limits_are_the_default_quotas(service: Service) -> None:
    assert service.call("DescribeLimits") == {
        "AccountMaxReadCapacityUnits": 80_000,
        "AccountMaxWriteCapacityUnits": 80_000,
        "TableMaxReadCapacityUnits": 40_000,
        "TableMaxWriteCapacityUnits": 40_000,
    }
