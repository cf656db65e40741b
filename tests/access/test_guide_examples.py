"""The example policies of the developer guide, with requests that each allows and denies.

Pages specifying-conditions (numbers 1 to 4) and ql-iam of the guide. Where a policy there leaves out a key attribute of
its table, which the same page says must not be, it is here.
"""

from typing import Any

import pytest

from tests.access.world import World, policy, user

Json = dict[str, Any]
REGION, ACCOUNT = "us-west-2", "123456789012"
GAMES = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/GameScores"
INDEX = f"{GAMES}/index/TopScoreDateTimeIndex"
ME, OTHER = "amzn1.me", "amzn1.other"
READS = ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"]
WRITES = ["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "dynamodb:BatchWriteItem"]
STATEMENTS = [f"dynamodb:PartiQL{kind}" for kind in ("Insert", "Update", "Delete", "Select")]
OWN = {"dynamodb:LeadingKeys": ["${www.amazon.com:user_id}"]}
SHOWN = ["UserId", "GameTitle", "Wins", "Losses", "TopScore", "TopScoreDateTime"]
RETURNED = ["NONE", "UPDATED_OLD", "UPDATED_NEW"]


def allow(action: Any, resource: Any = GAMES, effect: str = "Allow", **condition: Json) -> Json:
    made = {"Effect": effect, "Action": action, "Resource": resource}
    return (
        {**made, "Condition": {name.replace("_", ":"): value for name, value in condition.items()}}
        if condition
        else made
    )


POLICIES = {
    "overview": policy(
        allow(
            [*READS, *WRITES],
            ForAllValues_StringEquals={**OWN, "dynamodb:Attributes": SHOWN},
            StringEqualsIfExists={"dynamodb:Select": "SPECIFIC_ATTRIBUTES"},
        )
    ),
    "1": policy(allow([*READS, *WRITES], ForAllValues_StringEquals=OWN)),
    "1-read-only": policy(allow(READS, ForAllValues_StringEquals=OWN)),
    "2": policy(
        allow(
            ["dynamodb:UpdateItem", *READS, "dynamodb:Scan"],
            ForAllValues_StringEquals={"dynamodb:Attributes": ["UserId", "GameTitle", "TopScore"]},
            StringEqualsIfExists={"dynamodb:Select": "SPECIFIC_ATTRIBUTES", "dynamodb:ReturnValues": RETURNED},
        )
    ),
    "3": policy(
        allow(
            ["dynamodb:UpdateItem"],
            ForAllValues_StringNotLike={"dynamodb:Attributes": ["FreeGamesAvailable", "BossLevelUnlocked"]},
            StringEquals={"dynamodb:ReturnValues": RETURNED},
        )
    ),
    "4": policy(
        allow(
            ["dynamodb:Query"],
            [INDEX],
            ForAllValues_StringEquals={"dynamodb:Attributes": ["TopScoreDateTime", "GameTitle", "Wins"]},
            StringEquals={"dynamodb:Select": "SPECIFIC_ATTRIBUTES"},
        )
    ),
    "4-all": policy(allow(["dynamodb:Query"], [INDEX], StringEquals={"dynamodb:Select": "ALL_PROJECTED_ATTRIBUTES"})),
    "ql-all": policy(allow(STATEMENTS)),
    "ql-select": policy(allow(["dynamodb:PartiQLSelect"])),
    "ql-transactions": policy(allow(STATEMENTS, StringEquals={"dynamodb:EnclosingOperation": ["ExecuteTransaction"]})),
    "ql-no-transactions": policy(
        allow(STATEMENTS, effect="Deny", StringEquals={"dynamodb:EnclosingOperation": ["ExecuteTransaction"]}),
        allow(STATEMENTS),
    ),
    "ql-no-scans": policy(
        allow(["dynamodb:PartiQLSelect"], effect="Deny", Bool={"dynamodb:FullTableScan": ["true"]}),
        allow(["dynamodb:PartiQLSelect"]),
    ),
}


def key(owner: str = ME) -> Json:
    return {"UserId": {"S": owner}, "GameTitle": {"S": "Chess"}}


def get(owner: str = ME, **more: Any) -> tuple[str, Json]:
    return "GetItem", {"TableName": "GameScores", "Key": key(owner), **more}


def put(owner: str = ME, **attributes: Json) -> tuple[str, Json]:
    return "PutItem", {"TableName": "GameScores", "Item": {**key(owner), **attributes}}


def query(owner: str = ME, **more: Any) -> tuple[str, Json]:
    values = {":u": {"S": owner}}
    condition = {"KeyConditionExpression": "UserId = :u", "ExpressionAttributeValues": values}
    return "Query", {"TableName": "GameScores", **condition, **more}


def query_index(**more: Any) -> tuple[str, Json]:
    condition = {"KeyConditionExpression": "GameTitle = :g", "ExpressionAttributeValues": {":g": {"S": "Chess"}}}
    return "Query", {"TableName": "GameScores", "IndexName": "TopScoreDateTimeIndex", **condition, **more}


def update(expression: str, owner: str = ME, **more: Any) -> tuple[str, Json]:
    return "UpdateItem", {"TableName": "GameScores", "Key": key(owner), "UpdateExpression": expression, **more}


def run(statement: str) -> tuple[str, Json]:
    return "ExecuteStatement", {"Statement": statement}


def transact(statement: str) -> tuple[str, Json]:
    return "ExecuteTransaction", {"TransactStatements": [{"Statement": statement}]}


def batch_get(*owners: str) -> tuple[str, Json]:
    return "BatchGetItem", {"RequestItems": {"GameScores": {"Keys": [key(owner) for owner in owners]}}}


SCAN = ("Scan", {"TableName": "GameScores"})
BY_KEY = f"SELECT * FROM GameScores WHERE UserId = '{ME}' AND GameTitle = 'Chess'"
OF_ALL = "SELECT * FROM GameScores WHERE Wins = 1"
INSERT = f"INSERT INTO GameScores VALUE {{'UserId': '{ME}', 'GameTitle': 'Go'}}"
WINS: Json = {"ExpressionAttributeNames": {"#w": "Wins"}, "ProjectionExpression": "UserId, #w"}
SCORE: Json = {"ProjectionExpression": "UserId, TopScore"}
ALLOWED: list[tuple[str, tuple[str, Json]]] = [
    ("overview", get(**WINS)),
    ("overview", put(Wins={"N": "1"})),
    ("overview", query(ProjectionExpression="TopScore")),
    ("1", get()),
    ("1", put()),
    ("1", query()),
    ("1", batch_get(ME)),
    ("1-read-only", get()),
    ("2", get(OTHER, **SCORE)),
    ("2", ("Scan", {"TableName": "GameScores", **SCORE})),
    ("2", update("REMOVE TopScore", ReturnValues="UPDATED_OLD")),
    ("3", update("REMOVE TopScore")),
    ("3", update("REMOVE TopScore", ReturnValues="UPDATED_NEW")),
    ("4", query_index(ProjectionExpression="Wins, TopScoreDateTime")),
    ("4-all", query_index()),
    ("4-all", query_index(Select="ALL_PROJECTED_ATTRIBUTES")),
    ("ql-all", run(BY_KEY)),
    ("ql-all", run(INSERT)),
    ("ql-all", transact(INSERT)),
    ("ql-select", run(OF_ALL)),
    ("ql-transactions", transact(BY_KEY)),
    ("ql-no-transactions", run(BY_KEY)),
    ("ql-no-scans", run(BY_KEY)),
    ("ql-no-scans", run(f"SELECT * FROM GameScores WHERE UserId = '{ME}'")),
]
DENIED: list[tuple[str, tuple[str, Json]]] = [
    ("overview", get()),
    ("overview", get(OTHER, **WINS)),
    ("overview", put(Cheats={"N": "1"})),
    ("overview", query()),
    ("1", get(OTHER)),
    ("1", put(OTHER)),
    ("1", query(OTHER)),
    ("1", batch_get(ME, OTHER)),
    ("1", SCAN),
    ("1", query_index()),
    ("1-read-only", put()),
    ("2", get()),
    ("2", SCAN),
    ("2", get(**WINS)),
    ("2", put()),
    ("2", update("REMOVE Wins")),
    ("2", update("REMOVE TopScore", ReturnValues="ALL_OLD")),
    ("2", update("REMOVE TopScore", ConditionExpression="attribute_exists(Wins)")),
    ("3", update("REMOVE BossLevelUnlocked")),
    ("3", update("REMOVE TopScore, FreeGamesAvailable")),
    ("3", update("REMOVE TopScore", ReturnValues="ALL_NEW")),
    ("3", get()),
    ("4", query_index()),
    ("4", query_index(ProjectionExpression="UserId")),
    ("4", query(ProjectionExpression="Wins")),
    ("4-all", query_index(ProjectionExpression="Wins")),
    ("4-all", query_index(Select="COUNT")),
    ("ql-select", run(INSERT)),
    ("ql-transactions", run(BY_KEY)),
    ("ql-no-transactions", transact(BY_KEY)),
    ("ql-no-scans", run(OF_ALL)),
    ("ql-no-scans", run("SELECT * FROM GameScores")),
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    context = {"www.amazon.com:user_id": ME}
    callers = {f"u{name}": user(f"u{name}", name, account=ACCOUNT, context=context) for name in POLICIES}
    for number, caller in enumerate(callers.values()):
        caller["keys"] = [{"access_key_id": f"AKID{number}", "secret_access_key": "secret"}]
    callers["owner"] = {"arn": f"arn:aws:iam::{ACCOUNT}:root"}
    found = World(tmp_path_factory.mktemp("guide"), callers, POLICIES, region=REGION)
    found(
        "owner",
        "CreateTable",
        {
            "TableName": "GameScores",
            "KeySchema": [
                {"AttributeName": "UserId", "KeyType": "HASH"},
                {"AttributeName": "GameTitle", "KeyType": "RANGE"},
            ],
            "AttributeDefinitions": [
                {"AttributeName": name, "AttributeType": "S"} for name in ("UserId", "GameTitle", "TopScoreDateTime")
            ],
            "GlobalSecondaryIndexes": [
                {
                    "IndexName": "TopScoreDateTimeIndex",
                    "KeySchema": [
                        {"AttributeName": "GameTitle", "KeyType": "HASH"},
                        {"AttributeName": "TopScoreDateTime", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
            "BillingMode": "PAY_PER_REQUEST",
        },
    )
    return found


def ids(case: Any) -> str:
    return str(case)[:90]


@pytest.mark.parametrize(("name", "asked"), ALLOWED, ids=ids)
def test_what_an_example_allows(world: World, name: str, asked: tuple[str, Json]) -> None:
    assert world.may(f"u{name}", *asked)


@pytest.mark.parametrize(("name", "asked"), DENIED, ids=ids)
def test_what_an_example_denies(world: World, name: str, asked: tuple[str, Json]) -> None:
    assert not world.may(f"u{name}", *asked)
