"""Which clients are answered in the process, and for how long."""

import os
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import boto3
import botocore.session
import pytest
from botocore import UNSIGNED
from botocore.client import BaseClient
from botocore.config import Config
from botocore.credentials import CredentialResolver
from botocore.session import Session

from tests.emulator.testing.world import TABLE
from thermodynamo.testing import local_dynamodb
from thermodynamo.testing.clients import interception

KEYS = {"region_name": "eu-west-1", "aws_access_key_id": "AKID", "aws_secret_access_key": "secret"}


class Elsewhere(BaseHTTPRequestHandler):
    """A server of another kind: it answers every operation with an empty reply."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("content-length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


@pytest.fixture
def elsewhere() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Elsewhere) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def nothing_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without credentials, region and settings, on which looking for credentials fails the test."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, os.devnull)

    def fail(self: CredentialResolver) -> None:
        raise AssertionError("credentials were looked for")

    monkeypatch.setattr(CredentialResolver, "load_credentials", fail)


def names(client: Any) -> Any:
    return client.list_tables().get("TableNames")


def test_clients_are_answered_whenever_they_were_made() -> None:
    before, resource = boto3.client("dynamodb", **KEYS), boto3.resource("dynamodb", **KEYS)
    core = botocore.session.get_session().create_client("dynamodb", **KEYS)
    with local_dynamodb():
        before.create_table(**TABLE)
        for client in (before, core, resource.meta.client, boto3.client("dynamodb", **KEYS)):
            assert names(client) == ["Music"]
        assert [table.name for table in resource.tables.all()] == ["Music"]


def test_a_client_goes_where_it_would_afterwards(elsewhere: str) -> None:
    client = boto3.client("dynamodb", endpoint_url=elsewhere, **KEYS)
    assert names(client) is None
    with local_dynamodb():
        assert names(client) == []
    assert names(client) is None


def test_clients_of_other_services_are_left_alone(elsewhere: str) -> None:
    with local_dynamodb() as local:
        sqs = boto3.client("sqs", endpoint_url=elsewhere, **KEYS)
        assert sqs.list_queues().get("QueueUrls") is None
        assert local.requests.count == 0


def test_a_server_made_for_tests_is_let_through(elsewhere: str) -> None:
    with local_dynamodb():
        interception.let_through(elsewhere)
        assert names(boto3.client("dynamodb", endpoint_url=elsewhere, **KEYS)) is None


def test_neither_credentials_nor_a_region_are_needed(nothing_configured: None) -> None:
    with local_dynamodb(region="eu-north-1"):
        for client in (boto3.client("dynamodb"), botocore.session.Session().create_client("dynamodbstreams")):
            assert client.meta.region_name == "eu-north-1"
        boto3.client("dynamodb").create_table(**TABLE)
        assert names(boto3.Session().client("dynamodb", region_name="us-west-2")) == []
        assert names(boto3.client("dynamodb", config=Config(region_name="us-west-2"))) == []


def test_the_credentials_and_the_region_of_a_client_choose_the_namespace(nothing_configured: None) -> None:
    with local_dynamodb():
        account = {"aws_access_key_id": "111111111111", "aws_secret_access_key": "x"}
        boto3.client("dynamodb", region_name="us-east-1", **account).create_table(**TABLE)
        assert names(boto3.client("dynamodb", region_name="us-east-1")) == []
        assert names(boto3.Session(region_name="us-east-1", **account).client("dynamodb")) == ["Music"]


def test_a_client_without_a_signature_retries_too() -> None:
    with local_dynamodb() as local:
        client = boto3.client("dynamodb", region_name="us-east-1", config=Config(signature_version=UNSIGNED))
        local.faults.add(error="InternalServerError", count=1)
        assert client.list_tables()["ResponseMetadata"]["RetryAttempts"] == 1


def test_the_innermost_block_answers() -> None:
    with local_dynamodb() as outer, local_dynamodb() as inner:
        client = boto3.client("dynamodb", **KEYS)
        client.create_table(**TABLE)
        assert (outer.requests.count, inner.requests.count) == (0, 1)
    with outer:
        assert names(client) == []


def test_botocore_is_as_it_was_after_the_last_block() -> None:
    methods = Session.create_client, BaseClient._make_api_call
    with local_dynamodb():
        with local_dynamodb():
            assert BaseClient._make_api_call is not methods[1]
        assert Session.create_client is not methods[0]
    assert (Session.create_client, BaseClient._make_api_call) == methods


def test_what_was_put_over_a_method_meanwhile_stays_and_works(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    original = BaseClient._make_api_call
    local = local_dynamodb().start()
    ours = BaseClient._make_api_call

    def traced(self: Any, name: str, parameters: Any) -> Any:
        calls.append(name)
        return ours(self, name, parameters)

    BaseClient._make_api_call = traced
    try:
        local.stop()
        assert BaseClient._make_api_call is traced
        with local_dynamodb():
            assert names(boto3.client("dynamodb", **KEYS)) == []
    finally:
        BaseClient._make_api_call = original
    assert calls == ["ListTables"]
