"""Plain values as bytes and back."""

from math import inf
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thermodynamo_storage.durability import plain
from thermodynamo_storage.tables.definition import IndexFilled, SnapshotTaken, TagsSet
from thermodynamo_storage.values.schema import KeyAttribute, KeySchema

ATOMS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.binary()
)
VALUES = st.recursive(
    ATOMS,
    lambda inner: (
        st.lists(inner).map(tuple)
        | st.lists(inner)
        | st.dictionaries(st.none() | st.text() | st.binary(), inner)
        | st.frozensets(st.text())
    ),
    max_leaves=12,
)


@given(VALUES)
def test_a_value_is_read_as_it_was_written(value: Any) -> None:
    found = plain.loads(plain.dumps(value))
    assert found == value and plain.dumps(found) == plain.dumps(value)


def test_dataclasses_keep_what_is_in_them() -> None:
    schema = KeySchema((KeyAttribute("a", "S"),), (KeyAttribute("n", "N"),))
    for value in (schema, TagsSet("id", {"k": "v", "m": "@"}, 1.5), IndexFilled("id", "by-g", b"\x00\xff")):
        assert plain.loads(plain.dumps((value,))) == (value,)


def test_a_member_that_was_not_written_has_its_default() -> None:
    text = orjson.dumps({"k": "KeySchema", "f": {"partition": []}})
    assert plain.loads(text) == KeySchema(())


@pytest.mark.parametrize("value", [object(), inf, -inf, {1}, bytearray(b"x")])
def test_what_is_not_plain_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        plain.dumps({"value": value})


@pytest.mark.parametrize("text", [b'{"k":"TableTurned","f":{}}', b'{"z":1}'])
def test_a_kind_of_a_later_version_is_named(text: bytes) -> None:
    with pytest.raises(plain.UnknownKind, match=r"TableTurned|z"):
        plain.loads(text)


@pytest.mark.parametrize("text", [b"", b"{}", b'{"k":"KeySchema","f":{"sort":[]}}', b'{"b":"%"}', b'{"k":"KeySchema"}'])
def test_what_is_cut_short_is_a_value_error(text: bytes) -> None:
    with pytest.raises(ValueError):
        plain.loads(text)


def test_all_kinds_of_definitions_are_known() -> None:
    assert plain.KINDS["SnapshotTaken"] is SnapshotTaken and plain.KINDS["KeyAttribute"] is KeyAttribute
