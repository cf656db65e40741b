"""Transactions on a clock that the test sets: conflicts while items are held, tokens, no trace of failures."""

import contextlib
from typing import Any

import pytest

from tests.emulator.api.operations.service import Service, definitions, index, key, units
from thermodynamo.api.errors import ApiError
from thermodynamo.settings.config import Config, ConfigError
from thermodynamo_storage.metering.metered import Metered

ITEM = {"a": {"S": "x"}, "n": {"N": "1"}}
KEY = {"a": {"S": "x"}}
OTHER = {"a": {"S": "y"}}


@pytest.fixture
def held() -> Service:
    """Transactions keep their items for five seconds."""
    service = Service(Config(transaction_hold="5"))
    service.create()
    return service


def put(item: Any, **members: Any) -> dict[str, Any]:
    return {"Put": {"TableName": "Music", "Item": item, **members}}


def check(item_key: Any, condition: str) -> dict[str, Any]:
    return {"ConditionCheck": {"TableName": "Music", "Key": item_key, "ConditionExpression": condition}}


def codes(service: Service, operation: str, *actions: Any, **members: Any) -> list[str]:
    """The reasons that a transaction is cancelled for."""
    with pytest.raises(ApiError) as caught:
        service.call(operation, TransactItems=list(actions), **members)
    assert caught.value.name == "TransactionCanceledException" and caught.value.members is not None
    found = [reason["Code"] for reason in caught.value.members["CancellationReasons"]]
    assert caught.value.message == (
        f"Transaction cancelled, please refer cancellation reasons for specific reasons [{', '.join(found)}]"
    )
    return found


def test_items_of_a_transaction_are_held_from_other_writes(held: Service) -> None:
    held.call("TransactWriteItems", TransactItems=[put(ITEM), check(OTHER, "attribute_not_exists(a)")])
    update = {"UpdateExpression": "SET n = :n", "ExpressionAttributeValues": {":n": {"N": "2"}}}
    for operation, members in (
        ("PutItem", {"Item": ITEM}),
        ("PutItem", {"Item": OTHER}),
        ("DeleteItem", {"Key": KEY}),
        ("UpdateItem", {"Key": KEY, **update}),
    ):
        with pytest.raises(ApiError, match="Transaction is ongoing"):
            held.call(operation, TableName="Music", **members)
    held.call("PutItem", TableName="Music", Item={"a": {"S": "free"}})
    assert held.call("GetItem", TableName="Music", Key=KEY) == {"Item": ITEM}


def test_other_transactions_are_cancelled_while_items_are_held(held: Service) -> None:
    held.call("TransactWriteItems", TransactItems=[put(ITEM)])
    free = {"a": {"S": "free"}}
    assert codes(held, "TransactWriteItems", put(free), put(ITEM)) == ["None", "TransactionConflict"]
    assert codes(held, "TransactWriteItems", check(KEY, "attribute_not_exists(a)")) == ["TransactionConflict"]
    gets = [{"Get": {"TableName": "Music", "Key": each}} for each in (free, KEY)]
    assert codes(held, "TransactGetItems", *gets) == ["None", "TransactionConflict"]
    assert held.call("GetItem", TableName="Music", Key=free) == {}


def test_a_hold_is_over_when_its_time_is(held: Service) -> None:
    held.call("TransactWriteItems", TransactItems=[put(ITEM)])
    held.clock.time += 4.999
    with pytest.raises(ApiError, match="Transaction is ongoing"):
        held.call("DeleteItem", TableName="Music", Key=KEY)
    held.clock.time += 0.001
    held.call("DeleteItem", TableName="Music", Key=KEY)
    assert held.namespace.tables["Music"].holds is not None and not held.namespace.tables["Music"].holds.until


def test_a_cancelled_transaction_holds_nothing(held: Service) -> None:
    assert codes(held, "TransactWriteItems", put(ITEM), check(OTHER, "attribute_exists(a)")) == [
        "None",
        "ConditionalCheckFailed",
    ]
    held.call("PutItem", TableName="Music", Item=ITEM)


def test_a_batch_leaves_held_items_unprocessed(held: Service) -> None:
    held.call("TransactWriteItems", TransactItems=[put(ITEM)])
    members = [{"PutRequest": {"Item": {"a": {"S": "free"}}}}, {"DeleteRequest": {"Key": KEY}}]
    reply = held.call("BatchWriteItem", RequestItems={"Music": members})
    assert reply == {"UnprocessedItems": {"Music": [members[1]]}}
    only_held = {"Music": [members[1]]}
    assert held.call("BatchWriteItem", RequestItems=only_held) == {"UnprocessedItems": only_held}


def test_a_token_of_a_transaction_that_is_held_is_in_progress(held: Service) -> None:
    held.call("TransactWriteItems", TransactItems=[put(ITEM)], ClientRequestToken="t")
    again = {"TransactItems": [put(ITEM)], "ClientRequestToken": "t"}
    assert held.refusal("TransactWriteItems", **again) == (
        "TransactionInProgressException",
        "Transaction from previous request is still in progress",
    )
    held.clock.time += 5
    assert held.call("TransactWriteItems", **again) == {}


def test_a_range_of_holds_is_drawn_from_the_seed() -> None:
    def drawn(seed: int) -> list[float]:
        hold = Service(Config(transaction_hold="0.5-2", seed=seed)).namespace.transaction_hold
        assert hold is not None
        return [hold() for _ in range(50)]

    assert drawn(1) == drawn(1) != drawn(2)
    assert all(0.5 <= seconds <= 2 for seconds in drawn(1))


@pytest.mark.parametrize("text", ["", "x", "2-1", "-1", "1-inf", "nan", "1-2-3"])
def test_a_hold_that_cannot_be(text: str) -> None:
    with pytest.raises(ConfigError, match=r"^transaction_hold is .*: it must be a number of seconds or a range"):
        Config(transaction_hold=text)


def test_nothing_is_held_unless_asked_for(service: Service) -> None:
    service.create()
    service.call("TransactWriteItems", TransactItems=[put(ITEM)])
    assert service.namespace.transaction_hold is None and service.namespace.tables["Music"].holds is None


def add_one(token: str) -> dict[str, Any]:
    update = {
        "TableName": "Music",
        "Key": KEY,
        "UpdateExpression": "ADD n :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }
    return {"TransactItems": [{"Update": update}], "ClientRequestToken": token}


def test_a_token_is_good_for_ten_minutes(service: Service) -> None:
    service.create()
    for seconds, count in ((0, "1"), (0, "1"), (599.9, "1"), (0.1, "2"), (599, "2")):
        service.clock.time += seconds
        service.call("TransactWriteItems", **add_one("t"))
        assert service.call("GetItem", TableName="Music", Key=KEY)["Item"]["n"] == {"N": count}


def test_a_token_belongs_to_its_request(service: Service) -> None:
    service.create()
    service.call("TransactWriteItems", **add_one("t"))
    other = {"TransactItems": [put(ITEM)], "ClientRequestToken": "t"}
    assert service.refusal("TransactWriteItems", **other)[0] == "IdempotentParameterMismatchException"
    renamed = add_one("t")
    renamed["TransactItems"] = [{"Update": dict(reversed(renamed["TransactItems"][0]["Update"].items()))}]
    assert service.call("TransactWriteItems", **renamed, ReturnConsumedCapacity="TOTAL")["ConsumedCapacity"] == [
        {"TableName": "Music", "CapacityUnits": 2.0, "ReadCapacityUnits": 2.0}
    ]


def test_a_token_of_a_cancelled_transaction_is_free(service: Service) -> None:
    service.create()
    failing = check(KEY, "attribute_exists(a)")
    assert codes(service, "TransactWriteItems", failing, ClientRequestToken="t") == ["ConditionalCheckFailed"]
    service.call("TransactWriteItems", **add_one("t"))


def test_tokens_are_forgotten_when_they_are_over(service: Service) -> None:
    service.create()
    for number in range(5):
        service.call("TransactWriteItems", **add_one(str(number)))
        service.clock.time += 300
    assert list(service.namespace.request_tokens.carried_out) == ["TransactWriteItems 3", "TransactWriteItems 4"]


def test_indexes_see_all_of_a_transaction_or_nothing(service: Service) -> None:
    service.create(AttributeDefinitions=definitions("a", "g"), GlobalSecondaryIndexes=[index("ByG", "g:HASH")])
    items = [{"a": {"S": letter}, "g": {"S": "all"}} for letter in "xyz"]
    failing = check({"a": {"S": "w"}}, "attribute_exists(a)")
    everything = {
        "TableName": "Music",
        "IndexName": "ByG",
        "KeyConditionExpression": "g = :g",
        "ExpressionAttributeValues": {":g": {"S": "all"}},
    }
    codes(service, "TransactWriteItems", *map(put, items), failing)
    assert service.call("Query", **everything)["Count"] == 0
    wrong = {"a": {"S": "v"}, "g": {"N": "1"}}
    assert codes(service, "TransactWriteItems", *map(put, items), put(wrong))[-1] == "ValidationError"
    assert service.call("Query", **everything)["Count"] == 0
    reply = service.call("TransactWriteItems", TransactItems=list(map(put, items)), ReturnConsumedCapacity="INDEXES")
    assert reply["ConsumedCapacity"] == [
        {
            "TableName": "Music",
            "CapacityUnits": 9.0,
            "WriteCapacityUnits": 9.0,
            "Table": {"CapacityUnits": 6.0, "WriteCapacityUnits": 6.0},
            "GlobalSecondaryIndexes": {"ByG": {"CapacityUnits": 3.0, "WriteCapacityUnits": 3.0}},
        }
    ]
    assert service.call("Query", **everything)["Count"] == 3
    service.namespace.database.check()


def test_members_are_planned_against_the_state_before(service: Service) -> None:
    """A swap of two items' values by what the client read works only if both conditions see the old state."""
    service.create(KeySchema=key("a:HASH"))
    for letter, number in (("x", "1"), ("y", "2")):
        service.call("PutItem", TableName="Music", Item={"a": {"S": letter}, "n": {"N": number}})

    def swap(letter: str, old: str, new: str) -> dict[str, Any]:
        values = {":old": {"N": old}, ":new": {"N": new}}
        return {
            "Update": {
                "TableName": "Music",
                "Key": {"a": {"S": letter}},
                "UpdateExpression": "SET n = :new",
                "ConditionExpression": "n = :old",
                "ExpressionAttributeValues": values,
            }
        }

    service.call("TransactWriteItems", TransactItems=[swap("x", "1", "2"), swap("y", "2", "1")])
    assert codes(service, "TransactWriteItems", swap("x", "2", "9"), swap("y", "2", "9")) == [
        "None",
        "ConditionalCheckFailed",
    ]
    found = service.call("Scan", TableName="Music")["Items"]
    assert {item["a"]["S"]: item["n"]["N"] for item in found} == {"x": "2", "y": "1"}


@pytest.mark.parametrize("billing", ["PROVISIONED", "PAY_PER_REQUEST"])
def test_throttling_refuses_a_transaction_or_cancels_it(billing: str) -> None:
    """The service was seen to refuse; its API reference has reasons. Both leave no trace."""
    provisioned = billing == "PROVISIONED"
    exception = "ProvisionedThroughputExceededException" if provisioned else "ThrottlingException"
    code = "ProvisionedThroughputExceeded" if provisioned else "ThrottlingError"
    for setting in ("refuse", "cancel"):
        service = Service(Config(throttled_transactions=setting), "enforce")
        throughput: dict[str, Any] = {"ProvisionedThroughput": units(1, 1)} if provisioned else {}
        service.create(**throughput, BillingMode=billing)
        service.create("Other")
        large = {**KEY, "text": {"S": "x" * 400_000}}
        for _ in range(4):
            with contextlib.suppress(ApiError):
                service.call("PutItem", TableName="Music", Item=large)
        actions = [{"Put": {"TableName": "Other", "Item": OTHER}}, put(ITEM)]
        if setting == "cancel":
            assert codes(service, "TransactWriteItems", *actions) == ["None", code]
        else:
            with pytest.raises(ApiError) as caught:
                service.call("TransactWriteItems", TransactItems=actions)
            assert caught.value.name == exception
        assert service.call("GetItem", TableName="Other", Key=OTHER) == {}


LARGE = [{**KEY, "b": {"S": letter}, "text": {"S": "x" * 2000}} for letter in "xy"]
"""Two items of one collection, which together are larger than it may be."""


@pytest.fixture
def small_collections() -> Service:
    """A table with a local index whose collections take 3,000 bytes."""
    service = Service(Config(item_collection_bytes_max=3000))
    service.create(
        AttributeDefinitions=definitions("a", "b", "c"),
        KeySchema=key("a:HASH", "b:RANGE"),
        LocalSecondaryIndexes=[index("ByC", "a:HASH", "c:RANGE")],
    )
    return service


def test_a_collection_that_would_outgrow_its_limit_cancels(small_collections: Service) -> None:
    service = small_collections
    service.call("TransactWriteItems", TransactItems=[put(LARGE[0])])
    other = {**OTHER, "b": {"S": "x"}}
    assert codes(service, "TransactWriteItems", put(other), put(LARGE[1])) == [
        "None",
        "ItemCollectionSizeLimitExceeded",
    ]
    assert service.call("Scan", TableName="Music")["Count"] == 1


def test_items_that_make_a_collection_outgrow_its_limit_together_are_refused(small_collections: Service) -> None:
    service = small_collections
    assert codes(service, "TransactWriteItems", *(put(item) for item in LARGE)) == [
        "None",
        "ItemCollectionSizeLimitExceeded",
    ]
    with pytest.raises(ApiError) as caught:
        service.call("BatchWriteItem", RequestItems={"Music": [{"PutRequest": {"Item": item}} for item in LARGE]})
    assert caught.value.name == "ItemCollectionSizeLimitExceededException"
    assert service.call("Scan", TableName="Music")["Count"] == 0


@pytest.mark.parametrize("setting", ["refuse", "cancel"])
@pytest.mark.parametrize("kind", ["writes and a check", "a false condition", "reads"])
def test_a_throttled_transaction_is_not_charged_in_part(kind: str, setting: str) -> None:
    """Wherever the member stands that meets the limit, the other members cost their tables nothing."""
    service = Service(Config(throttled_transactions=setting), "enforce")
    service.create("Other")
    service.create(ProvisionedThroughput=units(1, 1), BillingMode="PROVISIONED")
    service.call("PutItem", TableName="Music", Item={**KEY, "text": {"S": "x" * 400_000}})
    for _ in range(4):
        with contextlib.suppress(ApiError):
            service.call("GetItem", TableName="Music", Key=KEY, ConsistentRead=True)
    other = {"TableName": "Other", "Key": OTHER}
    never, always = "attribute_exists(a)", "attribute_not_exists(a)"
    operation = "TransactWriteItems"
    if kind == "reads":
        actions = [{"Get": other}, {"Get": {"TableName": "Music", "Key": KEY}}]
        operation = "TransactGetItems"
    else:
        condition = never if kind == "a false condition" else always
        actions = [{"ConditionCheck": {**other, "ConditionExpression": condition}}, check(KEY, never)]
    admission = service.namespace.tables["Other"].keyspace.admission
    assert isinstance(admission, Metered)
    before = admission.reads.total, admission.writes.total
    if setting == "cancel":
        assert codes(service, operation, *actions) == ["None", "ProvisionedThroughputExceeded"]
    else:
        with pytest.raises(ApiError, match="exceeded"):
            service.call(operation, TransactItems=actions)
    assert (admission.reads.total, admission.writes.total) == before


def test_observed_throttling_of_a_transaction_is_counted_once() -> None:
    """`--capacity observe` lets everything through; each member that would have been refused is one refusal."""
    for setting in ("refuse", "cancel"):
        service = Service(Config(throttled_transactions=setting), "observe")
        limits = service.namespace.database.limits
        assert limits is not None
        service.create(ProvisionedThroughput=units(1, 1), BillingMode="PROVISIONED")
        service.call("PutItem", TableName="Music", Item={**KEY, "text": {"S": "x" * 400_000}})
        before = len(limits.throttles.last)
        service.call("TransactWriteItems", TransactItems=[put(ITEM), check(OTHER, "attribute_not_exists(a)")])
        assert len(limits.throttles.last) - before == 2


def test_what_a_put_replaces_and_a_delete_takes_away_does_not_count_towards_four_megabytes() -> None:
    service = Service(Config(capacity="off"))
    service.create()
    keys = [{"a": {"S": f"big{number}"}} for number in range(12)]
    for item_key in keys:
        service.call("PutItem", TableName="Music", Item={**item_key, "lyrics": {"S": "x" * 390_000}})
    updates = [
        {"Update": {"TableName": "Music", "Key": item_key, "UpdateExpression": "REMOVE lyrics"}} for item_key in keys
    ]
    name, message = service.refusal("TransactWriteItems", TransactItems=updates)
    assert name == "ValidationException"
    assert message is not None and message.endswith("the transaction exceeding the 4MB limit")
    deletes = [{"Delete": {"TableName": "Music", "Key": item_key}} for item_key in keys[:6]]
    assert service.call("TransactWriteItems", TransactItems=[*deletes, *map(put, keys[6:])]) == {}
