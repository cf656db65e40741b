"""What a request held is freed piece by piece, and nothing that others hold is touched."""

import gc
import itertools
import sys
from typing import Any

import orjson
import pytest

from thermodynamo.server.arrivals.letting_go import PIECE, let_go

LONG = 25 * PIECE
SHAPES: dict[str, Any] = {
    "a list of values": {"L": [{"N": "1"}] * LONG},
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
        assert len(containers) <= PIECE and max(map(len, containers), default=0) <= PIECE
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
