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
