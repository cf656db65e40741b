"""A table's life: CREATING, ACTIVE, UPDATING, DELETING, gone; what each state admits, and what replies show."""

from tests.emulator.api.operations.service import START, Service, definitions, index, key, units

IN_USE = "Attempt to change a resource which is still in use: "


def test_replies_show_the_passing_state_even_when_it_is_over_at_once(service: Service) -> None:
    assert service.create()["TableStatus"] == "CREATING"
    assert service.describe()["TableStatus"] == "ACTIVE"
    updated = service.call("UpdateTable", TableName="Music", TableClass="STANDARD_INFREQUENT_ACCESS")[
        "TableDescription"
    ]
    assert updated["TableStatus"] == "UPDATING"
    assert service.describe()["TableStatus"] == "ACTIVE"
    assert service.call("DeleteTable", TableName="Music")["TableDescription"]["TableStatus"] == "DELETING"
    assert service.refusal("DescribeTable", TableName="Music") == (
        "ResourceNotFoundException",
        "Requested resource not found: Table: Music not found",
    )


def test_with_a_delay_a_table_becomes_active_and_goes_away_later(slow_service: Service) -> None:
    service = slow_service
    service.create()
    assert service.describe()["TableStatus"] == "CREATING"
    assert "WarmThroughput" not in service.describe()
    assert service.refusal("DeleteTable", TableName="Music") == (
        "ResourceInUseException",
        IN_USE + "Table is being created: Music",
    )
    service.clock.time += 10
    assert service.describe()["TableStatus"] == "ACTIVE"
    service.call("UpdateTable", TableName="Music", TableClass="STANDARD_INFREQUENT_ACCESS")
    assert service.describe()["TableStatus"] == "UPDATING"
    assert service.refusal("UpdateTable", TableName="Music", TableClass="STANDARD") == (
        "ResourceInUseException",
        IN_USE + "Can't update table class when a table class update is in progress. Table: Music "
        "TableClassUpdateInProgress: STANDARD_INFREQUENT_ACCESS",
    )
    service.clock.time += 10
    service.call("DeleteTable", TableName="Music")
    assert service.describe()["TableStatus"] == "DELETING"
    assert service.call("ListTables")["TableNames"] == ["Music"]
    assert service.refusal("DeleteTable", TableName="Music") == (
        "ResourceInUseException",
        IN_USE + "Table is being deleted: Music",
    )
    service.clock.time += 10
    assert service.call("ListTables")["TableNames"] == []


def test_a_name_is_free_again_once_its_table_is_gone(slow_service: Service) -> None:
    service = slow_service
    first = service.create()
    request = {"BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": definitions("a"), "KeySchema": key("a:HASH")}
    taken = ("ResourceInUseException", IN_USE + "Table is being created: Music")
    assert service.refusal("CreateTable", TableName="Music", **request) == taken
    service.clock.time += 10
    taken = ("ResourceInUseException", "Table already exists: Music")
    assert service.refusal("CreateTable", TableName="Music", **request) == taken
    service.call("DeleteTable", TableName="Music")
    assert service.refusal("CreateTable", TableName="Music", **request) == taken
    service.clock.time += 10
    assert service.create()["TableId"] != first["TableId"]


def test_a_protected_table_is_not_deleted(service: Service) -> None:
    service.create(DeletionProtectionEnabled=True)
    assert service.refusal("DeleteTable", TableName="Music") == (
        "ValidationException",
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
    )
    service.call("UpdateTable", TableName="Music", DeletionProtectionEnabled=False)
    service.call("DeleteTable", TableName="Music")


def test_new_throughput_is_shown_once_the_table_is_active_again(slow_service: Service) -> None:
    service = slow_service
    service.create(ProvisionedThroughput=units(5, 5))
    service.clock.time += 10
    changed = service.call("UpdateTable", TableName="Music", ProvisionedThroughput=units(10, 10))["TableDescription"]
    assert changed["ProvisionedThroughput"]["ReadCapacityUnits"] == 5
    assert service.describe()["ProvisionedThroughput"]["ReadCapacityUnits"] == 5
    service.clock.time += 10
    assert service.describe()["ProvisionedThroughput"] == {
        "LastIncreaseDateTime": START + 10,
        "NumberOfDecreasesToday": 0,
        **units(10, 10),
    }


def test_names_are_listed_in_order_and_in_pages(service: Service) -> None:
    for name in ("Cold", "Album", "Band"):
        service.create(name)
    first = service.call("ListTables", Limit=2)
    assert first == {"LastEvaluatedTableName": "Band", "TableNames": ["Album", "Band"]}
    rest = service.call("ListTables", Limit=2, ExclusiveStartTableName=first["LastEvaluatedTableName"])
    assert rest == {"TableNames": ["Cold"]}
    assert service.call("ListTables", ExclusiveStartTableName="Baker") == {"TableNames": ["Band", "Cold"]}


def test_indexes_are_updating_with_their_table_where_the_update_is_about_them(slow_service: Service) -> None:
    service = slow_service
    service.create(
        AttributeDefinitions=definitions("a", "b"),
        GlobalSecondaryIndexes=[index("one", "b:HASH"), index("two", "b:HASH")],
    )

    def statuses() -> list[tuple[str, str]]:
        found = service.describe()["GlobalSecondaryIndexes"]
        return [(each["IndexStatus"], each["WarmThroughput"]["Status"]) for each in found]

    service.clock.time += 10
    assert statuses() == [("ACTIVE", "ACTIVE"), ("ACTIVE", "ACTIVE")]
    warm = {"IndexName": "two", "WarmThroughput": {"ReadUnitsPerSecond": 13_000}}
    service.call("UpdateTable", TableName="Music", GlobalSecondaryIndexUpdates=[{"Update": warm}])
    assert statuses() == [("ACTIVE", "ACTIVE"), ("ACTIVE", "UPDATING")]
    service.clock.time += 10
    assert statuses() == [("ACTIVE", "ACTIVE"), ("ACTIVE", "ACTIVE")]
    throughput = [{"Update": {"IndexName": name, "ProvisionedThroughput": units(1, 1)}} for name in ("one", "two")]
    service.call(
        "UpdateTable",
        TableName="Music",
        BillingMode="PROVISIONED",
        ProvisionedThroughput=units(1, 1),
        GlobalSecondaryIndexUpdates=throughput,
    )
    service.clock.time += 10
    service.call("UpdateTable", TableName="Music", BillingMode="PAY_PER_REQUEST")
    assert statuses() == [("UPDATING", "ACTIVE"), ("UPDATING", "ACTIVE")]
    service.clock.time += 10
    service.call("UpdateTable", TableName="Music", TableClass="STANDARD_INFREQUENT_ACCESS")
    assert statuses() == [("UPDATING", "ACTIVE"), ("UPDATING", "ACTIVE")]


def test_warm_throughput_of_an_index_is_updating_or_active_whatever_the_index_is(slow_service: Service) -> None:
    """API reference, GlobalSecondaryIndexWarmThroughputDescription."""
    service = slow_service
    service.create(AttributeDefinitions=definitions("a", "b"), GlobalSecondaryIndexes=[index("one", "b:HASH")])
    service.clock.time += 10
    service.call("UpdateTable", TableName="Music", GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "one"}}])
    described = service.describe()["GlobalSecondaryIndexes"][0]
    assert (described["IndexStatus"], described["WarmThroughput"]["Status"]) == ("DELETING", "ACTIVE")
