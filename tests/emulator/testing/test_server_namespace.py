"""What a test has of a server, where it is not seen by way of the plugin."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from botocore.config import Config

from tests.conftest import Endpoint
from tests.emulator.testing.world import ITEM, TABLE
from thermodynamo.faults.rule import FaultError
from thermodynamo.testing import ServerNamespace


@pytest.fixture
def namespace(start_server: Callable[..., Endpoint]) -> Iterator[ServerNamespace]:
    made = ServerNamespace(start_server("--partition-write-units-max", "20").url())
    yield made
    made.discard()


def test_items_with_binary_values_are_loaded(namespace: ServerNamespace) -> None:
    item = {**ITEM, "l": {"L": [{"M": {"b": {"B": "AP8="}}}, {"BS": ["AA==", b"\x01"]}]}}
    namespace.load({**TABLE, "Items": [item]})
    (found,) = namespace.client().scan(TableName="Music")["Items"]
    assert found["l"]["L"][0]["M"]["b"]["B"] == b"\x00\xff"
    assert found["l"]["L"][1]["BS"] == [b"\x00", b"\x01"]


def test_the_report_shows_the_throttles_and_the_heat_of_the_namespace(namespace: ServerNamespace) -> None:
    namespace.load(TABLE)
    client = namespace.client(config=Config(retries={"total_max_attempts": 1}))
    with pytest.raises(client.exceptions.ThrottlingException):
        for _ in range(500):
            client.put_item(TableName="Music", Item={**ITEM, "b": {"S": "x" * 20_000}})
    report = namespace.report()
    for shown in ("throttles, the last of 1:\n", "KeyRangeThroughputExceeded", "heat:\nMusic: ", "slowest:\n"):
        assert shown in report
    assert f"request {namespace.requests.count}, PutItem of Music (a=x): ThrottlingException" in report


def test_a_rule_that_cannot_be_is_explained(namespace: ServerNamespace) -> None:
    with pytest.raises(FaultError, match='unknown member "eror": a rule has operation, table, '):
        namespace.faults.add(eror="Throttling")


def test_a_resource_belongs_to_the_namespace_and_its_requests_are_recorded(namespace: ServerNamespace) -> None:
    namespace.load(TABLE)
    namespace.resource().Table("Music").scan()
    with pytest.raises(AssertionError, match="scanned once: request 1, Scan of Music"):
        namespace.assert_no_scans()


def test_files_of_tables_and_of_items_are_loaded(namespace: ServerNamespace, tmp_path: Path) -> None:
    time_to_live = {"TimeToLiveSpecification": {"AttributeName": "until", "Enabled": True}}
    (tmp_path / "tables.json").write_text(json.dumps({**TABLE, **time_to_live}))
    (tmp_path / "Music.jsonl").write_text('{"Item": {"a": {"S": "x"}}}\n')
    assert namespace.load([tmp_path / "tables.json", tmp_path / "Music.jsonl"]) == ["Music"]
    assert namespace.client().scan(TableName="Music")["Items"] == [ITEM]
    described = namespace.client().describe_time_to_live(TableName="Music")["TimeToLiveDescription"]
    assert described == {"TimeToLiveStatus": "ENABLED", "AttributeName": "until"}
