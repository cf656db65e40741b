"""TableDescription: every member, for on-demand and provisioned tables and their indexes."""

from tests.emulator.api.operations.service import START, Service, definitions, index, key, units


def test_an_on_demand_table(service: Service) -> None:
    created = service.create()
    described = service.describe()
    assert described.pop("TableId") == created["TableId"]
    assert described == {
        "AttributeDefinitions": definitions("a"),
        "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST", "LastUpdateToPayPerRequestDateTime": START},
        "CreationDateTime": START,
        "DeletionProtectionEnabled": False,
        "ItemCount": 0,
        "KeySchema": key("a:HASH"),
        "ProvisionedThroughput": {"NumberOfDecreasesToday": 0, **units(0, 0)},
        "TableArn": "arn:aws:dynamodb:us-east-1:000000000000:table/Music",
        "TableName": "Music",
        "TableSizeBytes": 0,
        "TableStatus": "ACTIVE",
        "TableThroughputModeSummary": {
            "LastUpdateToPayPerRequestDateTime": START,
            "TableThroughputMode": "PAY_PER_REQUEST",
        },
        "WarmThroughput": {"ReadUnitsPerSecond": 12000, "Status": "ACTIVE", "WriteUnitsPerSecond": 4000},
    }
    assert list(described) == sorted(described)


def test_a_reply_to_creation_has_no_warm_throughput_and_no_time_of_the_switch(service: Service) -> None:
    created = service.create(GlobalSecondaryIndexes=[index("Gsi", "a:HASH")])
    assert created["BillingModeSummary"] == {"BillingMode": "PAY_PER_REQUEST"}
    assert "WarmThroughput" not in created
    assert created["GlobalSecondaryIndexes"][0]["IndexStatus"] == "CREATING"
    assert "WarmThroughput" not in created["GlobalSecondaryIndexes"][0]


def test_indexes_show_keys_projection_sizes_throughput_and_arn(service: Service) -> None:
    service.create(
        AttributeDefinitions=definitions("a", "b", "c:N"),
        KeySchema=key("a:HASH", "b:RANGE"),
        ProvisionedThroughput=units(5, 6),
        GlobalSecondaryIndexes=[
            index("Gsi", "c:HASH", "a:RANGE", ProvisionedThroughput=units(2, 3), Projection={"ProjectionType": "ALL"})
        ],
        LocalSecondaryIndexes=[
            index("Lsi", "a:HASH", "c:RANGE", Projection={"ProjectionType": "INCLUDE", "NonKeyAttributes": ["z"]})
        ],
    )
    item = {"a": {"S": "1"}, "b": {"S": "2"}, "c": {"N": "3"}, "y": {"S": "four"}}
    service.call("PutItem", TableName="Music", Item=item)
    described = service.describe()
    assert (described["ItemCount"], described["TableSizeBytes"]) == (1, 12)
    arn = described["TableArn"]
    assert "BillingModeSummary" not in described
    assert described["GlobalSecondaryIndexes"] == [
        {
            "IndexArn": f"{arn}/index/Gsi",
            "IndexName": "Gsi",
            "IndexSizeBytes": 12,
            "IndexStatus": "ACTIVE",
            "ItemCount": 1,
            "KeySchema": key("c:HASH", "a:RANGE"),
            "Projection": {"ProjectionType": "ALL"},
            "ProvisionedThroughput": {"NumberOfDecreasesToday": 0, **units(2, 3)},
            "WarmThroughput": {"ReadUnitsPerSecond": 2, "Status": "ACTIVE", "WriteUnitsPerSecond": 3},
        }
    ]
    assert described["LocalSecondaryIndexes"] == [
        {
            "IndexArn": f"{arn}/index/Lsi",
            "IndexName": "Lsi",
            "IndexSizeBytes": 7,
            "ItemCount": 1,
            "KeySchema": key("a:HASH", "c:RANGE"),
            "Projection": {"NonKeyAttributes": ["z"], "ProjectionType": "INCLUDE"},
        }
    ]


def test_settings_are_shown_when_they_were_chosen(service: Service) -> None:
    described = service.create(
        OnDemandThroughput={"MaxReadRequestUnits": 10},
        SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": "arn:aws:kms:us-east-1:1:key/2"},
        TableClass="STANDARD_INFREQUENT_ACCESS",
    )
    assert described["OnDemandThroughput"] == {"MaxReadRequestUnits": 10}
    assert described["SSEDescription"] == {
        "KMSMasterKeyArn": "arn:aws:kms:us-east-1:1:key/2",
        "SSEType": "KMS",
        "Status": "ENABLED",
    }
    assert described["TableClassSummary"] == {"TableClass": "STANDARD_INFREQUENT_ACCESS"}
    assert "SSEDescription" not in service.create("Plain", SSESpecification={"Enabled": False})


def test_warm_throughput_can_be_asked_for(service: Service) -> None:
    service.create(WarmThroughput={"ReadUnitsPerSecond": 15_000, "WriteUnitsPerSecond": 5_000})
    assert service.describe()["WarmThroughput"] == {
        "ReadUnitsPerSecond": 15_000,
        "Status": "ACTIVE",
        "WriteUnitsPerSecond": 5_000,
    }
    name, message = service.refusal("UpdateTable", TableName="Music", WarmThroughput={"ReadUnitsPerSecond": 14_000})
    assert (name, message) == (
        "ValidationException",
        "One or more parameter values were invalid: Requested ReadUnitsPerSecond for WarmThroughput for table is lower "
        "than current WarmThroughput, decreasing WarmThroughput is not supported",
    )


def test_an_encryption_key_is_shown_by_its_arn_whichever_way_it_was_named(service: Service) -> None:
    """API reference, SSESpecification: key id, key ARN, alias name or alias ARN; SSEDescription has the key's ARN."""

    def shown(number: int, key: str) -> str:
        created = service.create(f"Table{number}", SSESpecification={"SSEType": "KMS", "KMSMasterKeyId": key})
        arn: str = created["SSEDescription"]["KMSMasterKeyArn"]
        return arn

    own = "arn:aws:kms:us-east-1:000000000000:"
    by_alias = shown(1, "alias/mine")
    assert by_alias.startswith(own + "key/")
    assert shown(2, own + "alias/mine") == by_alias != shown(3, "alias/other")
    assert shown(4, by_alias) == by_alias == shown(5, by_alias.rpartition("/")[2])
    elsewhere = shown(6, "arn:aws:kms:us-east-1:111122223333:alias/mine")
    assert elsewhere.startswith("arn:aws:kms:us-east-1:111122223333:key/")


def test_a_disabled_stream_is_named_as_long_as_it_can_be_read(service: Service) -> None:
    """Developer guide, Streams: the data of a disabled stream stay readable for 24 hours."""
    service.create(StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    label = service.describe()["LatestStreamLabel"]
    service.call("UpdateTable", TableName="Music", StreamSpecification={"StreamEnabled": False})
    service.clock.time += 86_399
    described = service.describe()
    assert described["LatestStreamLabel"] == label and "StreamSpecification" not in described
    service.clock.time += 1
    assert not service.describe().keys() & {"LatestStreamArn", "LatestStreamLabel", "StreamSpecification"}
