"""Triggers from configuration files and flags."""

import subprocess
import sys
from pathlib import Path

import pytest

from thermodynamo.commands.trigger import parser, read
from thermodynamo.triggers.checkpoints import SHARD_END, Checkpoints
from thermodynamo.triggers.trigger import TriggerError, from_toml

WHOLE = """
endpoint = "http://127.0.0.1:8001"

[[trigger]]
name = "totals"
table = "orders"
handler = "app.handlers:on_order"
batch_size = 10
batch_window_seconds = 1
starting_position = "LATEST"
filters = [{eventName = ["INSERT"]}, '{"eventName": ["REMOVE"]}']
maximum_retry_attempts = 3
maximum_record_age_seconds = 3600
bisect_batch_on_error = true
report_batch_item_failures = true
parallelization_factor = 2
on_failure = "failed.jsonl"
checkpoint = "totals.json"
timeout_seconds = 2.5

[[trigger]]
stream_arn = "arn:aws:dynamodb:us-east-1:000000000000:table/orders/stream/2026-01-01T00:00:00.000"
url = "http://127.0.0.1:9000/hook"
"""


def test_a_file_with_every_option() -> None:
    endpoint, (totals, hook) = from_toml(WHOLE)
    assert endpoint == "http://127.0.0.1:8001"
    assert (totals.batch_size, totals.batch_window_seconds, len(totals.filters)) == (10, 1.0, 2)
    assert hook.name == "trigger-2" and hook.batch_size == 100 and hook.maximum_retry_attempts == -1


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", r"no \[\[trigger\]\] is described"),
        ("a = ", "not TOML"),
        ("triggers = []", "unknown key triggers"),
        ('[[trigger]]\nhandler = "a:b"', "trigger-1 needs either table or stream_arn"),
        ('[[trigger]]\ntable = "a"', "trigger-1 needs either handler or url"),
        ('[[trigger]]\ntable = "a"\nhandler = "a"', "handler is 'a': it must be module:function"),
        ('[[trigger]]\ntable = "a"\nurl = "a"', "it must begin with http://"),
        ('[[trigger]]\ntable = "a"\nhandler = "a:b"\nbatch_size = 0', "batch_size is 0: it must be from 1 to 10000"),
        ('[[trigger]]\ntable = "a"\nhandler = "a:b"\nbatch_size = "1"', "batch_size is '1': it must be a whole number"),
        ('[[trigger]]\ntable = "a"\nhandler = "a:b"\nbatch_size = true', "batch_size is true: it must be a whole"),
        ('endpoint = [false]\n[[trigger]]\ntable = "a"\nhandler = "a:b"', r"endpoint is \[false\]: it must be text"),
        ('[[trigger]]\ntable = "a"\nhandler = "a:b"\nfilters = ["null"]', "filters: null must be an object"),
        ('[[trigger]]\ntable = "a"\nhandler = "a:b"\nbatch = 1', "unknown option batch"),
        ('[[trigger]]\ntable = "a"\nhandler = "a:b"\nstarting_position = "FIRST"', "starting_position is 'FIRST'"),
        ('[[trigger]]\ntable = "a"\nhandler = "a:b"\nfilters = [{a = 1}]', "filters: a must be an object or a list"),
        ('[[trigger]]\nname = "x"\ntable = "a"\nhandler = "a:b"\n' * 2, "two triggers are called x"),
    ],
)
def test_what_is_no_configuration(text: str, error: str) -> None:
    with pytest.raises(TriggerError, match=error):
        from_toml(text)


def test_flags() -> None:
    arguments = ["--table", "orders", "--handler", "a:b", "--batch-size", "5", "--filter", '{"eventName": ["INSERT"]}']
    endpoint, (trigger,) = read(vars(parser().parse_args([*arguments, "--report-batch-item-failures"])))
    assert endpoint == "http://127.0.0.1:8000" and trigger.name == "a:b"
    assert trigger.batch_size == 5 and trigger.report_batch_item_failures and len(trigger.filters) == 1


def test_a_mistake_is_an_error_of_usage() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "thermodynamo", "trigger", "--table", "orders"],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert result.returncode == 2
    assert "needs either handler or url (--handler, --url)" in result.stderr and result.stderr.count("\n") == 1


def test_checkpoints_survive_a_restart(tmp_path: Path) -> None:
    path = str(tmp_path / "done.json")
    first = Checkpoints("arn", path)
    first.set("shard-1", SHARD_END)
    first.set("shard-2", "17")
    again = Checkpoints("arn", path)
    assert again.get("shard-1") == SHARD_END and again.get("shard-2") == "17" and again.get("shard-3") is None
    assert Checkpoints("another", path).get("shard-1") is None
