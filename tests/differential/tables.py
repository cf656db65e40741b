"""Requests about tables: definitions, updates, time to live, tags, lists; most on a table of the case's own."""

from random import Random
from typing import Any

UNITS = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
NEWER: tuple[dict[str, Any], ...] = (
    {"OnDemandThroughput": {"MaxReadRequestUnits": 5, "MaxWriteRequestUnits": -1}},
    {"OnDemandThroughput": {"MaxReadRequestUnits": 0}},
    {"SSESpecification": {"Enabled": True, "SSEType": "KMS"}},
    {"SSESpecification": {"Enabled": False}},
    {"DeletionProtectionEnabled": False},
    {"TableClass": "STANDARD"},
    {"TableClass": "STANDARD_INFREQUENT_ACCESS"},
)
"""Members of table definitions and updates that some of the references are too old to know."""
VIEWS = ("NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES", "KEYS_ONLY", "ALL")


def _schema(random: Random, names: tuple[str, ...]) -> list[dict[str, Any]]:
    made = [{"AttributeName": name, "KeyType": role} for name, role in zip(names, ("HASH", "RANGE"), strict=False)]
    roll = random.random()
    if roll < 0.02:
        made.reverse()
    elif roll < 0.04:
        made[-1]["KeyType"] = random.choice(("HASH", "RANGE", "X"))
    elif roll < 0.05:
        made.append({"AttributeName": "s", "KeyType": "RANGE"})
    elif roll < 0.06:
        made[-1]["AttributeName"] = made[0]["AttributeName"]
    return made


def _projection(random: Random) -> dict[str, Any]:
    roll = random.random()
    if roll < 0.85:
        return random.choice(
            (
                {"ProjectionType": "ALL"},
                {"ProjectionType": "KEYS_ONLY"},
                {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["n"]},
            )
        )
    return random.choice(
        (
            {},
            {"ProjectionType": "INCLUDE"},
            {"ProjectionType": "INCLUDE", "NonKeyAttributes": []},
            {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["n", "n"]},
            {"ProjectionType": "KEYS_ONLY", "NonKeyAttributes": ["n"]},
            {"ProjectionType": "ALL", "NonKeyAttributes": ["n"]},
            {"ProjectionType": "SOME"},
            {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["p"]},
        )
    )


def _index(random: Random, name: str, names: tuple[str, ...]) -> dict[str, Any]:
    made = {"IndexName": name, "KeySchema": _schema(random, names), "Projection": _projection(random)}
    if random.random() < 0.02:
        del made[random.choice(list(made))]
    return made


def _indexes(random: Random, table: dict[str, Any]) -> None:
    used = {"p", "q"}
    if random.random() < 0.5:
        names = random.choice((("p", "s"), ("p", "s"), ("p", "h"), ("s", "p"), ("p",), ("p", "q")))
        count = random.choice((1, 1, 1, 2, 6))
        table["LocalSecondaryIndexes"] = [_index(random, f"local-{number}", names) for number in range(count)]
        used |= set(names)
    if random.random() < 0.5:
        names = random.choice((("g",), ("g", "h"), ("q", "p"), ("g", "g")))
        count = random.choice((1, 1, 1, 2, 21))
        table["GlobalSecondaryIndexes"] = [
            {**_index(random, f"global-{number}", names), "ProvisionedThroughput": UNITS} for number in range(count)
        ]
        used |= set(names)
    if random.random() < 0.03:
        table["GlobalSecondaryIndexes"] = random.choice(([], [{}], [None]))
    if random.random() < 0.06:
        used ^= {random.choice(("p", "q", "s", "x"))}
    table["AttributeDefinitions"] = [
        {"AttributeName": name, "AttributeType": "N" if name == "h" else "S"} for name in sorted(used)
    ]


def _billing(random: Random, table: dict[str, Any]) -> None:
    if random.random() < 0.4:
        table["BillingMode"] = random.choice(("PAY_PER_REQUEST", "PAY_PER_REQUEST", "PROVISIONED"))
        if table["BillingMode"] == "PAY_PER_REQUEST" and random.random() < 0.85:
            del table["ProvisionedThroughput"]
            for index in table.get("GlobalSecondaryIndexes", []):
                if isinstance(index, dict) and random.random() < 0.95:
                    index.pop("ProvisionedThroughput", None)
    elif random.random() < 0.1:
        table["ProvisionedThroughput"] = random.choice(
            (
                {"ReadCapacityUnits": 0, "WriteCapacityUnits": 1},
                {"ReadCapacityUnits": 1},
                {"ReadCapacityUnits": -1, "WriteCapacityUnits": 0},
                {"ReadCapacityUnits": 1_000_000_000_001, "WriteCapacityUnits": 1},
                {},
            )
        )


def definition(random: Random, name: str) -> dict[str, Any]:
    table: dict[str, Any] = {
        "TableName": name,
        "ProvisionedThroughput": dict(UNITS),
        "KeySchema": _schema(random, ("p", "q")),
    }
    _indexes(random, table)
    _billing(random, table)
    if random.random() < 0.2:
        table["StreamSpecification"] = _stream(random)
    if random.random() < 0.1:
        table["DeletionProtectionEnabled"] = False
    if random.random() < 0.1:
        table["Tags"] = _tags(random)
    if random.random() < 0.1:
        table["TableClass"] = random.choice(("STANDARD", "STANDARD_INFREQUENT_ACCESS", "COLD"))
    if random.random() < 0.1:
        table |= random.choice(NEWER)
    return table


def _stream(random: Random) -> dict[str, Any]:
    roll = random.random()
    if roll < 0.6:
        return {"StreamEnabled": True, "StreamViewType": random.choice(VIEWS)}
    return random.choice(({"StreamEnabled": False}, {"StreamEnabled": True}, {"StreamViewType": "NEW_IMAGE"}, {}))


def _tags(random: Random) -> list[Any]:
    return random.choice(
        (
            [{"Key": "a", "Value": "1"}],
            [{"Key": "a", "Value": ""}, {"Key": "b", "Value": "2"}],
            [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}],
            [{"Key": "aws:a", "Value": "1"}],
            [{"Key": "", "Value": "1"}],
            [{"Key": "k" * 129, "Value": "1"}],
            [{"Key": "k", "Value": "v" * 257}],
            [{"Key": "k"}],
            [],
            [{"Key": f"k{number}", "Value": "v"} for number in range(51)],
        )
    )


def update(random: Random, name: str) -> dict[str, Any]:
    request: dict[str, Any] = {"TableName": name}
    for _ in range(random.choice((0, 1, 1, 1, 2))):
        match random.randrange(6):
            case 0:
                request["ProvisionedThroughput"] = random.choice(
                    ({"ReadCapacityUnits": 6, "WriteCapacityUnits": 6}, dict(UNITS), {"ReadCapacityUnits": 7}, {})
                )
            case 1:
                request["BillingMode"] = random.choice(("PAY_PER_REQUEST", "PROVISIONED", "FREE"))
            case 2:
                request["StreamSpecification"] = _stream(random)
            case 3:
                request["GlobalSecondaryIndexUpdates"] = _index_updates(random)
                request["AttributeDefinitions"] = [
                    {"AttributeName": each, "AttributeType": "N" if each == "h" else "S"} for each in ("g", "h", "p")
                ]
            case 4:
                request |= random.choice(NEWER)
            case _:
                request["AttributeDefinitions"] = [{"AttributeName": "p", "AttributeType": random.choice("SNBX")}]
    return request


def _index_updates(random: Random) -> list[Any]:
    created = {**_index(random, "global-9", random.choice((("g",), ("g", "h")))), "ProvisionedThroughput": UNITS}
    choices: tuple[Any, ...] = (
        {"Create": created},
        {"Create": {**created, "IndexName": "global-0"}},
        {"Delete": {"IndexName": random.choice(("global-0", "global-8"))}},
        {"Update": {"IndexName": random.choice(("global-0", "global-8")), "ProvisionedThroughput": UNITS}},
        {
            "Update": {
                "IndexName": "global-0",
                "ProvisionedThroughput": {"ReadCapacityUnits": 6, "WriteCapacityUnits": 7},
            }
        },
        {},
    )
    return random.choices(choices, k=random.choice((0, 1, 1, 1, 1, 2)))


def time_to_live(random: Random, name: str) -> dict[str, Any]:
    specification: Any = {
        "Enabled": random.choice((True, True, False)),
        "AttributeName": random.choice(("at", "at", "", "n" * 256, "p")),
    }
    if random.random() < 0.1:
        specification = random.choice(({}, None, {"Enabled": True}, {"AttributeName": "at"}, [], {"Enabled": "yes"}))
    return {"TableName": random.choice((name, name, name, "Nowhere", "ab")), "TimeToLiveSpecification": specification}


def tagging(random: Random) -> tuple[tuple[str, Any], ...]:
    """On a table of all: what was tagged is untagged again."""
    tags = _tags(random)
    arn = random.choice(("$arn", "$arn", "$arn", "$arn", "$arnX", "arn:aws:dynamodb", "", "Single"))
    return (
        ("TagResource", {"ResourceArn": arn, "Tags": tags}),
        ("ListTagsOfResource", {"ResourceArn": arn}),
        ("UntagResource", {"ResourceArn": arn, "TagKeys": random.choice((["a", "b", "k"], ["nothing"], [], [""]))}),
        ("ListTagsOfResource", {"ResourceArn": random.choice((arn, "$arn"))}),
        ("UntagResource", {"ResourceArn": "$arn", "TagKeys": [tag["Key"] for tag in tags if tag["Key"]] or ["a"]}),
    )


def listing(random: Random) -> dict[str, Any]:
    request: dict[str, Any] = {}
    if random.random() < 0.6:
        request["Limit"] = random.choice((1, 2, 100, 101, 0, -1, "1", 1.5))
    if random.random() < 0.6:
        request["ExclusiveStartTableName"] = random.choice(("Indexed", "Ordered", "A", "Nowhere", "a b", "", "zzz", 5))
    return request


def changes(random: Random, name: str) -> tuple[tuple[str, Any], ...]:
    """A table, changed and described."""
    steps: list[tuple[str, Any]] = [("CreateTable", definition(random, name)), ("DescribeTable", {"TableName": name})]
    for _ in range(random.choice((1, 1, 2))):
        if random.random() < 0.7:
            steps.append(("UpdateTable", update(random, name)))
        else:
            steps.append(("UpdateTimeToLive", time_to_live(random, name)))
            steps.append(("DescribeTimeToLive", {"TableName": name}))
    return (*steps, ("DescribeTable", {"TableName": name}))
