"""Hostile signatures, policies and access files: none passes, none fails in a way that has no answer."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.access import signing
from tests.access.signing import BODY, NOW, Headers
from tests.access.world import ACCOUNT, EVERYTHING, ORDERS, TABLE, policy, user
from tests.fuzz.bounds import bounded
from thermodynamo.access import access_file
from thermodynamo.access.access_file import AccessFileError
from thermodynamo.api.caller import Caller
from thermodynamo.api.errors import ApiError
from thermodynamo.api.slices import finish
from thermodynamo.server.data_plane import DataPlane
from thermodynamo.server.slow_readers import SlowReaders
from thermodynamo.service import Service
from thermodynamo.settings.config import Config

Json = dict[str, Any]
SECRET, TOKEN = "secret-of-alice", "token-of-alice"
header_bytes = st.binary(max_size=80).map(lambda raw: raw.replace(b"\r", b"").replace(b"\n", b"").replace(b"\0", b""))


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory) -> DataPlane:
    path = tmp_path_factory.mktemp("hostile") / "access.json"
    alice = user("alice", "all")
    alice["keys"].append({"access_key_id": "ASIAALICE", "secret_access_key": SECRET, "session_token": TOKEN})
    path.write_text(json.dumps({"callers": {"alice": alice}, "policies": {"all": policy(EVERYTHING)}}))
    service = Service(Config(access="enforce", access_file=str(path)))
    assert service.gate is not None
    service.gate.signing_clock = lambda: NOW
    service.call("CreateTable", ORDERS, Caller(ACCOUNT, "us-east-1"))
    return DataPlane(service, SlowReaders(1))


def signed() -> Headers:
    return signing.by_header("AKIDALICE", SECRET)


def refused(plane: DataPlane, headers: Headers, body: bytes = BODY, query: bytes = b"") -> None:
    """The request gets an error of the service, which tells no secret."""
    status, head, reply = finish(plane.reply(headers, query, body))
    assert status in (400, 404, 413), (status, reply)
    told = head + reply
    assert SECRET.encode() not in told and TOKEN.encode() not in told
    assert reply.startswith(b"{") is (status != 404)


def test_the_signature_that_is_bent_below_passes(plane: DataPlane) -> None:
    status, _, reply = finish(plane.reply(signed(), b"", BODY))
    assert status == 400 and b"The provided key element does not match the schema" in reply


@given(data=st.data())
@bounded()
def test_a_bent_authorization(plane: DataPlane, data: st.DataObject) -> None:
    """Some bytes of the header are taken away, doubled, or others."""
    headers = dict(signed())
    given = headers[b"authorization"]
    start = data.draw(st.integers(0, len(given) - 1))
    end = data.draw(st.integers(start + 1, min(len(given), start + 30)))
    other = data.draw(header_bytes | st.sampled_from([b"", given[start:end] * 2, b"\xa0", b"\x85", b",", b"="]))
    bent = given[:start] + other + given[end:]
    if bent.replace(b" ", b"").lower() != given.replace(b" ", b"").lower():
        headers[b"authorization"] = bent
        refused(plane, list(headers.items()))


@given(
    name=st.sampled_from([b"authorization", b"x-amz-date", b"host", b"x-amz-target", b"x-amz-security-token"]),
    value=header_bytes,
    doubles=st.booleans(),
)
@example(name=b"x-amz-date", value=b"", doubles=True)
@bounded()
def test_any_header_in_place_of_one_that_counts(plane: DataPlane, name: bytes, value: bytes, doubles: bool) -> None:
    headers = signed()
    kept = headers if doubles else [pair for pair in headers if pair[0] != name]
    if (name, value) not in headers:
        refused(plane, [*kept, (name, value)])


@given(body=st.binary(max_size=100))
@bounded()
def test_any_other_body(plane: DataPlane, body: bytes) -> None:
    if body != BODY:
        refused(plane, signed(), body)


@given(
    parameters=st.dictionaries(
        st.sampled_from(
            [
                "X-Amz-Algorithm",
                "X-Amz-Credential",
                "X-Amz-Date",
                "X-Amz-Expires",
                "X-Amz-SignedHeaders",
                "X-Amz-Signature",
                "X-Amz-Security-Token",
                "Action",
            ]
        ),
        st.text(max_size=40)
        | st.sampled_from(
            ["AKIDALICE/20260301/us-east-1/dynamodb/aws4_request", "20260301T120000Z", "host", "99999999"]
        ),
    ),
    raw=st.binary(max_size=20),
)
@bounded()
def test_any_presigned_query(plane: DataPlane, parameters: dict[str, str], raw: bytes) -> None:
    pairs = [f"{name}={quote(value.encode('utf-8', 'surrogatepass'))}" for name, value in parameters.items()]
    unsigned = [pair for pair in signed() if pair[0] != b"authorization"]
    refused(plane, unsigned, b"{}", "&".join(pairs).encode() + b"&" + raw)


@pytest.mark.parametrize(
    "headers",
    [
        signing.by_header("AKIDALICE", SECRET + "x"),
        signing.by_header("ASIAALICE", SECRET),
        signing.by_header("ASIAALICE", SECRET, TOKEN + "x"),
        signing.by_header("AKIDALICE", SECRET, TOKEN),
        signing.by_header("AKIDALICE", SECRET, at=NOW - 3600),
        signing.by_header("AKIDALICE", SECRET, service="s3"),
        signing.by_header("AKIDALICE", ""),
        signing.by_header(ACCOUNT, SECRET),
        [pair for pair in signing.by_header("AKIDALICE", SECRET) if pair[0] != b"authorization"],
    ],
    ids=range(9),
)
def test_none_of_these_passes(plane: DataPlane, headers: Headers) -> None:
    refused(plane, headers)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=8) | st.sampled_from(["*", TABLE, "Allow", "${"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
STATEMENT: Json = {
    "Sid": "s",
    "Effect": "Deny",
    "Principal": {"AWS": "444455556666"},
    "Action": "dynamodb:GetItem",
    "Resource": TABLE,
    "Condition": {"StringEquals": {"dynamodb:LeadingKeys": ["${aws:username}"]}},
}


def bent_policy(draw: st.DrawFn) -> Json:
    """A policy of which some parts are something else."""
    statement = {**STATEMENT}
    for member in draw(st.sets(st.sampled_from([*STATEMENT, "NotAction", "NotPrincipal", "Other"]), min_size=1)):
        statement[member] = draw(json_values)
    found: Json = {"Version": "2012-10-17", "Statement": [statement]}
    if draw(st.booleans()):
        found[draw(st.sampled_from(["Version", "Id", "Statement", "More"]))] = draw(json_values)
    return found


policies = st.composite(bent_policy)()


@given(
    text=policies.map(json.dumps) | st.text(max_size=40) | st.binary(max_size=40).map(lambda raw: raw.decode("latin-1"))
)
@bounded()
def test_any_resource_policy(plane: DataPlane, text: str) -> None:
    request = {"ResourceArn": TABLE, "Policy": text}
    try:
        plane.service.call("PutResourcePolicy", request, Caller(ACCOUNT, "us-east-1"))
        plane.service.call("GetResourcePolicy", {"ResourceArn": TABLE}, Caller(ACCOUNT, "us-east-1"))
    except ApiError as error:
        assert error.status == 400, error
        json.dumps(error.body()).encode()
    key = {"tenant": {"S": "a"}, "id": {"S": "1"}}
    caller = plane.service.caller_named("alice")
    try:
        plane.service.call("GetItem", {"TableName": "Orders", "Key": key}, caller)
    except ApiError as error:
        assert error.name == "AccessDeniedException"


@given(
    made=policies, name=st.text(max_size=5), member=st.sampled_from(["callers", "policies", "regions"]), odd=json_values
)
@bounded()
def test_any_access_file(made: Json, name: str, member: str, odd: Any) -> None:
    tree: Json = {"callers": {"alice": user("alice", name)}, "policies": {name: made}, member: odd}
    try:
        access_file.parse(json.dumps(tree), "access.json", is_json=True)
    except AccessFileError as error:
        assert "secret-of-alice" not in str(error)


@given(text=st.text(max_size=80), is_json=st.booleans())
@bounded()
def test_any_text_as_an_access_file(text: str, is_json: bool) -> None:
    try:
        access_file.parse(text, "access", is_json)
    except AccessFileError as error:
        assert str(error).startswith("access: ")


def test_a_path_that_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(AccessFileError):
        access_file.load(tmp_path)
