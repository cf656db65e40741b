"""The golden scripts prove something only if a script that is wrong fails: how they are read, and what is compared."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.golden.compare import difference
from tests.golden.script import Case, Expected, ScriptError, parse
from tests.golden.wire import Reply

SETUP = 'table Music Artist:S Song:N\nput Music {"Artist": {"S": "$account"}}\n'
STEP = '> GetItem {"Key":\n    1}\n'


def read(folder: Path, text: str) -> list[Case]:
    path = folder / "script.txt"
    path.write_text(text)
    return parse(path, "7")


def expected(folder: Path, reply: str) -> Expected:
    (case,) = read(folder, f"=== one\n{STEP}{reply}\n")
    return case.steps[0].expected


def test_every_case_repeats_the_setup_in_its_account(tmp_path: Path) -> None:
    text = f"# About.\n\n{SETUP}\n=== one\n# Why.\n{STEP}< 200\n\n=== two\n{STEP}< 200 any-order [1]\n"
    one, two = read(tmp_path, text)
    assert (one.title, two.title) == ("one", "two") and "# Why." in one.comment
    assert one.setup is two.setup
    create, put = (step.request for step in one.setup)
    assert create.operation == "CreateTable" and json.loads(create.body)["KeySchema"] == [
        {"AttributeName": "Artist", "KeyType": "HASH"},
        {"AttributeName": "Song", "KeyType": "RANGE"},
    ]
    assert json.loads(put.body) == {"TableName": "Music", "Item": {"Artist": {"S": "7"}}}
    assert json.loads(one.steps[0].request.body) == {"Key": 1}
    assert two.steps[0].expected == Expected(200, [1], any_order=True)


def test_texts_are_repeated_and_numbered(tmp_path: Path) -> None:
    (case,) = read(tmp_path, '=== one\n> Scan {"a": "$(xy*3)", "b": [$[1..3 {"n": %d}]$]}\n< 200\n')
    assert json.loads(case.steps[0].request.body) == {"a": "xyxyxy", "b": [{"n": 1}, {"n": 2}, {"n": 3}]}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("=== one\n> Scan {}\n", ":2: a request without a reply"),
        (f"=== one\n{STEP}< OK\n", ":4: no HTTP status: OK"),
        (f"=== one\n{STEP}< 200 {{\n", ":4: the expected body is not JSON"),
        (f"=== one\n{STEP}< 200\n< 200\n", ":5: two replies to one request"),
        (f"=== one\n{STEP}< 200\n=== one\n{STEP}< 200\n", "two cases are called 'one'"),
        ("=== one\n", ":1: a case without a request"),
        ("=== one\nScan {}\n", ":2: neither a request, a reply, a case nor a comment"),
        ("=== one\n>> GET / HTTP/1.1\n< 200\n", ":2: neither a method with its path, a header nor a body"),
        ("table Music a:S b:S c:S\n", ":1: a table needs one or two keys"),
        ("table Music a\n", ":1: a table needs one or two keys"),
    ],
)
def test_a_script_that_breaks_the_format_says_where(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(ScriptError) as caught:
        read(tmp_path, text)
    assert why in str(caught.value)


def reply(status: int, body: Any, **headers: str) -> Reply:
    return Reply(status, headers, json.dumps(body).encode())


REFUSAL = {"__type": "com.amazon.coral.validate#ValidationException", "message": "Bad key: a"}


@pytest.mark.parametrize(
    ("line", "got"),
    [
        ("< 200", reply(200, {"a": 1})),
        ('< 200 {"a": [1, 2]}', reply(200, {"a": [1, 2]})),
        ('< 200 any-order {"a": [1, 2]}', reply(200, {"a": [2, 1]})),
        ('< 200 {"a": "...", "b": "x...z"}', reply(200, {"a": 7, "b": "xyz"})),
        ('< 200 {"a": 1, "...": "..."}', reply(200, {"a": 1, "b": 2})),
        ("< 400 ValidationException Bad key:\n    a", reply(400, REFUSAL)),
        ("< 200\n<< server: Server", reply(200, {}, server="Server")),
        ("< 404\n<| <x/>", Reply(404, {}, b"<x/>")),
    ],
)
def test_what_is_as_expected(tmp_path: Path, line: str, got: Reply) -> None:
    assert difference(expected(tmp_path, line), got) is None


@pytest.mark.parametrize(
    ("line", "got", "why"),
    [
        ("< 200", reply(400, {}), "status 400 instead of 200"),
        ('< 200 {"a": [1, 2]}', reply(200, {"a": [2, 1]}), "$.a[0]: 2 instead of 1"),
        ('< 200 {"a": [1]}', reply(200, {"a": [1, 2]}), "$.a: 2 elements instead of 1"),
        ('< 200 any-order {"a": [1, 1]}', reply(200, {"a": [1, 2]}), "$.a: no element 1"),
        ('< 200 any-order {"L": [1, 2]}', reply(200, {"L": [2, 1]}), "$.L[0]: 2 instead of 1"),
        ('< 200 any-order {"SS": ["a", "b"]}', reply(200, {"SS": ["b", "a"]}), "$.SS[0]: 'b' instead of 'a'"),
        ('< 200 {"a": 1}', reply(200, {"a": True}), "$.a: True instead of 1"),
        ('< 200 {"a": 1}', reply(200, {"a": 1, "b": 2}), "$.b is not expected"),
        ('< 200 {"a": 1, "...": "..."}', reply(200, {"b": 2}), "$.a is missing"),
        ('< 200 {"b": "x...z"}', reply(200, {"b": "xy"}), "$.b: 'xy' instead of 'x...z'"),
        ("< 400 ValidationException Bad key", reply(400, REFUSAL), "another message"),
        ("< 400 ValidationException", reply(400, REFUSAL), "a message where none is expected"),
        (
            "< 400 ResourceNotFoundException Bad key: a",
            reply(400, REFUSAL),
            "__type 'com.amazon.coral.validate#ValidationException' instead of "
            "'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException'",
        ),
        ("< 400 ValidationException Bad key: a", reply(400, {**REFUSAL, "Item": {}}), "further members: ['Item']"),
        ("< 200\n<< server: Server", reply(200, {}, server="Other"), "header server: 'Other' instead of 'Server'"),
        ("< 404\n<| <x/>", Reply(404, {}, b"<y/>"), "another body"),
    ],
)
def test_what_is_not(tmp_path: Path, line: str, got: Reply, why: str) -> None:
    assert difference(expected(tmp_path, line), got) == why
