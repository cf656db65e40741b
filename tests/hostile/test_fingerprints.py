"""A page that continues names the request it is of, which may have a million values: they are written out in pieces."""

from typing import Any

import orjson
import pytest

from tests.hostile.test_long_pages import application, begun
from thermodynamo.api import slices
from thermodynamo.api.operations.statements import execute_statement, fingerprint

ONE = {"N": "1"}
SHAPES: dict[str, dict[str, Any]] = {
    "a long list": {"L": [ONE] * 30_000},
    "lists in a list": {"L": [{"L": [ONE] * 3_000}] * 10},
    "maps in a map": {"M": {str(number): {"M": {str(each): ONE for each in range(300)}} for number in range(100)}},
    "a long map": {"M": {str(number): ONE for number in range(30_000)}},
    "a set": {"NS": [str(number) for number in range(30_000)]},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_no_piece_is_long_and_any_difference_shows(shape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    longest = 0

    def counted(value: Any) -> bytes:
        nonlocal longest
        text = dumps(value)
        longest = max(longest, text.count(b":") + text.count(b","))
        return text

    dumps = orjson.dumps
    monkeypatch.setattr(orjson, "dumps", counted)
    found = fingerprint.of("SELECT", {":0": SHAPES[shape]})
    assert longest <= 3 * fingerprint.PIECE_MEMBERS
    assert found == fingerprint.of("SELECT", {":0": orjson.loads(dumps(SHAPES[shape]))})
    others = [fingerprint.of("SELECT *", {":0": SHAPES[shape]}), fingerprint.of("SELECT", {":1": SHAPES[shape]})]
    others += [fingerprint.of("SELECT", {":0": other}) for name, other in SHAPES.items() if name != shape]
    shorter = orjson.loads(dumps(SHAPES[shape]))
    ((_, content),) = shorter.items()
    content.pop(next(reversed(content)) if isinstance(content, dict) else -1)
    others.append(fingerprint.of("SELECT", {":0": shorter}))
    assert len({found, *others}) == 1 + len(others)


def test_the_values_of_a_long_request_are_written_out_where_it_is_validated(monkeypatch: pytest.MonkeyPatch) -> None:
    server = application(30)
    request = {
        "Statement": "SELECT * FROM pages WHERE pk = 'p' AND NOT a IN (?, 'q')",
        "Parameters": [SHAPES["lists in a list"]],
        "Limit": 2,
    }
    for _ in range(2):
        checked = execute_statement.validate(orjson.loads(orjson.dumps(request)))
        assert checked.bound.known_fingerprint
        status, _, body = slices.finish(begun(server, "ExecuteStatement", request))
        reply = orjson.loads(body)
        assert status == 200 and len(reply["Items"]) == 2
        request["NextToken"] = reply["NextToken"]
    request["Parameters"] = [SHAPES["a long list"]]
    assert slices.finish(begun(server, "ExecuteStatement", request))[0] == 400
    short = {"Statement": "SELECT * FROM pages WHERE pk = 'p'"}
    assert not execute_statement.validate(short).bound.known_fingerprint
