"""Creating and deleting a global index of a live table: the states it and its table go through, and what is refused."""

from typing import Any

import pytest

from tests.emulator.api.operations.service import Service, definitions, index, units
from thermodynamo.settings.config import Config

DELAY_SECONDS = 10.0
ONE_AT_A_TIME = (
    "LimitExceededException",
    "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
)
UPDATING = (
    "ResourceInUseException",
    "Attempt to change a resource which is still in use: Cannot delete table while indexes are being created, updated, "
    "or deleted.",
)
ITEMS = 5


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Service:
    """A table of five items, whose changes take ten seconds; describing it fills two items into a new index."""
    monkeypatch.setattr("thermodynamo.api.namespace.BACKFILL_ITEMS", 2)
    made = Service(Config(table_delay_seconds=DELAY_SECONDS))
    made.create()
    made.clock.time += DELAY_SECONDS
    for number in range(ITEMS):
        made.call("PutItem", TableName="Music", Item={"a": {"S": str(number)}, "b": {"S": "x"}})
    return made


def create(name: str = "new", attribute: str = "b", **members: Any) -> dict[str, Any]:
    return {
        "TableName": "Music",
        "AttributeDefinitions": definitions(attribute),
        "GlobalSecondaryIndexUpdates": [{"Create": index(name, f"{attribute}:HASH", **members)}],
    }


def delete(name: str = "new") -> dict[str, Any]:
    return {"TableName": "Music", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": name}}]}


def state(table: dict[str, Any]) -> tuple[str, str | None, bool | None]:
    """The table's status, the index's, and whether it is being filled."""
    (shown,) = table.get("GlobalSecondaryIndexes") or [{}]
    return table["TableStatus"], shown.get("IndexStatus"), shown.get("Backfilling")


def test_a_new_index_is_given_resources_then_filled_then_active(service: Service) -> None:
    assert state(service.call("UpdateTable", **create())["TableDescription"]) == ("UPDATING", "CREATING", False)
    assert state(service.describe()) == ("UPDATING", "CREATING", False)
    service.clock.time += DELAY_SECONDS
    seen = [state(service.describe()) for _ in range(4)]
    assert seen == [("ACTIVE", "CREATING", True)] * 4, "it is filled, but not in such a short time"
    service.clock.time += DELAY_SECONDS
    assert state(service.describe()) == ("ACTIVE", "ACTIVE", None)
    assert service.describe()["GlobalSecondaryIndexes"][0]["ItemCount"] == ITEMS


def test_nobody_reads_an_index_before_it_is_active(service: Service) -> None:
    service.call("UpdateTable", **create())
    refused = ("ValidationException", "Cannot read from backfilling global secondary index: new")
    for _ in range(2):
        assert service.refusal("Scan", TableName="Music", IndexName="new") == refused
        service.clock.time += DELAY_SECONDS
        service.describe()
    for _ in range(ITEMS):
        service.describe()
    assert service.call("Scan", TableName="Music", IndexName="new")["Count"] == ITEMS


def test_an_index_that_is_given_resources_stays_and_so_does_its_table(service: Service) -> None:
    service.call("UpdateTable", **create())
    assert service.refusal("UpdateTable", **create("other", "c")) == ONE_AT_A_TIME
    assert service.refusal("UpdateTable", **delete())[1] == (
        "Attempt to change a resource which is still in use: Index creation is in resource allocation phase. Retry "
        "deletion during backfilling phase or when the index is active. Table: Music Index: new"
    )
    assert service.refusal("DeleteTable", TableName="Music") == UPDATING


def test_while_an_index_is_filled_no_other_is_created_or_deleted(service: Service) -> None:
    service.call("UpdateTable", **create("first"))
    service.clock.time += 2 * DELAY_SECONDS
    for _ in range(3):
        service.describe()
    service.call("UpdateTable", **create("second", "c"))
    service.clock.time += DELAY_SECONDS
    assert service.refusal("UpdateTable", **create("third", "d")) == ONE_AT_A_TIME
    assert service.refusal("UpdateTable", **delete("first")) == ONE_AT_A_TIME
    assert service.refusal("DeleteTable", TableName="Music") == UPDATING
    names = [each["IndexName"] for each in service.describe()["GlobalSecondaryIndexes"]]
    assert names == ["first", "second"]


def test_an_index_that_is_being_filled_can_be_deleted(service: Service) -> None:
    service.call("UpdateTable", **create())
    service.clock.time += DELAY_SECONDS
    service.describe()
    assert state(service.call("UpdateTable", **delete())["TableDescription"]) == ("UPDATING", "DELETING", None)
    assert service.refusal("Scan", TableName="Music", IndexName="new")[1] == (
        "The table does not have the specified index: new"
    )
    service.clock.time += DELAY_SECONDS
    table = service.describe()
    assert state(table) == ("ACTIVE", None, None)
    assert table["AttributeDefinitions"] == definitions("a")
    assert not service.namespace.database.catalog.backfills


def test_other_changes_go_on_while_an_index_is_filled(service: Service) -> None:
    service.call("UpdateTable", **create())
    service.clock.time += DELAY_SECONDS
    service.call("UpdateTable", TableName="Music", DeletionProtectionEnabled=True)
    service.clock.time += DELAY_SECONDS
    for _ in range(3):
        service.describe()
    assert state(service.describe()) == ("ACTIVE", "ACTIVE", None)


def test_an_index_of_a_provisioned_table_has_its_own_throughput(service: Service) -> None:
    throughput = units(2, 3)
    members = {"BillingMode": "PROVISIONED", "ProvisionedThroughput": units(5, 5)}
    service.call("UpdateTable", TableName="Music", **members)
    service.clock.time += DELAY_SECONDS
    service.call("UpdateTable", **create(ProvisionedThroughput=throughput))
    service.clock.time += DELAY_SECONDS
    shown = service.describe()["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]
    assert shown == {**throughput, "NumberOfDecreasesToday": 0}


def test_an_index_of_a_deleted_one_s_name_is_watched_by_nobody(service: Service) -> None:
    service.call("UpdateTable", **create())
    service.clock.time += 2 * DELAY_SECONDS
    for _ in range(ITEMS):
        service.describe()
    named = {"TableName": "Music", "IndexName": "new"}
    service.call("UpdateContributorInsights", **named, ContributorInsightsAction="ENABLE")
    service.call("UpdateTable", **delete())
    service.clock.time += DELAY_SECONDS
    service.call("UpdateTable", **create())
    service.clock.time += DELAY_SECONDS
    assert service.call("DescribeContributorInsights", **named) == {**named, "ContributorInsightsStatus": "DISABLED"}
