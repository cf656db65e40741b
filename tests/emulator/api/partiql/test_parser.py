"""Statements become the trees of the expressions."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from thermodynamo.api.errors import ApiError
from thermodynamo.api.expressions.nodes import (
    AddAction,
    And,
    Arithmetic,
    Between,
    Comparison,
    DeleteAction,
    Function,
    In,
    Literal,
    Not,
    Or,
    Path,
    RemoveAction,
    SetAction,
    Term,
    Value,
)
from thermodynamo.api.partiql.parser import parse
from thermodynamo.api.partiql.statements import Delete, Exists, Insert, Ordering, Select, Source, Update

A, B = Path(("a",)), Path(("b",))
ONE, TWO = Literal({"N": "1"}), Literal({"N": "2"})
A_IS_ONE, A_IS_TWO, B_IS_ONE = Comparison("=", A, ONE), Comparison("=", A, TWO), Comparison("=", B, ONE)
TABLE = Source("t", None)


def where(text: str) -> Term | None:
    statement = parse(f"SELECT * FROM t WHERE {text}").statement
    assert isinstance(statement, Select)
    return statement.where


def test_select() -> None:
    parsed = parse('SELECT a, b[0]."c d", b[\'e\'] FROM "my-t"."my.i" WHERE a = ? ORDER BY a DESC, b, c ASC;')
    assert parsed.statement == Select(
        Source("my-t", "my.i"),
        (A, Path(("b", 0, "c d")), Path(("b", "e"))),
        Comparison("=", A, Value(":0")),
        (Ordering("a", True), Ordering("b", False), Ordering("c", False)),
    )
    assert parsed.parameter_count == 1


def test_insert() -> None:
    assert parse("INSERT INTO t VALUE {'a': 1}").statement == Insert(TABLE, Literal({"M": {"a": {"N": "1"}}}))


def test_update() -> None:
    parsed = parse(
        "UPDATE t SET a = a + 1 - ?, b = list_append(b, [?]) REMOVE c.d SET s = SET_ADD(s, <<'x'>>) "
        "SET r = set_delete(r, ?) WHERE a = 1 RETURNING MODIFIED OLD *"
    )
    s, r = Path(("s",)), Path(("r",))
    assert parsed.statement == Update(
        TABLE,
        (
            SetAction(A, Arithmetic("-", Arithmetic("+", A, ONE), Value(":0"))),
            SetAction(B, Function("list_append", (B, Value(":c0")))),
            RemoveAction(Path(("c", "d"))),
            AddAction(s, Literal({"SS": ["x"]})),
            DeleteAction(r, Value(":2")),
        ),
        Comparison("=", A, ONE),
        "UPDATED_OLD",
        (
            ("The second argument to SET_ADD must be a value with type SET at 1:80:1", Literal({"SS": ["x"]})),
            ("The second argument to SET_DELETE must be a value with type SET at 1:111:1", Value(":2")),
        ),
    )
    assert [placeholder for placeholder, _ in parsed.constructors] == [":c0"]
    assert parsed.parameter_count == 3


def test_delete_and_exists() -> None:
    assert parse("DELETE FROM t WHERE a = 1 RETURNING ALL OLD *").statement == Delete(
        TABLE, Comparison("=", A, ONE), "ALL_OLD"
    )
    assert parse("EXISTS(SELECT * FROM t WHERE a = 1)").statement == Exists(
        Select(TABLE, None, Comparison("=", A, ONE), ())
    )


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("a != 1", Comparison("<>", A, ONE)),
        ("1 < a", Comparison("<", ONE, A)),
        ("a = 1 OR a = 2 AND NOT b = 1", Or((A_IS_ONE, And((A_IS_TWO, Not(B_IS_ONE, 1)))))),
        ("(a = 1 OR a = 2) AND b = 1", And((Or((A_IS_ONE, A_IS_TWO)), B_IS_ONE))),
        ("a BETWEEN 1 AND 2 AND b = 1", And((Between(A, ONE, TWO), Comparison("=", B, ONE)))),
        ("a NOT BETWEEN 1 AND 2", Not(Between(A, ONE, TWO), 1)),
        ("a IN [1, 2]", In(A, (ONE, TWO))),
        ("a NOT IN (1)", Not(In(A, (ONE,)), 1)),
        ("a IS MISSING", Function("attribute_not_exists", (A,))),
        ("a IS NOT MISSING", Function("attribute_exists", (A,))),
        ("a IS NULL", Function("attribute_type", (A, Literal({"S": "NULL"})))),
        ("a IS NOT NULL", Not(Function("attribute_type", (A, Literal({"S": "NULL"}))), 1)),
        ("Begins_With(a, 'x')", Function("begins_with", (A, Literal({"S": "x"})))),
        ("contains(a, b)", Function("contains", (A, B))),
        ("size(a) > 1", Comparison(">", Function("size", (A,)), ONE)),
    ],
)  # fmt: skip
def test_conditions(text: str, term: Term) -> None:
    assert where(text) == term


def test_a_name_that_looks_like_a_placeholder_becomes_one() -> None:
    parsed = parse('SELECT "#a" FROM t WHERE "#a"."#b" = 1')
    assert isinstance(parsed.statement, Select)
    assert parsed.statement.paths == (Path(("#0",)),)
    assert parsed.names == {"#0": "#a", "#1": "#a", "#2": "#b"}


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("", "Expected data manipulation"),
        ("DROP TABLE t", "Expected data manipulation"),
        ("UPDATE t WHERE a = 1", "Expected data manipulation"),
        ("SELECT key FROM t", "Unexpected keyword"),
        ("SELECT * FROM t WHERE a = FROM", "Unexpected keyword"),
        ("SELECT * FROM t WHERE a", "Unexpected term"),
        ("SELECT * FROM t WHERE a = size(a", "Expected RIGHT_PAREN"),
        ("SELECT * FROM t WHERE (a = 1", "Expected RIGHT_PAREN"),
        ("SELECT * FROM t WHERE a IN (1", "Expected RIGHT_PAREN"),
        ("SELECT * FROM t WHERE a IN [1", "Expected RIGHT_BRACKET"),
        ("SELECT * FROM t WHERE a = [1 2]", "Expected RIGHT_BRACKET"),
        ("SELECT * FROM t WHERE a = [1,]", "Unexpected term"),
        ("SELECT * FROM t WHERE a = <<1}", "Expected RIGHT_DOUBLE_ANGLE_BRACKET"),
        ("SELECT * FROM t WHERE a BETWEEN 1 OR 2", "Expected AND keyword"),
        ("SELECT a[0 FROM t", "Expected RIGHT_BRACKET"),
        ("INSERT INTO t VALUE {'a': 1", "Expected RIGHT_CURLY"),
        ("INSERT INTO t VALUE {'a' 1}", "Expected COLON"),
        ("INSERT INTO t VALUE {'a': 1,}", "Unexpected term"),
        ("UPDATE t SET a 1 WHERE b = 1", "Expected '='"),
        ("UPDATE t SET a = list_append(a [1]) WHERE b = 1", "Expected RIGHT_PAREN"),
        ("SELECT * FROM t WHERE contains(a, 1) = 1", "Unexpected token after expression"),
        ("SELECT * FROM t WHERE a = contains(a, 1)", "Unexpected term"),
        ("SELECT * FROM t WHERE a[-1] = 1", "Unexpected term"),
        ("SELECT * FROM t WHERE a IS 5", "Unexpected term"),
        ("SELECT * FROM t ORDER a", "Expected BY"),
        ("SELECT * FROM t; SELECT * FROM t", "Unexpected token after expression"),
        ("INSERT t VALUE {}", "Unexpected keyword"),
        ("INSERT INTO t VALUE [1]", "Unexpected term"),
        ("DELETE t WHERE a = 1", "Unexpected term"),
        ("EXISTS(DELETE FROM t)", "Expected SELECT"),
    ],
)
def test_malformed_statements(text: str, detail: str) -> None:
    with pytest.raises(ApiError, match=f"^Statement wasn't well formed, can't be processed: {detail}$"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT * FROM t u", "Aliasing is not supported"),
        ("SELECT * FROM t-u", "Unexpected from source"),
        ("UPDATE t SET a = size(b) WHERE a = 1", "Unrecognized function: size at 1:18:4"),
        ("UPDATE t SET a = set_add(b, 1)", "The first argument to SET_ADD must equal the assignment value at 1:18:7"),
        ("UPDATE t SET a = 1 RETURNING OLD *", r"Invalid returning clause: RETURNING OLD \* is not supported"),
        ("INSERT INTO t.i VALUE {}", "FROM clause may only contain a single table name .* at 1:13:1"),
    ],
)  # fmt: skip
def test_statements_that_mean_nothing_here(text: str, message: str) -> None:
    with pytest.raises(ApiError, match=f"^{message}$"):
        parse(text)


def test_an_empty_name() -> None:
    with pytest.raises(ApiError, match="Empty attribute name"):
        parse('SELECT "" FROM t')


WORDS = (
    *("SELECT", "INSERT", "UPDATE", "DELETE", "EXISTS", "FROM", "INTO", "VALUE", "WHERE", "SET", "REMOVE", "RETURNING"),
    *("ORDER", "BY", "AND", "OR", "NOT", "IN", "IS", "BETWEEN", "MISSING", "NULL", "ALL", "OLD", "*", "=", "<", "<<"),
    *(
        ">>",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ".",
        ":",
        "?",
        "+",
        "-",
        ";",
        "a",
        '"b"',
        "'c'",
        "1",
        "size",
        "contains",
    ),
    *("set_add", "list_append", "#", '"', "'", "\n"),
)


@settings(max_examples=500, deadline=None)
@given(
    beginning=st.sampled_from(("", "SELECT * FROM t WHERE", "INSERT INTO t VALUE", "UPDATE t SET", "EXISTS(SELECT")),
    words=st.lists(st.sampled_from(WORDS), max_size=30),
)
def test_any_text_is_a_statement_or_refused(beginning: str, words: list[str]) -> None:
    try:
        parse(" ".join([beginning, *words]))
    except ApiError as error:
        assert error.name == "ValidationException"
