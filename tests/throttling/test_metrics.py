"""The metrics under CloudWatch's names: each with its dimensions and its counting rule.

Developer guide, metrics-dimensions (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/
metrics-dimensions.html) and TroubleshootingThrottling-cloudwatch.
"""

from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.throttling.world import World
from thermodynamo.admin.metrics import exposition
from thermodynamo.api import errors
from thermodynamo.api.caller import Caller
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations import NAMED
from thermodynamo.api.slices import finish
from thermodynamo.faults.faulted_call import FaultedCall
from thermodynamo.faults.plan import Outcome
from thermodynamo.server.data_plane import DataPlane
from thermodynamo.server.slow_readers import SlowReaders
from thermodynamo_storage.metering.metered import Metered

INDEX = {
    "IndexName": "by_x",
    "KeySchema": [{"AttributeName": "x", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "ALL"},
}
KINDS = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "x")]
UNITS = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
LOAD = {"TableName": "load"}
KEY = {"pk": {"S": "k"}}


def namespace_of(world: World) -> Namespace:
    return world.service.namespace(world.service.caller)


def samples(world: World, name: str) -> dict[tuple[tuple[str, str], ...], float]:
    """The values of a sample by its dimensions, sorted by name."""
    text = finish(exposition.text(namespace_of(world), world.now)).decode()
    return {
        tuple(sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name
    }


def value(world: World, name: str, **dimensions: str) -> float | None:
    """The value with exactly these dimensions; None where there is none."""
    return samples(world, name).get(tuple(sorted(dimensions.items())))


def of_load(world: World, name: str, **dimensions: str) -> float | None:
    return value(world, name, TableName="load", **dimensions)


@pytest.fixture(params=["enforce", "off"])
def world(request: pytest.FixtureRequest) -> World:
    """What does not speak of capacity is counted without limits, too."""
    world = World(capacity=request.param)
    world.create()
    return world


def test_latency_is_counted_by_table_and_operation(world: World) -> None:
    for number in range(3):
        world.put(f"k{number}")
    world.get("k0")
    world.call("BatchGetItem", {"RequestItems": {"load": {"Keys": [KEY]}}})
    world.call("TransactWriteItems", {"TransactItems": [{"Put": {**LOAD, "Item": KEY}}]})
    world.call("DescribeTable", LOAD)
    counts = samples(world, "SuccessfulRequestLatency_count")
    assert {dict(labels)["Operation"]: count for labels, count in counts.items()} == {
        "PutItem": 3,
        "GetItem": 1,
        "BatchGetItem": 1,
        "TransactWriteItems": 1,
    }
    assert {dict(labels)["TableName"] for labels in counts} == {"load"}
    milliseconds = samples(world, "SuccessfulRequestLatency_sum")
    assert milliseconds.keys() == counts.keys() and not any(milliseconds.values()), "no time passes on this clock"


def test_latency_is_measured_on_the_machines_clock() -> None:
    world = World(clock="system")
    world.create()
    world.put("k")
    (milliseconds,) = samples(world, "SuccessfulRequestLatency_sum").values()
    assert milliseconds > 0


def test_a_request_on_two_tables_counts_for_each(world: World) -> None:
    world.call("CreateTable", {**create_request(), "TableName": "other"})
    puts = [{"Put": {"TableName": name, "Item": KEY}} for name in ("load", "load", "other")]
    puts[1]["Put"]["Item"] = {"pk": {"S": "k2"}}
    world.call("TransactWriteItems", {"TransactItems": puts, "ClientRequestToken": "once"})
    assert of_load(world, "SuccessfulRequestLatency_count", Operation="TransactWriteItems") == 1
    assert value(world, "SuccessfulRequestLatency_count", TableName="other", Operation="TransactWriteItems") == 1
    world.call("TransactWriteItems", {"TransactItems": puts, "ClientRequestToken": "once"})
    assert of_load(world, "SuccessfulRequestLatency_count", Operation="TransactWriteItems") == 2


def create_request() -> dict[str, Any]:
    return {
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": KINDS[:1],
        "BillingMode": "PAY_PER_REQUEST",
    }


def test_statements_have_a_verb_and_their_batches_a_type(world: World) -> None:
    insert = "INSERT INTO load VALUE {'pk': 'a'}"
    select = "SELECT * FROM load WHERE pk = 'a'"
    update = "UPDATE load SET n = 1 WHERE pk = 'a'"
    delete = "DELETE FROM load WHERE pk = 'a'"
    for statement in (insert, select, "SELECT * FROM load", update, delete):
        world.call("ExecuteStatement", {"Statement": statement})
    world.call("BatchExecuteStatement", {"Statements": [{"Statement": select}]})
    world.call("BatchExecuteStatement", {"Statements": [{"Statement": insert}]})
    world.call("ExecuteTransaction", {"TransactStatements": [{"Statement": select}]})
    world.call("ExecuteTransaction", {"TransactStatements": [{"Statement": delete}]})
    for verb, count in (("PartiQLInsert", 1), ("PartiQLSelect", 2), ("PartiQLUpdate", 1), ("PartiQLDelete", 1)):
        found = of_load(world, "SuccessfulRequestLatency_count", Operation="ExecuteStatement", Verb=verb)
        assert found == count
    for operation in ("BatchExecuteStatement", "ExecuteTransaction"):
        for kind in ("Read", "Write"):
            found = of_load(world, "SuccessfulRequestLatency_count", Operation=operation, OperationType=kind)
            assert found == 1
    assert of_load(world, "ReturnedItemCount_sum", Operation="ExecuteStatement", Verb="PartiQLSelect") == 2


def test_returned_items_are_those_that_passed_the_filter(world: World) -> None:
    for number in range(5):
        world.put(f"k{number}", n={"N": str(number)})
    filter = {"FilterExpression": "n >= :n", "ExpressionAttributeValues": {":n": {"N": "3"}}}
    world.call("Scan", {**LOAD, **filter})
    world.call("Scan", {**LOAD, "Select": "COUNT"})
    condition = {"KeyConditionExpression": "pk = :k", "ExpressionAttributeValues": {":k": {"S": "k1"}}}
    world.call("Query", {**LOAD, **condition})
    assert of_load(world, "ReturnedItemCount_sum", Operation="Scan") == 2 + 5
    assert of_load(world, "ReturnedItemCount_count", Operation="Scan") == 2
    assert of_load(world, "ReturnedItemCount_sum", Operation="Query") == 1


def test_returned_records_and_bytes_have_the_streams_label(world: World) -> None:
    specification = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
    world.call("UpdateTable", {**LOAD, "StreamSpecification": specification})
    for number in range(3):
        world.put(f"k{number}")
    described = world.call("DescribeTable", LOAD)["Table"]
    sizes = []
    stream = {"StreamArn": described["LatestStreamArn"]}
    for shard in world.call("DescribeStream", stream)["StreamDescription"]["Shards"]:
        start = {**stream, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
        iterator = world.call("GetShardIterator", start)["ShardIterator"]
        records = world.call("GetRecords", {"ShardIterator": iterator})["Records"]
        sizes += [record["dynamodb"]["SizeBytes"] for record in records]
    labels = {"Operation": "GetRecords", "StreamLabel": described["LatestStreamLabel"]}
    assert len(sizes) == 3
    assert of_load(world, "ReturnedRecordsCount_sum", **labels) == 3
    assert of_load(world, "ReturnedBytes_sum", **labels) == sum(sizes)
    assert of_load(world, "ReturnedBytes_count", **labels) == 4
    assert of_load(world, "SuccessfulRequestLatency_count", **labels) == 4


def test_false_conditions_are_counted_and_are_no_user_errors(world: World) -> None:
    put = {**LOAD, "Item": KEY, "ConditionExpression": "attribute_exists(pk)"}
    assert world.tries("PutItem", put) == "ConditionalCheckFailedException"
    update = "UPDATE load SET n = 1 WHERE pk = 'none'"
    assert world.tries("ExecuteStatement", {"Statement": update}) == "ConditionalCheckFailedException"
    world.call("BatchExecuteStatement", {"Statements": [{"Statement": update}]})
    assert of_load(world, "ConditionalCheckFailedRequests_total") == 3
    assert value(world, "UserErrors_total") == 0


def test_each_condition_of_a_cancelled_transaction_counts(world: World) -> None:
    puts = [
        {"Put": {**LOAD, "Item": {"pk": {"S": name}}, "ConditionExpression": f"{test}(pk)"}}
        for name, test in (("a", "attribute_exists"), ("b", "attribute_not_exists"), ("c", "attribute_exists"))
    ]
    assert world.tries("TransactWriteItems", {"TransactItems": puts}) == "TransactionCanceledException"
    assert of_load(world, "ConditionalCheckFailedRequests_total") == 2


def test_user_errors_belong_to_the_account(world: World) -> None:
    plane = DataPlane(world.service, SlowReaders(1))
    assert world.tries("GetItem", {"TableName": "none", "Key": KEY}) == "ResourceNotFoundException"
    assert world.tries("GetItem", {**LOAD, "Key": {"other": {"S": "k"}}}) == "ValidationException"
    assert world.service.answer(b"DynamoDB_20120810.GetItem", b"{")[0] == 400
    assert world.service.answer(b"DynamoDB_20120810.Nothing", b"{}")[0] == 400
    assert plane.answer(b"DynamoDB_20120810.GetItem", [], b"", b"{}")[0] == 400
    assert samples(world, "UserErrors_total") == {(): 5}
    other = world.service.namespace(Caller("000000000000", "eu-west-1"))
    assert b"UserErrors_total 0.0" in finish(exposition.text(other, world.now))


def test_a_failed_request_leaves_nothing_to_the_next(world: World) -> None:
    world.tries("PutItem", {**LOAD, "Item": KEY, "ConditionExpression": "attribute_exists(pk)"})
    world.tries("GetItem", {"TableName": "none", "Key": KEY})
    world.call("ListTables", {})
    assert samples(world, "SuccessfulRequestLatency_count") == {}


def test_system_errors_have_table_and_operation(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.get("k")

    def fail(*_: Any) -> None:
        raise RuntimeError("as if something were wrong")

    monkeypatch.setattr(type(world.table.keyspace), "locate", fail)
    assert world.get("k") == "InternalServerError"
    assert of_load(world, "SystemErrors_total", Operation="GetItem") == 1
    assert value(world, "UserErrors_total") == 0


def test_the_errors_of_faults_are_counted_like_others(world: World) -> None:
    service = world.service
    request = {"RequestItems": {"load": {"Keys": [KEY]}, "none": {"Keys": [KEY]}}}
    for error in (
        errors.internal_server_error("injected"),
        errors.ApiError("ThrottlingException", "injected"),
        errors.access_denied("injected"),
    ):
        call = FaultedCall(Outcome(error=error))
        with pytest.raises(errors.ApiError):
            call.perform(service.namespace(service.caller), NAMED["BatchGetItem"], request, service.caller, world.now)
    assert of_load(world, "SystemErrors_total", Operation="BatchGetItem") == 1
    assert of_load(world, "ThrottledRequests_total", Operation="BatchGetItem") == 1
    assert value(world, "UserErrors_total") == 1


def test_conflicts_count_each_item_of_a_request() -> None:
    world = World(transaction_hold="5")
    world.create()
    puts = [{"Put": {**LOAD, "Item": {"pk": {"S": name}}}} for name in "abc"]
    world.call("TransactWriteItems", {"TransactItems": puts})
    assert world.put("a") == "TransactionConflictException"
    assert of_load(world, "TransactionConflict_total") == 1
    assert world.tries("TransactWriteItems", {"TransactItems": puts}) == "TransactionCanceledException"
    assert of_load(world, "TransactionConflict_total") == 4
    gets = [{"Get": {**LOAD, "Key": {"pk": {"S": name}}}} for name in "bcd"]
    assert world.tries("TransactGetItems", {"TransactItems": gets}) == "TransactionCanceledException"
    assert of_load(world, "TransactionConflict_total") == 6
    batch = [{"PutRequest": {"Item": {"pk": {"S": name}}}} for name in "cd"]
    world.call("BatchWriteItem", {"RequestItems": {"load": batch}})
    assert of_load(world, "TransactionConflict_total") == 7
    world.call("BatchExecuteStatement", {"Statements": [{"Statement": "DELETE FROM load WHERE pk = 'a'"}]})
    assert of_load(world, "TransactionConflict_total") == 8


def exhausted(**members: Any) -> World:
    """A table of one unit each, whose tokens are spent."""
    world = World()
    world.create(units=(1, 1), **members)
    pools = world.table.keyspace.admission
    assert isinstance(pools, Metered)
    pools.refresh(world.now)
    for pool in (pools.reads, pools.writes):
        pool.bucket.set_tokens(-100, world.now)
    return world


def test_a_throttled_request_is_no_user_error() -> None:
    world = exhausted()
    assert world.put("k") == "TableWriteProvisionedThroughputExceeded"
    assert of_load(world, "ThrottledRequests_total", Operation="PutItem") == 1
    assert of_load(world, "WriteThrottleEvents_total") == 1
    assert of_load(world, "WriteProvisionedThroughputThrottleEvents_total") == 1
    assert value(world, "UserErrors_total") == 0
    assert samples(world, "SuccessfulRequestLatency_count") == {}


@pytest.mark.parametrize(
    ("operation", "request_of", "kind"),
    [
        ("BatchGetItem", lambda names: {"load": {"Keys": [{"pk": {"S": name}} for name in names]}}, "Read"),
        (
            "BatchWriteItem",
            lambda names: {"load": [{"PutRequest": {"Item": {"pk": {"S": name}}}} for name in names]},
            "Write",
        ),
    ],
)
def test_a_batch_is_throttled_where_every_member_is(operation: str, request_of: Any, kind: str) -> None:
    world = exhausted()
    pools = world.table.keyspace.admission
    assert world.tries(operation, {"RequestItems": request_of("abc")}).endswith("ProvisionedThroughputExceeded")
    assert of_load(world, f"{kind}ThrottleEvents_total") == 3
    assert of_load(world, "ThrottledRequests_total", Operation=operation) == 1
    for pool in (pools.reads, pools.writes):
        pool.bucket.set_tokens(1, world.now)
    assert world.tries(operation, {"RequestItems": request_of("abc")}) == "ok"
    assert of_load(world, f"{kind}ThrottleEvents_total") == 5
    assert of_load(world, "ThrottledRequests_total", Operation=operation) == 1


def test_a_batch_that_all_its_tables_throttle_counts_for_each() -> None:
    world = exhausted()
    world.call(
        "CreateTable",
        {
            **create_request(),
            "TableName": "other",
            "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
        },
    )
    pools = namespace_of(world).tables["other"].keyspace.admission
    assert isinstance(pools, Metered)
    pools.refresh(world.now)
    pools.reads.bucket.set_tokens(-100, world.now)
    keys = {"Keys": [KEY]}
    world.tries("BatchGetItem", {"RequestItems": {"load": keys, "other": keys}})
    assert of_load(world, "ThrottledRequests_total", Operation="BatchGetItem") == 1
    assert value(world, "ThrottledRequests_total", TableName="other", Operation="BatchGetItem") == 1


def test_throttled_statements_carry_their_dimensions() -> None:
    world = exhausted()
    select = {"Statement": "SELECT * FROM load WHERE pk = 'a'"}
    world.tries("ExecuteStatement", select)
    world.tries("ExecuteTransaction", {"TransactStatements": [select]})
    world.call("BatchExecuteStatement", {"Statements": [select, {"Statement": "SELECT * FROM load WHERE pk = 'b'"}]})
    assert samples(world, "ThrottledRequests_total") == {
        (("Operation", "BatchExecuteStatement"), ("OperationType", "Read"), ("TableName", "load")): 1,
        (("Operation", "ExecuteStatement"), ("TableName", "load"), ("Verb", "PartiQLSelect")): 1,
        (("Operation", "ExecuteTransaction"), ("OperationType", "Read"), ("TableName", "load")): 1,
    }
    assert of_load(world, "ReadThrottleEvents_total") == 4


def test_a_transaction_that_throttling_cancels_is_a_throttled_request() -> None:
    world = World(throttled_transactions="cancel")
    world.create(units=(1, 1))
    pools = world.table.keyspace.admission
    assert isinstance(pools, Metered)
    pools.refresh(world.now)
    pools.writes.bucket.set_tokens(-100, world.now)
    put = {"Put": {**LOAD, "Item": KEY}}
    assert world.tries("TransactWriteItems", {"TransactItems": [put]}) == "TransactionCanceledException"
    assert of_load(world, "ThrottledRequests_total", Operation="TransactWriteItems") == 1
    assert value(world, "UserErrors_total") == 0


def test_a_tables_figures_leave_out_those_of_its_indexes() -> None:
    world = World()
    world.create(GlobalSecondaryIndexes=[INDEX], AttributeDefinitions=KINDS)
    world.put("k", x={"S": "v"})
    assert of_load(world, "ConsumedWriteCapacityUnits_total") == 1
    of_index = {"GlobalSecondaryIndexName": "by_x"}
    assert of_load(world, "ConsumedWriteCapacityUnits_total", **of_index, Source="Customer") == 1
    assert of_load(world, "WriteThrottleEvents_total", **of_index, Source="Customer") == 0
    assert of_load(world, "ConsumedReadCapacityUnits_total", **of_index) == 0


def test_configured_maxima_and_provisioned_units_are_gauges() -> None:
    world = World()
    maxima = {"MaxReadRequestUnits": 70, "MaxWriteRequestUnits": 30}
    world.create(
        GlobalSecondaryIndexes=[{**INDEX, "OnDemandThroughput": {"MaxReadRequestUnits": 7}}],
        AttributeDefinitions=KINDS,
        OnDemandThroughput=maxima,
    )
    assert of_load(world, "OnDemandMaxReadRequestUnits") == 70
    assert of_load(world, "OnDemandMaxWriteRequestUnits") == 30
    assert samples(world, "OnDemandMaxReadRequestUnits") == {
        (("TableName", "load"),): 70,
        (("GlobalSecondaryIndexName", "by_x"), ("TableName", "load")): 7,
    }
    assert samples(world, "ProvisionedReadCapacityUnits") == {}


def test_the_account_is_measured_against_its_quotas() -> None:
    world = World()
    world.create(units=(8_000, 4_000))
    assert value(world, "AccountMaxReads") == 80_000
    assert value(world, "AccountMaxTableLevelWrites") == 40_000
    assert value(world, "AccountProvisionedReadCapacityUtilization") == 10
    assert value(world, "AccountProvisionedWriteCapacityUtilization") == 5
    assert value(world, "MaxProvisionedTableReadCapacityUtilization") == 20
    assert value(world, "MaxProvisionedTableWriteCapacityUtilization") == 10


def test_a_new_index_is_watched_while_it_is_filled() -> None:
    world = World()
    world.create()
    for number in range(8):
        world.put(f"k{number}", x={"S": "v"})
    changes = [{"Create": INDEX}]
    world.call("UpdateTable", {**LOAD, "AttributeDefinitions": KINDS, "GlobalSecondaryIndexUpdates": changes})
    database = world.service.database
    database.step_backfill(2, world.now)
    of_index = {"GlobalSecondaryIndexName": "by_x"}
    assert of_load(world, "OnlineIndexPercentageProgress", **of_index) == 25
    assert of_load(world, "OnlineIndexConsumedWriteCapacity_total", **of_index) == 2
    pool = world.table.indexes["by_x"].keyspace.admission
    pool.refresh(world.now)
    pool.writes.bucket.set_tokens(-100, world.now)
    assert world.put("k9", x={"S": "v"}) == "IndexWriteKeyRangeThroughputExceeded"
    assert of_load(world, "OnlineIndexThrottleEvents_total", **of_index) == 1
    assert of_load(world, "WriteThrottleEvents_total", **of_index, Source="Customer") == 0
    while database.step_backfill(2, world.now):
        pass
    assert of_load(world, "OnlineIndexPercentageProgress", **of_index) is None
    assert of_load(world, "OnlineIndexConsumedWriteCapacity_total", **of_index) == 8
    assert of_load(world, "ConsumedWriteCapacityUnits_total", **of_index, Source="Customer") == 0
    world.put("k9", x={"S": "v"})
    assert of_load(world, "OnlineIndexThrottleEvents_total", **of_index) == 1
    assert of_load(world, "WriteThrottleEvents_total", **of_index, Source="Customer") == 1


def test_a_dropped_table_takes_its_counts_along() -> None:
    world = World()
    for number in range(3):
        name = f"load{number}"
        world.call("CreateTable", {**create_request(), "TableName": name})
        world.call("PutItem", {"TableName": name, "Item": KEY})
        world.call("DeleteTable", {"TableName": name})
    text = finish(exposition.text(namespace_of(world), world.now))
    assert b"load" not in text and not namespace_of(world).counts.asked


def spend(admission: Any, now: float) -> None:
    """Leaves a keyspace without write units."""
    admission.refresh(now)
    admission.writes.bucket.set_tokens(-100, now)


@pytest.mark.parametrize("capacity", ["enforce", "observe"])
@pytest.mark.parametrize("is_table_exhausted", [False, True])
def test_the_item_and_each_entry_are_events_of_their_own(capacity: str, is_table_exhausted: bool) -> None:
    world = World(capacity=capacity)
    names = ("by_a", "by_b", "by_c")
    indexes = [{**INDEX, "IndexName": name} for name in names]
    world.create(GlobalSecondaryIndexes=indexes, AttributeDefinitions=KINDS)
    exhausted = [world.table.indexes[name].keyspace.admission for name in ("by_a", "by_c")]
    for admission in [*exhausted, *([world.table.keyspace.admission] if is_table_exhausted else [])]:
        spend(admission, world.now)
    first = "TableWriteKeyRange" if is_table_exhausted else "IndexWriteKeyRange"
    expected = "ok" if capacity == "observe" else f"{first}ThroughputExceeded"
    assert world.put("k", x={"S": "v"}) == expected
    counts = samples(world, "WriteThrottleEvents_total")
    found = {dict(labels).get("GlobalSecondaryIndexName"): count for labels, count in counts.items()}
    assert found == {None: int(is_table_exhausted), "by_a": 1, "by_b": 0, "by_c": 1}
    requests = {(("Operation", "PutItem"), ("TableName", "load")): 1} if capacity == "enforce" else {}
    assert samples(world, "ThrottledRequests_total") == requests


def test_a_sparse_write_is_no_event_of_an_exhausted_index() -> None:
    world = exhausted(GlobalSecondaryIndexes=[{**INDEX, "ProvisionedThroughput": UNITS}], AttributeDefinitions=KINDS)
    spend(world.table.indexes["by_x"].keyspace.admission, world.now)
    assert world.put("k") == "TableWriteProvisionedThroughputExceeded"
    assert of_load(world, "WriteThrottleEvents_total") == 1
    assert of_load(world, "WriteThrottleEvents_total", GlobalSecondaryIndexName="by_x", Source="Customer") == 0
