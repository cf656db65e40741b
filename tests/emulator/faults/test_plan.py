"""Fault rules by themselves: which requests they match, how chance and counts decide, what is refused."""

from typing import Any

import pytest

from tests.emulator.api.operations.service import Service, definitions, key
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations import NAMED
from thermodynamo.faults.plan import RULES_MAX, FaultPlan
from thermodynamo.faults.rule import FaultError
from thermodynamo.faults.targets import targets_of
from thermodynamo.faults.unprocessed import cut, hand_back
from thermodynamo.settings.config import Config


@pytest.fixture
def namespace(service: Service) -> Namespace:
    service.create("Music", AttributeDefinitions=definitions("a", "b:N"), KeySchema=key("a:HASH", "b:RANGE"))
    service.create("Books")
    return service.namespace


@pytest.fixture
def service() -> Service:
    return Service(Config())


def get(table: str, **names: str) -> dict[str, Any]:
    return {"TableName": table, "Key": {name: {"SN"[name == "b"]: text} for name, text in names.items()}}


def fires(namespace: Namespace, rule: dict[str, Any], operation: str, request: Any, **owner: str) -> bool:
    plan = FaultPlan(0)
    made = plan.add_all([{"error": "InternalServerError", **rule}], **owner)[0]
    outcome = plan.outcome(NAMED[operation], namespace, request)
    assert (outcome.error is not None) == (made.fired == 1)
    return made.fired == 1


@pytest.mark.parametrize(
    ("rule", "is_matched"),
    [
        ({}, True),
        ({"operation": "GetItem"}, True),
        ({"operation": "Get*"}, True),
        ({"operation": "PutItem"}, False),
        ({"table": "Music"}, True),
        ({"table": "M?sic"}, True),
        ({"table": "Books"}, False),
        ({"key": "ann"}, True),
        ({"key": "ann/7"}, True),
        ({"key": "ann/*"}, True),
        ({"key": "a*"}, True),
        ({"key": "ANN"}, False),
        ({"key": "ann/8"}, False),
        ({"table": "Books", "key": "ann"}, False),
    ],
)
def test_a_rule_is_for_the_requests_it_describes(namespace: Namespace, rule: dict[str, Any], is_matched: bool) -> None:
    assert fires(namespace, rule, "GetItem", get("Music", a="ann", b="7")) is is_matched


def test_a_rule_can_be_for_one_namespace(namespace: Namespace) -> None:
    request = get("Books", a="x")
    assert fires(namespace, {}, "GetItem", request, account="000000000000", region="us-east-1")
    assert not fires(namespace, {}, "GetItem", request, account="111111111111")
    assert not fires(namespace, {}, "GetItem", request, region="eu-west-1")


def test_a_key_is_only_known_with_its_table(namespace: Namespace) -> None:
    assert not fires(namespace, {"key": "*"}, "GetItem", get("Nowhere", a="x"))
    assert not fires(namespace, {"key": "*"}, "GetItem", {"TableName": "Books", "Key": {"a": {"N": "1"}}})
    assert not fires(namespace, {"key": "*"}, "Query", {"TableName": "Books"})


def test_tables_and_items_are_found_in_every_kind_of_request() -> None:
    item = {"a": {"S": "x"}}
    arn = "arn:aws:dynamodb:us-east-1:000000000000:table/Books"
    for request, found in (
        ({"TableName": "Books", "Item": item}, [("Books", item)]),
        ({"TableName": arn, "Key": item}, [(arn, item)]),
        ({"RequestItems": {"Books": {"Keys": [item]}}}, [("Books", item)]),
        (
            {"RequestItems": {"Books": [{"PutRequest": {"Item": item}}], "Music": [{"DeleteRequest": {"Key": item}}]}},
            [("Books", item), ("Music", item)],
        ),
        (
            {
                "TransactItems": [
                    {"Get": {"TableName": "Books", "Key": item}},
                    {"Put": {"TableName": "Music", "Item": item}},
                ]
            },
            [("Books", item), ("Music", item)],
        ),
        ({"Statement": 'SELECT * FROM "Books"."ByName" WHERE a = \'x\''}, [("Books", None)]),
        ({"TransactStatements": [{"Statement": "insert into Books value {'a': 'x'}"}]}, [("Books", item)]),
        ({"Statement": "UPDATE Books SET b = 1 WHERE a = ? AND c > 1", "Parameters": [{"S": "x"}]}, [("Books", item)]),
        ({"Statement": "DELETE FROM Books WHERE a = ?", "Parameters": [{"N": 5}]}, [("Books", None)]),
        ({"Statement": "SELECT * FROM Books WHERE a = ?", "Parameters": 7}, [("Books", None)]),
        ({"Statements": [{"Statement": "SELEC"}, {"Statement": 1}, None]}, []),
        ({"StreamArn": arn + "/stream/2026"}, [(arn + "/stream/2026", None)]),
        ({"TableName": 7, "RequestItems": "x", "TransactItems": [None, {"Put": 1}]}, []),
        ([], []),
    ):
        assert targets_of(request) == found


def test_the_same_seed_meets_the_same_requests(namespace: Namespace) -> None:
    def outcome(rule: dict[str, Any], plan_seed: int = 0) -> list[bool]:
        plan = FaultPlan(plan_seed)
        plan.add_all([{"error": "InternalServerError", "probability": 0.3, **rule}])
        return [plan.outcome(NAMED["GetItem"], namespace, get("Books", a="x")).error is not None for _ in range(1000)]

    assert outcome({"seed": 7}) == outcome({"seed": 7}, plan_seed=1) != outcome({"seed": 8})
    assert outcome({}, plan_seed=1) == outcome({}, plan_seed=1) != outcome({}, plan_seed=2)
    assert 240 < sum(outcome({"seed": 7})) < 360


def test_a_rule_that_does_not_match_draws_nothing(namespace: Namespace) -> None:
    plan, undisturbed = FaultPlan(0), FaultPlan(0)
    for each in (plan, undisturbed):
        each.add_all([{"error": "InternalServerError", "probability": 0.5, "seed": 1, "operation": "GetItem"}])
    drawn = []
    for _ in range(100):
        plan.outcome(NAMED["PutItem"], namespace, get("Books", a="x"))
        drawn.append(plan.outcome(NAMED["GetItem"], namespace, get("Books", a="x")).error is not None)
    assert drawn == [
        undisturbed.outcome(NAMED["GetItem"], namespace, get("Books", a="x")).error is not None for _ in range(100)
    ]


def test_a_count_ends_a_rule_which_stays_to_be_read(namespace: Namespace) -> None:
    plan = FaultPlan(0)
    plan.add_all([{"error": "InternalServerError", "count": 2}])
    assert [plan.outcome(NAMED["GetItem"], namespace, {}).error is not None for _ in range(3)] == [True, True, False]
    assert plan.active == []
    assert plan.faults[1].describe() == {"id": 1, "error": "InternalServerError", "count": 2, "fired": 2}


def test_delays_add_up_and_the_first_end_is_the_end(namespace: Namespace) -> None:
    plan = FaultPlan(0)
    plan.add_all([{"delay_ms": 100}, {"delay_ms": 50.5}, {"error": "Throttling"}, {"drop": "after"}, {"delay_ms": 7}])
    outcome = plan.outcome(NAMED["GetItem"], namespace, {})
    assert outcome.delay_seconds == pytest.approx(0.1505)
    assert outcome.error is not None and outcome.error.name == "ThrottlingException" and outcome.drop is None
    assert [fault.fired for fault in plan.faults.values()] == [1, 1, 1, 0, 0]
    plan.remove(3)
    assert plan.outcome(NAMED["GetItem"], namespace, {}).drop == "after"
    assert [fault.fired for fault in plan.faults.values()] == [2, 2, 1, 0]
    assert [rule.id for rule in plan.remove(5)] == [5] and plan.remove(5) == []
    assert len(plan.remove()) == 3 and plan.active == []


@pytest.mark.parametrize(
    "rule",
    [
        {},
        [],
        {"error": "NoSuchError"},
        {"error": "InternalServerError", "delay_ms": 5},
        {"delay_ms": -1},
        {"delay_ms": "5"},
        {"drop": "during"},
        {"unprocessed": 0},
        {"error": "InternalServerError", "probability": 1.5},
        {"error": "InternalServerError", "count": 0},
        {"error": "InternalServerError", "count": True},
        {"error": "InternalServerError", "operation": ""},
        {"error": "InternalServerError", "tabel": "Music"},
        {"error": "InternalServerError", "seed": None},
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_all_that_came_with_it(rule: Any) -> None:
    plan = FaultPlan(0)
    with pytest.raises(FaultError) as caught:
        plan.add_all([{"delay_ms": 5}, rule])
    assert caught.value.hint and plan.faults == {}


def test_only_a_batch_is_cut(namespace: Namespace) -> None:
    assert not FaultPlan(0).outcome(NAMED["PutItem"], namespace, {"TableName": "Books"}).cut
    plan = FaultPlan(0)
    plan.add_all([{"unprocessed": 2}])
    assert plan.outcome(NAMED["PutItem"], namespace, {"TableName": "Books"}).cut == [] and plan.faults[1].fired == 0
    keys = [{"a": {"S": text}} for text in "wxyz"]
    assert plan.outcome(NAMED["BatchGetItem"], namespace, {"RequestItems": {"Books": {"Keys": keys}}}).cut == [2, 3]
    plan.add_all([{"unprocessed": 5, "key": "[wy]"}])
    plan.remove(1)
    assert plan.outcome(NAMED["BatchGetItem"], namespace, {"RequestItems": {"Books": {"Keys": keys}}}).cut == [0, 2]


def test_what_is_cut_out_is_handed_back_as_it_came() -> None:
    request = {
        "RequestItems": {"Books": {"Keys": [1, 2], "ConsistentRead": True}, "Music": {"Keys": [3]}},
        "ReturnConsumedCapacity": "TOTAL",
    }
    kept, taken = cut(request, [1, 2])
    assert kept == {"RequestItems": {"Books": {"Keys": [1], "ConsistentRead": True}}, "ReturnConsumedCapacity": "TOTAL"}
    assert taken == {"Books": {"Keys": [2], "ConsistentRead": True}, "Music": {"Keys": [3]}}
    reply = hand_back("UnprocessedKeys", b'{"Responses":{},"UnprocessedKeys":{}}', taken)
    assert reply == (
        b'{"Responses":{},"UnprocessedKeys":{"Books":{"Keys":[2],"ConsistentRead":true},"Music":{"Keys":[3]}}}'
    )
    assert cut({"RequestItems": {"Books": [1, 2]}}, [0, 1])[0] == {"RequestItems": {"Books": [2]}}


def test_each_rule_that_cuts_a_batch_takes_its_part(namespace: Namespace) -> None:
    plan = FaultPlan(0)
    plan.add_all([{"unprocessed": 1}, {"unprocessed": 1, "key": "x"}])
    keys = [{"a": {"S": text}} for text in "wxyz"]
    outcome = plan.outcome(NAMED["BatchGetItem"], namespace, {"RequestItems": {"Books": {"Keys": keys}}})
    assert sorted(outcome.cut) == [1, 3] and [fault.fired for fault in plan.faults.values()] == [1, 1]


@pytest.mark.parametrize(
    ("operation", "request_", "direction"),
    [
        ("GetItem", get("Books", a="x"), "Read"),
        ("PutItem", {"TableName": "Books", "Item": {"a": {"S": "x"}}}, "Write"),
        ("ExecuteStatement", {"Statement": "SELECT * FROM Books WHERE a = 'x'"}, "Read"),
        ("ExecuteStatement", {"Statement": "DELETE FROM Books WHERE a = 'x'"}, "Write"),
        ("ExecuteTransaction", {"TransactStatements": [{"Statement": "SELECT * FROM Books WHERE a = 'x'"}]}, "Read"),
    ],
)
def test_throttling_names_what_was_limited(namespace: Namespace, operation: str, request_: Any, direction: str) -> None:
    plan = FaultPlan(0)
    plan.add_all([{"error": "Throttling"}])
    error = plan.outcome(NAMED[operation], namespace, request_).error
    assert error is not None and error.members is not None
    assert [each["reason"] for each in error.members["throttlingReasons"]] == [
        f"Table{direction}KeyRangeThroughputExceeded"
    ]


def test_a_rule_for_no_operation_is_refused() -> None:
    """A misspelt operation would be a rule that never fires."""
    with pytest.raises(FaultError, match="PutItems"):
        FaultPlan(0).add_all([{"operation": "PutItems", "drop": "before"}])
    FaultPlan(0).add_all([{"operation": "Put*", "drop": "before"}, {"operation": "GetRecords", "drop": "before"}])


@pytest.mark.parametrize("name", ["DuplicateItem", "IdempotentParameterMismatch"])
def test_errors_of_statements_and_tokens_can_be_given(namespace: Namespace, name: str) -> None:
    assert fires(namespace, {"error": name}, "ExecuteStatement", {"Statement": "INSERT INTO Books VALUE {'a': 'x'}"})


def test_no_more_than_a_thousand_rules_are_in_force() -> None:
    plan = FaultPlan(0)
    plan.add_all([{"delay_ms": 1}] * (RULES_MAX - 1))
    with pytest.raises(FaultError, match="1001 rules are too many"):
        plan.add_all([{"delay_ms": 1}] * 2)
    plan.add_all([{"delay_ms": 1}])
    assert len(plan.faults) == RULES_MAX
    plan.remove(1)
    plan.add_all([{"delay_ms": 1}])
