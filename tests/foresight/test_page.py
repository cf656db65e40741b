"""The report as one HTML file: it asks for nothing, escapes what it is given, and shows what the JSON has."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.foresight.recorded import Recorded
from tests.foresight.test_foresee_command import foresee, of_json
from tests.foresight.test_scenarios import hot_writes, trace_of
from thermodynamo.foresight.replays.heat_map import BANDS, PARTS_MAX, HeatMap
from thermodynamo.foresight.reports.page.page import page

pytest.importorskip("duckdb")

PLANS = '[[scenario]]\nname = "{}"\n[[scenario.tables]]\ntable = "orders"\nkey = "pk"\nwrite_shards = {}\n'
BYTES_MAX = 64 * 1024
VOID = {"meta"}


class Elements(HTMLParser):
    """The elements of a page, each closed in its turn."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.feed(text)
        assert self.open == [], "everything is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.fixture
def report(tmp_path: Path) -> dict[str, Any]:
    trace = trace_of(tmp_path, hot_writes(4_000))
    plans = tmp_path / "plans.toml"
    plans.write_text(PLANS.format("<b>one & only</b>", 1) + PLANS.format("shards", 64))
    made: dict[str, Any] = of_json(str(trace.path), "--scenarios", str(plans))
    return made


def test_the_page_asks_for_nothing_and_runs_nothing(report: dict[str, Any]) -> None:
    made = page(report)
    found = Elements(made)
    assert len(made.encode()) < BYTES_MAX
    assert not {"script", "img", "link", "iframe", "object", "base", "form"} & set(found.names)
    assert not [name for name, _ in found.attributes if name in ("src", "href", "style") or name.startswith("on")]
    assert not re.search(r"url\(|@import|https?://", re.sub(r'content="[^"]*"', "", made))
    (style,) = re.findall(r"<style>(.*?)</style>", made, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-{digest}'" in (
        value for name, value in found.attributes if name == "content"
    )


def test_names_are_text_and_no_markup(report: dict[str, Any]) -> None:
    report["scenarios"][0]["tables"][0]["busiest_keys"][0]["key"] = '"><script>alert(1)</script>'
    report["scenarios"][0]["notes"].append("<img src=x onerror=alert(1)>")
    found = Elements(page(report))
    assert not {"script", "img", "b"} & set(found.names)
    assert "<b>one & only</b>" in found.texts and '"><script>alert(1)</script>' in found.texts


def test_the_page_shows_what_was_found(report: dict[str, Any]) -> None:
    texts = Elements(page(report)).texts
    whole = " ".join(texts)
    assert "2,000 throttled" in whole and "TableWriteKeyRangeThroughputExceeded" in texts and "pk=hot" in texts
    assert "hot key: " in texts and "PutItem: 4,000 requests" in texts
    assert whole.count("a month") >= 2 and page(report) == page(report)


def test_the_command_writes_the_file(tmp_path: Path) -> None:
    trace = trace_of(tmp_path, hot_writes(3))
    plans = tmp_path / "plans.toml"
    plans.write_text(PLANS.format("s", 1))
    path = tmp_path / "report.html"
    done = foresee(str(trace.path), "--scenarios", str(plans), "--html", str(path))
    assert done.returncode == 0 and "== s (exact)" in done.stdout, "the text is printed as well"
    assert path.read_text().startswith("<!DOCTYPE html>")
    done = foresee(str(trace.path), "--scenarios", str(plans), "--html", str(tmp_path / "none" / "report.html"))
    assert done.returncode == 1 and "report.html cannot be written: No such file or directory" in done.stderr


def test_a_heat_map_has_every_unit_and_a_bounded_memory() -> None:
    heat = HeatMap()
    for second in range(1_000):
        heat.add(second, {bytes([second % 256]): 3, b"": 9}, second % 2 == 1)
        heat.refuse(second, bytes([7]), 2)
    assert heat.width == 16 and len(heat.cells) <= PARTS_MAX * BANDS
    assert max(part for part, _ in heat.cells) == 999 // 16
    assert [sum(cell[number] for cell in heat.cells.values()) for number in range(3)] == [1_500, 1_500, 2_000]
    assert all(band == 0 for (_, band), cell in heat.cells.items() if cell[2])


def test_the_map_of_a_replay_has_what_its_seconds_have(tmp_path: Path) -> None:
    """Pages, batches, transactions and the entries of an index are in it, each where its keys lie."""
    world = Recorded(tmp_path / "run.parquet")
    index = {
        "IndexName": "byStatus",
        "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
    }
    names = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "status")]
    world.create("orders", sort=True, GlobalSecondaryIndexes=[index], AttributeDefinitions=names)
    world.pass_seconds(10)

    def item(number: int) -> dict[str, Any]:
        return {"pk": {"S": f"c{number}"}, "sk": {"S": "1"}, "status": {"S": "open"}}

    for number in range(20):
        world.call("PutItem", {"TableName": "orders", "Item": item(number)})
    world.call("BatchWriteItem", {"RequestItems": {"orders": [{"PutRequest": {"Item": item(30)}}]}})
    put = {"TableName": "orders", "Item": item(31)}
    world.call("TransactWriteItems", {"TransactItems": [{"Put": put}]})
    world.pass_seconds(1)
    query = {"KeyConditionExpression": "#s = :s", "ExpressionAttributeValues": {":s": {"S": "open"}}}
    names_of = {"ExpressionAttributeNames": {"#s": "status"}}
    world.call("Query", {"TableName": "orders", "IndexName": "byStatus", **query, **names_of})
    world.call("GetItem", {"TableName": "orders", "Key": {"pk": {"S": "c1"}, "sk": {"S": "1"}}})
    world.recording.close()
    table, entries = of_json(str(world.path))["scenarios"][0]["tables"]
    for found in (table, entries):
        cells = found["heat"]["cells"]
        assert sum(cell[2] for cell in cells) == found["read_units"]
        assert sum(cell[3] for cell in cells) == found["write_units"]
    assert table["write_units"] == 23 and len({cell[1] for cell in table["heat"]["cells"]}) > 5
    assert {cell[1] for cell in entries["heat"]["cells"]} == {entries["heat"]["cells"][0][1]}, "one key of the index"
    assert entries["busiest_keys"][0]["key"] == "status=open"
