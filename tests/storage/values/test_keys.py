"""Key bytes sort as DynamoDB orders keys, keep item collections together and can be taken apart again."""

import base64
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from thermodynamo_storage.values import keys, numbers

# Few distinct characters, so that prefixes and the escaped byte meet often; code points on both sides of the
# surrogates, where UTF-8 and UTF-16 order differ.
strings = st.text(st.sampled_from("\x00\x01aé\uffff\U00010000"), max_size=5) | st.text(max_size=8)
binaries = st.lists(st.sampled_from([0, 1, 2, 0x7F, 0x80, 0xFE, 0xFF]), max_size=5).map(bytes) | st.binary(max_size=8)
decimals = st.decimals(allow_nan=False, allow_infinity=False, min_value=-1000, max_value=1000, places=2)
values = (
    st.tuples(st.just("S"), strings)
    | st.tuples(st.just("N"), decimals.map(lambda value: numbers.canonical(str(value))))
    | st.tuples(st.just("B"), binaries.map(lambda raw: base64.b64encode(raw).decode()))
)


def binary_part(raw: bytes) -> bytes:
    return keys.part("B", base64.b64encode(raw).decode())


@given(st.lists(strings, max_size=20))
def test_strings_sort_by_utf8_bytes(texts: list[str]) -> None:
    assert sorted(texts, key=lambda text: keys.part("S", text)) == sorted(texts, key=lambda text: text.encode())


@given(st.lists(binaries, max_size=20))
def test_binaries_sort_by_unsigned_bytes(raws: list[bytes]) -> None:
    assert sorted(raws, key=binary_part) == sorted(raws)


@given(st.lists(decimals, max_size=20))
def test_numbers_sort_by_value(given_numbers: list[Decimal]) -> None:
    texts = [numbers.canonical(str(number)) for number in given_numbers]
    assert sorted(texts, key=lambda text: keys.part("N", text)) == sorted(texts, key=Decimal)


@given(values)
def test_a_part_gives_its_value_back(value: tuple[str, str]) -> None:
    kind, text = value
    _, parts = keys.split(keys.item_key(keys.part(kind, text)))
    assert [keys.part_value(kind, raw) for raw in parts] == [text]


@given(st.lists(values, min_size=1, max_size=4), st.lists(values, max_size=4))
def test_keys_split_into_the_parts_they_were_made_of(
    partition: list[tuple[str, str]], sort: list[tuple[str, str]]
) -> None:
    partition_bytes = b"".join(keys.part(*value) for value in partition)
    key = keys.item_key(partition_bytes, b"".join(keys.part(*value) for value in sort))
    token, parts = keys.split(key)
    assert token == keys.token(partition_bytes)
    together = partition + sort
    assert [(kind, keys.part_value(kind, raw)) for (kind, _), raw in zip(together, parts, strict=True)] == together


@given(st.lists(values, min_size=4, max_size=4))
def test_an_index_entry_splits_up_to_the_table_key(given_values: list[tuple[str, str]]) -> None:
    index_partition, index_sort, partition, sort = (keys.part(*value) for value in given_values)
    entry = keys.item_key(index_partition, index_sort) + keys.item_key(partition, sort)
    token, parts = keys.split(entry, 2)
    assert token == keys.token(index_partition)
    assert [keys.part_value(kind, raw) for (kind, _), raw in zip(given_values, parts, strict=False)] == [
        text for _, text in given_values[:2]
    ]


@given(st.lists(st.tuples(strings, strings), min_size=2, max_size=10, unique=True))
def test_no_part_is_a_prefix_of_another_and_pairs_sort_as_pairs(pairs: list[tuple[str, str]]) -> None:
    joined = {pair: keys.part("S", pair[0]) + keys.part("S", pair[1]) for pair in pairs}
    in_order = sorted(pairs, key=lambda pair: (pair[0].encode(), pair[1].encode()))
    assert sorted(pairs, key=joined.__getitem__) == in_order
    for lower, higher in pairwise(sorted({keys.part("S", text) for pair in pairs for text in pair})):
        assert not higher.startswith(lower)


def test_zero_bytes_are_escaped_and_parts_terminated() -> None:
    assert binary_part(b"") == b"\x00\x01"
    assert binary_part(b"\x00") == b"\x00\xff\x00\x01"
    assert binary_part(b"a\x00\x01b") == b"a\x00\xff\x01b\x00\x01"
    assert keys.part("S", "a\x00") == b"a\x00\xff\x00\x01"
    assert keys.part("N", "0") == b"\x80\x00\x01"


@given(strings, strings)
def test_open_part_is_the_prefix_of_exactly_the_values_that_begin_with_it(prefix: str, text: str) -> None:
    opened = keys.open_part(keys.part("S", prefix))
    assert keys.part("S", text).startswith(opened) == text.startswith(prefix)


@given(binaries, binaries)
def test_the_range_of_an_open_part_holds_exactly_the_values_that_begin_with_it(prefix: bytes, raw: bytes) -> None:
    partition = keys.part("S", "user#1")
    low = keys.item_key(partition) + keys.open_part(binary_part(prefix))
    assert (low <= keys.item_key(partition, binary_part(raw)) < keys.after(low)) == raw.startswith(prefix)


@given(values, values, values)
def test_a_collection_holds_exactly_the_keys_of_its_partition_key(
    one: tuple[str, str], other: tuple[str, str], sort: tuple[str, str]
) -> None:
    low = keys.item_key(keys.part(*one))
    high = keys.after(low)
    assert low <= keys.item_key(keys.part(*one)) < high
    assert low <= keys.item_key(keys.part(*one), keys.part(*sort)) < high
    inside = low <= keys.item_key(keys.part(*other), keys.part(*sort)) < high
    assert inside == (keys.part(*one) == keys.part(*other))


@given(binaries, binaries)
def test_after_is_the_smallest_bound_of_the_prefix_range(prefix: bytes, other: bytes) -> None:
    if not prefix.strip(b"\xff"):
        with pytest.raises(ValueError, match="nothing is greater"):
            keys.after(prefix)
        return
    bound = keys.after(prefix)
    assert prefix + other < bound
    # Whatever is below the bound is passed by some string with the prefix: a long enough run of FF after it.
    assert (other < bound) == (other < prefix + b"\xff" * (len(other) + 1))


def test_tokens_are_fixed_because_a_saved_database_holds_them() -> None:
    assert keys.token(keys.part("S", "user#1")).hex() == "77c39fed40fc91e2"
    assert keys.token(keys.part("N", "42")).hex() == "ec2a0e029170abd3"
    assert keys.token(keys.part("B", "AAE=")).hex() == "e6b29f2775c61e01"
