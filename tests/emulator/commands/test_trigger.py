"""Real triggers: the command in a process of its own, with a handler that fails on some records, and a URL."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

HANDLER = '''
"""Writes down what it did; fails on the items that it is told to."""
import json, os, time

def write(what):
    with open("done.jsonl", "a") as file:
        file.write(json.dumps(what) + "\\n")

def report(event, context):
    """Reports the first bad record, as ReportBatchItemFailures wants it. "once" is bad the first time only."""
    print("what a handler prints is not an answer")
    for record in event["Records"]:
        id = record["dynamodb"]["Keys"]["id"]["S"]
        if id.startswith("once") and not os.path.exists(id):
            open(id, "w").close()
            return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
        if id.startswith("never"):
            return {"batchItemFailures": [{"itemIdentifier": record["dynamodb"]["SequenceNumber"]}]}
        write([id, record["eventName"], record["eventSourceARN"], context.function_name])
    return {"batchItemFailures": []}

def fail(event, context):
    for record in event["Records"]:
        if record["dynamodb"]["Keys"]["id"]["S"].startswith("never"):
            raise ValueError("bad record")
    for record in event["Records"]:
        write([record["dynamodb"]["Keys"]["id"]["S"], record["eventName"]])

def hang(event, context):
    if not os.path.exists("hung"):
        open("hung", "w").close()
        time.sleep(60)
    fail(event, context)

def die(event, context):
    if not os.path.exists("died"):
        open("died", "w").close()
        os._exit(3)
    fail(event, context)
'''


class Bench:
    """A table with a stream, a folder with handlers, and triggers run from there."""

    def __init__(self, client: Any, endpoint: str, account: str, folder: Path) -> None:
        self.client = client
        self.endpoint = endpoint
        self.account = account
        self.folder = folder
        self.processes: list[subprocess.Popen[str]] = []
        (folder / "handlers.py").write_text(HANDLER)

    def create(self) -> None:
        self.client.create_table(
            TableName="orders",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            ProvisionedThroughput={"ReadCapacityUnits": 100, "WriteCapacityUnits": 100},
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )

    def put(self, *ids: str) -> None:
        for id in ids:
            self.client.put_item(TableName="orders", Item={"id": {"S": id}})

    def trigger(self, *arguments: str) -> "subprocess.Popen[str]":
        root = Path(__file__).parents[2]
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "thermodynamo",
                "trigger",
                "--endpoint",
                self.endpoint,
                "--account",
                self.account,
                *arguments,
            ],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(root)},
            stderr=subprocess.PIPE,
            text=True,
        )
        self.processes.append(process)
        return process

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            assert process.stderr is not None
            process.stderr.close()
        self.processes.clear()

    def done(self) -> list[list[str]]:
        path = self.folder / "done.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def ids(self) -> list[str]:
        return [line[0] for line in self.done()]

    def given_up(self) -> list[dict[str, Any]]:
        path = self.folder / "failed.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def wait_until(holds: Callable[[], bool], seconds: float = 120.0) -> None:
    give_up = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < give_up, "this did not come to be"
        time.sleep(0.05)


def wait_until_said(process: "subprocess.Popen[str]", words: str) -> None:
    """Reads what the command says up to the line with these words."""
    assert process.stderr is not None
    while words not in process.stderr.readline():
        assert process.poll() is None, "the command has ended"


@pytest.fixture
def bench(client: Any, endpoint: str, account: str, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(client, endpoint, account, tmp_path)
    made.create()
    yield made
    made.stop()


def test_records_that_fail_hold_up_nothing_but_themselves_and_the_rest_is_done_exactly_once(bench: Bench) -> None:
    ids = [f"{'never' if n % 17 == 5 else 'once' if n % 13 == 3 else 'fine'}-{n}" for n in range(60)]
    bench.put(*ids[:40])
    bench.trigger(
        *("--table", "orders", "--handler", "handlers:report", "--name", "totals", "--batch-size", "10"),
        *("--report-batch-item-failures", "--bisect-batch-on-error", "--maximum-retry-attempts", "1"),
        *("--on-failure", "failed.jsonl", "--checkpoint", "totals.json"),
    )
    bench.put(*ids[40:], "fine-last")
    expected = [id for id in (*ids, "fine-last") if not id.startswith("never")]
    wait_until(lambda: "fine-last" in bench.ids())
    assert Counter(bench.ids()) == Counter(expected), "each once"
    assert bench.ids() == expected, "in order"
    line = bench.done()[0]
    assert line[1] == "INSERT" and line[2].startswith("arn:aws:dynamodb:us-east-1:") and line[3] == "totals"
    infos = [told["DDBStreamBatchInfo"] for told in bench.given_up()]
    assert [info["batchSize"] for info in infos] == [1] * len([id for id in ids if id.startswith("never")])


def test_a_restart_goes_on_from_the_checkpoint(bench: Bench) -> None:
    arguments = ("--table", "orders", "--handler", "handlers:report", "--checkpoint", "done.json", "--batch-size", "3")
    bench.put("a", "b", "c", "d", "e")
    bench.trigger(*arguments)
    wait_until(lambda: len(bench.ids()) == 5)
    bench.stop()
    bench.put("f", "g")
    bench.trigger(*arguments)
    wait_until(lambda: "g" in bench.ids())
    assert bench.ids() == ["a", "b", "c", "d", "e", "f", "g"]


@pytest.mark.parametrize(("handler", "what"), [("hang", "timed out after 3 seconds"), ("die", "ended with 3")])
def test_a_worker_that_hangs_or_dies_is_replaced(bench: Bench, handler: str, what: str) -> None:
    bench.put("a", "b")
    process = bench.trigger("--table", "orders", "--handler", f"handlers:{handler}", "--timeout-seconds", "3")
    wait_until(lambda: bench.ids() == ["a", "b"])
    process.terminate()
    assert process.stderr is not None
    assert what in process.stderr.read()


def test_a_filter_and_a_trigger_that_waits_for_its_table(
    client: Any, endpoint: str, account: str, tmp_path: Path
) -> None:
    bench = Bench(client, endpoint, account, tmp_path)
    try:
        process = bench.trigger(
            *("--table", "orders", "--handler", "handlers:fail", "--filter", '{"eventName": ["REMOVE"]}')
        )
        wait_until_said(process, "waits: ")
        bench.create()
        bench.put("a", "b")
        client.delete_item(TableName="orders", Key={"id": {"S": "a"}})
        wait_until(lambda: bench.done() == [["a", "REMOVE"]])
    finally:
        bench.stop()


@pytest.mark.parametrize(
    ("handler", "words"),
    [
        ("nowhere:fail", "nowhere:fail cannot be imported: No module named 'nowhere'"),
        ("handlers:none", "handlers:none cannot be imported: "),
        ("broken:fail", "broken:fail cannot be imported: "),
    ],
)
def test_a_handler_that_cannot_be_imported_ends_the_trigger(bench: Bench, handler: str, words: str) -> None:
    (bench.folder / "broken.py").write_text("def fail(:\n")
    bench.put("a")
    process = bench.trigger("--table", "orders", "--handler", handler)
    assert process.wait(30) == 1
    assert process.stderr is not None
    said = process.stderr.read()
    assert words in said and said.count("\n") == 1


def test_a_table_without_a_stream_ends_the_trigger_and_says_how_to_get_one(bench: Bench, client: Any) -> None:
    client.create_table(
        TableName="plain",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    process = bench.trigger("--table", "plain", "--handler", "handlers:fail")
    assert process.wait(30) == 1
    assert process.stderr is not None
    said = process.stderr.read()
    assert "table plain has no stream" in said and "StreamEnabled=true" in said and said.count("\n") == 1


@pytest.mark.parametrize("table", ["x", "a b", "orders/none"])
def test_a_name_that_no_table_can_have_ends_the_trigger(bench: Bench, table: str) -> None:
    process = bench.trigger("--table", table, "--handler", "handlers:fail")
    assert process.wait(30) == 1


def test_lanes_keep_the_order_of_each_item(bench: Bench) -> None:
    (bench.folder / "lanes.py").write_text(
        "import json, time\n"
        "def note(event, context):\n"
        "    time.sleep(0.2)\n"
        "    for r in event['Records']:\n"
        "        with open('done.jsonl', 'a') as file:\n"
        "            change = r['dynamodb']\n"
        "            file.write(json.dumps([change['Keys']['id']['S'], change['NewImage']['n']['N']]) + '\\n')\n"
    )
    for n in range(40):
        bench.client.put_item(TableName="orders", Item={"id": {"S": str(n % 8)}, "n": {"N": str(n)}})
    bench.trigger("--table", "orders", "--handler", "lanes:note", "--parallelization-factor", "4", "--batch-size", "5")
    wait_until(lambda: len(bench.done()) == 40)
    for id in range(8):
        assert [int(line[1]) for line in bench.done() if line[0] == str(id)] == list(range(id, 40, 8))


def test_a_window_gathers_records_of_a_configuration_file(bench: Bench) -> None:
    received: list[list[str]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            received.append([record["dynamodb"]["Keys"]["id"]["S"] for record in event["Records"]])
            self.send_response(500 if len(received) == 1 else 200)
            self.end_headers()

        def log_message(self, format: str, *arguments: Any) -> None: ...

    hook = HTTPServer(("127.0.0.1", 0), Hook)
    threading.Thread(target=hook.serve_forever, daemon=True).start()
    (bench.folder / "triggers.toml").write_text(
        f'[[trigger]]\ntable = "orders"\nurl = "http://127.0.0.1:{hook.server_port}/"\n'
        "batch_window_seconds = 300\nbatch_size = 3\n"
    )
    bench.trigger("--config", "triggers.toml")
    for id in "abc":
        bench.put(id)
        time.sleep(0.2)
    wait_until(lambda: len(received) >= 2)
    hook.shutdown()
    hook.server_close()
    assert received[:2] == [["a", "b", "c"]] * 2, "gathered to one batch, and sent again after the error"


def test_latest_is_where_a_trigger_first_began_and_a_restart_goes_on_from_there(bench: Bench) -> None:
    bench.put(*(f"before-{number}" for number in range(20)))
    arguments = (
        *("--table", "orders", "--handler", "handlers:fail", "--checkpoint", "done.json"),
        *("--starting-position", "LATEST"),
    )
    bench.trigger(*arguments)
    path = bench.folder / "done.json"  # Nothing was done, but where to begin is settled.
    wait_until(path.exists)
    bench.stop()
    bench.put("meanwhile")
    bench.trigger(*arguments)
    wait_until(lambda: bool(bench.ids()))
    bench.put("after")
    wait_until(lambda: "after" in bench.ids())
    assert bench.ids() == ["meanwhile", "after"]


@pytest.mark.parametrize("error", ["InternalServerError", "ThrottlingException"])
def test_a_server_that_fails_for_a_while_is_asked_again(bench: Bench, error: str) -> None:
    rules = f"{bench.endpoint}/_admin/faults"
    rule = {"operation": "GetRecords", "error": error, "count": 2}
    headers = {"Content-Type": "application/json"}
    asked = urllib.request.Request(f"{rules}?account={bench.account}", json.dumps(rule).encode(), headers)
    with urllib.request.urlopen(asked) as reply:
        id = json.load(reply)["id"]
    bench.put("a")
    bench.trigger("--table", "orders", "--handler", "handlers:fail")
    wait_until(lambda: bench.ids() == ["a"])
    with urllib.request.urlopen(urllib.request.Request(f"{rules}/{id}", method="DELETE")) as reply:
        assert [removed["fired"] for removed in json.load(reply)["faults"]] == [2]


def test_a_shard_whose_reading_failed_is_read_again(bench: Bench) -> None:
    failures = bench.folder / "there"
    failures.mkdir()
    bench.put("a")
    process = bench.trigger(
        *("--table", "orders", "--handler", "handlers:fail", "--on-failure", "there/failed.jsonl"),
        *("--batch-size", "1", "--maximum-retry-attempts", "0"),
    )
    wait_until(lambda: bench.ids() == ["a"])
    failures.rename(bench.folder / "elsewhere")  # The file cannot be written any more.
    bench.put("never-1")
    wait_until_said(process, "begins again with shard")
    failures.mkdir()
    bench.put("b")
    wait_until(lambda: bench.ids() == ["a", "b"])


def test_an_import_that_hangs_ends_with_the_command(bench: Bench) -> None:
    (bench.folder / "slow.py").write_text("open('begun', 'w').close()\nimport time\ntime.sleep(600)\n")
    process = bench.trigger("--table", "orders", "--handler", "slow:f")
    wait_until((bench.folder / "begun").exists)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert (process.returncode, said) == (0, "")


def test_the_processes_of_a_handler_that_hangs_end_with_it(bench: Bench) -> None:
    (bench.folder / "parent.py").write_text(
        "import subprocess\n"
        "def wait(event, context):\n"
        "    child = subprocess.Popen(['sleep', '600'])\n"
        "    with open('child', 'w') as file:\n"
        "        file.write(str(child.pid))\n"
        "    child.wait()\n"
    )
    bench.put("a")
    process = bench.trigger(
        *("--table", "orders", "--handler", "parent:wait", "--timeout-seconds", "3", "--maximum-retry-attempts", "0")
    )
    wait_until_said(process, "gives up")
    stat = Path(f"/proc/{(bench.folder / 'child').read_text()}/stat")
    wait_until(lambda: not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z")


def test_a_command_whose_triggers_have_all_ended_ends(bench: Bench) -> None:
    gone = f"arn:aws:dynamodb:us-east-1:{bench.account}:table/orders/stream/2015-05-20T20:51:10.252"
    process = bench.trigger("--stream-arn", gone, "--handler", "handlers:fail")
    assert process.wait(120) == 1


def test_latest_begins_with_what_comes_next(bench: Bench) -> None:
    bench.put("before")
    process = bench.trigger("--table", "orders", "--handler", "handlers:fail", "--starting-position", "LATEST")
    wait_until_said(process, "reads arn:aws:dynamodb")
    give_up = time.monotonic() + 120
    # The position is taken a moment after the line: items are put until one is seen, and none is missed from then on.
    count = 0
    while not bench.ids() and time.monotonic() < give_up:
        bench.put(f"after-{count}")
        count += 1
        time.sleep(0.1)
    first = int(bench.ids()[0].removeprefix("after-"))
    bench.put("last")
    wait_until(lambda: bench.ids()[-1] == "last")
    assert bench.ids() == [*(f"after-{number}" for number in range(first, count)), "last"]
