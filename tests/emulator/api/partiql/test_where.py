"""What a WHERE clause says of a key."""

import pytest

from thermodynamo.api.errors import ApiError
from thermodynamo.api.expressions.nodes import Literal
from thermodynamo.api.partiql import where
from thermodynamo.api.partiql.parser import parse
from thermodynamo.api.partiql.statements import Select
from thermodynamo_storage.values.schema import KeyAttribute, KeySchema

HASH = KeySchema((KeyAttribute("p", "S"),))
BOTH = KeySchema((KeyAttribute("p", "S"),), (KeyAttribute("s", "N"),))
MANY = KeySchema((KeyAttribute("p", "S"), KeyAttribute("q", "S")), (KeyAttribute("s", "N"), KeyAttribute("t", "N")))


def chosen(text: str, schema: KeySchema) -> tuple[list[list[str]], list[list[str]], int]:
    """The values of each partition key attribute, the operators on each sort key attribute, and how many terms rest."""
    statement = parse(f"SELECT * FROM t WHERE {text}").statement
    assert isinstance(statement, Select)
    found = where.choose(statement.where, schema, {})
    partitions = [
        [next(iter(operand.value.values())) for operand in values if isinstance(operand, Literal)]
        for values in found.partitions
    ]
    return partitions, [[term.op for term in terms] for terms in found.sort], len(found.rest)


@pytest.mark.parametrize(
    ("text", "schema", "wanted"),
    [
        ("p = 'a'", BOTH, ([["a"]], [], 0)),
        ("'a' = p AND x = 1", BOTH, ([["a"]], [], 1)),
        ("p = 'a' AND (s = 1 AND x = 1)", BOTH, ([["a"]], [["="]], 1)),
        ("p IN ['a', 'b'] AND 5 < s", BOTH, ([["a", "b"]], [[">"]], 0)),
        ("p = 'a' OR p = 'b' OR p IN ('c')", HASH, ([["a", "b", "c"]], [], 0)),
        ("p = 'a' AND p = 'b'", HASH, ([["a"]], [], 1)),
        ("p = 'a' AND s > 1 AND s <= 3", BOTH, ([["a"]], [[">", "<="]], 0)),
        ("p = 'a' AND s > 1 AND s = 3", BOTH, ([["a"]], [["="]], 1)),
        ("p = 'a' AND s BETWEEN 1 AND 2 AND begins_with(s, 'x')", BOTH, ([["a"]], [["BETWEEN", "begins_with"]], 0)),
        ("p = 'a' AND s <> 1", BOTH, ([["a"]], [], 1)),
        ("p = 'a' AND NOT s = 1", BOTH, ([["a"]], [], 1)),
        ("p = 'a' AND s IN [1, 2]", BOTH, ([["a"]], [], 1)),
        ("p > 'a'", BOTH, ([], [], 1)),
        ("s = 1", BOTH, ([], [], 1)),
        ("p = 'a' OR s = 1", BOTH, ([], [], 1)),
        ("p.x = 'a'", BOTH, ([], [], 1)),
        ("p = x", BOTH, ([], [], 1)),
        ("p = 'a' AND q = 'b' AND s = 1 AND t < 2", MANY, ([["a"], ["b"]], [["="], ["<"]], 0)),
        ("p = 'a' AND q = 'b' AND t < 2", MANY, ([["a"], ["b"]], [], 1)),
        ("p = 'a' AND q = 'b' AND s < 1 AND t < 2", MANY, ([["a"], ["b"]], [["<"]], 1)),
        ("p = 'a' AND s = 1", MANY, ([], [], 2)),
        ("p IN ['a', 'b'] AND q = 'b'", MANY, ([], [], 2)),
    ],
)  # fmt: skip
def test_what_is_chosen(text: str, schema: KeySchema, wanted: tuple[list[list[str]], list[list[str]], int]) -> None:
    assert chosen(text, schema) == wanted


def test_the_item_that_a_write_means() -> None:
    statement = parse("SELECT * FROM t WHERE x = 1 AND 2 = s AND p = 'a' AND s = 2").statement
    assert isinstance(statement, Select)
    key, rest = where.only_item(statement.where, BOTH, {})
    assert key == {"p": Literal({"S": "a"}), "s": Literal({"N": "2"})}
    assert len(rest) == 2


@pytest.mark.parametrize("text", ["p = 'a'", "p = 'a' AND s > 1", "p = 'a' AND s IN [1]", "p = 'a' AND s = 1 OR x = 1"])
def test_a_write_needs_the_whole_key(text: str) -> None:
    statement = parse(f"SELECT * FROM t WHERE {text}").statement
    assert isinstance(statement, Select)
    with pytest.raises(ApiError, match="mandatory equality on all key attributes"):
        where.only_item(statement.where, BOTH, {})
