"""Resource policies decide together with identity policies: within an account, across accounts, on streams."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.access.world import ACCOUNT, EVERYTHING, TABLE, World, policy, user
from thermodynamo.api.errors import ApiError

Json = dict[str, Any]
OTHER = "444455556666"
GET = ("GetItem", {"TableName": TABLE, "Key": {"tenant": {"S": "a"}, "id": {"S": "1"}}})
LISTED = ("DescribeTable", {"TableName": TABLE})


@pytest.fixture
def world(tmp_path: Path) -> World:
    callers = {
        "admin": user("admin", "all"),
        "nobody": user("nobody"),
        "eve": user("eve", "all", account=OTHER),
        "mallory": user("mallory", account=OTHER),
        "app": {
            "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/app/s",
            "policies": ["all"],
            "session_policies": ["describe"],
        },
    }
    describe = policy({"Effect": "Allow", "Action": "dynamodb:DescribeTable", "Resource": "*"})
    found = World(
        tmp_path, callers, {"all": policy(EVERYTHING), "describe": describe}, clock="virtual", policy_delay_seconds=2.0
    )
    assert found.items()
    return found


def put(world: World, principal: Any, effect: str = "Allow", caller: str = "root", **members: Any) -> Json:
    statement = {
        "Effect": effect,
        "Principal": principal if principal == "*" else {"AWS": principal},
        "Action": "dynamodb:GetItem",
        "Resource": TABLE,
        **members,
    }
    reply = world(caller, "PutResourcePolicy", {"ResourceArn": TABLE, "Policy": json.dumps(policy(statement))})
    world.service.turn(20)
    return reply


def arn(name: str, account: str = ACCOUNT) -> str:
    return f"arn:aws:iam::{account}:user/{name}"


def refusal(world: World, caller: str, operation: str, request: Json) -> str:
    with pytest.raises(ApiError) as caught:
        world(caller, operation, request)
    assert caught.value.name == "AccessDeniedException"
    return str(caught.value.message)


def test_a_user_needs_no_other_policy_where_the_table_names_it(world: World) -> None:
    assert not world.may("nobody", *GET)
    put(world, arn("nobody"))
    assert world.may("nobody", *GET) and not world.may("nobody", *LISTED)
    put(world, ACCOUNT)
    assert not world.may("nobody", *GET) and world.may("admin", *GET)


def test_a_denial_of_the_table_wins(world: World) -> None:
    put(world, arn("admin"), "Deny")
    assert refusal(world, "admin", *GET).endswith("with an explicit deny in a resource-based policy")
    assert world.may("root", *GET)
    put(world, "*", "Deny")
    assert not world.may("root", *GET)


@pytest.mark.parametrize("principal", [OTHER, arn("eve", OTHER)])
def test_another_account_needs_its_own_policy_too(world: World, principal: str) -> None:
    assert "because no resource-based policy allows" in refusal(world, "eve", *GET)
    put(world, principal)
    assert world("eve", *GET)["Item"]["tenant"] == {"S": "a"}
    assert "because no identity-based policy allows" in refusal(world, "mallory", *GET)
    assert not world.may("eve", *LISTED)


def test_another_account_means_its_own_table_by_the_name_alone(world: World) -> None:
    put(world, OTHER)
    with pytest.raises(ApiError, match="Requested resource not found"):
        world("eve", "GetItem", {**GET[1], "TableName": "Orders"})


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("BatchGetItem", {"RequestItems": {TABLE: {"Keys": [GET[1]["Key"]]}}}),
        ("TransactGetItems", {"TransactItems": [{"Get": GET[1]}]}),
        ("ExecuteStatement", {"Statement": f"SELECT * FROM \"{TABLE}\" WHERE tenant = 'a' AND id = '1'"}),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_every_form_of_a_request_reaches_the_other_account(world: World, operation: str, request_: Json) -> None:
    assert not world.may("eve", operation, request_)
    put(world, OTHER, Action=["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:PartiQLSelect"])
    reply = json.dumps(world("eve", operation, request_))
    assert '"tenant": {"S": "a"}' in reply


def test_a_session_escapes_its_session_policy_by_its_own_name_alone(world: World) -> None:
    put(world, f"arn:aws:iam::{ACCOUNT}:role/app")
    assert not world.may("app", *GET)
    put(world, f"arn:aws:sts::{ACCOUNT}:assumed-role/app/s")
    assert world.may("app", *GET)


def test_a_stream_has_a_policy_of_its_own(world: World) -> None:
    stream = world("root", "DescribeTable", {"TableName": "Orders"})["Table"]["LatestStreamArn"]
    asked = ("DescribeStream", {"StreamArn": stream})
    put(world, OTHER)
    assert not world.may("eve", *asked)
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": OTHER},
        "Action": ["dynamodb:DescribeStream", "dynamodb:GetShardIterator", "dynamodb:GetRecords"],
        "Resource": stream,
    }
    world("root", "PutResourcePolicy", {"ResourceArn": stream, "Policy": json.dumps(policy(statement))})
    world.service.turn(2)
    shards = world("eve", *asked)["StreamDescription"]["Shards"]
    wanted = {"StreamArn": stream, "ShardId": shards[0]["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
    iterator = world("eve", "GetShardIterator", wanted)["ShardIterator"]
    assert "Records" in world("eve", "GetRecords", {"ShardIterator": iterator})
    assert not world.may("nobody", "GetRecords", {"ShardIterator": iterator})


def test_a_policy_decides_when_it_shows(world: World) -> None:
    statement = {"Effect": "Allow", "Principal": {"AWS": arn("nobody")}, "Action": "dynamodb:*", "Resource": TABLE}
    world("root", "PutResourcePolicy", {"ResourceArn": TABLE, "Policy": json.dumps(policy(statement))})
    assert not world.may("nobody", *GET)
    world.service.turn(1.9)
    assert not world.may("nobody", *GET)
    world.service.turn(0.1)
    assert world.may("nobody", *GET)


def test_conditions_of_a_resource_policy_see_the_request(world: World) -> None:
    put(
        world,
        arn("nobody"),
        Condition={"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["a"]}},
    )
    assert world.may("nobody", *GET)
    other = {"TableName": TABLE, "Key": {"tenant": {"S": "b"}, "id": {"S": "1"}}}
    assert not world.may("nobody", "GetItem", other)


def test_nobody_locks_itself_out_by_mistake(world: World) -> None:
    locked = {"Action": "dynamodb:PutResourcePolicy", "effect": "Deny", "caller": "admin"}
    sentence = "The new resource policy will not allow you to update the resource policy in the future."
    for principal in ("*", arn("admin"), ACCOUNT):
        with pytest.raises(ApiError, match=sentence):
            put(world, principal, **locked)
    with pytest.raises(ApiError, match=sentence):
        put(world, "*", Condition={"ArnEquals": {"aws:PrincipalArn": arn("admin")}}, **locked)
    assert put(world, arn("nobody"), **locked)
    assert put(world, "*", **{**locked, "Action": "dynamodb:DeleteResourcePolicy"})
    assert not world.may("admin", "DeleteResourcePolicy", {"ResourceArn": TABLE})


def test_the_policy_of_another_account_is_not_changed(world: World) -> None:
    put(world, OTHER, Action="dynamodb:*")
    for operation in ("GetResourcePolicy", "DeleteResourcePolicy"):
        with pytest.raises(ApiError, match="only supported by accounts that match the resource owner") as caught:
            world("eve", operation, {"ResourceArn": TABLE})
        assert caught.value.name == "ValidationException"
