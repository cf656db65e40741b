"""Snapshots, forks and resets of a running server, as commands and over its admin API."""

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

import boto3
import pytest

from tests.conftest import Endpoint

ACCOUNT, OTHER = "111111111111", "222222222222"


@pytest.fixture
def server(start_server: Callable[..., Endpoint]) -> str:
    """A server of these tests alone: they reset it."""
    url = start_server("--capacity", "off", "--clock", "virtual").url()
    ask(url, "POST", "/_admin/reset")
    for snapshot in ask(url, "GET", "/_admin/snapshots")[1]["snapshots"]:
        ask(url, "DELETE", f"/_admin/snapshots/{snapshot['name']}")
    return url


def run(server: str, *arguments: str) -> tuple[int, str]:
    """The status of a command, and what it printed on either stream."""
    command = [sys.executable, "-m", "thermodynamo", *arguments, "--endpoint", server]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120)
    return ran.returncode, ran.stdout + ran.stderr


def ask(server: str, method: str, path: str, body: Any = None) -> tuple[int, dict[str, Any]]:
    data = json.dumps(body if body is not None else {}).encode() if method == "POST" else None
    headers = {"Content-Type": "application/json"}
    try:
        request = urllib.request.Request(server + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=120) as reply:
            return reply.status, json.load(reply)
    except urllib.error.HTTPError as refusal:
        return refusal.code, json.load(refusal)


@pytest.fixture
def items(server: str, boto_session: boto3.Session) -> "Items":
    def client(account: str) -> Any:
        named = {"endpoint_url": server, "aws_access_key_id": account, "aws_secret_access_key": "x"}
        return boto_session.client("dynamodb", **named)

    return Items(client)


class Items:
    """A table with numbered items, in any account."""

    def __init__(self, client: Callable[[str], Any]) -> None:
        self.client = client

    def make(self, account: str = ACCOUNT) -> None:
        self.client(account).create_table(
            TableName="Music",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "n", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "n", "AttributeType": "N"}],
        )

    def put(self, number: int, account: str = ACCOUNT) -> None:
        self.client(account).put_item(TableName="Music", Item={"n": {"N": str(number)}})

    def numbers(self, account: str = ACCOUNT) -> list[int]:
        return sorted(int(item["n"]["N"]) for item in self.client(account).scan(TableName="Music")["Items"])

    def names(self, account: str = ACCOUNT) -> list[str]:
        names: list[str] = self.client(account).list_tables()["TableNames"]
        return names


def test_a_snapshot_is_saved_listed_restored_and_deleted(server: str, items: Items) -> None:
    items.make()
    items.put(1)
    assert run(server, "snapshot", "list") == (0, "there is no snapshot\n")
    line = "seed  2026-01-01 00:00:00  everything: 1 tables, 1 items, 3 bytes\n"
    assert run(server, "snapshot", "save", "seed") == (0, f"saved {line}")
    items.put(2)
    assert run(server, "snapshot", "list") == (0, line)
    assert run(server, "snapshot", "restore", "seed") == (0, f"restored {line}")
    assert items.numbers() == [1]
    assert run(server, "snapshot", "delete", "seed") == (0, f"deleted {line}")
    assert run(server, "snapshot", "list") == (0, "there is no snapshot\n")


def test_a_snapshot_of_one_account_restores_that_alone(server: str, items: Items) -> None:
    for account in (ACCOUNT, OTHER):
        items.make(account)
    run(server, "snapshot", "save", "one", "--account", ACCOUNT)
    for account in (ACCOUNT, OTHER):
        items.put(1, account)
    assert ask(server, "POST", "/_admin/snapshots/one/restore")[0] == 200
    assert (items.numbers(ACCOUNT), items.numbers(OTHER)) == ([], [1])


def test_a_restore_of_everything_turns_the_clock_back(server: str, items: Items) -> None:
    ask(server, "POST", "/_admin/clock", {"advance": 100})
    before = ask(server, "GET", "/_admin/clock")[1]
    run(server, "snapshot", "save", "then")
    ask(server, "POST", "/_admin/clock", {"advance": 1000})
    run(server, "snapshot", "restore", "then")
    assert ask(server, "GET", "/_admin/clock")[1] == before


def test_a_fork_is_a_copy_that_goes_its_own_way(server: str, items: Items) -> None:
    items.make()
    items.put(1)
    status, text = run(server, "fork", "--from", ACCOUNT, "--to", f"{OTHER}/us-east-1")
    assert (status, text) == (0, f"account {OTHER} has in us-east-1: Music\n")
    items.put(2, OTHER)
    assert (items.numbers(), items.numbers(OTHER)) == ([1], [1, 2])
    status, text = run(server, "fork", "--from", ACCOUNT, "--to", OTHER)
    assert status == 1 and "has tables in us-east-1, such as Music" in text
    assert run(server, "fork", "--from", ACCOUNT, "--to", OTHER, "--replace")[0] == 0
    assert items.numbers(OTHER) == [1]


def test_a_reset_empties_an_account_or_everything(server: str, items: Items) -> None:
    for account in (ACCOUNT, OTHER):
        items.make(account)
    assert run(server, "reset", "--account", OTHER) == (0, f"reset {OTHER}\n")
    assert (items.names(ACCOUNT), items.names(OTHER)) == (["Music"], [])
    run(server, "snapshot", "save", "kept")
    ask(server, "POST", "/_admin/clock", {"advance": 1000})
    assert run(server, "reset") == (0, "reset everything\n")
    assert items.names(ACCOUNT) == [] and ask(server, "GET", "/_admin/clock")[1]["now"] == 1767225600
    assert ask(server, "POST", "/_admin/snapshots/kept/restore")[0] == 200
    assert items.names(ACCOUNT) == ["Music"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "words"),
    [
        ("POST", "/_admin/snapshots", {}, 400, "the body has no name"),
        ("POST", "/_admin/snapshots", [], 400, "no JSON object"),
        ("POST", "/_admin/snapshots", {"name": 1}, 400, "name is 1"),
        ("POST", "/_admin/snapshots", {"name": "a b"}, 409, "no name of a snapshot"),
        ("POST", "/_admin/snapshots", {"name": "x", "of": "y"}, 400, "of is no member"),
        ("POST", "/_admin/snapshots?account=1", {"name": "x"}, 400, 'account is "1"'),
        ("GET", "/_admin/snapshots/none", None, 404, "there is no snapshot none"),
        ("DELETE", "/_admin/snapshots/none", None, 404, "there is no snapshot none"),
        ("POST", "/_admin/snapshots/none/restore", None, 404, "there is no snapshot none"),
        ("POST", "/_admin/fork", {"from": {}}, 400, "not both from and to"),
        ("POST", "/_admin/fork", {"from": {}, "to": {}}, 409, "changes nothing"),
        ("POST", "/_admin/fork", {"from": {}, "to": {"account": "12"}}, 400, 'account is "12"'),
        ("POST", "/_admin/fork", {"from": {}, "to": "there"}, 400, 'to is "there"'),
        ("POST", "/_admin/reset?region=%20", None, 400, 'region is " "'),
    ],
)
def test_what_is_wrong_is_said(server: str, method: str, path: str, body: Any, status: int, words: str) -> None:
    found, answer = ask(server, method, path, body)
    assert found == status and words in answer["error"] and answer["hint"]


def test_a_name_is_taken_once_unless_it_is_to_be_replaced(server: str) -> None:
    assert ask(server, "POST", "/_admin/snapshots", {"name": "x"})[0] == 200
    status, answer = ask(server, "POST", "/_admin/snapshots", {"name": "x"})
    assert status == 409 and "there is a snapshot x already" in answer["error"]
    assert ask(server, "POST", "/_admin/snapshots", {"name": "x", "replace": True})[0] == 200
    assert run(server, "snapshot", "save", "x")[0] == 1 and run(server, "snapshot", "save", "x", "--replace")[0] == 0


def test_a_command_says_what_it_lacks(server: str) -> None:
    assert run(server, "snapshot", "save")[0] == 2
    assert run(server, "snapshot", "keep")[0] == 2
    assert run(server, "fork", "--from", ACCOUNT)[0] == 2
    status, text = run("http://127.0.0.1:1", "reset")
    assert status == 1 and "no server answers" in text
