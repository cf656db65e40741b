"""Bodies of every kind for every operation: the reply is the service's, and the server lives on."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.bounds import bounded
from tests.golden.wire import Reply, Wire, headers_of
from tests.service_failures import is_the_services_own

OPERATIONS = (
    "CreateTable", "DescribeTable", "ListTables", "UpdateTable", "DeleteTable", "PutItem", "GetItem", "UpdateItem",
    "DeleteItem", "Query", "Scan", "BatchGetItem", "BatchWriteItem", "TagResource", "UntagResource",
    "ListTagsOfResource", "DescribeLimits", "DescribeEndpoints", "DescribeTimeToLive", "DescribeContinuousBackups",
    "UpdateContinuousBackups", "UpdateTimeToLive", "ListBackups", "ListGlobalTables", "UpdateContributorInsights",
    "CreateBackup", "DescribeBackup", "DeleteBackup", "RestoreTableFromBackup", "RestoreTableToPointInTime",
)  # fmt: skip
MEMBERS = """
    TableName Item Key KeySchema AttributeDefinitions BillingMode ProvisionedThroughput Limit Select
    KeyConditionExpression FilterExpression UpdateExpression ConditionExpression ProjectionExpression
    ExpressionAttributeNames ExpressionAttributeValues Expected AttributeUpdates KeyConditions ScanFilter
    QueryFilter AttributesToGet RequestItems ReturnValues ReturnConsumedCapacity ExclusiveStartKey Segment
    TotalSegments ConsistentRead Tags TagKeys ResourceArn IndexName ConditionalOperator LocalSecondaryIndexes
    GlobalSecondaryIndexes StreamSpecification SSESpecification GlobalSecondaryIndexUpdates WarmThroughput
    OnDemandThroughput TableClass DeletionProtectionEnabled PointInTimeRecoverySpecification RegionName
    TimeToLiveSpecification ContributorInsightsAction ContributorInsightsMode BackupName BackupArn TargetTableName
    SourceTableName SourceTableArn RestoreDateTime UseLatestRestorableTime BillingModeOverride TimeRangeLowerBound
""".split()  # noqa: SIM905
TYPES = ("S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS")
FRAGMENTS = (
    "id",
    "#a",
    ":v",
    "=",
    "<>",
    "<",
    "AND",
    "OR",
    "NOT",
    "IN",
    "BETWEEN",
    "(",
    ")",
    ",",
    "SET",
    "REMOVE",
    "ADD",
    "DELETE",
    "+",
    "-",
    "[0]",
    "[99999999999999999999]",
    ".x",
    "size(",
    "attribute_exists(",
    "begins_with(",
    "contains(",
    "if_not_exists(",
    "list_append(",
    "name",
    "'",
    '"',
    "\x00",
    "é",
    "\U0001f600",
    "5",
    "1e5",
    "#",
    ":",
)

scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.integers(min_value=-(10**400), max_value=10**400), st.floats(),
    st.text(max_size=20),
    st.sampled_from(["Fuzz", "arn:aws:dynamodb:us-east-1:000000000000:table/Fuzz", "", "1", "1E126"]),
)  # fmt: skip
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)),
    max_leaves=12,
)
values = st.recursive(
    st.one_of(
        st.fixed_dictionaries({"S": st.text(max_size=10)}),
        st.fixed_dictionaries(
            {"N": st.one_of(st.integers().map(str), st.floats().map(str), st.text("0123456789eE+-.", max_size=12))}
        ),
        st.dictionaries(st.sampled_from(TYPES), scalars, max_size=2),
    ),
    lambda inner: st.one_of(
        st.fixed_dictionaries({"L": st.lists(inner, max_size=3)}),
        st.fixed_dictionaries({"M": st.dictionaries(st.text(max_size=5), inner, max_size=3)}),
    ),
    max_leaves=8,
)
expressions = st.lists(st.sampled_from(FRAGMENTS), max_size=12).map(" ".join)
attributes = st.dictionaries(st.sampled_from(["id", "a", "b", ":v", "#a", "x.y"]), values, max_size=3)
members = st.one_of(
    anything, values, expressions, attributes, st.dictionaries(st.sampled_from(["Fuzz", "a"]), anything, max_size=2)
)
requests = st.dictionaries(st.sampled_from(MEMBERS), members, max_size=6)


class Surface:
    """The server under fuzz with one table, and the checks that every reply must pass."""

    def __init__(self, server: Any, account: str) -> None:
        self.server = server
        self.account = account
        self.wire = Wire(server.url(), timeout_seconds=15)
        table = {
            "TableName": "Fuzz",
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        }
        self.wire.call("CreateTable", table, account)

    def send(self, operation: str, body: bytes) -> Reply:
        reply = self.wire.send("POST", "/", headers_of(operation, self.account), body)
        self.check(reply, f"{operation} {body[:600]!r}")
        return reply

    def check(self, reply: Reply, what: str) -> None:
        is_fine = reply.status < 500 or is_the_services_own(reply.json())
        assert is_fine, f"{reply.status} {reply.body[:400]!r} for {what}\n{self.server.log_text()[-3000:]}"
        if reply.status == 200:
            json.loads(reply.body or b"{}")
        assert b"Traceback" not in reply.body

    def alive(self) -> None:
        assert self.wire.call("ListTables", {}, self.account).status == 200


@pytest.fixture(scope="module")
def surface(server: Any) -> Any:
    made = Surface(server, server.new_account())
    yield made
    made.alive()
    made.wire.close()


@given(operation=st.sampled_from(OPERATIONS), request=requests)
@bounded(4)
def test_members_of_the_model_with_any_content(surface: Surface, operation: str, request: dict[str, Any]) -> None:
    surface.send(operation, json.dumps({"TableName": "Fuzz", **request}).encode("utf-8", "surrogatepass"))


@given(
    operation=st.sampled_from(OPERATIONS),
    body=st.one_of(st.binary(max_size=200), anything.map(lambda data: json.dumps(data).encode())),
)
@bounded()
def test_any_bytes_and_any_json(surface: Surface, operation: str, body: bytes) -> None:
    surface.send(operation, body)


@given(operation=st.sampled_from(OPERATIONS), request=requests, cut=st.floats(0, 1))
@bounded()
def test_truncated_json(surface: Surface, operation: str, request: dict[str, Any], cut: float) -> None:
    body = json.dumps({"TableName": "Fuzz", **request}).encode("utf-8", "surrogatepass")
    surface.send(operation, body[: int(len(body) * cut)])


@given(request=requests, at=st.floats(0, 1), byte=st.integers(0, 255))
@bounded()
def test_one_byte_replaced(surface: Surface, request: dict[str, Any], at: float, byte: int) -> None:
    body = bytearray(
        json.dumps({"TableName": "Fuzz", "Item": {"id": {"S": "a"}}, **request}).encode("utf-8", "surrogatepass")
    )
    body[int(at * (len(body) - 1))] = byte
    surface.send("PutItem", bytes(body))


DEEP = 10_000
CONDITION = b'{"TableName": "Fuzz", "Item": {"id": {"S": "a"}}, "ConditionExpression": "'
ITEM_X = b'{"TableName": "Fuzz", "Item": {"id": {"S": "a"}, "x": '
HOSTILE = {
    "lists": b"[" * DEEP + b"]" * DEEP,
    "unclosed lists": b"[" * DEEP,
    "unclosed objects": b'{"a":' * DEEP,
    "an unknown member": b'{"Foo": ' + b"[" * DEEP + b"]" * DEEP + b"}",
    "maps in an item": ITEM_X + b'{"M": {"a": ' * DEEP + b'{"S": "x"}' + b"}}" * DEEP + b"}}",
    "lists in an item": ITEM_X + b'{"L": [' * DEEP + b'{"S": "x"}' + b"]}" * DEEP + b"}}",
    "parentheses": CONDITION + b"(" * 2000 + b'"}',
    "NOTs": CONDITION + b"NOT " * 1000 + b'attribute_exists(a)"}',
    "nested functions": CONDITION + b"size(" * 800 + b'"}',
    "a long path": CONDITION + b"attribute_exists(a" + b".a" * 2000 + b')"}',
    "many indexes": CONDITION + b"attribute_exists(a" + b"[0]" * 1300 + b')"}',
    "a huge integer": b'{"TableName": "Fuzz", "Limit": ' + b"9" * 10_000 + b"}",
    "a huge exponent": b'{"TableName": "Fuzz", "Limit": 1e999999999}',
    "a huge N": b'{"TableName": "Fuzz", "Item": {"id": {"S": "a"}, "n": {"N": "' + b"9" * 100_000 + b'"}}}',
    "an N with a huge exponent": ITEM_X + b'{"N": "1e99999999999999999999"}}}',
    "invalid UTF-8": b'{"TableName": "\xff\xfe\xc0\x80"}',
    "a lone surrogate": b'{"TableName": "Fuzz", "Item": {"id": {"S": "\\ud800"}}}',
    "a lone low surrogate": b'{"TableName": "Fuzz", "Item": {"id": {"S": "a"}, "\\udc00": {"S": "\\udfff x"}}}',
    "a surrogate in UTF-8": b'{"TableName": "Fuzz", "Item": {"id": {"S": "\xed\xa0\x80"}}}',
    "a zero byte": b'{"TableName": "Fuzz\x00"}',
    "a byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": '{"TableName": "Fuzz"}'.encode("utf-16"),
    "duplicate members": b'{"TableName": "Fuzz", "TableName": 1, "TableName": "Fuzz"}',
    "many members": b'{"TableName": "Fuzz", "Item": {"id": {"S": "a"}, '
    + b", ".join(b'"a%d": {"S": ""}' % i for i in range(20000))
    + b"}}",
    "NaN": b'{"Limit": NaN}',
    "Infinity": b'{"Limit": -Infinity}',
    "comments": b"{/* */}",
    "only white space": b"   \n\t ",
    "a string": b'"x"',
    "null": b"null",
}


@pytest.mark.parametrize("operation", ["PutItem", "Scan", "CreateTable", "BatchWriteItem"])
@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_bodies(surface: Surface, operation: str, what: str) -> None:
    surface.send(operation, HOSTILE[what])
    surface.alive()


def test_a_stored_lone_surrogate_does_not_break_reading(surface: Surface) -> None:
    body = b'{"TableName": "Fuzz", "Item": {"id": {"S": "lone"}, "v": {"S": "\\ud800"}}}'
    surface.send("PutItem", body)
    surface.send("Scan", b'{"TableName": "Fuzz"}')


def test_a_body_of_more_than_16_mb_is_refused(surface: Surface) -> None:
    reply = surface.send(
        "PutItem", b'{"TableName": "Fuzz", "Item": {"id": {"S": "' + b"x" * (17 * 1024 * 1024) + b'"}}}'
    )
    assert reply.status in (400, 413)
    surface.alive()
