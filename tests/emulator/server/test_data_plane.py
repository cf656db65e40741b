"""The data plane without a server: which check speaks first, what every reply carries, and that nothing escapes."""

import asyncio
import zlib
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from thermodynamo.api.operations import OPERATIONS
from thermodynamo.api.slices import finish
from thermodynamo.server.application import build
from thermodynamo.server.data_plane import BODY_BYTES_MAX, UNKNOWN_LOGGED_MAX, DataPlane
from thermodynamo.settings.config import Config
from thermodynamo_storage.values.errors import TableInUse

AUTHORIZATION = b"AWS4-HMAC-SHA256 Credential=%b/20261121/%b/dynamodb/aws4_request, SignedHeaders=host, Signature=abc"
MUSIC: dict[str, Any] = {
    "TableName": "Music",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}],
}
TABLES = b'{"TableNames":["Music"]}'
NO_TABLES = b'{"TableNames":[]}'


@pytest.fixture
def plane() -> DataPlane:
    return build(Config()).data_plane


def headers(
    operation: str = "ListTables",
    content_type: bytes | None = b"application/x-amz-json-1.0",
    access_key: bytes = b"AKID",
    region: bytes = b"us-east-1",
    is_signed: bool = True,
) -> list[tuple[bytes, bytes]]:
    result = [(b"host", b"x"), (b"x-amz-target", b"DynamoDB_20120810." + operation.encode())]
    if content_type is not None:
        result.append((b"content-type", content_type))
    if is_signed:
        result += [(b"authorization", AUTHORIZATION % (access_key, region)), (b"x-amz-date", b"20261121T000000Z")]
    return result


def error(body: bytes) -> str:
    """The name of the error that a reply body is."""
    name: str = orjson.loads(body)["__type"].split("#")[1]
    return name


def test_every_reply_carries_its_type_length_checksum_and_a_new_id(plane: DataPlane) -> None:
    ids = set()
    for content_type, body in ((b"application/json", b"{}"), (b"application/x-amz-json-1.0", b"{"), (b"text/xml", b"")):
        _, head, reply = finish(plane.reply(headers(content_type=content_type), b"", body))
        members = dict(line.split(b": ", 1) for line in head.splitlines())
        assert int(members[b"content-length"]) == len(reply)
        assert int(members[b"x-amz-crc32"]) == zlib.crc32(reply)
        assert members[b"server"] == b"Server"
        expected_type = b"application/json" if content_type == b"application/json" else b"application/x-amz-json-1.0"
        assert members[b"content-type"] == expected_type
        ids.add(members[b"x-amzn-requestid"])
    assert len(ids) == 3 and {len(id) for id in ids} == {52}


@pytest.mark.parametrize(
    "content_type",
    [b"application/json", b"application/x-amz-json-1.0; charset=utf-8", b"Application/X-AMZ-JSON-1.0"],
)
def test_json_content_types_are_read_with_parameters_and_in_any_case(plane: DataPlane, content_type: bytes) -> None:
    status, _, body = finish(plane.reply(headers(content_type=content_type), b"", b"{}"))
    assert (status, body) == (200, NO_TABLES)


@pytest.mark.parametrize("content_type", [None, b"", b"text/plain", b"application/x-amz-json-1.1"])
def test_other_content_types_reach_no_operation(plane: DataPlane, content_type: bytes | None) -> None:
    status, _, body = finish(plane.reply(headers(content_type=content_type), b"", b"{}"))
    assert (status, body) == (404, b"<UnknownOperationException/>\n")


@pytest.mark.parametrize(
    ("given", "body", "expected"),
    [
        (headers("Nothing", is_signed=False), b"{", "UnknownOperationException"),
        (headers("Listtables"), b"{}", "UnknownOperationException"),
        (headers(is_signed=False), b"{", "SerializationException"),
        (headers("PutItem", is_signed=False), b'{"TableName": 1}', "MissingAuthenticationTokenException"),
        (headers("PutItem"), b'{"TableName": 1}', "SerializationException"),
        (headers("PutItem"), b'{"TableName": "T"}', "ValidationException"),
        (headers("PutItem"), b'{"TableName": "TTT", "Item": {"a": {}}}', "ValidationException"),
        (headers("PutItem"), b'{"TableName": "TTT", "Item": {"a": {"S": "x"}}}', "ResourceNotFoundException"),
    ],
)
def test_target_then_json_then_signature_then_types_then_rules_then_the_table(
    plane: DataPlane, given: list[tuple[bytes, bytes]], body: bytes, expected: str
) -> None:
    status, _, reply = finish(plane.reply(given, b"", body))
    assert (status, error(reply)) == (400, expected)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"{}x", b"\xff", b'{"a":NaN}', b'{"a":"\\ud800"}', b"[" * 100_000, b"\xef\xbb\xbf{}"]
)
def test_what_is_not_json_is_a_serialization_error(plane: DataPlane, body: bytes) -> None:
    assert (
        finish(plane.reply(headers(), b"", body))[2] == b'{"__type":"com.amazon.coral.service#SerializationException"}'
    )


def test_a_body_over_16_mb_is_not_looked_into(plane: DataPlane) -> None:
    status, _, reply = finish(plane.reply(headers(), b"", b" " * (BODY_BYTES_MAX + 1)))
    assert (status, error(reply)) == (413, "RequestEntityTooLargeException")
    assert finish(plane.reply(headers(), b"", b"{}" + b" " * (BODY_BYTES_MAX - 2)))[0] == 200


def test_each_account_and_region_has_its_own_tables_also_when_remembered(plane: DataPlane) -> None:
    here: dict[str, Any] = {"access_key": b"111111111111", "region": b"us-east-1"}
    elsewhere = [{**here, "access_key": b"222222222222"}, {**here, "region": b"eu-west-1"}, {}]
    assert finish(plane.reply(headers("CreateTable", **here), b"", orjson.dumps(MUSIC)))[0] == 200
    for _ in range(2):
        assert finish(plane.reply(headers(**here), b"", b"{}"))[2] == TABLES
        for other in elsewhere:
            assert finish(plane.reply(headers(**other), b"", b"{}"))[2] == NO_TABLES


@pytest.mark.parametrize(
    "header",
    [
        b"AWS4-HMAC-SHA256 Credential=AKID/20261121/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=",
        b"AWS4-HMAC-SHA256 Credential=AKID/20261121/us-east-1/dynamodb/aws4_request, SignedHeaders=host",
        b"AWS4-HMAC-SHA256 SignedHeaders=host, Signature=abc",
        b"HELLO Credential=AKID/20261121/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=abc",
    ],
)
def test_an_incomplete_signature_is_refused_also_when_its_scope_is_remembered(plane: DataPlane, header: bytes) -> None:
    spaced = AUTHORIZATION.replace(b", ", b",  ") % (b"AKID", b"us-east-1")
    for complete in (AUTHORIZATION % (b"AKID", b"us-east-1"), spaced):
        given = [*headers(is_signed=False), (b"authorization", complete), (b"x-amz-date", b"20261121T000000Z")]
        assert finish(plane.reply(given, b"", b"{}"))[0] == 200
    given = [*headers(is_signed=False), (b"authorization", header), (b"x-amz-date", b"20261121T000000Z")]
    assert finish(plane.reply(given, b"", b"{}"))[0] == 400
    without_date = [*headers(is_signed=False), (b"authorization", AUTHORIZATION % (b"AKID", b"us-east-1"))]
    assert error(finish(plane.reply(without_date, b"", b"{}"))[2]) == "IncompleteSignatureException"


def test_any_other_access_key_is_the_default_account(plane: DataPlane) -> None:
    finish(plane.reply(headers("CreateTable", access_key=b"local"), b"", orjson.dumps(MUSIC)))
    assert finish(plane.reply(headers(access_key=b"AKIAIOSFODNN7EXAMPLE"), b"", b"{}"))[2] == TABLES
    assert finish(plane.reply(headers(access_key=b"000000000000"), b"", b"{}"))[2] == TABLES


def test_a_presigned_query_is_as_good_as_a_header(plane: DataPlane) -> None:
    query = (
        b"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID/20261121/eu-west-3/dynamodb/aws4_request"
        b"&X-Amz-Date=20261121T000000Z&X-Amz-SignedHeaders=host&X-Amz-Signature=abc"
    )
    assert finish(plane.reply(headers(is_signed=False), query, b"{}"))[0] == 200
    assert error(finish(plane.reply(headers(), query, b"{}"))[2]) == "InvalidSignatureException"


@pytest.mark.parametrize(
    ("raised", "status", "expected"),
    [
        (RuntimeError("a bug"), 500, "InternalServerError"),
        (RecursionError(), 500, "InternalServerError"),
        (TableInUse("Music"), 400, "ResourceInUseException"),
    ],
)
def test_whatever_an_operation_raises_is_answered(
    plane: DataPlane, monkeypatch: pytest.MonkeyPatch, raised: Exception, status: int, expected: str
) -> None:
    def fail(namespace: object, request: object, now: float) -> bytes:
        raise raised

    finish(plane.reply(headers(), b"", b"{}"))  # The first request loads the operation.
    operation = OPERATIONS[b"DynamoDB_20120810.ListTables"]
    monkeypatch.setattr(operation, "execute", fail)
    answered, _, reply = finish(plane.reply(headers(), b"", b"{}"))
    assert (answered, error(reply)) == (status, expected)
    assert b"a bug" not in reply and b"Traceback" not in reply


@pytest.mark.parametrize("content_type", [b"application/x-amz-json-1.0", b"application/json"])
def test_the_error_of_a_fault_comes_in_the_content_type_that_was_asked_in(
    plane: DataPlane, content_type: bytes
) -> None:
    plane.faults.add_all([{"error": "InternalServerError"}])
    given = headers(content_type=content_type)
    status, head, reply = finish(plane.reply(given, b"", b"{}", plane.meet(given, b"", b"{}").perform))
    assert (status, error(reply)) == (500, "InternalServerError")
    assert b"content-type: " + content_type + b"\r\n" in head


def test_a_fault_cuts_a_batch_whose_null_members_are_no_members(plane: DataPlane) -> None:
    assert finish(plane.reply(headers("CreateTable"), b"", orjson.dumps(MUSIC)))[0] == 200
    plane.faults.add_all([{"unprocessed": 1}])
    puts = [{"PutRequest": {"Item": {"a": {"S": name}}}, "DeleteRequest": None} for name in "xy"]
    body = orjson.dumps({"RequestItems": {"Music": puts}})
    given = headers("BatchWriteItem")
    status, _, reply = finish(plane.reply(given, b"", body, plane.meet(given, b"", body).perform))
    left = orjson.loads(reply)["UnprocessedItems"]
    assert (status, left) == (200, {"Music": [{"PutRequest": {"Item": {"a": {"S": "y"}}}}]})


def test_what_fails_outside_of_an_operation_is_answered_and_counted(plane: DataPlane) -> None:
    def fail(*_: object) -> bytes:
        raise RuntimeError("a bug")

    status, _, reply = finish(plane.reply(headers(), b"", b"{}", fail))
    assert (status, error(reply)) == (500, "InternalServerError")
    assert plane.service.namespace(plane.service.caller).counts.system_errors.total() == 1


@pytest.mark.parametrize(
    "split",
    [lambda body: [body], lambda body: [body[:1], body[1:]], lambda body: [bytes([each]) for each in body] + [b""]],
)
def test_the_asgi_way_joins_a_body_from_any_number_of_messages(
    plane: DataPlane, split: Callable[[bytes], list[bytes]]
) -> None:
    parts = split(b'{"Limit": 1}')
    messages = [
        {"type": "http.request", "body": part, "more_body": place < len(parts) - 1} for place, part in enumerate(parts)
    ]
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(plane({"headers": headers(), "query_string": b""}, receive, send))
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert sent[0]["status"] == 200 and sent[1]["body"] == NO_TABLES
    assert dict(sent[0]["headers"])[b"content-length"] == b"%d" % len(NO_TABLES)


def test_a_client_that_is_gone_gets_no_answer(plane: DataPlane) -> None:
    async def receive() -> dict[str, Any]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        pytest.fail(f"sent {message}")

    asyncio.run(plane({"headers": headers(), "query_string": b""}, receive, send))


def test_an_operation_that_is_not_here_is_named_in_the_log_once(
    plane: DataPlane, caplog: pytest.LogCaptureFixture
) -> None:
    for operation in ("CreateBucket", "CreateBucket", "DeleteBucket", "Create\nBucket", "L" * 65):
        status, _, body = finish(plane.reply(headers(operation), b"", b"{}"))
        assert (status, error(body)) == (400, "UnknownOperationException")
    assert [message.split()[0] for message in caplog.messages] == ["CreateBucket", "DeleteBucket"]


def test_the_log_of_unknown_operations_has_an_end(plane: DataPlane, caplog: pytest.LogCaptureFixture) -> None:
    for length in range(1, 3 * UNKNOWN_LOGGED_MAX):
        finish(plane.reply(headers("A" * (length % 64 + 1) + "b" * (length // 64)), b"", b"{}"))
    assert len(caplog.messages) == len(plane.unknown_logged) == UNKNOWN_LOGGED_MAX
