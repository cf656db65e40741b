"""The console: its size, its policy, the types and the pure modules of its code, and all of it in a real browser.

What needs Node.js, the packages of package-lock.json or Chromium is skipped where they are absent; `.ci/run` installs
them.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.conftest import Endpoint
from tests.foresight.test_foresee_command import foresee
from tests.foresight.test_scenarios import hot_writes, trace_of

ROOT = Path(__file__).parents[2]
CONSOLE = ROOT / "emulator" / "thermodynamo" / "admin" / "console"
HERE = Path(__file__).parent
BYTES_MAX = 200 * 1024
NODE = shutil.which("node")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
PACKAGES = ROOT / "node_modules"
ABSENT = [
    name
    for name, is_there in (
        ("Node.js", NODE),
        ("its packages (npm ci)", (PACKAGES / "playwright-core").is_dir()),
        ("Chromium", CHROMIUM),
    )
    if not is_there
]
WITHOUT_BROWSER = f"the console is not tried in a browser: {', '.join(ABSENT)} is not here"
TIMEOUT_SECONDS = 900

needs_node = pytest.mark.skipif(NODE is None, reason="the console's code is not tried: Node.js is not here")
needs_types = pytest.mark.skipif(
    NODE is None or not (PACKAGES / "typescript").is_dir(),
    reason="the console's types are not checked: npm ci was not run",
)
needs_browser = pytest.mark.skipif(bool(ABSENT), reason=WITHOUT_BROWSER)


def run(command: list[str], **environment: str) -> None:
    done = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHON": sys.executable, **environment},
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def in_browser(url: str, *names: str, **more: str) -> None:
    """Runs the browser tests of some modules against a server."""
    pictures = os.environ.get("CONSOLE_PICTURES", str(HERE / "pictures"))
    files = [str(HERE / "browser" / f"{name}.test.mjs") for name in names]
    assert NODE is not None and CHROMIUM is not None
    run([NODE, "--test", *files], CONSOLE_URL=url, CHROMIUM=CHROMIUM, PICTURES=pictures, **more)


def test_all_of_it_is_small() -> None:
    assert sum(path.stat().st_size for path in CONSOLE.iterdir()) < BYTES_MAX


def test_nothing_is_fetched_from_elsewhere() -> None:
    for path in CONSOLE.iterdir():
        addresses = set(re.findall(r"https?://[^\s\"'`<>)]+", path.read_text(encoding="utf-8")))
        assert addresses <= {"http://www.w3.org/2000/svg"}, path.name


def test_no_text_becomes_markup() -> None:
    markup = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|\beval\(|new Function|srcdoc"
    )
    for path in CONSOLE.glob("*.js"):
        assert not markup.search(path.read_text(encoding="utf-8")), path.name


@needs_node
def test_the_pure_modules() -> None:
    assert NODE is not None
    run([NODE, "--test", *map(str, sorted((HERE / "unit").glob("*.test.mjs")))])


@needs_types
def test_the_types() -> None:
    assert NODE is not None
    run([NODE, str(PACKAGES / "typescript" / "bin" / "tsc"), "-p", str(HERE / "jsconfig.json")])


@needs_browser
@pytest.mark.xdist_group("console")
def test_the_tour(start_server: Callable[..., Endpoint]) -> None:
    in_browser(start_server("--split-after-seconds", "3").url(), "tour")


@needs_browser
@pytest.mark.xdist_group("console")
@pytest.mark.parametrize("name", ["items", "tabs", "pages"])
def test_in_a_browser(start_server: Callable[..., Endpoint], name: str) -> None:
    in_browser(start_server("--split-after-seconds", "3").url(), name)


@needs_browser
@pytest.mark.xdist_group("console")
def test_snapshots_forks_and_resets(start_server: Callable[..., Endpoint]) -> None:
    """On a server of its own: a reset is of everything."""
    in_browser(start_server("--seed", "19").url(), "snapshots")


@needs_browser
@pytest.mark.xdist_group("console")
def test_under_access_control(start_server: Callable[..., Endpoint], tmp_path: Path) -> None:
    path = tmp_path / "access.json"
    path.write_text(json.dumps(ACCESS))
    token = "a-token-of-the-operator"
    server = start_server("--access", "enforce", "--access-file", str(path), "--admin-token", token)
    in_browser(server.url(), "access", ADMIN_TOKEN=token, ACCESS_ACCOUNT=ACCOUNT)


@needs_browser
@pytest.mark.xdist_group("console")
def test_with_many_partitions_and_items(start_server: Callable[..., Endpoint]) -> None:
    server = start_server(
        "--partition-read-units-max", "30", "--partition-write-units-max", "10", "--capacity", "observe"
    )
    account = server.new_account()
    fill(
        boto3.client(
            "dynamodb",
            endpoint_url=server.url(),
            region_name="us-east-1",
            aws_access_key_id=account,
            aws_secret_access_key="local",
        )
    )
    in_browser(server.url(), "large", LARGE_ACCOUNT=account)


ACCOUNT = "111122223333"
OWN = {
    "Effect": "Allow",
    "Action": ["dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:PartiQLSelect"],
    "Resource": f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/orders",
    "Condition": {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["a"]}},
}
ACCESS = {
    "callers": {"tenant-a": {"arn": f"arn:aws:iam::{ACCOUNT}:user/tenant-a", "policies": ["own"]}},
    "policies": {"own": {"Version": "2012-10-17", "Statement": [OWN]}},
}


def fill(client: Any) -> None:
    """A table with 2,000 partitions and 100,000 items, and one with items of nearly 400 KB."""
    for name, write_units in (("large", 20_000), ("big", 10)):
        client.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PROVISIONED",
            ProvisionedThroughput={"ReadCapacityUnits": 30, "WriteCapacityUnits": write_units},
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
        )
        client.get_waiter("table_exists").wait(TableName=name, WaiterConfig={"Delay": 1})
    for start in range(0, 100_000, 25):
        puts = [{"PutRequest": {"Item": {"pk": {"S": f"item-{number}"}}}} for number in range(start, start + 25)]
        client.batch_write_item(RequestItems={"large": puts})
    for number in range(3):
        client.put_item(TableName="big", Item={"pk": {"S": f"big-{number}"}, "text": {"S": "x" * 405_000}})


@needs_browser
@pytest.mark.xdist_group("console")
def test_a_report_of_what_is_foreseen(start_server: Callable[..., Endpoint], tmp_path: Path) -> None:
    """On a server of its own, which has no report yet."""
    pytest.importorskip("duckdb")
    trace = trace_of(tmp_path, hot_writes(4_000))
    plans, page, report = tmp_path / "plans.toml", tmp_path / "report.html", tmp_path / "report.json"
    text = '[[scenario]]\nname = "{}"\n[[scenario.tables]]\ntable = "orders"\nkey = "pk"\nwrite_shards = {}\n'
    plans.write_text(text.format("one key", 1) + text.format("shards", 64))
    done = foresee(str(trace.path), "--scenarios", str(plans), "--html", str(page), "--json")
    assert done.returncode == 0, done.stderr
    report.write_text(done.stdout)
    server = start_server("--clock", "virtual", "--seed", "23")
    in_browser(server.url(), "foresight", REPORT_PAGE=str(page), REPORT_JSON=str(report))
    sent = foresee(str(trace.path), "--scenarios", str(plans), "--console", "--endpoint", server.url())
    assert sent.returncode == 0, sent.stderr
