"""What the admin API shows of the retries of real clients."""

import json
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.conftest import Endpoint

ATTEMPTS = 3


@pytest.fixture
def small(start_server: Callable[..., Endpoint]) -> Endpoint:
    """A server whose partitions serve nearly nothing, on a clock that stands still."""
    return start_server("--partition-write-units-max", "1", "--clock", "virtual")


@pytest.fixture
def client(small: Endpoint, account: str) -> Iterator[Any]:
    made = boto3.Session(region_name="us-east-1").client(
        "dynamodb",
        endpoint_url=small.url(),
        aws_access_key_id=account,
        aws_secret_access_key="secret",
        config=Config(retries={"mode": "standard", "total_max_attempts": ATTEMPTS}),
    )
    made.create_table(
        TableName="events",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    yield made
    made.close()


def ask(server: Endpoint, path: str, account: str, accept: str = "application/json") -> Any:
    request = urllib.request.Request(f"{server.url()}/_admin/{path}?account={account}", headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=10) as response:
        text = response.read().decode()
    return json.loads(text) if accept == "application/json" else text


def test_boto3s_retries_are_counted_and_shown(client: Any, small: Endpoint, account: str) -> None:
    client.put_item(TableName="events", Item={"id": {"S": "a"}})
    with pytest.raises(ClientError):
        client.put_item(TableName="events", Item={"id": {"S": "a"}})
    (shown,) = ask(small, "throttles", account)["retries"]
    assert shown == {
        "table": "events",
        "operation": "PutItem",
        "calls": 1,
        "retries": ATTEMPTS - 1,
        "got_through": 0,
        "gave_up": 1,
        "may_be_tried_again": 0,
        "retries_until_through": None,
        "seconds_on_average": 0.0,
        "seconds_at_most": 0.0,
        "requests_without_id": 0,
        "summary": "1 call met a throttle, 1 gave up",
    }
    assert ask(small, "heat", account)["tables"][0]["retries"] == [shown]
    sentence = "1 call met a throttle, 1 gave up\n"
    assert f"PutItem on events: {sentence}" in ask(small, "throttles", account, "text/plain")
    assert f"  PutItem: {sentence}" in ask(small, "heat", account, "text/plain")
    metrics = ask(small, "metrics", account, "*/*")
    labels = 'Operation="PutItem",Outcome="GaveUp",TableName="events"'
    assert f"ThrottledCalls_total{{{labels}}} 1.0" in metrics
    assert f'ThrottledCallRetries_total{{Operation="PutItem",TableName="events"}} {ATTEMPTS - 1}.0' in metrics
    assert 'ThrottledCallSeconds_count{Operation="PutItem",TableName="events"} 1.0' in metrics


def test_injected_throttles_count_too(client: Any, small: Endpoint, account: str) -> None:
    fault = {"operation": "GetItem", "error": "ProvisionedThroughputExceededException", "count": 1}
    address = f"{small.url()}/_admin/faults?account={account}"
    request = urllib.request.Request(address, json.dumps(fault).encode(), {"Content-Type": "application/json"})
    urllib.request.urlopen(request, timeout=10).close()
    client.get_item(TableName="events", Key={"id": {"S": "a"}})
    (shown,) = ask(small, "throttles", account)["retries"]
    assert (shown["operation"], shown["got_through"], shown["retries"]) == ("GetItem", 1, 1)
