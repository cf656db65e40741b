"""The place to see it: heat, timeline, refusals, partitions, metrics, insights, and the command that draws them.

The server's clock stands still and is turned by the tests, so that every figure is exact.
"""

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.conftest import Endpoint
from thermodynamo.api.key_text import fitted, places, printable

SECOND = 1.0


class Watched:
    """A table `load` on a server of virtual time, and the admin API of its namespace."""

    def __init__(self, server: Endpoint, session: boto3.Session) -> None:
        self.server = server
        self.account = server.new_account()
        self.client = session.client(
            "dynamodb",
            endpoint_url=server.url(),
            aws_access_key_id=self.account,
            aws_secret_access_key="secret",
            config=Config(retries={"total_max_attempts": 1}),
        )
        self.client.create_table(
            TableName="load",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
            BillingMode="PAY_PER_REQUEST",
        )

    def ask(self, path: str, body: dict[str, Any] | None = None, accept: str = "application/json") -> Any:
        mark = "&" if "?" in path else "?"
        request = urllib.request.Request(
            f"{self.server.url()}/_admin/{path}{mark}account={self.account}",
            data=json.dumps(body).encode() if body is not None else None,
            headers={"Accept": accept, "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=120) as response:
            text = response.read().decode()
        return json.loads(text) if response.headers["content-type"] == "application/json" else text

    def pass_seconds(self, seconds: float) -> None:
        self.ask("clock", {"advance": seconds})

    def write(self, pk: str, count: int = 1, size_bytes: int = 100_000) -> int:
        """Writes of 98 units each; how many were refused."""
        refused = 0
        for number in range(count):
            item = {"pk": {"S": pk}, "sk": {"S": f"s{number}"}, "x": {"S": "x" * size_bytes}}
            try:
                self.client.put_item(TableName="load", Item=item)
            except ClientError:
                refused += 1
        return refused


@pytest.fixture
def watched(start_server: Callable[..., Endpoint], boto_session: boto3.Session) -> Watched:
    return Watched(start_server("--clock", "virtual", "--split-after-seconds", "5"), boto_session)


def test_a_hot_key_is_found_through_heat(watched: Watched) -> None:
    """The partition, its share of the limit, the refusals by reason, the key, and a word for it."""
    assert watched.write("the one", 15) == 4
    watched.write("quiet", 1, 500)
    watched.pass_seconds(SECOND)
    heat = watched.ask("heat?table=load")
    (table,) = heat["tables"]
    assert table["diagnosis"] == "hot range" and table["advice"]
    hottest = max(table["partitions"], key=lambda each: each["write"]["units_per_second"]["1"])
    assert hottest["write"]["units_per_second"]["1"] == 11 * 98
    assert hottest["throttles"] == {"TableWriteKeyRangeThroughputExceeded": 4}
    assert hottest["throttled_last_60_seconds"] == 4
    assert hottest["hottest_partition_keys"][0]["key"] == {"pk": {"S": "the one"}}
    assert hottest["hottest_keys"][0]["key"]["pk"] == {"S": "the one"}
    assert hottest["hottest_keys_error_units"] == 0
    assert sum(each["items"] for each in table["partitions"]) == 12
    assert table["limits"]["partition"] == {"read": 3_000, "write": 1_000}
    text = watched.ask("heat", accept="text/plain")
    assert "pk=the one" in text and "throttled 4 times: TableWriteKeyRangeThroughputExceeded" in text
    refused = watched.ask("throttles", accept="text/plain").splitlines()
    assert refused[0].split() == ["time", "operation", "reason", "resource", "partition", "tokens", "key"]
    assert len(refused) == 6 and "pk=the one" in refused[1]
    assert refused[5] == "PutItem on load: 4 calls met a throttle, 4 gave up"
    listed = watched.ask("tables/load/partitions", accept="text/html, text/plain").splitlines()
    assert listed[0] == "load" and listed[1].split() == ["id", "low", "high", "items", "bytes", "parent"]
    assert "PKT: pk=the one (4 ThrottleCount)" in watched.ask("insights/load", accept="text/plain")


def test_load_shows_before_its_second_is_over(watched: Watched) -> None:
    """On a clock that stands still no second ever is."""
    assert watched.write("poll", 15) == 4
    heat = watched.ask("heat")["tables"][0]
    assert heat["second_so_far"] == {"read": 0, "write": 11 * 98} and heat["diagnosis"] == "hot range"
    line = "  the second that has begun: 0.0 read and 1,078.0 write units\n"
    assert line in watched.ask("heat", accept="text/plain")
    watched.pass_seconds(SECOND)
    assert watched.ask("heat")["tables"][0]["second_so_far"] == {"read": 0, "write": 0}
    assert line not in watched.ask("heat", accept="text/plain")


@pytest.mark.parametrize(
    ("load", "word"),
    [
        ({}, "idle"),
        ({f"k{number}": 1 for number in range(60)}, "even"),
        ({"one": 20}, "hot range"),
    ],
)
def test_the_diagnosis_is_one_word(watched: Watched, load: dict[str, int], word: str) -> None:
    for pk, count in load.items():
        watched.write(pk, count, 1_000)
    watched.pass_seconds(SECOND)
    assert watched.ask("heat?table=load")["tables"][0]["diagnosis"] == word


def test_one_item_is_a_hot_key(watched: Watched) -> None:
    for _ in range(20):
        watched.write("one", 1, 1_000)
    watched.pass_seconds(SECOND)
    assert watched.ask("heat")["tables"][0]["diagnosis"] == "hot key"


def test_a_few_requests_are_no_hot_key(watched: Watched) -> None:
    watched.write("one", 10, 1_000)
    watched.pass_seconds(SECOND)
    assert watched.ask("heat")["tables"][0]["diagnosis"] == "idle"
    watched.write("one", 1, 1_000)
    watched.pass_seconds(SECOND)
    assert watched.ask("heat")["tables"][0]["diagnosis"] != "idle"


def test_the_timeline_is_time_by_key_range(watched: Watched) -> None:
    watched.write("the one", 3)
    watched.pass_seconds(SECOND)
    watched.write("the one", 12)
    watched.pass_seconds(2 * SECOND)
    timeline = watched.ask("heat/timeline?table=load&seconds=5")
    assert timeline["until"] - timeline["from"] == 5
    series = max((each["write"] for each in timeline["partitions"]), key=sum)
    assert series == [0, 0, 294, 11 * 98, 0] or series == [0, 0, 294, 12 * 98, 0]
    assert [partition["low"] for partition in timeline["partitions"]][1:] == [
        f"{byte}000000000000000" for byte in ("4", "8", "c")
    ]
    text = watched.ask("heat/timeline?seconds=5&colour=0", accept="text/plain")
    assert "load: the last 5 s" in text and len([line for line in text.splitlines() if "|" in line]) == 4
    assert "\x1b[48;5;" in watched.ask("heat/timeline?seconds=5", accept="text/plain")


def test_the_timeline_goes_back_five_minutes(watched: Watched) -> None:
    watched.write("the one", 3)
    watched.pass_seconds(300)
    timeline = watched.ask("heat/timeline?table=load&seconds=300")
    assert timeline["until"] - timeline["from"] == 300
    assert max((each["write"] for each in timeline["partitions"]), key=sum) == [294, *[0] * 299]


@pytest.mark.parametrize(
    ("accept", "is_text"),
    [
        ("*/*", False),
        ("application/json, text/plain, */*", False),
        ("text/plain, application/json", True),
        ("text/plain;q=0.5, application/json", False),
        ("application/json;q=0.5, Text/Plain", True),
        ("text/html, text/plain;q=0.5, */*;q=0.1", True),
        ("text/plain;q=0", False),
        ("text/plain;q=much", True),
        (",;,q=", False),
    ],
)
def test_text_is_for_those_who_prefer_it(watched: Watched, accept: str, is_text: bool) -> None:
    """Clients that name both without anybody's choice, such as axios, get JSON."""
    for path in ("heat", "heat/timeline?table=load", "throttles", "insights/load", "tables/load/partitions"):
        assert isinstance(watched.ask(path, accept=accept), str) == is_text


def test_partitions_are_those_that_the_next_request_meets(watched: Watched) -> None:
    for number, path in enumerate(("tables/grown{}/partitions", "heat?table=grown{}")):
        watched.client.create_table(
            TableName=f"grown{number}",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
        )
        watched.client.update_table(
            TableName=f"grown{number}", ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 3_500}
        )
        seen = watched.ask(path.format(number))
        assert len(seen.get("partitions") or seen["tables"][0]["partitions"]) == 4


def test_a_split_keeps_the_heat_before_it_and_shows_the_lineage(watched: Watched) -> None:
    watched.write("the one", 3)
    watched.pass_seconds(SECOND)
    before = watched.ask("heat/timeline?table=load&seconds=3")
    hot = max(before["partitions"], key=lambda each: sum(each["write"]))["id"]
    split = watched.ask("tables/load/split", {"partition": hot, "by": "size"})
    assert split["parent"] == hot and [child["parent"] for child in split["children"]] == [hot, hot]
    described = watched.ask("tables/load/partitions")
    assert len(described["partitions"]) == 5
    assert [(each["id"], each["reason"]) for each in described["splits"]] == [(hot, "manual")]
    assert sum(each["items"] for each in described["partitions"]) == 3
    after = watched.ask("heat/timeline?table=load&seconds=3")
    shown = [each["write"] for each in after["partitions"] if each["parent"] == hot]
    assert shown == [[0, 0, 294], [0, 0, 294]]


def test_what_cannot_be_split_says_why(watched: Watched) -> None:
    for body, status, words in (
        ({"partition": 99}, 404, "no partition 99"),
        ({"partition": 0, "by": "magic"}, 400, 'cannot split by "magic"'),
        ({"partition": 0, "by": ["load"]}, 400, 'cannot split by ["load"]'),
        ({"partition": [0]}, 404, "no partition [0]"),
        ({"partition": 0, "by": "load"}, 409, "too little load"),
        ({"partition": 0, "by": "size"}, 409, "it has no items"),
        ({"by": "size"}, 400, "no partition named"),
        ({"partition": None}, 400, "no partition named"),
        ({"partition": 0, "By": "size"}, 400, 'unknown member "By"'),
    ):
        with pytest.raises(urllib.error.HTTPError) as caught:
            watched.ask("tables/load/split", body)
        problem = json.load(caught.value)
        assert caught.value.code == status and words in problem["error"] and problem["hint"]


def test_buckets_are_drained_and_filled(watched: Watched) -> None:
    assert watched.ask("tables/load/capacity", {"drain": "write", "seconds": 3})["units_left"] == -12_000
    assert watched.write("k") == 1
    watched.pass_seconds(4)
    assert watched.write("k") == 0
    watched.ask("tables/load/capacity", {"drain": "write"})
    watched.ask("tables/load/capacity", {"fill": "write"})
    assert watched.write("k") == 0
    for path, body in (
        ("tables/load/capacity", {"drain": "both"}),
        ("tables/load/capacity", {"drain": "read", "fill": "read"}),
        ("tables/load/capacity", {"drain": "read", "seconds": "long"}),
        ("tables/load/capacity", {"drain": "read", "seconds": float("nan")}),
        ("tables/load/capacity", {"drain": "read", "seconds": float("inf")}),
        ("tables/load/capacity", {"drain": "read", "seconds": 1e300}),
        ("tables/load/capacity", {"drain": "read", "seconds": 10**400}),
        ("tables/load/capacity", {"drain": "read", "seconds": True}),
        ("tables/none/capacity", {"drain": "read"}),
        ("tables/load/capacity", {"drain": "read", "index": "none"}),
        ("tables/load/capacity", {"drain": "read", "second": 3}),
        ("tables/load/capacity", {"drain": "read", "partition": None}),
    ):
        with pytest.raises(urllib.error.HTTPError) as caught:
            watched.ask(path, body)
        assert caught.value.code in (400, 404) and set(json.load(caught.value)) == {"error", "hint"}


def test_a_body_that_nests_deeply_is_refused(watched: Watched) -> None:
    for path in ("tables/load/split", "tables/load/capacity", "clock", "faults"):
        address = f"{watched.server.url()}/_admin/{path}"
        request = urllib.request.Request(address, b"[" * 100_000, {"Content-Type": "application/json"})
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request, timeout=120)
        assert caught.value.code == 400 and set(json.load(caught.value)) == {"error", "hint"}


def test_refusals_are_listed_newest_first(watched: Watched) -> None:
    watched.write("first", 13)
    watched.write("second", 13)
    newest = watched.ask("throttles")["throttles"][0]
    assert newest["operation"] == "PutItem" and newest["refused"] and newest["tokens"] < 0
    assert newest["key"] == {"pk": {"S": "second"}, "sk": {"S": "s12"}}
    assert newest["reason"] == "TableWriteKeyRangeThroughputExceeded"


def test_metrics_are_prometheus_text_under_cloudwatchs_names(watched: Watched) -> None:
    assert watched.write("the one", 15) == 4
    watched.client.get_item(TableName="load", Key={"pk": {"S": "the one"}, "sk": {"S": "s0"}})
    text = watched.ask("metrics")
    labels = '{TableName="load"}'
    assert f"ConsumedWriteCapacityUnits_total{labels} {11 * 98}.0" in text
    assert f"ConsumedReadCapacityUnits_total{labels} 12.5" in text
    assert f"WriteKeyRangeThroughputThrottleEvents_total{labels} 4.0" in text
    assert f"WriteThrottleEvents_total{labels} 4.0" in text
    assert 'ThrottledRequests_total{Operation="PutItem",TableName="load"} 4.0' in text
    assert f"Partitions{labels} 4.0" in text


def test_insights_are_the_top_keys(watched: Watched) -> None:
    for number in range(30):
        watched.write(f"k{number:02}", 1, (30 - number) * 1_000)
    watched.pass_seconds(SECOND)
    assert watched.write("k00", 13) == 2
    found = watched.ask("insights/load")
    assert found["status"] == "DISABLED" and set(found["rules"]) == {"PKC", "PKT", "SKC", "SKT"}
    assert [len(found["rules"][rule]) for rule in ("PKC", "SKC", "PKT", "SKT")] == [25, 25, 1, 2]
    assert found["rules"]["PKC"][0] == {
        "key": {"pk": {"S": "k00"}},
        "ConsumedThroughputUnits": 3 * (30 + 11 * 98),
    }
    assert found["rules"]["PKT"] == [{"key": {"pk": {"S": "k00"}}, "ThrottleCount": 2}]
    watched.client.update_contributor_insights(TableName="load", ContributorInsightsAction="ENABLE")
    assert watched.ask("insights/load")["enabled_rules"] == ["PKC", "PKT", "SKC", "SKT"]
    watched.pass_seconds(180)
    assert watched.ask("insights/load")["rules"] == {"PKC": [], "PKT": [], "SKC": [], "SKT": []}
    partitions = watched.ask("heat")["tables"][0]["partitions"]
    assert not any(each["hottest_keys"] or each["hottest_partition_keys"] for each in partitions)


def test_the_first_refusal_of_a_table_is_logged_once(watched: Watched) -> None:
    watched.client.create_table(
        TableName=f"t{watched.account}",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
    )
    item = {"pk": {"S": "k"}, "x": {"S": "x" * 380_000}}
    refused = 0
    for _ in range(4):
        try:
            watched.client.put_item(TableName=f"t{watched.account}", Item=item)
        except ClientError:
            refused += 1
    (line,) = [line for line in watched.server.log_text().splitlines() if f"t{watched.account}" in line]
    assert refused == 3
    for words in ("TableWriteProvisionedThroughputExceeded", "partition 0", "pk=k", "--capacity off"):
        assert words in line


def test_the_command_draws_the_heat_map(watched: Watched) -> None:
    watched.write("the one", 13)
    watched.pass_seconds(SECOND)
    command = [sys.executable, "-m", "thermodynamo", "heat", "--endpoint", watched.server.url()]
    drawn = subprocess.run(
        [*command, "--account", watched.account, "--seconds", "10"],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    ).stdout
    assert "load: the last 10 s" in drawn and "×|" in drawn and "pk=the one" in drawn and "\x1b" not in drawn
    failed = subprocess.run(
        [*command[:-1], "http://127.0.0.1:1"], capture_output=True, text=True, timeout=120, check=False
    )
    assert failed.returncode == 1 and "no server answers" in failed.stderr


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("pk=short", 8, "pk=short"),
        ("pk=a long one sk=1", 12, "pk=a lo…sk=1"),
        ("pk=日本語日本語 sk=9", 12, "pk=日本…sk=9"),
        ("pk=" + "e\u0301" * 5, 8, "pk=" + "e\u0301" * 5),
        ("日本語", 2, "…"),
    ],
)
def test_a_long_key_shows_its_beginning_and_its_end(text: str, width: int, shown: str) -> None:
    assert fitted(text, width) == shown and places(shown) <= width


def test_lines_stay_in_step_whatever_the_keys_are(watched: Watched) -> None:
    """A key of 2 KB is no page of a terminal, and characters that take two places move no cells."""
    watched.write("日本語" * 200, 13)
    watched.pass_seconds(SECOND)
    report = watched.ask("heat", accept="text/plain").splitlines()
    assert any("日本" in line and "…" in line for line in report) and max(map(places, report)) < 170
    hot = max(watched.ask("tables/load/partitions")["partitions"], key=lambda each: int(each["items"]))["id"]
    watched.ask("tables/load/split", {"partition": hot, "by": "size"})
    lines = watched.ask("heat/timeline?table=load&seconds=3&colour=0", accept="text/plain").splitlines()[1:]
    assert any("日本" in line and "…" in line for line in lines)
    assert {places(line.partition("|")[0]) for line in lines} == {35}
    assert f"partition {hot} was split by hand" in watched.ask("heat", accept="text/plain")


def test_no_key_plays_tricks_on_a_terminal() -> None:
    assert printable("pk=\x1b[2Jé\n") == "pk=\\x1b[2Jé\\n"
