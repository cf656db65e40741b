"""`thermodynamo trace`: other sources as traces, what is passed over, and traces without their keys."""

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.foresight.recorded import Recorded
from tests.foresight.test_foresee_command import foresee, of_json
from tests.foresight.test_recording import events_of
from tests.foresight.test_scenarios import START, key_of
from thermodynamo_storage.values import keys

duckdb = pytest.importorskip("duckdb")
MAP = ["--map", "time=ts", "operation=op", "key=user", "size=bytes", "--set", "table=orders"]


def trace(*arguments: object) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "thermodynamo", "trace", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True)


def made(*arguments: object) -> str:
    done = trace(*arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def scenarios(tmp_path: Path, text: str) -> str:
    path = tmp_path / "scenarios.toml"
    path.write_text(f'[[scenario]]\nname = "s"\n[[scenario.tables]]\n{text}')
    return str(path)


def record(name: str, second: int, **more: Any) -> dict[str, Any]:
    """A record with the members that the developer guide shows (Understanding DynamoDB log file entries)."""
    parameters = {"tableName": "Music", "key": {"Artist": "No One", "SongTitle": "Shadow"}}
    return {
        "eventSource": "dynamodb.amazonaws.com", "eventName": name, "awsRegion": "us-west-2",
        "eventTime": f"2026-01-01T00:00:{second:02}Z", "requestParameters": parameters, **more,
    }  # fmt: skip


def test_mapped_lines_are_sorted_and_bad_ones_shown(tmp_path: Path) -> None:
    lines = [
        "ts,op,user,bytes",
        f"{START + 1}.5,set,b,100",
        f"{START}.25,get,a,5000",
        "soon,get,a,1",
        "1,get",
        f"{START + 2},delete,c,2000",
        f"{START},flush,a,1",
        f"{START},get,,1",
        f"{START},set,a,-1",
        "1e999999,get,a,1",
    ]
    (tmp_path / "run.csv").write_text("\n".join(lines) + "\n")
    out = made("convert", tmp_path / "run.csv", tmp_path / "run.jsonl", *MAP)
    assert "3 accesses" in out and "whole seconds" not in out
    assert "1 passed over, the time is neither a number nor ISO 8601 (first at run.csv:4: " in out
    assert out.count("passed over") == 6 and "key is missing (first at run.csv:8" in out
    read, put, delete = events_of(tmp_path / "run.jsonl")
    assert [event.at_us - START * 1_000_000 for event in (read, put, delete)] == [250_000, 1_500_000, 2_000_000]
    assert (read.kind, read.operation, read.key, read.size) == ("read", "GetItem", key_of("a"), 5_000)
    assert (put.kind, put.operation, put.size) == ("write", "PutItem", 100)
    assert (delete.operation, delete.size, delete.old_size) == ("DeleteItem", 0, 2_000)
    report = of_json(str(tmp_path / "run.jsonl"), "--scenarios", scenarios(tmp_path, 'table = "orders"\nkey = "pk"\n'))
    (table,) = report["scenarios"][0]["tables"]
    # 5,000 bytes are two blocks read eventually; a write of one unit, and a deletion of 2,000 bytes.
    assert (table["read_units"], table["write_units"]) == (1.0, 3.0)


def test_json_lines_and_parquet_give_the_same_events(tmp_path: Path) -> None:
    values = [{"at": {"ms": START * 1_000 + 250 * turn}, "id": str(turn), "cu": 2.5} for turn in range(3)]
    with gzip.open(tmp_path / "run.jsonl.gz", "wt") as file:
        file.write("".join(json.dumps(each) + "\n" for each in values))
    duckdb.sql(
        f"COPY (SELECT to_timestamp({START} + range / 4) AS at, range AS id, 2.5 AS cu FROM range(3)) "
        f"TO '{tmp_path}/run.parquet'"
    )
    fixed = ["--set", "table=t", "operation=PutItem", "region=eu-west-1"]
    made("convert", tmp_path / "run.jsonl.gz", tmp_path / "a.jsonl", "--map", "time=at.ms", "key=id:N", "units=cu",
         *fixed, "--time-unit", "ms")  # fmt: skip
    made("convert", tmp_path / "run.parquet", tmp_path / "b.jsonl", "--map", "time=at", "key=id:N", "units=cu", *fixed)
    events = events_of(tmp_path / "a.jsonl")
    assert events == events_of(tmp_path / "b.jsonl")
    assert [(each.half_units, each.region) for each in events] == [(5, "eu-west-1")] * 3
    assert events[2].key == keys.item_key(keys.part("N", "2"))


def test_cloudtrail_is_spread_over_its_seconds(tmp_path: Path) -> None:
    items = [
        {"operation": "Put", "tableName": "Music", "key": {"SongTitle": "b", "Artist": "a"}},
        {"operation": "ConditionCheck", "TableName": "Music", "Key": {"SongTitle": "c", "Artist": "a"}},
    ]
    records: list[Any] = [
        record("PutItem", 2), record("GetItem", 1), record("GetItem", 1),
        record("UpdateItem", 1, errorCode="ConditionalCheckFailedException"),
        record("PutItem", 1, errorCode="ProvisionedThroughputExceededException"),
        record("TransactWriteItems", 3, requestParameters={"requestItems": items}),
        record("GetItem", 3, errorCode="AccessDenied"), record("ExecuteStatement", 3), record("CreateTable", 3),
        record("Query", 3, requestParameters={"tableName": "Music"}), "none",
    ]  # fmt: skip
    folder = tmp_path / "logs" / "2026"
    folder.mkdir(parents=True)
    with gzip.open(folder / "one.json.gz", "wt") as file:
        json.dump({"Records": records}, file)
    keyed = ["--cloudtrail", "--key", "Music=Artist,SongTitle"]
    out = made("convert", tmp_path / "logs", tmp_path / "t.parquet", *keyed)
    assert "7 accesses" in out and "spread evenly" in out and out.count("passed over") == 5
    events = events_of(tmp_path / "t.parquet")
    assert [(each.kind, each.at_us % 1_000_000) for each in events] == [
        ("read", 0), ("read", 250_000), ("failed", 500_000), ("write", 750_000), ("write", 0),
        ("transacted write", 0), ("check", 0),
    ]  # fmt: skip
    assert events[3].reason == "ProvisionedThroughputExceededException"
    assert events[5].key == keys.item_key(keys.part("S", "a"), keys.part("S", "b"))
    plain = 'table = "Music"\nkey = "Artist"\nsort_key = "SongTitle"\n'
    done = foresee(str(tmp_path / "t.parquet"), "--scenarios", scenarios(tmp_path, plain))
    assert done.returncode == 1 and "neither sizes nor units; give item_bytes" in done.stderr
    sized = plain + "item_bytes = 3000\n"
    (table,) = of_json(str(tmp_path / "t.parquet"), "--scenarios", scenarios(tmp_path, sized))["scenarios"][0]["tables"]
    # Three units each: a failed write, two writes, and twice that for each of the transaction; two eventual reads.
    assert (table["write_units"], table["read_units"]) == (21.0, 1.0)
    index = sized + '[[scenario.tables.indexes]]\nname = "i"\npartition = "x"\n'
    done = foresee(str(tmp_path / "t.parquet"), "--scenarios", scenarios(tmp_path, index))
    assert done.returncode == 1 and "needs the attributes of items, which the trace does not have" in done.stderr
    done = trace("convert", tmp_path / "logs", tmp_path / "u.parquet", "--cloudtrail")
    assert done.returncode == 1 and "does not tell which is the partition key" in done.stderr


def test_what_cannot_be_converted_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("ts,op\n1,get\n")
    source, target = tmp_path / "a.csv", tmp_path / "a.jsonl"
    for arguments, message in [
        ((source, target), "give time: --map time=NAME"),
        ((source, target, "--map", "when=ts"), "MEMBER is time, table"),
        ((source, target, *MAP), "has no user (for key); it has ts, op"),
        ((source, tmp_path / "a.txt", *MAP), "must end in .parquet or .jsonl"),
        ((source, source, *MAP), "is a source"),
        ((tmp_path / "none.csv", target, *MAP), "there is no file"),
        ((source, target, "--cloudtrail"), "there is no access in it; 2 passed over"),
    ]:
        done = trace("convert", *arguments)
        assert done.returncode == 1 and message in done.stderr and done.stderr.count("\n") == 1, done.stderr
    assert not target.exists() and [each.name for each in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize("placement", [[], ["--keep-placement"]])
def test_an_anonymous_trace_gives_the_same_units(tmp_path: Path, placement: list[str]) -> None:
    world = Recorded(tmp_path / "run.parquet")
    world.create("orders", units=(5, 5))
    for turn in range(6):
        item = {"pk": {"S": f"alice{turn % 2}"}, "mail": {"S": "a@example.org"}, "text": {"S": "x" * 1_500}}
        world.call("PutItem", {"TableName": "orders", "Item": item})
    world.call("GetItem", {"TableName": "orders", "Key": {"pk": {"S": "alice0"}}})
    world.call("Scan", {"TableName": "orders"})
    world.recording.close()
    out = made("anonymise", world.path, tmp_path / "anonymous.jsonl", "--salt", "secret", *placement)
    assert ("possible keys" in out) == bool(placement)
    text = (tmp_path / "anonymous.jsonl").read_text()
    assert "alice" not in text and b"alice".hex() not in text and "example" not in text
    before = [each for each in events_of(world.path) if each.key]
    after = [each for each in events_of(tmp_path / "anonymous.jsonl") if each.key]
    assert len(after) >= 7 and len({each.key for each in after}) == 2
    assert [each.size for each in after] == [each.size for each in before if each.operation != "Scan"]
    kept = {each.key[:8] for each in before if each.key} & {each.key[:8] for each in after if each.key}
    assert len(kept) == (2 if placement else 0)
    first, second = (
        of_json(str(path))["scenarios"][0]["tables"][0] for path in (world.path, tmp_path / "anonymous.jsonl")
    )
    assert first["write_units"] == second["write_units"] == 12.0 and first["read_units"] == second["read_units"]
    done = trace("anonymise", world.path, world.path, "--salt", "s")
    assert done.returncode == 1 and "is the trace itself" in done.stderr
