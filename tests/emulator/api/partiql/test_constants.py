"""Values written in statements."""

from typing import Any

import pytest

from thermodynamo.api.errors import ApiError
from thermodynamo.api.expressions.nodes import Literal, Value
from thermodynamo.api.partiql import constants
from thermodynamo.api.partiql.cursor import Cursor
from thermodynamo.api.partiql.statements import Constructor


def read(text: str) -> Any:
    return constants.read(Cursor(text))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'a'", {"S": "a"}),
        ("-1.50", {"N": "-1.5"}),
        ("+1e2", {"N": "100"}),
        ("true", {"BOOL": True}),
        ("FALSE", {"BOOL": False}),
        ("Null", {"NULL": True}),
        ("[1, 'x', [NULL]]", {"L": [{"N": "1"}, {"S": "x"}, {"L": [{"NULL": True}]}]}),
        ("{'a': 1, b: {}}", {"M": {"a": {"N": "1"}, "b": {"M": {}}}}),
        ("<<'a', 'b'>>", {"SS": ["a", "b"]}),
        ("<<1.0, 2>>", {"NS": ["1", "2"]}),
    ],
)
def test_literals(text: str, value: Any) -> None:
    assert read(text) == Literal(value)


def test_parameters_are_numbered_in_the_order_of_the_text() -> None:
    assert read("[?, {'a': ?}]") == Constructor("L", (Value(":0"), Constructor("M", (Value(":1"),), ("a",))))


def test_a_constructor_is_built_from_the_parameters() -> None:
    values = {":0": {"S": "x"}, ":1": {"S": "y"}}
    assert constants.build(read("[<<?, ?, 'z'>>, 1]"), values) == {"L": [{"SS": ["x", "y", "z"]}, {"N": "1"}]}


@pytest.mark.parametrize("text", ["<<>>", "<<1, 'a'>>", "<<true>>", "<<1, 1.0>>", "1e126", "1e-131"])
def test_values_that_cannot_be(text: str) -> None:
    with pytest.raises(ApiError):
        read(text)


@pytest.mark.parametrize("text", ["[1", "[1 2]", "{1: 2}", "{'a' 1}", "<<1", "-'a'", "", "a", "[" * 200])
def test_malformed_values(text: str) -> None:
    with pytest.raises(ApiError, match="Statement wasn't well formed"):
        read(text)
