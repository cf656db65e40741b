"""What a request held is freed piece by piece, and nothing that others hold is touched."""

import gc
import itertools
import sys
from collections.abc import Sized
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson
import pytest

from thermodynamo.server.arrivals.letting_go import PIECE, let_go

LONG = 25 * PIECE
SHAPES: dict[str, Any] = {
    "a list of values": {"L": [{"N": "1"}] * LONG},
    "empty ones beside a long one": [{}, [], [{"N": "1"}] * LONG, {}],
    "a set": {"SS": [f"member {number}" for number in range(LONG)]},
    "a map": {"M": {f"key {number}": {"S": "x"} for number in range(LONG)}},
    "maps in lists": [[{"M": {"a": {"L": [{"NULL": True}] * 30}}}] * 20] * 40,
    "deep": [[[[[[{"S": "x"}]]]]]],
}


class Freed:
    """Counts those of its kind that are freed."""

    count = 0

    def __del__(self) -> None:
        Freed.count += 1


def mixed(value: Any) -> Any:
    """The value with something in each place of a scalar that tells when it is freed."""
    if isinstance(value, dict):
        return {key: mixed(each) for key, each in value.items()}
    if isinstance(value, list):
        return [mixed(each) for each in value]
    return Freed()


@pytest.mark.parametrize("shape", SHAPES)
def test_everything_is_freed_a_piece_at_a_time(shape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    freed_at: list[int] = []
    inner = gc.get_referents

    def watched(*containers: Any) -> list[Any]:
        freed_at.append(Freed.count)
        assert len(containers) <= PIECE
        assert max([len(each) for each in containers if isinstance(each, Sized)], default=0) <= PIECE
        return inner(*containers)

    values = [mixed(SHAPES[shape])]
    Freed.count = 0
    monkeypatch.setattr(gc, "get_referents", watched)
    let_go(values)
    freed_at.append(Freed.count)
    assert values == [] and Freed.count == scalars(SHAPES[shape])
    assert max(after - before for before, after in itertools.pairwise(freed_at)) <= PIECE


def scalars(value: Any) -> int:
    """How many scalars a value has."""
    if isinstance(value, dict):
        return sum(map(scalars, value.values()))
    return sum(map(scalars, value)) if isinstance(value, list) else 1


def test_what_something_else_refers_to_stays_as_it_is() -> None:
    shared = orjson.loads(orjson.dumps(SHAPES["a list of values"]))
    outer = {"Item": {"a": shared}, "Others": [shared["L"]] * 3}
    let_go([outer, shared])
    assert outer == {"Item": {"a": SHAPES["a list of values"]}, "Others": [SHAPES["a list of values"]["L"]] * 3}
    assert sys.getrefcount(shared) == 3  # This name, the argument, and the member of `outer`.


@dataclass(frozen=True, slots=True)
class Node:
    value: Any
    others: tuple["Node", ...] = ()


def compiled(count: int) -> Any:
    """Closures over nodes and a partial call of a function, as a condition becomes; each leaf tells of its end."""

    def test_of(node: Node) -> Any:
        return lambda: node

    nodes = tuple(Node(Freed()) for _ in range(count))
    return [test_of(each) for each in nodes], partial(test_of, Node("root", nodes)), frozenset(map(str, range(count)))


def test_what_was_compiled_is_freed_a_piece_at_a_time_and_nothing_beyond_it(monkeypatch: pytest.MonkeyPatch) -> None:
    freed_at: list[int] = []
    looked_at: list[Any] = []
    inner = gc.get_referents

    def watched(*owned: Any) -> list[Any]:
        freed_at.append(Freed.count)
        looked_at.extend(type(each).__name__ for each in owned)
        return inner(*owned)

    values = [*compiled(LONG)]
    Freed.count = 0
    monkeypatch.setattr(gc, "get_referents", watched)
    let_go(values)
    freed_at.append(Freed.count)
    assert Freed.count == LONG
    assert max(after - before for before, after in itertools.pairwise(freed_at)) <= PIECE
    assert "module" not in looked_at and "type" not in looked_at and looked_at.count("dict") < LONG


def test_the_rest_of_the_program_stays_whole() -> None:
    let_go([sys.modules[__name__], Node, let_go, compiled, SHAPES, partial(compiled, 1)])
    assert sys.modules[__name__].SHAPES is SHAPES and set(SHAPES) and let_go.__globals__["PIECE"] == PIECE
