"""JSON in pieces: the parser's own verdict on every text, and no piece that is long."""

from random import Random
from typing import Any

import orjson
import pytest

from thermodynamo.api.model import json_pieces

TEXTS = 400
TEXT_BYTES = b'"\\[]{}, :\n1ae\xff\x00-'
INSERTED = (b",", b"]", b"}", b"{", b"[", b'"', b" ", b"NaN", b"\\u12", b"[]", b"{}")
STRINGS = ("a", "", 'q"\\', "\u00e9\U0001f600", "x" * 50, ",", "]", "{", ":")


def value(chance: Random, depth: int = 0) -> Any:
    kind = chance.randrange(9 if depth < 5 else 6)
    if kind < 2:
        return chance.choice(STRINGS)
    if kind < 6:
        return chance.choice((0, -1, 1.5, 1e300, 2**63, True, False, None, [], {}))
    count = chance.choice((0, 1, 2, 60, 1_100)) if depth == 0 else chance.randrange(4)
    members = [value(chance, depth + 1) for _ in range(count)]
    if kind == 6:
        return {f"k{number if chance.random() < 0.9 else 0}": member for number, member in enumerate(members)}
    return members


def bent(chance: Random, text: bytes) -> bytes:
    """The text with a few bytes changed, taken out or put in; sometimes as it is."""
    bytes_ = bytearray(text)
    for _ in range(chance.randrange(3)):
        at = chance.randrange(len(bytes_) + 1)
        match chance.randrange(3):
            case 0:
                bytes_[at : at + 1] = bytes([chance.choice(TEXT_BYTES)])
            case 1:
                del bytes_[at : at + chance.randrange(1, 3)]
            case _:
                bytes_[at:at] = chance.choice(INSERTED)
    return bytes(bytes_)


def verdict(loads: Any, text: bytes) -> str:
    try:
        return repr(loads(text))
    except orjson.JSONDecodeError:
        return "no JSON"


def test_each_text_is_to_it_what_it_is_to_the_parser() -> None:
    chance = Random(1)
    verdicts = []
    for _ in range(TEXTS):
        text = bent(chance, orjson.dumps(value(chance), option=chance.choice((0, orjson.OPT_INDENT_2))))
        verdicts.append(verdict(orjson.loads, text))
        assert verdict(json_pieces.loads, text) == verdicts[-1], text
    assert TEXTS / 4 < verdicts.count("no JSON") < TEXTS * 3 / 4


@pytest.mark.parametrize("window_bytes", [2, 3, 7, 20])
def test_the_windows_of_the_patterns_change_nothing(window_bytes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_pieces, "WINDOW_BYTES", window_bytes)
    chance = Random(window_bytes)
    for _ in range(TEXTS // 4):
        text = bent(chance, orjson.dumps(value(chance)))
        assert verdict(json_pieces.loads, text) == verdict(orjson.loads, text), text


@pytest.mark.parametrize("block_bytes", [3, 8, 20, 60, 300])
@pytest.mark.parametrize("skipped_bytes", [0, 5])
def test_the_blocks_change_nothing(block_bytes: int, skipped_bytes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_pieces, "BLOCK_BYTES", block_bytes)
    monkeypatch.setattr(json_pieces, "SMALL_BLOCK_BYTES", 0)
    monkeypatch.setattr(json_pieces, "SKIPPED_BYTES", skipped_bytes)
    chance = Random(block_bytes)
    for _ in range(TEXTS // 4):
        text = bent(chance, orjson.dumps(value(chance), option=chance.choice((0, orjson.OPT_INDENT_2))))
        assert verdict(json_pieces.loads, text) == verdict(orjson.loads, text), text


DEEP = b"[" * 900 + b"]" * 900
SHAPES = {
    "lists in lists": b"[%b]" % b",".join([DEEP] * 300),
    "maps in maps": b"[%b]" % b",".join([b'{"]":' * 900 + b"1" + b"}" * 900] * 100),
    "maps of short lists": b"{%b}" % b",".join(b'"%d":[[1,2],{"a":[]}]' % number for number in range(20_000)),
    "the rest is always the last": b"[%b]" % b",".join([b"[[[1]]," * 700 + b"1" + b"]" * 700] * 100),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_what_nests_is_not_opened_bracket_by_bracket(shape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = SHAPES[shape]
    pieces: list[int] = []
    opened: list[int] = []
    loads, inner = orjson.loads, json_pieces._value

    def count(piece: bytes) -> Any:
        pieces.append(len(piece))
        return loads(piece)

    def open_(*given: Any) -> Any:
        opened.append(1)
        return inner(*given)

    monkeypatch.setattr("thermodynamo.api.model.json_pieces.orjson.loads", count)
    monkeypatch.setattr(json_pieces, "_value", open_)
    made = json_pieces.loads(text)
    monkeypatch.undo()
    assert made == orjson.loads(text)
    assert max(pieces) <= json_pieces.BLOCK_BYTES + 2
    assert len(opened) < len(text) / 500


@pytest.mark.parametrize("depth", [100, 123, 124, 126, 500])
def test_a_block_may_nest_no_deeper_than_the_parser_lets_the_whole(depth: int) -> None:
    text = b"[" * depth + b",".join([DEEP] * 100) + b"]" * depth
    assert is_json(json_pieces.loads, text) == is_json(orjson.loads, text) == (depth < 125)


def is_json(loads: Any, text: bytes) -> bool:
    """Whether a text can be read that nests deeper than Python compares or prints."""
    try:
        loads(text)
    except orjson.JSONDecodeError:
        return False
    return True


@pytest.mark.parametrize(
    "text",
    [
        b"[1, ,%b]" % DEEP,
        b"[ ,%b" % (b"[" * 70_000),
        b"[[[1]], ,%b" % (b"[" * 900),
        b'{"a":[[]], }',
        b"[[[]] ]]",
        b"[[[]], [[]}",
        b"",
        b" ",
        b"[",
        b"]",
        b"[,]",
        b"[1,]",
        b"{}",
        b'{"a":1,}',
        b'{"a":1,"a":[[2]]}',
        b"1 2",
        b"\xef\xbb\xbf1",
        b"nul",
        b'"',
        b'"\\',
        b'{"a',
        b'{"a"',
        b'{"a":[[]],b:1}',
    ],
)
def test_texts_at_the_edge(text: bytes) -> None:
    assert verdict(json_pieces.loads, text) == verdict(orjson.loads, text)


def test_a_text_that_nests_without_end_is_no_json() -> None:
    for text in (b"[" * 1_000_000, b'{"a":' * 1_000_000, b"[" * 2_000 + b"]" * 2_000):
        assert verdict(json_pieces.loads, text) == "no JSON" == verdict(orjson.loads, text)


@pytest.mark.parametrize(
    "value",
    [
        {"L": [{"N": "1"}] * 100_000},
        {"NS": [str(number) for number in range(100_000)]},
        {str(number): {"NULL": True} for number in range(100_000)},
        [[]] * 100_000,
        [[[{"a": [{"N": "1"}]}] * 10] * 100] * 20,
    ],
    ids=["list", "set", "map", "empty lists", "nested"],
)
def test_no_piece_is_long(value: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    text = orjson.dumps(value)
    pieces: list[int] = []
    inner = orjson.loads

    def count(piece: bytes) -> Any:
        pieces.append(len(piece))
        return inner(piece)

    monkeypatch.setattr(orjson, "loads", count)
    assert json_pieces.loads(text) == value
    assert max(pieces) <= 40_000 < len(text)


@pytest.mark.parametrize("long", [b"x", b"\\n", b'\\"', b"\\\\", b"\\u0041", b"\\ud83d\\ude00", "é".encode()])
@pytest.mark.parametrize("around", [b'{"a":"%b","b":[[]]}', b'{"%b":{"b":[[]]}}', b'[[[["%b"]]]]', b'"%b"', b'["%b'])
def test_no_pattern_looks_at_a_long_string_at_once(long: bytes, around: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def counted(match: Any) -> Any:
        def inner(text: bytes, at: int, end: int) -> Any:
            seen.append(end - at)
            found = match(text, at, end)
            assert found is None or found.end() <= end
            return found

        return inner

    for name in ("_short", "_elements", "_members", "_characters", "_rest_of_scalar"):
        monkeypatch.setattr(json_pieces, name, counted(getattr(json_pieces, name)))
    text = around % (long * (3 * json_pieces.WINDOW_BYTES // len(long)))
    assert verdict(json_pieces.loads, text) == verdict(orjson.loads, text)
    assert len(seen) >= 3
    assert max(seen) <= json_pieces.WINDOW_BYTES
