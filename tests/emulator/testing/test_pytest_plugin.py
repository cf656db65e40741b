"""The plugin as a project's tests have it: a pytest of its own runs them."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

HEAD = """
import boto3, os, pytest, subprocess, sys
TABLE = {
    "TableName": "Music", "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}],
}
ITEM = {"a": {"S": "x"}}
def client():
    return boto3.client("dynamodb")
"""
PASSING = """
@pytest.mark.parametrize("number", range(3))
def test_each_test_has_an_empty_one(dynamodb, number):
    client().create_table(**TABLE)
    assert dynamodb.client().list_tables()["TableNames"] == ["Music"]
    dynamodb.assert_no_scans()

@pytest.mark.parametrize("number", range(3))
def test_each_test_has_a_namespace_of_the_server(dynamodb_server, number):
    code = "import boto3, sys; print(boto3.client('dynamodb', **eval(sys.argv[1])).list_tables()['TableNames'])"
    dynamodb_server.client().create_table(**TABLE)
    command = [sys.executable, "-c", code, str(dynamodb_server.settings())]
    assert subprocess.check_output(command, text=True) == "['Music']\\n"

@pytest.mark.dynamodb(tables={**TABLE, "Items": [ITEM]}, capacity="off")
class TestMarked:
    @pytest.mark.dynamodb(capacity="observe", seed=7)
    def test_the_nearest_marker_wins(self, dynamodb):
        assert (dynamodb.config.capacity, dynamodb.config.seed) == ("observe", 7)
        assert client().get_item(TableName="Music", Key=ITEM)["Item"] == ITEM

    def test_a_server_has_the_same_tables(self, dynamodb_server):
        assert dynamodb_server.resource().Table("Music").get_item(Key={"a": "x"})["Item"] == {"a": "x"}

@pytest.mark.dynamodb(tables=TABLE)
def test_a_clock(dynamodb_clock, dynamodb):
    begun = dynamodb_clock.now()
    assert dynamodb_clock.advance(hours=1) == dynamodb_clock.now() == begun + 3600
    assert client().describe_table(TableName="Music")

@pytest.mark.dynamodb(tables=TABLE)
def test_a_clock_of_the_server(dynamodb_clock, dynamodb_server):
    begun = dynamodb_clock.now()
    assert dynamodb_clock.advance(hours=1) == begun + 3600

@pytest.mark.dynamodb(tables=TABLE)
def test_faults(dynamodb_faults):
    rule = dynamodb_faults.add(error="Throttling", count=1)
    assert client().list_tables()["ResponseMetadata"]["RetryAttempts"] == dynamodb_faults.fired(rule) == 1

@pytest.mark.dynamodb(tables=TABLE)
def test_faults_of_the_server(dynamodb_faults, dynamodb_server):
    rule = dynamodb_faults.add(error="Throttling", count=1)
    made = dynamodb_server.client()
    assert made.list_tables()["ResponseMetadata"]["RetryAttempts"] == dynamodb_faults.fired(rule) == 1
"""
CALLERS = """
import json, pathlib
OWN = {"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Action": "dynamodb:*Item", "Resource": "arn:aws:dynamodb:us-east-1:111122223333:table/Music",
    "Condition": {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["${aws:username}"]}},
}]}
KEYS = [{"access_key_id": "AKIDX", "secret_access_key": "secret"}]
X = {"arn": "arn:aws:iam::111122223333:user/x", "policies": ["own"], "keys": KEYS}
pathlib.Path("access.json").write_text(json.dumps({"callers": {"x": X}, "policies": {"own": OWN}}))
controlled = pytest.mark.dynamodb(tables={**TABLE, "Items": [ITEM]}, access="enforce", access_file="access.json")
MINE, OTHER = ({"TableName": "Music", "Key": {"a": {"S": each}}} for each in "xy")

@controlled
@pytest.mark.parametrize("number", range(2))
@pytest.mark.parametrize("place", ["dynamodb", "dynamodb_server"])
def test_callers(request, place, number):
    local = request.getfixturevalue(place)
    local.client().put_item(TableName="Music", Item={"a": {"S": "y"}})
    local.assert_nothing_denied()
    made = local.as_caller("x").client()
    assert made.get_item(**MINE)["Item"] == ITEM
    assert local.as_caller("x").resource().Table("Music").get_item(Key={"a": "x"})["Item"] == {"a": "x"}
    with pytest.raises(made.exceptions.ClientError, match="user/x is not authorized to perform: dynamodb:GetItem"):
        made.get_item(**OTHER)
    local.assert_allowed("x", "GetItem", MINE)
    local.assert_denied("x", "GetItem", OTHER)
    local.assert_denied("x", "Scan", {"TableName": "Music"})
    with pytest.raises(AssertionError, match="x may send this GetItem:\\ndynamodb:GetItem on [^ ]*: allowed by"):
        local.assert_denied("x", "GetItem", MINE)
    with pytest.raises(AssertionError, match="x may not send this GetItem:"):
        local.assert_allowed("x", "GetItem", OTHER)
    with pytest.raises(AssertionError, match="GetItem cannot be asked about: ValidationException"):
        local.assert_denied("x", "GetItem", {"TableName": "Music"})
    with pytest.raises(ValueError, match="has no caller z: it has x"):
        local.as_caller("z")
    with pytest.raises(AssertionError, match="a kind of request was denied:\\nGetItem, 1 times: arn:aws:iam::1"):
        local.assert_nothing_denied()

@controlled
def test_a_block_in_the_process(dynamodb):
    assert client().get_item(**OTHER)["ResponseMetadata"]
    with dynamodb.as_caller("x"):
        assert client().get_item(**MINE)["Item"] == ITEM
        with pytest.raises(client().exceptions.ClientError, match="AccessDenied"):
            client().get_item(**OTHER)
    assert client().get_item(**OTHER)["ResponseMetadata"]
    own = boto3.client("dynamodb", aws_access_key_id="AKIDX", aws_secret_access_key="any")
    with pytest.raises(own.exceptions.ClientError, match="AccessDenied"):
        own.get_item(**OTHER)

@controlled
@pytest.mark.parametrize("place", ["dynamodb", "dynamodb_server"])
def test_report(request, place):
    local = request.getfixturevalue(place)
    with pytest.raises(Exception, match="AccessDenied"):
        local.as_caller("x").client().scan(TableName="Music")
    assert "\\ndenied by policies:\\n  Scan, 1 times: arn:aws:iam::111122223333:user/x may not" in local.report()

@pytest.mark.dynamodb(tables=TABLE, access="observe", access_file="access.json")
@pytest.mark.parametrize("place", ["dynamodb", "dynamodb_server"])
def test_what_would_be_denied(request, place):
    local = request.getfixturevalue(place)
    local.as_caller("x").client().scan(TableName="Music")
    with pytest.raises(AssertionError, match="Scan, 1 times: arn:aws:iam::111122223333:user/x may not dynamodb:Scan"):
        local.assert_nothing_denied()

@pytest.mark.parametrize("place", ["dynamodb", "dynamodb_server"])
def test_without_access_control(request, place):
    with pytest.raises(ValueError, match="access is 'off', so there are no callers"):
        request.getfixturevalue(place).as_caller("x")
"""
FAILING = """
@pytest.mark.dynamodb(tables=TABLE, transaction_hold="60")
@pytest.mark.parametrize("place", ["dynamodb", "dynamodb_server"])
def test_fails(request, place):
    made = request.getfixturevalue(place).client()
    made.transact_write_items(TransactItems=[{"Put": {"TableName": "Music", "Item": ITEM}}])
    with pytest.raises(made.exceptions.TransactionConflictException):
        made.put_item(TableName="Music", Item=ITEM)
    made.scan(TableName="Music")
    request.getfixturevalue(place).assert_no_scans()

@pytest.mark.dynamodb(tables=TABLE)
def test_passes(dynamodb):
    made = dynamodb.client().scan(TableName="Music")

@pytest.mark.dynamodb(sede=3)
def test_has_a_setting_that_is_none(dynamodb):
    pass

@pytest.mark.dynamodb(tables={"TableName": "Music"})
def test_has_a_table_that_cannot_be(dynamodb_server):
    pass
"""


def run(folder: Path, tests: str, *options: str) -> str:
    """What pytest prints for a project with these tests, in which nothing of AWS is configured."""
    (folder / "test_project.py").write_text(HEAD + tests)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTEST_", "THERMO"))}
    environment = {**kept, "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    command = [sys.executable, "-m", "pytest", "--strict-markers", "-rA", "-p", "no:cacheprovider", *options]
    ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
    return ran.stdout + ran.stderr


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_fixtures_and_the_marker(tmp_path: Path, options: tuple[str, ...]) -> None:
    output = run(tmp_path, PASSING, *options)
    assert re.search(r"=+ 12 passed in ", output), output


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_callers_of_the_access_file(tmp_path: Path, options: tuple[str, ...]) -> None:
    output = run(tmp_path, CALLERS, *options)
    assert re.search(r"=+ 11 passed in ", output), output


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_the_report_of_a_failed_test_shows_its_requests(tmp_path: Path, options: tuple[str, ...]) -> None:
    output = run(tmp_path, FAILING, *options)
    assert re.search(r"=+ 2 failed, 1 passed, 2 errors in ", output), output
    assert len(re.findall(r"\n-+ DynamoDB -+\n3 requests, 1 failed\n", output)) == 2, output
    assert len(re.findall(r"\n  request 2, PutItem of Music \(a=x\): TransactionConflictException\n", output)) == 2
    assert "a table was scanned once: request 3, Scan of Music. Query it by a key or an index instead." in output
    assert "\nDynamoDB for this test: sede is no setting here: there are tables, region, " in output
    assert "\nDynamoDB for this test: table Music: " in output


def test_a_project_that_uses_none_of_it_imports_none_of_it(tmp_path: Path) -> None:
    tests = """
import sys
def test_imports():
    loaded = [name for name in sys.modules if name.startswith(("thermodynamo", "botocore", "boto3"))]
    assert loaded == ["thermodynamo", "thermodynamo.testing", "thermodynamo.testing.pytest_plugin"]
"""
    (tmp_path / "test_project.py").write_text(tests)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stdout


def test_no_server_outlives_the_tests(tmp_path: Path) -> None:
    tests = """
def test_server(dynamodb_server):
    with open("endpoint", "w") as file:
        file.write(dynamodb_server.endpoint)
"""
    assert " 1 passed in " in run(tmp_path, tests)
    port = int((tmp_path / "endpoint").read_text().rpartition(":")[2])
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


ADVISED = """
@pytest.mark.dynamodb(tables={**TABLE, "Items": [ITEM]})
def test_that_scans(dynamodb):
    for _ in range(3):
        client().scan(TableName="Music")

@pytest.mark.dynamodb(tables={**TABLE, "Items": [ITEM]})
def test_that_scans_a_server(dynamodb_server):
    for _ in range(2):
        dynamodb_server.client().scan(TableName="Music")

@pytest.mark.dynamodb(tables=TABLE)
def test_that_reads_by_a_key(dynamodb):
    client().get_item(TableName="Music", Key=ITEM)
"""


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["alone", "xdist"])
def test_advice_stands_at_the_end_of_a_run(tmp_path: Path, options: tuple[str, ...]) -> None:
    output = run(tmp_path, ADVISED, "--dynamodb-advice", *options)
    assert re.search(r"=+ 3 passed in ", output), output
    told = output[output.index("DynamoDB advice") :].splitlines()[1:]
    assert told[0].startswith("scan: Music: Scan reads the table from end to end: 3 requests evaluated 3 items"), told
    assert [line.strip() for line in told if line.startswith("    in ")] == [
        "in test_project.py::test_that_scans",
        "in test_project.py::test_that_scans_a_server",
    ]
    assert "test_that_reads_by_a_key" not in "".join(told[:8])
    assert "DynamoDB advice" not in run(tmp_path, ADVISED)
