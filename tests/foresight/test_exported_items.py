"""The items of an export as a model: their keys and sizes, asked for by rates, and the indexes that they can have."""

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.foresight.test_foresee_command import foresee, of_json
from tests.foresight.test_recording import events_of
from tests.foresight.test_trace_command import made, scenarios, trace
from thermodynamo_storage.values import keys

pytest.importorskip("duckdb")


def item(number: int) -> dict[str, Any]:
    """An item of 1,024 bytes or a little less for even numbers, and of five times as many for others."""
    letters = 1_000 if number % 2 == 0 else 5_000
    return {"pk": {"S": f"c{number % 10}"}, "sk": {"N": f"{number}.0"}, "status": {"S": f"s{number % 3}"},
            "text": {"S": "x" * letters}}  # fmt: skip


def export(folder: Path, count: int) -> Path:
    """A full export of so many items, laid out as the developer guide shows (S3DataExport.Output)."""
    place = folder / "AWSDynamoDB" / "01693685827463-2d8752fd"
    (place / "data").mkdir(parents=True)
    arn = "arn:aws:dynamodb:us-east-1:111122223333:table/orders"
    (place / "manifest-summary.json").write_text(
        json.dumps({"exportType": "FULL_EXPORT", "outputFormat": "DYNAMODB_JSON", "tableArn": arn})
    )
    key = "AWSDynamoDB/01693685827463-2d8752fd/data/asdl123.json.gz"
    (place / "manifest-files.json").write_text(json.dumps({"itemCount": count, "dataFileS3Key": key}) + "\n")
    with gzip.open(place / "data" / "asdl123.json.gz", "wt") as file:
        file.write("".join(json.dumps({"Item": item(number)}) + "\n" for number in range(count)))
    return folder


def arguments(tmp_path: Path, *more: object) -> tuple[object, ...]:
    return ("model", tmp_path / "export", tmp_path / "t.parquet", "--export", "orders", "--key", "pk,sk:N",
            "--seconds", 20, *more)  # fmt: skip


def test_items_are_asked_for_with_their_sizes(tmp_path: Path) -> None:
    export(tmp_path / "export", 60)
    out = made(*arguments(tmp_path, "--rate", "GetItem=50", "PutItem=20", "DeleteItem=5", "--zipf", 0))
    assert "60 of 60 items" in out and "the most popular one has 1.7% of all" in out
    source, call, *events = events_of(tmp_path / "t.parquet")
    assert (source.operation, call.kind) == ("export", "call")
    counts: Counter[str] = Counter()
    reads = writes = 0.0
    for event in events:
        counts[event.operation] += event.times or 0
        assert event.key is not None
        _, parts = keys.split(event.key)
        is_large = int(keys.part_value("N", parts[1])) % 2 == 1
        if event.kind == "read":
            reads += (event.times or 0) * (1.0 if is_large else 0.5)
        else:
            writes += (event.times or 0) * (5 if is_large else 1)
    assert counts == {
        "GetItem": pytest.approx(1_000, rel=0.1), "PutItem": pytest.approx(400, rel=0.15),
        "DeleteItem": pytest.approx(100, rel=0.3),
    }  # fmt: skip
    (table,) = of_json(str(tmp_path / "t.parquet"))["scenarios"][0]["tables"]
    assert (table["read_units"], table["write_units"]) == (reads, writes)
    (table,) = of_json(str(tmp_path / "t.parquet"), "--method", "aggregate")["scenarios"][0]["tables"]
    assert (table["read_units"], table["write_units"]) == (reads, writes)


def test_some_items_stand_for_all(tmp_path: Path) -> None:
    export(tmp_path / "export", 500)
    found = []
    for seed in (1, 1, 2):
        out = made(*arguments(tmp_path, "--rate", "GetItem=500", "--keys", 20, "--zipf", 0, "--seed", seed))
        assert "20 of 500 items" in out
        found.append({event.key for event in events_of(tmp_path / "t.parquet") if event.key})
    assert found[0] == found[1] != found[2] and len(found[0]) == 20


def test_an_index_of_all_attributes_is_written_with_each_change(tmp_path: Path) -> None:
    export(tmp_path / "export", 60)
    made(*arguments(tmp_path, "--rate", "PutItem=20"))
    index = 'table = "orders"\n[[scenario.tables.indexes]]\nname = "byStatus"\npartition = "status"\n'
    (scenario,) = of_json(str(tmp_path / "t.parquet"), "--scenarios", scenarios(tmp_path, index))["scenarios"]
    units = {each["index"]: each["write_units"] for each in scenario["tables"]}
    assert units["byStatus"] == units[None] > 300
    place = str(tmp_path / "t.parquet"), "--scenarios"
    done = foresee(*place, scenarios(tmp_path, index + 'projection = "KEYS_ONLY"\n'))
    assert done.returncode == 1 and "does not tell which ones a write changes: plan it with ALL" in done.stderr


def test_what_is_no_export_is_said(tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    for more, message in (
        ((), "give --rate, as in --rate GetItem=100"),
        (("--rate", "Query=3"), "--rate Query=3: it must be OPERATION=NUMBER"),
        (("--rate", "GetItem=x"), "--rate GetItem=x: it must be OPERATION=NUMBER"),
        (("--rate", "GetItem=3"), "this folder is no export of a table"),
    ):
        done = trace(*arguments(tmp_path, *more))
        assert done.returncode == 1 and message in done.stderr, done.stderr
    export(tmp_path / "export", 3)
    done = trace(*arguments(tmp_path, "--rate", "GetItem=3", "--key", "pk,other"))
    assert done.returncode == 1 and "the item has no key attribute 'other' of that type; see --key" in done.stderr
