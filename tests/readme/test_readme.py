"""What the README shows is what happens: Python sessions print what stands below them, the admin API answers so."""

import json
import re
import shlex
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

README = (Path(__file__).parents[2] / "README.md").read_text()
SESSIONS = re.findall(r"```python\n(.*?)```\n\n```\n(.*?)```", README, re.DOTALL)
JSON = {"Content-Type": "application/json"}
ANSWERS = re.findall(r"^\$ curl (.*)\n(\{.*\})$", README, re.MULTILINE)


def test_the_readme_has_sessions_and_answers() -> None:
    assert SESSIONS and len(ANSWERS) == 2


@pytest.mark.parametrize(("program", "output"), SESSIONS)
def test_a_session_prints_what_stands_below_it(program: str, output: str, endpoint: str, account: str) -> None:
    program = program.replace("http://localhost:8000", endpoint).replace(
        'access_key_id="local"', f'access_key_id="{account}"'
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert ran.stdout == output, ran.stderr


@pytest.mark.parametrize(("arguments", "answer"), ANSWERS)
def test_the_admin_api_answers_what_stands_below_the_request(
    arguments: str, answer: str, client: Any, endpoint: str, account: str
) -> None:
    names = ("id", "status")
    client.create_table(
        TableName="Orders",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-status",
                "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    words = shlex.split(arguments)
    (address,) = (word for word in words if word.startswith("localhost:8000"))
    address = address.replace("localhost:8000", endpoint) + f"?account={account}"
    assert words[words.index("-H") + 1] == "Content-Type: application/json"
    body = words[words.index("-d") + 1].encode()
    with urllib.request.urlopen(urllib.request.Request(address, body, JSON), timeout=120) as reply:
        answered = json.load(reply)
    if "fired" in answered:
        rule = f"{endpoint}/_admin/faults/{answered['id']}"
        urllib.request.urlopen(urllib.request.Request(rule, method="DELETE"), timeout=120).close()
        assert answered.pop("account") == account
        answered["id"] = 1
    assert json.dumps(answered, separators=(",", ":")) == answer.replace(", ", ",")


def test_the_wrong_policy_and_the_mended_one_are_explained_as_shown(tmp_path: Path) -> None:
    section = README.partition("## Who may call")[2].partition("\n## ")[0]
    (policy,) = re.findall(r"```toml\n(.*?)```", section, re.DOTALL)
    (tmp_path / "access.toml").write_text(policy)
    shown = re.findall(r"```console\n(.*?)```", section, re.DOTALL)
    assert len(shown) == 2
    for text in shown:
        for command, output in re.findall(r"^\$ (.*)\n((?:[^$].*\n)*)", text, re.MULTILINE):
            words = command.replace("thermodynamo", f"{shlex.quote(sys.executable)} -m thermodynamo", 1)
            ran = subprocess.run(words, shell=True, cwd=tmp_path, capture_output=True, text=True, timeout=60)
            assert ran.stdout == output, ran.stderr
