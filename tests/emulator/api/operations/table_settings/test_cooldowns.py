"""How soon settings of a table may change again, on a clock that is turned, and the switch that turns it off."""

from typing import Any

import pytest

from tests.emulator.api.operations.service import Service, units
from thermodynamo.settings.config import Config

DAY = 24 * 3600


def update(service: Service, **members: Any) -> None:
    service.call("UpdateTable", TableName="Music", **members)


def refused(service: Service, **members: Any) -> tuple[str, str | None]:
    return service.refusal("UpdateTable", TableName="Music", **members)


def test_protection_changes_every_fifteen_seconds(service: Service) -> None:
    service.create(DeletionProtectionEnabled=True)
    update(service, DeletionProtectionEnabled=False)
    assert refused(service, DeletionProtectionEnabled=True) == (
        "ThrottlingException",
        "Deletion protection setting for table Music modified within the previous 15000 milliseconds. Please try again "
        "after 2027-01-15T08:00:15.000Z",
    )
    service.clock.time += 14.999
    assert refused(service, DeletionProtectionEnabled=True)[0] == "ThrottlingException"
    service.clock.time += 0.001
    update(service, DeletionProtectionEnabled=True)


def test_protection_that_stays_is_no_change(service: Service) -> None:
    service.create()
    for _ in range(3):
        update(service, DeletionProtectionEnabled=False)
    update(service, DeletionProtectionEnabled=True)
    update(service, DeletionProtectionEnabled=True)


def test_the_class_changes_twice_in_thirty_days(service: Service) -> None:
    service.create()
    update(service, TableClass="STANDARD")
    update(service, TableClass="STANDARD_INFREQUENT_ACCESS")
    service.clock.time += DAY
    update(service, TableClass="STANDARD")
    spent = (
        "LimitExceededException",
        "Subscriber limit exceeded: Updates to TableClass are limited to 2 times in 30 day(s).",
    )
    for table_class in ("STANDARD", "STANDARD_INFREQUENT_ACCESS"):
        assert refused(service, TableClass=table_class) == spent
    service.clock.time += 29 * DAY
    update(service, TableClass="STANDARD_INFREQUENT_ACCESS")
    assert refused(service, TableClass="STANDARD") == spent


def test_encryption_changes_four_times_a_day_and_then_every_six_hours(service: Service) -> None:
    service.create()
    for is_enabled in (True, False, True, False):
        update(service, SSESpecification={"Enabled": is_enabled})
    assert refused(service, SSESpecification={"Enabled": True}) == (
        "LimitExceededException",
        "Subscriber limit exceeded: Encryption mode changes are limited in the 24h window ending at "
        "2027-01-16T08:00:00.000Z. After the first 4 change, each subsequent change in the same window can be "
        "performed at most once every 21600 seconds. Number of updates today: 4. Last change at "
        "2027-01-15T08:00:00.000Z. Next changes can be made at 2027-01-15T14:00:00.000Z.",
    )
    service.clock.time += 6 * 3600
    update(service, SSESpecification={"Enabled": True})
    assert refused(service, SSESpecification={"Enabled": False})[0] == "LimitExceededException"
    service.clock.time += 18 * 3600
    update(service, SSESpecification={"Enabled": False})


def test_what_is_wrong_is_told_before_the_cool_down(service: Service) -> None:
    service.create()
    for is_enabled in (True, False, True, False):
        update(service, SSESpecification={"Enabled": is_enabled})
    assert refused(service, SSESpecification={"Enabled": False})[1] == (
        "One or more parameter values were invalid: Table is already encrypted by default"
    )


def test_a_new_table_of_the_name_knows_no_change_of_the_old_one(service: Service) -> None:
    """ack-api-quirks, DDB-TABLE-377, October 2026."""
    service.create()
    for table_class in ("STANDARD_INFREQUENT_ACCESS", "STANDARD"):
        update(service, TableClass=table_class)
    service.call("DeleteTable", TableName="Music")
    service.create()
    update(service, TableClass="STANDARD_INFREQUENT_ACCESS")


@pytest.mark.parametrize("setting", ["enforce", "off"])
def test_one_switch(setting: str) -> None:
    service = Service(Config(cooldowns=setting))
    service.create(ProvisionedThroughput=units(20, 20))
    changes: list[dict[str, Any]] = []
    changes += [{"DeletionProtectionEnabled": number % 2 == 0} for number in range(2)]
    changes += [{"TableClass": name} for name in ("STANDARD_INFREQUENT_ACCESS", "STANDARD", "STANDARD")]
    changes += [{"SSESpecification": {"Enabled": number % 2 == 0}} for number in range(5)]
    changes += [{"ProvisionedThroughput": units(19 - number, 20)} for number in range(5)]
    outcomes = []
    for change in changes:
        try:
            update(service, **change)
            outcomes.append("ok")
        except Exception as error:
            outcomes.append(getattr(error, "name", repr(error)))
    for is_enabled in (True, False):
        specification = {"Enabled": is_enabled, "AttributeName": "until"}
        try:
            service.call("UpdateTimeToLive", TableName="Music", TimeToLiveSpecification=specification)
            outcomes.append("ok")
        except Exception as error:
            outcomes.append(getattr(error, "name", repr(error)))
    kept = ["ok", "ThrottlingException", "ok", "ok", "LimitExceededException"]
    kept += [*2 * [*4 * ["ok"], "LimitExceededException"], "ok", "ValidationException"]
    assert outcomes == (kept if setting == "enforce" else len(kept) * ["ok"])
