"""What the service limits in number or rate and this server does not, or not where it is told so. README has a line.

Sources: API reference, DescribeLimits (throttled more than once a minute); developer guide, Quotas (2,500 tables).
Whoever wants to be throttled makes a fault: `/_admin/faults`. What is limited is in `test_cooldowns`.
"""

import pytest

from tests.emulator.api.operations.service import Service
from thermodynamo.settings.config import Config


@pytest.fixture
def service() -> Service:
    return Service(Config())


def test_limits_are_described_as_often_as_one_likes(service: Service) -> None:
    replies = [service.call("DescribeLimits") for _ in range(20)]
    assert replies == 20 * [replies[0]]


def test_without_cooldowns_settings_change_any_number_of_times() -> None:
    service = Service(Config(cooldowns="off"))
    service.create()
    for _ in range(5):
        for table_class, is_enabled in (("STANDARD_INFREQUENT_ACCESS", True), ("STANDARD", False)):
            service.call("UpdateTable", TableName="Music", TableClass=table_class)
            service.call("UpdateTable", TableName="Music", SSESpecification={"Enabled": is_enabled})
            described = service.describe()
            assert described["TableClassSummary"]["TableClass"] == table_class
            assert ("SSEDescription" in described) is is_enabled
            service.call("UpdateTable", TableName="Music", DeletionProtectionEnabled=is_enabled)


def test_any_number_of_tables(service: Service) -> None:
    for number in range(2_501):
        service.create(f"table-{number:04d}")
    assert len(service.namespace.settled_names(service.clock.now())) == 2_501
