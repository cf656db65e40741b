"""Access control on a running server: boto3 signs, policies decide, and the file is read again when it changes."""

import gzip
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.access import signing
from tests.conftest import Endpoint
from thermodynamo.commands import access as access_command

Json = dict[str, Any]
ACCOUNT, OTHER = "111122223333", "444455556666"
TABLE = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/Orders"
CREATE: Json = {
    "TableName": "Orders",
    "KeySchema": [{"AttributeName": "tenant", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "tenant", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}
POLICY = """
[policies.own]
Version = "2012-10-17"

[[policies.own.Statement]]
Sid = "OwnItems"
Effect = "Allow"
Action = ["dynamodb:GetItem", "dynamodb:PutItem"]
Resource = "arn:aws:dynamodb:*:*:table/Orders"
Condition."ForAllValues:StringEquals"."dynamodb:LeadingKeys" = ["${aws:PrincipalTag/tenant}"]

[policies.from-here]
Version = "2012-10-17"

[[policies.from-here.Statement]]
Effect = "Allow"
Action = "dynamodb:ListTables"
Resource = "*"
Condition.IpAddress."aws:SourceIp" = "127.0.0.0/8"
Condition.StringLike."aws:UserAgent" = "*Botocore*"
Condition.Bool."aws:SecureTransport" = "false"
"""
CALLERS = f"""
[callers.owner]
arn = "arn:aws:iam::{ACCOUNT}:root"
keys = [{{ access_key_id = "AKIDOWNER", secret_access_key = "owner-secret" }}]

[callers.a]
arn = "arn:aws:iam::{ACCOUNT}:user/a"
policies = ["own", "from-here"]
tags = {{ tenant = "a" }}
keys = [
  {{ access_key_id = "AKIDA", secret_access_key = "a-secret" }},
  {{ access_key_id = "ASIAA", secret_access_key = "a-secret", session_token = "a-token" }},
]
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("access") / "access.toml"
    found.write_text(CALLERS + POLICY)
    return found


@pytest.fixture(scope="module")
def secured(start_server: Callable[..., Endpoint], path: Path) -> Endpoint:
    return start_server("--access", "enforce", "--access-file", str(path))


Connect = Callable[..., Any]


@pytest.fixture
def connect(boto_session: boto3.Session, secured: Endpoint) -> Iterator[Connect]:
    """A client with an access key."""
    made = []

    def client(key: str, secret: str, token: str | None = None, service: str = "dynamodb", url: str = "") -> Any:
        found = boto_session.client(
            service,
            endpoint_url=url or secured.url(),
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            aws_session_token=token,
            config=Config(retries={"total_max_attempts": 1}),
        )
        made.append(found)
        return found

    yield client
    for each in made:
        each.close()


@pytest.fixture
def table(connect: Connect) -> None:
    owner = connect("AKIDOWNER", "owner-secret")
    if not owner.list_tables()["TableNames"]:
        owner.create_table(**CREATE)


def refused(call: Callable[..., Any], **arguments: Any) -> tuple[str, str, int]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    response = caught.value.response
    return response["Error"]["Code"], response["Error"]["Message"], response["ResponseMetadata"]["HTTPStatusCode"]


@pytest.mark.usefixtures("table")
def test_a_tenant_has_its_own_items_and_no_others(connect: Connect) -> None:
    a = connect("AKIDA", "a-secret")
    a.put_item(TableName="Orders", Item={"tenant": {"S": "a"}})
    assert a.get_item(TableName="Orders", Key={"tenant": {"S": "a"}})["Item"] == {"tenant": {"S": "a"}}
    assert refused(a.get_item, TableName="Orders", Key={"tenant": {"S": "b"}}) == (
        "AccessDeniedException",
        f"User: arn:aws:iam::{ACCOUNT}:user/a is not authorized to perform: dynamodb:GetItem on resource: {TABLE} "
        "because no identity-based policy allows the dynamodb:GetItem action",
        400,
    )


@pytest.mark.usefixtures("table")
def test_a_session_token_is_verified(connect: Connect) -> None:
    assert connect("ASIAA", "a-secret", "a-token").get_item(TableName="Orders", Key={"tenant": {"S": "a"}})
    for token in (None, "b-token"):
        code, message, _ = refused(connect("ASIAA", "a-secret", token).list_tables)
        assert code == "UnrecognizedClientException"
        assert message == "The security token included in the request is invalid."


def test_the_connection_and_the_client_are_condition_keys(connect: Connect) -> None:
    assert "TableNames" in connect("AKIDA", "a-secret").list_tables()


@pytest.mark.parametrize(
    ("key", "secret", "code"),
    [("AKIDA", "guess", "InvalidSignatureException"), (ACCOUNT, "a-secret", "UnrecognizedClientException")],
)
def test_a_wrong_secret_or_key_is_refused(connect: Connect, key: str, secret: str, code: str) -> None:
    assert refused(connect(key, secret).list_tables)[0] == code


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(("is_signed_as_sent", "status"), [(True, 200), (False, 400)])
def test_a_compressed_body_is_signed_as_it_is_sent(secured: Endpoint, is_signed_as_sent: bool, status: int) -> None:
    plain = b'{"TableName": "Orders", "Key": {"tenant": {"S": "a"}}}'
    sent = gzip.compress(plain)
    request = signing.request_of(sent if is_signed_as_sent else plain, more={"Content-Encoding": "gzip"})
    headers = signing.by_header("AKIDA", "a-secret", at=time.time(), request=request)
    asked = urllib.request.Request(secured.url(), sent, {name.decode(): value.decode() for name, value in headers})
    try:
        with urllib.request.urlopen(asked, timeout=10) as response:
            found = response.status, response.read()
    except urllib.error.HTTPError as error:
        found = error.code, error.read()
    assert found[0] == status, found
    assert (b"InvalidSignatureException" in found[1]) == (not is_signed_as_sent)


def test_who_the_caller_is(connect: Connect) -> None:
    answer = connect("AKIDA", "a-secret", service="sts").get_caller_identity()
    assert (answer["Account"], answer["Arn"]) == (ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/a")
    assert answer["UserId"].startswith("AIDA")
    assert refused(connect("AKIDA", "guess", service="sts").get_caller_identity)[::2] == ("SignatureDoesNotMatch", 403)
    assert refused(connect("AKIDX", "x", service="sts").get_caller_identity)[::2] == ("InvalidClientTokenId", 403)
    assert refused(connect("AKIDA", "a-secret", service="sts").get_session_token)[::2] == ("InvalidAction", 400)


def test_who_the_caller_is_by_a_presigned_address(connect: Connect) -> None:
    url = connect("AKIDA", "a-secret", service="sts").generate_presigned_url("get_caller_identity", HttpMethod="GET")
    with urllib.request.urlopen(url, timeout=10) as answer:
        assert answer.headers["content-type"] == "text/xml"
        assert f"<Arn>arn:aws:iam::{ACCOUNT}:user/a</Arn>" in answer.read().decode()


def test_who_the_caller_is_where_anyone_may_call(connect: Connect, endpoint: str) -> None:
    answer = connect("123456789012", "any", service="sts", url=endpoint).get_caller_identity()
    assert (answer["Account"], answer["Arn"]) == ("123456789012", "arn:aws:iam::123456789012:root")


def admin(server: Endpoint, path: str, body: Json | None = None, method: str = "GET") -> Json:
    data = json.dumps(body).encode() if body is not None else None
    asked = urllib.request.Request(server.url() + path, data, method=method)
    with urllib.request.urlopen(asked, timeout=10) as answer:
        found: Json = json.load(answer)
        return found


def test_the_admin_api_shows_what_was_denied_and_no_secret(connect: Connect, secured: Endpoint) -> None:
    admin(secured, "/_admin/access/denied", method="DELETE")
    a = connect("AKIDA", "a-secret")
    for _ in range(2):
        refused(a.scan, TableName="Orders")
    found = admin(secured, "/_admin/access")
    (denial,) = found["denied"]
    assert (denial["caller"], denial["action"], denial["count"]) == (
        f"arn:aws:iam::{ACCOUNT}:user/a",
        "dynamodb:Scan",
        2,
    )
    assert denial["decided_by"] == "no identity-based policy allows it" and denial["resource"] == TABLE
    assert found["mode"] == "enforce" and found["problem"] is None
    assert [each["keys"] for each in found["callers"]] == [["AKIDOWNER"], ["AKIDA", "ASIAA"]]
    assert "secret" not in json.dumps(found) and "a-token" not in json.dumps(found)
    assert admin(secured, "/_admin/access?caller=nobody")["denied"] == []


@pytest.mark.usefixtures("table")
def test_an_explanation_names_the_statement(
    secured: Endpoint, tmp_path: Path, path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    request, table = tmp_path / "get.json", tmp_path / "table.json"
    request.write_text(json.dumps({"TableName": "Orders", "Key": {"tenant": {"S": "b"}}}))
    table.write_text(json.dumps(CREATE))
    asked = ["explain", "--caller", "a", "--operation", "GetItem", "--request", str(request)]
    expected = (
        f"dynamodb:GetItem on {TABLE}: DENIED by default: no identity-based policy allows it\n"
        "  identity-based policy own: Statement[0] (OwnItems), Allow\n"
        "    Resource arn:aws:dynamodb:*:*:table/Orders covers it\n"
        "    ForAllValues:StringEquals dynamodb:LeadingKeys [${aws:PrincipalTag/tenant}] does not hold: "
        "the request has [b]\n"
        f"The request is denied for arn:aws:iam::{ACCOUNT}:user/a.\n"
    )
    for where in (["--endpoint", secured.url()], ["--access-file", str(path), "--table", str(table)]):
        assert access_command.main([*asked, *where]) == access_command.DENIED
        assert capsys.readouterr().out == expected
    request.write_text(json.dumps({"TableName": "Orders", "Key": {"tenant": {"S": "a"}}}))
    assert access_command.main([*asked, "--endpoint", secured.url()]) == 0
    assert "allowed by identity-based policy own: Statement[0] (OwnItems)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"--caller": "nobody"}, "there is no caller nobody"),
        ({"--operation": "GetThing"}, "there is no operation GetThing"),
        ({"--request": "/nowhere.json"}, "/nowhere.json: No such file"),
        ({"--request": "/dev/null"}, "/dev/null: line 1: this is no JSON\n"),
        ({"--endpoint": "127.0.0.1:1"}, "no server answers"),
        ({"--access-file": "/nowhere.toml"}, "/nowhere.toml: No such file"),
    ],
)
def test_what_cannot_be_explained(
    secured: Endpoint, tmp_path: Path, capsys: pytest.CaptureFixture[str], changed: dict[str, str], reason: str
) -> None:
    request = tmp_path / "request.json"
    request.write_text("{}")
    given = {"--caller": "a", "--operation": "ListTables", "--request": str(request), "--endpoint": secured.url()}
    words = [word for pair in {**given, **changed}.items() for word in pair]
    assert access_command.main(["explain", *words]) == 1
    assert reason in capsys.readouterr().err


def test_the_file_is_read_again_and_a_bad_one_is_not_taken(
    connect: Connect, boto_session: boto3.Session, tmp_path: Path
) -> None:
    path = tmp_path / "access.toml"
    path.write_text(CALLERS + POLICY)
    server = Endpoint("--access", "enforce", "--access-file", str(path))
    try:
        a = connect("AKIDA", "a-secret", url=server.url())
        assert refused(a.delete_table, TableName="Orders")[0] == "AccessDeniedException"
        path.write_text(CALLERS + POLICY.replace('"dynamodb:GetItem"', '"dynamodb:GetItm"'))
        until(lambda: admin(server, "/_admin/access")["problem"] is not None)
        assert admin(server, "/_admin/access")["problem"] == (
            f"{path}: line 21: policies.own.Statement[0].Action[0]: dynamodb:GetItm matches no action of DynamoDB"
        )
        assert refused(a.delete_table, TableName="Orders")[0] == "AccessDeniedException"
        path.write_text(CALLERS + POLICY.replace('"dynamodb:GetItem"', '"dynamodb:DeleteTable"'))
        until(lambda: refused(a.delete_table, TableName="Orders")[0] == "ResourceNotFoundException")
        assert admin(server, "/_admin/access")["problem"] is None
        assert "a-secret" not in server.log_text() and "line 21" in server.log_text()
    finally:
        server.stop()


def until(holds: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < give_up
        time.sleep(0.1)


def test_observing_refuses_nothing_and_counts(
    start_server: Callable[..., Endpoint], connect: Connect, path: Path
) -> None:
    server = start_server("--access", "observe", "--access-file", str(path))
    owner = connect("AKIDOWNER", "wrong", url=server.url())
    owner.create_table(**CREATE)
    a = connect("AKIDA", "a-secret", url=server.url())
    assert a.scan(TableName="Orders")["Items"] == []
    assert connect("123456789012", "any", url=server.url()).list_tables()["TableNames"] == []
    denied = admin(server, "/_admin/access")["denied"]
    assert {(each["caller"], each["action"] or each["decided_by"]) for each in denied} == {
        (f"arn:aws:iam::{ACCOUNT}:root", "InvalidSignatureException"),
        (f"arn:aws:iam::{ACCOUNT}:user/a", "dynamodb:Scan"),
        ("123456789012", "UnrecognizedClientException"),
    }


def test_a_server_without_a_usable_file_does_not_start(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from thermodynamo.commands import serve

    path = tmp_path / "access.json"
    path.write_text('{\n"callers": {"a": {"arn": "a"}}}')
    assert serve.main(["--port", "0", "--access", "enforce", "--access-file", str(path)]) == 1
    assert f"{path}: line 2: callers.a.arn: a is the ARN of no" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        serve.main(["--access", "enforce"])
    assert "--access is 'enforce': it needs --access-file, too" in capsys.readouterr().err


def test_auto_scaling_is_signed_for_and_decided_as_a_service_of_its_own(secured: Endpoint) -> None:
    def client(key: str, service: str = "application-autoscaling") -> Any:
        keys = {"aws_access_key_id": f"AKID{key.upper()}", "aws_secret_access_key": f"{key}-secret"}
        return boto3.client(service, endpoint_url=secured.url(), region_name="us-east-1", **keys)

    assert client("owner").describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"] == []
    with pytest.raises(ClientError, match="a is not authorized to perform: application-autoscaling:DescribeScal"):
        client("a").describe_scalable_targets(ServiceNamespace="dynamodb")
    wrong = client("owner")
    wrong.meta.events.register("before-sign", lambda request, **_: request.context.update(signing={}))
    wrong._request_signer._signing_name = "dynamodb"
    with pytest.raises(ClientError, match="Credential should be scoped to correct service: 'application-autoscaling'"):
        wrong.describe_scalable_targets(ServiceNamespace="dynamodb")
