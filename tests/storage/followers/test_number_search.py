"""A number is found in an item's JSON where decoding the item would find it, whatever else the item holds."""

import random
from typing import Any

import pytest

from thermodynamo_storage.followers import number_search
from thermodynamo_storage.followers.number_search import NumberSearch
from thermodynamo_storage.values.item import Item, decode, encode, item_size

NAMES = ("until", 'un"til', "u\\", "N", "M", "L", ":", ",", "{", "}", '"', '\\"', ',"', '":{"N":"', "ü", "\x01", "a b")
TEXTS = (*NAMES, "", "\\\\", '{"until":{"N":"5"}}', '"until":{"N":"6"}', '\\"until\\":{"N":"7"', ',"until":{"N":"8"')


def searched(item: Item, name: str) -> tuple[str | None, int]:
    """What is found, and in how many steps."""
    search = NumberSearch(item, name)
    steps = 1
    while not search.step():
        steps += 1
    return search.number, steps


def stored(attributes: dict[str, Any]) -> Item:
    return encode(attributes, item_size(attributes))


def value(chance: random.Random, depth: int) -> dict[str, Any]:
    kind = chance.choice("SSNNBLMU") if depth else chance.choice("SNU")
    if kind == "S":
        return {"S": "".join(chance.choice(TEXTS) for _ in range(chance.randrange(3)))}
    if kind == "N":
        return {"N": str(chance.randrange(-5, 100))}
    if kind == "L":
        return {"L": [value(chance, depth - 1) for _ in range(chance.randrange(4))]}
    if kind == "M":
        return {"M": attributes(chance, depth - 1)}
    return {"NS": [str(chance.randrange(9))]} if kind == "U" else {"B": "AAEC"}


def attributes(chance: random.Random, depth: int) -> dict[str, Any]:
    names = chance.sample(NAMES, chance.randrange(5))
    return {name: value(chance, depth) for name in names}


@pytest.mark.parametrize("read_bytes", [1, 3, 40, 100_000])
def test_a_number_is_found_where_decoding_finds_it(read_bytes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(number_search, "READ_BYTES", read_bytes)
    monkeypatch.setattr(number_search, "PLACE_BYTES", 1)
    chance = random.Random(read_bytes)
    found = nested = 0
    for _ in range(4_000):
        item = stored(attributes(chance, 4))
        for name in chance.sample(NAMES, 4):
            number = searched(item, name)[0]
            assert number == decode(item).get(name, {}).get("N"), (item, name)
            found += number is not None
            nested += number is None and NumberSearch(item, name).place >= 0
    assert found > 100 and nested > 100


def test_a_step_reads_a_bounded_part() -> None:
    values = {"L": [{"NULL": True}] * 150_000}
    last = stored({"a": values, "until": {"N": "17"}})
    number, steps = searched(last, "until")
    assert number == "17" and steps == -(-len(last[0]) // number_search.READ_BYTES)
    assert searched(stored({"until": {"N": "17"}, "a": values}), "until") == ("17", 1)
    assert searched(stored({"a": values}), "until") == (None, 1)


def test_a_step_looks_at_a_bounded_number_of_places() -> None:
    nested = stored({"a": {"L": [{"M": {"u": {"N": "1"}}}] * 10_000}, "b": {"S": "x"}})
    number, steps = searched(nested, "u")
    assert number is None and steps >= 10_000 * number_search.PLACE_BYTES // number_search.READ_BYTES


def test_a_long_run_of_escapes_is_read_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(number_search, "READ_BYTES", 7)
    for count in range(20):
        item = stored({"a": {"S": "\\" * count + '"{' * 3}, "u": {"N": "3"}})
        assert searched(item, "u")[0] == "3"
