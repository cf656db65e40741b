"""OpenTelemetry's spans and logs as traces: what the conventions tell, and what the map must."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.foresight.test_recording import events_of
from tests.foresight.test_scenarios import START, key_of
from thermodynamo.commands.traces import trace
from thermodynamo_storage.values import keys

pytest.importorskip("duckdb")
NANO = 1_000_000_000


def value(given: Any) -> dict[str, Any]:
    """A value as the protocol's JSON has it: integers are texts."""
    if isinstance(given, bool):
        return {"boolValue": given}
    if isinstance(given, int):
        return {"intValue": str(given)}
    if isinstance(given, float):
        return {"doubleValue": given}
    if isinstance(given, list):
        return {"arrayValue": {"values": [value(each) for each in given]}}
    if isinstance(given, dict):
        return {"kvlistValue": {"values": [{"key": name, "value": value(each)} for name, each in given.items()]}}
    return {"stringValue": given}


def attributes(given: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"key": name, "value": value(each)} for name, each in given.items()]


def span(name: str, second: float, **more: Any) -> dict[str, Any]:
    """A client's span with the attributes of the conventions; `key` is one of the application's own."""
    told = {
        "rpc.system": "aws-api", "rpc.service": "DynamoDB", "rpc.method": name, "db.system": "dynamodb",
        "aws.dynamodb.table_names": ["orders"], "app.key": "alice", "http.response.status_code": 200, **more,
    }  # fmt: skip
    begins = START * NANO + int(second * NANO)
    return {
        "traceId": "5b8efff798038103d269b633813fc60c", "spanId": "eee19b7ec3c1b174", "parentSpanId": "",
        "name": f"DynamoDB.{name}", "kind": 3, "startTimeUnixNano": str(begins),
        "endTimeUnixNano": str(begins + 5_000_000), "attributes": attributes(told), "status": {},
    }  # fmt: skip


def traces(*spans: dict[str, Any]) -> dict[str, Any]:
    resource = {"attributes": attributes({"service.name": "shop", "cloud.region": "eu-west-1"})}
    scope = {"name": "opentelemetry.instrumentation.botocore", "version": "0.50b0"}
    return {"resourceSpans": [{"resource": resource, "scopeSpans": [{"scope": scope, "spans": list(spans)}]}]}


def test_spans_tell_all_but_their_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    consumed = json.dumps({"TableName": "orders", "CapacityUnits": 7.0, "Table": {"CapacityUnits": 3.0},
                           "GlobalSecondaryIndexes": {"byStatus": {"CapacityUnits": 4.0}}})  # fmt: skip
    queried = json.dumps({"TableName": "orders", "CapacityUnits": 1.5, "Table": {"CapacityUnits": 0.0},
                          "GlobalSecondaryIndexes": {"byStatus": {"CapacityUnits": 1.5}}})  # fmt: skip
    index = {"aws.dynamodb.index_name": "byStatus", "aws.dynamodb.consumed_capacity": [queried]}
    throttled = {"error.type": "ProvisionedThroughputExceededException", "http.request.resend_count": 1}
    failed = {"error.type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"}
    lines = [
        traces(span("PutItem", 3, **{"aws.dynamodb.consumed_capacity": [consumed]}),
               span("Query", 1.25, **index), span("GetItem", 2, **{"aws.dynamodb.consistent_read": True})),
        traces(span("PutItem", 4, **throttled), span("UpdateItem", 5, **failed)),
        traces(span("GetItem", 6, **{"error.type": "AccessDeniedException"}),
               span("CreateTable", 7), span("GetItem", 8, **{"app.key": ""}),
               {**span("GetObject", 9), "name": "S3.GetObject", "attributes": attributes({"rpc.service": "S3"})}),
        {"resourceMetrics": []},
    ]  # fmt: skip
    path = tmp_path / "spans.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in lines))
    assert trace.main(["convert", str(path), str(tmp_path / "t.jsonl"), "--otlp", "--map", "key=app.key"]) == 0
    out = capsys.readouterr().out
    assert "5 accesses" in out and out.count("1 passed over") == 5
    assert "the span is none of DynamoDB (first at spans.jsonl:3, record 4: S3.GetObject)" in out
    assert "the line has no spans and no log records of OpenTelemetry (first at spans.jsonl:4)" in out
    assert "it was refused before it asked for an item (first at spans.jsonl:3, record 1: DynamoDB.GetItem)" in out
    events = events_of(tmp_path / "t.jsonl")
    assert [(each.kind, each.operation, each.at_us - START * 1_000_000, each.half_units) for each in events] == [
        ("page", "Query", 1_250_000, 3), ("read", "GetItem", 2_000_000, None), ("write", "PutItem", 3_000_000, 6),
        ("write", "PutItem", 4_000_000, None), ("failed", "UpdateItem", 5_000_000, None),
    ]  # fmt: skip
    assert {(each.table_name, each.region, each.key) for each in events} == {("orders", "eu-west-1", key_of("alice"))}
    assert [each.index_name for each in events] == ["byStatus", None, None, None, None]
    assert (events[1].is_consistent, events[3].attempt) == (True, 2)
    assert events[3].reason == "ProvisionedThroughputExceededException"


def test_newer_conventions_and_one_text_are_read(tmp_path: Path) -> None:
    more = {"db.system": "", "db.system.name": "aws.dynamodb", "rpc.service": "", "rpc.method": "DynamoDB/PutItem"}
    path = tmp_path / "spans.json"
    path.write_text(json.dumps(traces(span("PutItem", 1, **more)), indent=2))
    mapped = ["--map", "key=app.key:B", "--set", "region=us-west-2"]
    assert trace.main(["convert", str(path), str(tmp_path / "t.jsonl"), "--otlp", *mapped]) == 1
    assert trace.main(["convert", str(path), str(tmp_path / "t.jsonl"), "--otlp", "--map", "key=app.key"]) == 0
    (event,) = events_of(tmp_path / "t.jsonl")
    assert (event.operation, event.region) == ("PutItem", "eu-west-1")


def test_log_records_are_mapped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A body may be an object of the protocol, or a text of JSON; a time of the map goes before the record's own."""
    said = {"op": "put", "user": 7, "bytes": 2_000, "at": f"{START + 5}.5"}
    records = [
        {"timeUnixNano": str((START + 1) * NANO), "body": value(said),
         "attributes": attributes({"app.table": "users"})},
        {"observedTimeUnixNano": str((START + 2) * NANO), "body": value(json.dumps(said)),
         "attributes": attributes({"app.table": "users"})},
        {"timeUnixNano": "1", "body": value("hello")},
    ]  # fmt: skip
    message = {"resourceLogs": [{"resource": {}, "scopeLogs": [{"scope": {}, "logRecords": records}]}]}
    path = tmp_path / "logs.jsonl"
    path.write_text(json.dumps(message) + "\n")
    mapped = ["operation=body.op", "table=app.table", "key=body.user:N", "size=body.bytes"]
    assert trace.main(["convert", str(path), str(tmp_path / "t.jsonl"), "--otlp", "--map", *mapped]) == 0
    assert "1 passed over, table is missing (first at logs.jsonl:1, record 3)" in capsys.readouterr().out
    events = events_of(tmp_path / "t.jsonl")
    assert [(each.operation, each.size, each.table_name) for each in events] == [("PutItem", 2_000, "users")] * 2
    assert {each.key for each in events} == {keys.item_key(keys.part("N", "7"))}
    timed = [*mapped, "time=body.at"]
    assert trace.main(["convert", str(path), str(tmp_path / "u.jsonl"), "--otlp", "--map", *timed]) == 0
    assert {each.at_us for each in events_of(tmp_path / "u.jsonl")} == {int((START + 5.5) * 1_000_000)}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "give key: --map key=NAME"),
        (("--map", "key=app.key", "--headings", "a,b"), "--headings is for CSV"),
        (("--map", "key=none"), "there is no access in it; 1 passed over, key is missing"),
    ],
)
def test_what_is_missing_is_said(
    tmp_path: Path, arguments: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "s.jsonl").write_text(json.dumps(traces(span("PutItem", 1))) + "\n")
    assert trace.main(["convert", str(tmp_path / "s.jsonl"), str(tmp_path / "t.jsonl"), "--otlp", *arguments]) == 1
    assert message in capsys.readouterr().err
