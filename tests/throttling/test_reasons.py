"""Each of the sixteen reasons through boto3, also in transactions, with the exact body. Buckets are drained."""

import itertools
import json
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.conftest import REGION, Endpoint

FLAGS = ("--table-read-units-max", "11000", "--table-write-units-max", "3500")
"""Quotas below what a new on-demand table serves, so that the quota is the limit that counts."""

PTEE = "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"
THROTTLING = "com.amazon.coral.availability#ThrottlingException"
LIMIT = "com.amazonaws.dynamodb.v20120810#RequestLimitExceeded"
PROVISIONED = (
    "The level of configured provisioned throughput for the table was exceeded. "
    "Consider increasing your provisioning level with the UpdateTable API."
)
INDEX_PROVISIONED = (
    "The level of configured provisioned throughput for one or more global secondary indexes of the table was "
    "exceeded. Consider increasing your provisioning level for the under-provisioned global secondary indexes "
    "with the UpdateTable API"
)
SCALING = (
    "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your table or "
    "index so please try again shortly. If exceptions persist, check if you have a hot key: "
    "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html"
)
INDEX_SCALING = (
    "Throughput exceeds the current capacity for one or more global secondary indexes. "
    "DynamoDB is automatically scaling your index so please try again shortly."
)
MAXIMUM = "Throughput exceeds the maximum OnDemandThroughput configured on table or index"
ACCOUNT = (
    "Throughput exceeds the current throughput limit for your account. "
    "To request a limit increase, contact AWS Support at https://aws.amazon.com/support"
)


@dataclass(frozen=True)
class Case:
    """`mode` is how the table is billed; the pool of what the reason names is drained, or all its partitions."""

    reason: str
    mode: str
    type: str
    message: str
    evidence: str = "recorded"

    @property
    def is_index(self) -> bool:
        return self.reason.startswith("Index")

    @property
    def kind(self) -> str:
        return "write" if "Write" in self.reason else "read"


CASES = [
    Case("TableReadProvisionedThroughputExceeded", "provisioned", PTEE, PROVISIONED),
    Case("TableWriteProvisionedThroughputExceeded", "provisioned", PTEE, PROVISIONED),
    Case("TableReadKeyRangeThroughputExceeded", "provisioned", PTEE, PROVISIONED),
    Case("TableWriteKeyRangeThroughputExceeded", "provisioned", PTEE, PROVISIONED),
    Case("TableReadKeyRangeThroughputExceeded", "on-demand", THROTTLING, SCALING),
    Case("TableWriteKeyRangeThroughputExceeded", "on-demand", THROTTLING, SCALING),
    Case("TableReadAccountLimitExceeded", "on-demand", LIMIT, ACCOUNT),
    Case("TableWriteAccountLimitExceeded", "on-demand", LIMIT, ACCOUNT),
    Case("TableReadMaxOnDemandThroughputExceeded", "maximum", THROTTLING, MAXIMUM),
    Case("TableWriteMaxOnDemandThroughputExceeded", "maximum", THROTTLING, MAXIMUM),
    Case("IndexReadProvisionedThroughputExceeded", "provisioned", PTEE, INDEX_PROVISIONED),
    Case("IndexWriteProvisionedThroughputExceeded", "provisioned", PTEE, INDEX_PROVISIONED),
    Case("IndexReadKeyRangeThroughputExceeded", "provisioned", PTEE, INDEX_PROVISIONED),
    Case("IndexWriteKeyRangeThroughputExceeded", "provisioned", PTEE, INDEX_PROVISIONED),
    Case("IndexReadKeyRangeThroughputExceeded", "on-demand", THROTTLING, INDEX_SCALING),
    Case("IndexWriteKeyRangeThroughputExceeded", "on-demand", THROTTLING, INDEX_SCALING),
    Case("IndexReadAccountLimitExceeded", "on-demand", THROTTLING, ACCOUNT),
    Case("IndexWriteAccountLimitExceeded", "on-demand", THROTTLING, ACCOUNT),
    Case("IndexReadMaxOnDemandThroughputExceeded", "maximum", THROTTLING, MAXIMUM),
    Case("IndexWriteMaxOnDemandThroughputExceeded", "maximum", PTEE, MAXIMUM),
    Case("IndexWriteMaxOnDemandThroughputExceeded", "maximum", THROTTLING, MAXIMUM, "guide"),
    Case("IndexReadKeyRangeThroughputExceeded", "provisioned", THROTTLING, INDEX_SCALING, "guide"),
    Case("IndexWriteKeyRangeThroughputExceeded", "provisioned", THROTTLING, INDEX_SCALING, "guide"),
    Case("TableWriteKeyRangeThroughputExceeded", "provisioned", PTEE, PROVISIONED, "guide"),
    Case("IndexWriteProvisionedThroughputExceeded", "provisioned", PTEE, INDEX_PROVISIONED, "guide"),
]

RECORDED, CANCEL, GUIDE = (
    ("--throttle-errors", "recorded"),
    ("--throttled-transactions", "cancel"),
    ("--throttle-errors", "guide"),
)
CANCELLED = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException"
CODES = {PTEE: "ProvisionedThroughputExceeded", THROTTLING: "ThrottlingError"}
TRANSACTIONS = [
    *(
        (switch, case)
        for switch in (RECORDED, CANCEL, GUIDE)
        for case in (
            Case("TableWriteProvisionedThroughputExceeded", "provisioned", PTEE, PROVISIONED),
            Case("TableReadKeyRangeThroughputExceeded", "on-demand", THROTTLING, SCALING),
            Case("TableWriteAccountLimitExceeded", "on-demand", LIMIT, ACCOUNT),
            Case("IndexWriteMaxOnDemandThroughputExceeded", "maximum", THROTTLING, MAXIMUM),
        )
    ),
    (RECORDED, Case("IndexWriteKeyRangeThroughputExceeded", "provisioned", PTEE, INDEX_PROVISIONED)),
    (CANCEL, Case("IndexWriteKeyRangeThroughputExceeded", "provisioned", PTEE, INDEX_PROVISIONED)),
    (GUIDE, Case("IndexWriteKeyRangeThroughputExceeded", "provisioned", THROTTLING, INDEX_SCALING)),
]
"""Transactions under each switch. `CANCEL` cancels them and leaves all else as recorded; `GUIDE` does more."""


def definition(mode: str) -> dict[str, Any]:
    index: dict[str, Any] = {
        "IndexName": "byAlbum",
        "KeySchema": [{"AttributeName": "album", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }
    table: dict[str, Any] = {
        "TableName": "Music",
        "KeySchema": [{"AttributeName": "artist", "KeyType": "HASH"}],
        "AttributeDefinitions": [
            {"AttributeName": "artist", "AttributeType": "S"},
            {"AttributeName": "album", "AttributeType": "S"},
        ],
        "GlobalSecondaryIndexes": [index],
    }
    for each in (table, index):
        if mode == "provisioned":
            each["ProvisionedThroughput"] = {"ReadCapacityUnits": 10, "WriteCapacityUnits": 10}
        elif mode == "maximum":
            each["OnDemandThroughput"] = {"MaxReadRequestUnits": 10, "MaxWriteRequestUnits": 10}
    if mode != "provisioned":
        table["BillingMode"] = "PAY_PER_REQUEST"
    return table


def admin(server: Endpoint, account: str, path: str, body: dict[str, Any] | None = None) -> Any:
    request = urllib.request.Request(
        f"{server.url()}/_admin/{path}?account={account}",
        data=json.dumps(body).encode() if body is not None else None,
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=120) as response:
        return json.load(response)


def drain(server: Endpoint, account: str, case: Case) -> None:
    body: dict[str, Any] = {"drain": case.kind, "seconds": 60, "index": "byAlbum" if case.is_index else None}
    if "KeyRange" not in case.reason:
        admin(server, account, "tables/Music/capacity", body)
        return
    described = admin(server, account, "tables/Music/partitions")
    keyspace = described["indexes"]["byAlbum"] if case.is_index else described
    for partition in keyspace["partitions"]:
        admin(server, account, "tables/Music/capacity", {**body, "partition": partition["id"]})


numbers = itertools.count()


def ask(client: Any, case: Case) -> None:
    if case.kind == "write":
        item = {"artist": {"S": "Nina"}, "album": {"S": "Pastel"}, "written": {"N": str(next(numbers))}}
        client.put_item(TableName="Music", Item=item)
    elif case.is_index:
        client.query(
            TableName="Music",
            IndexName="byAlbum",
            KeyConditionExpression="album = :a",
            ExpressionAttributeValues={":a": {"S": "Pastel"}},
        )
    else:
        client.get_item(TableName="Music", Key={"artist": {"S": "Nina"}})


def transact(client: Any, case: Case) -> None:
    if case.kind == "write":
        item = {"artist": {"S": "Nina"}, "album": {"S": "Pastel"}, "written": {"N": str(next(numbers))}}
        client.transact_write_items(TransactItems=[{"Put": {"TableName": "Music", "Item": item}}])
    else:
        client.transact_get_items(TransactItems=[{"Get": {"TableName": "Music", "Key": {"artist": {"S": "Nina"}}}}])


@dataclass(frozen=True)
class Refusal:
    """What came of a request for what is drained: the answer, and what the admin API has of it."""

    account: str
    body: dict[str, Any]
    error: ClientError
    listed: dict[str, Any]

    def resource(self, case: Case) -> str:
        return f"arn:aws:dynamodb:{REGION}:{self.account}:table/Music" + ("/index/byAlbum" if case.is_index else "")

    def expected(self, case: Case) -> dict[str, Any]:
        """The body of an answer that is no cancellation."""
        reason = {"reason": case.reason, "resource": self.resource(case)}
        member = "throttlingReasons" if case.type == THROTTLING else "ThrottlingReasons"
        return {"__type": case.type, member: [reason], "message": case.message}


def refusal(server: Endpoint, boto_session: boto3.Session, case: Case, request: Callable[[Any, Case], None]) -> Refusal:
    """Makes the request before what it needs is drained, and after."""
    account = server.new_account()
    client = boto_session.client(
        "dynamodb",
        endpoint_url=server.url(),
        aws_access_key_id=account,
        aws_secret_access_key="secret",
        config=Config(retries={"total_max_attempts": 1}),
    )
    bodies: list[bytes] = []

    def keep(response_dict: dict[str, Any], **_: Any) -> None:
        bodies.append(response_dict["body"])

    client.meta.events.register("before-parse.dynamodb", keep)
    client.create_table(**definition(case.mode))
    request(client, case)
    drain(server, account, case)
    with pytest.raises(ClientError) as caught:
        request(client, case)
    listed = admin(server, account, "throttles")["throttles"][0]
    return Refusal(account, json.loads(bodies[-1]), caught.value, listed)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.mode}-{case.reason}-{case.evidence}")
def test_the_refusal_has_the_exact_body(
    case: Case, start_server: Callable[..., Endpoint], boto_session: boto3.Session
) -> None:
    server = start_server(*FLAGS, "--throttle-errors", case.evidence)
    found = refusal(server, boto_session, case, ask)
    assert found.body == found.expected(case)
    assert found.error.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert found.error.response["Error"]["Code"] == case.type.split("#")[1]
    listed = found.listed
    assert (listed["reason"], listed["resource"], listed["tokens"] <= 0) == (case.reason, found.resource(case), True)


@pytest.mark.parametrize(
    ("switch", "case"), TRANSACTIONS, ids=[f"{case.mode}-{case.reason}-{switch[1]}" for switch, case in TRANSACTIONS]
)
def test_a_transaction_is_refused_as_recorded_or_cancelled_by_either_switch(
    switch: tuple[str, str], case: Case, start_server: Callable[..., Endpoint], boto_session: boto3.Session
) -> None:
    found = refusal(start_server(*FLAGS, *switch), boto_session, case, transact)
    if switch == RECORDED or case.type not in CODES:
        assert found.body == found.expected(case)
    else:
        code = CODES[case.type]
        assert found.body == {
            "__type": CANCELLED,
            "CancellationReasons": [{"Code": code, "Message": case.message}],
            "Message": f"Transaction cancelled, please refer cancellation reasons for specific reasons [{code}]",
        }
    assert found.listed["reason"] == case.reason


def test_all_sixteen_reasons_are_tried() -> None:
    assert len({case.reason for case in CASES}) == 16
