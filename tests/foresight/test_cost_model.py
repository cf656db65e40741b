"""The input of AWS's cost calculators as a model: each access pattern has its rate, and costs what it costs there."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.foresight.test_foresee_command import foresee, of_json
from tests.foresight.test_recording import events_of
from tests.foresight.test_trace_command import made, scenarios, trace

pytest.importorskip("duckdb")


def server_model() -> dict[str, Any]:
    """The form of the DynamoDB MCP server: two tables, one with two indexes of smaller entries."""
    common = {"description": "-"}
    gsis = [{"name": "byMail", "item_size_bytes": 1_500, "item_count": 50},
            {"name": "byStatus", "item_size_bytes": 500, "item_count": 50}]  # fmt: skip
    return {
        "access_pattern_list": [
            {"operation": "GetItem", "pattern": "a", "table": "users", "rps": 30, "item_size_bytes": 5_000,
             "strongly_consistent": True, **common},
            {"operation": "Query", "pattern": "b", "table": "users", "rps": 10, "item_size_bytes": 1_500,
             "item_count": 4, "gsi": "byMail", **common},
            {"operation": "PutItem", "pattern": "c", "table": "users", "rps": 20, "item_size_bytes": 5_000,
             "gsi_list": ["byMail", "byStatus"], **common},
            {"operation": "UpdateItem", "pattern": "d", "table": "users", "rps": 15, "item_size_bytes": 5_000,
             "gsi_list": ["byStatus"], **common},
            {"operation": "BatchWriteItem", "pattern": "e", "table": "orders", "rps": 5, "item_size_bytes": 900,
             "item_count": 10, **common},
            {"operation": "TransactWriteItems", "pattern": "f", "table": "orders", "rps": 4, "item_size_bytes": 900,
             "item_count": 2, **common},
            {"operation": "TransactGetItems", "pattern": "g", "table": "orders", "rps": 4, "item_size_bytes": 900,
             "item_count": 2, **common},
        ],
        "table_list": [{"name": "users", "item_size_bytes": 5_000, "item_count": 50, "gsi_list": gsis},
                       {"name": "orders", "item_size_bytes": 1_000, "item_count": 5_000}],
    }  # fmt: skip


def skill_model(**more: Any) -> dict[str, Any]:
    """The form of the agent toolkit's skill."""
    gsis = [
        {"index_name": "byCustomer", "partition_key": "customer", "sort_key": "at", "projection": {"type": "ALL"}},
        {
            "index_name": "byStatus",
            "partition_key": "status",
            "projection": {"type": "INCLUDE", "attributes": ["total"]},
        },
    ]
    return {
        "tables": [{"table_name": "orders", "key_schema": {"partition_key": "customer", "sort_key": "id"}, "gsis": gsis,
                    "attribute_definitions": [{"attribute_name": "id", "attribute_type": "N"}]}],
        "access_patterns": [
            {"pattern_id": "W1", "operation": "PutItem", "table": "orders", "peak_rps": 40, "avg_rps": 10,
             "estimated_item_size_bytes": 2_000, "attributes_written": ["customer", "id", "at"], **more},
            {"pattern_id": "Q1", "operation": "Query", "table": "orders", "index": "byCustomer", "peak_rps": 10,
             "estimated_item_size_bytes": 2_000, "items_per_request": 20, "consistency": "eventual"},
            {"pattern_id": "V1", "operation": "SearchVectors", "table": "orders", "index": "v", "peak_rps": 1},
        ],
    }  # fmt: skip


def modelled(tmp_path: Path, model: Any, *arguments: object) -> tuple[Counter[str], dict[tuple[str, str | None], Any]]:
    """How many accesses of each operation a model has, and the report on each table and index by both names."""
    (tmp_path / "model.json").write_text(json.dumps(model))
    made("model", tmp_path / "model.json", tmp_path / "t.parquet", "--cost-model", *arguments)
    counts: Counter[str] = Counter()
    for event in events_of(tmp_path / "t.parquet"):
        counts[f"failed {event.operation}" if event.kind == "failed" else event.operation] += event.times or 0
    (scenario,) = of_json(str(tmp_path / "t.parquet"))["scenarios"]
    return counts, {(each["table"], each["index"]): each for each in scenario["tables"]}


def test_each_access_costs_what_the_calculator_says(tmp_path: Path) -> None:
    """An item of 5,000 bytes is read with 2 units and written with 5; entries of 1,500 and 500 bytes with 2 and 1."""
    counts, found = modelled(tmp_path, server_model(), "--seconds", 30)
    assert counts["PutItem"] == pytest.approx(600, rel=0.15) and counts["BatchWriteItem"] == pytest.approx(
        1_500, rel=0.15
    )
    users, orders = found["users", None], found["orders", None]
    assert users["read_units"] == 2 * counts["GetItem"]
    assert users["write_units"] == 5 * (counts["PutItem"] + counts["UpdateItem"])
    assert found["users", "byMail"]["read_units"] == 1.0 * counts["Query"]
    assert found["users", "byMail"]["write_units"] == 2 * counts["PutItem"]
    assert found["users", "byStatus"]["write_units"] == counts["PutItem"] + counts["UpdateItem"]
    assert orders["write_units"] == counts["BatchWriteItem"] + 2 * counts["TransactWriteItems"]
    assert orders["read_units"] == 2 * counts["TransactGetItems"]
    keys = {event.key for event in events_of(tmp_path / "t.parquet") if event.operation == "GetItem"}
    assert 40 <= len(keys) <= 50


def test_key_schemas_and_written_attributes_say_what_an_index_takes(tmp_path: Path) -> None:
    """`status` is not written, so that byStatus takes nothing; false conditions come on top."""
    counts, found = modelled(tmp_path, skill_model(conditional_fail_rate=0.5), "--seconds", 30, "--items-per-key", 3)
    assert counts["PutItem"] == pytest.approx(1_200, rel=0.1)
    assert counts["failed PutItem"] == pytest.approx(600, rel=0.2) and counts["SearchVectors"] == 0
    assert found["orders", None]["write_units"] == 2 * (counts["PutItem"] + counts["failed PutItem"])
    assert found["orders", "byCustomer"]["write_units"] == 2 * counts["PutItem"]
    assert ("orders", "byStatus") not in found or found["orders", "byStatus"]["write_units"] == 0
    # 20 items of 2,000 bytes are ten blocks, each read eventually.
    assert found["orders", "byCustomer"]["read_units"] == 5 * counts["Query"]


def test_written_attributes_that_are_no_names_touch_no_index(tmp_path: Path) -> None:
    counts, found = modelled(tmp_path, skill_model(attributes_written=[{"at": 1}, None]), "--seconds", 1)
    assert counts["PutItem"] > 0 and ("orders", "byStatus") not in found


@pytest.mark.parametrize(("arrival", "highest", "lowest"), [("steady", 40, 40), ("flash", 40, 10)])
def test_average_and_peak_follow_the_arrival(tmp_path: Path, arrival: str, highest: int, lowest: int) -> None:
    (tmp_path / "model.json").write_text(json.dumps(skill_model()))
    place = tmp_path / "model.json", tmp_path / "t.parquet", "--cost-model"
    out = made("model", *place, "--arrival", arrival, "--seconds", 300, "--flash-seconds", 100)
    assert "1 passed over, SearchVectors is not modelled (first at model.json, access pattern 3: V1)" in out
    events = [each for each in events_of(tmp_path / "t.parquet") if each.operation == "PutItem"]
    thirds = [0, 0, 0]
    for event in events:
        thirds[(event.at_us // 1_000_000 - 1_767_225_600) // 100] += event.times or 0
    assert thirds[1] == pytest.approx(100 * highest, rel=0.1)
    assert [thirds[0], thirds[2]] == [pytest.approx(100 * lowest, rel=0.15)] * 2


def test_a_new_index_needs_more_than_rates(tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text(json.dumps(server_model()))
    made("model", tmp_path / "model.json", tmp_path / "t.parquet", "--cost-model", "--seconds", 1)
    index = 'table = "users"\n[[scenario.tables.indexes]]\nname = "i"\npartition = "x"\n'
    done = foresee(str(tmp_path / "t.parquet"), "--scenarios", scenarios(tmp_path, index))
    assert done.returncode == 1 and "needs the attributes of items, which the trace does not have" in done.stderr
    without = 'table = "users"\nwithout_indexes = ["byStatus", "byMail"]\n'
    done = foresee(str(tmp_path / "t.parquet"), "--scenarios", scenarios(tmp_path, without))
    assert done.returncode == 0, done.stderr


def spoilt(member: str, place: int, **more: Any) -> dict[str, Any]:
    """The server's form with other members in one of its lists."""
    made = server_model()
    made[member][place].update(more)
    return made


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ({}, "is no input of a cost calculator"),
        ([1], "is no input of a cost calculator"),
        ({"access_patterns": 3, "tables": []}, "m.json: access_patterns is no list of objects"),
        ({"access_pattern_list": [], "table_list": [3]}, "m.json: table_list is no list of objects"),
        (spoilt("access_pattern_list", 0, rps="many"), 'pattern 1: rps is "many": it must be a number'),
        (spoilt("access_pattern_list", 1, table="none"), "pattern 2: there is no table none; there is users, orders"),
        (spoilt("access_pattern_list", 1, gsi="x"), "the table users has no index x; there is byMail"),
        (spoilt("access_pattern_list", 0, operation="Go"), "access pattern 1: the operation Go is none of GetItem"),
        (spoilt("access_pattern_list", 0, item_size_bytes=0), "item_size_bytes is 0: it must be a whole number"),
        (spoilt("table_list", 0, item_count=True), "table 1: item_count is true"),
        (spoilt("table_list", 1, name=""), 'table 2: name is "": it must be a text'),
        (skill_model(conditional_fail_rate=2), "conditional_fail_rate is 2: it must be from 0 to 1"),
        (skill_model(peak_rps=None), "peak_rps is null"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_model_is_said(tmp_path: Path, model: Any, message: str) -> None:
    (tmp_path / "m.json").write_text(json.dumps(model))
    done = trace("model", tmp_path / "m.json", tmp_path / "t.parquet", "--cost-model")
    assert done.returncode == 1 and message in done.stderr and done.stderr.count("\n") == 1, done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--period", "5"), "--period is for --metrics"),
        (("--rate", "GetItem=3"), "--rate and --consistent are for --export"),
        (("--peak-factor", "0.5"), "--peak-factor is 0.5: it must be from 1 to 1000"),
        (("--start", "soon"), "--start soon: the time is neither a number nor ISO 8601"),
        (("--seconds", "99999999"), "a trace of 99,999,999 seconds cannot be made"),
    ],
)  # fmt: skip
def test_options_that_mean_nothing_are_refused(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    (tmp_path / "m.json").write_text(json.dumps(server_model()))
    done = trace("model", tmp_path / "m.json", tmp_path / "t.parquet", "--cost-model", *arguments)
    assert done.returncode == 1 and message in done.stderr, done.stderr
