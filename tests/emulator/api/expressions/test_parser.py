"""What the grammar refuses, in the service's words. The cases were compared with AWS's DynamoDB Local."""

import pytest

from thermodynamo.api.errors import ApiError
from thermodynamo.api.expressions import condition, key_condition, projection, update

SYNTAX = 'Syntax error; token: "{}", near: "{}"'


def message_of(kind: str, text: str, names: dict[str, str] | None = None) -> str:
    """The message that compiling the text raises, without its `Invalid ...: `."""
    with pytest.raises(ApiError) as caught:
        if kind == "UpdateExpression":
            update.compile(text, names).check({})
        elif kind == "ProjectionExpression":
            projection.compile(text, names)
        elif kind == "KeyConditionExpression":
            key_condition.compile(text, names).check({})
        else:
            condition.compile(kind, text, names).check({})
    prefix = f"Invalid {kind}: "
    assert caught.value.name == "ValidationException"
    assert caught.value.message is not None
    assert caught.value.message.startswith(prefix)
    return caught.value.message.removeprefix(prefix)


@pytest.mark.parametrize(
    ("text", "token", "near"),
    [
        ("   ", "<EOF>", "   "),
        ("n", "<EOF>", "n"),
        ("n =", "<EOF>", "="),
        ("n = :a AND", "<EOF>", "AND"),
        ("(n = :a", "<EOF>", ":a"),
        ("n = :a)", ")", ":a)"),
        ("n == :a", "=", "== :a"),
        ("n ! :a", "!", "n ! :a"),
        ("n != :a", "!", "n !="),
        ("AND n", "AND", "AND n"),
        ("n = 5", "5", "= 5"),
        ("n = 'x'", "'x'", "= 'x'"),
        ('n = "x"', '"x"', '= "x"'),
        ('n = "a b', '"', '= "a'),
        ("n > > :a", ">", "> > :a"),
        ("n.", "<EOF>", "."),
        ("n[a] = :a", "a", "[a]"),
        ("n[-1] = :a", "-", "[-1"),
        ("n[0 = :a", "=", "0 = :a"),
        ("l[00] = :n", "0", "00]"),
        ("n = :", ":", "= :"),
        ("n = #", "#", "= #"),
        ("5n = :a", "5", "5n"),
        ("_n = :a", "_", "_n"),
        ("n = :a n = :b", "n", ":a n ="),
        ("n BETWEEN :a OR :b", "OR", ":a OR :b"),
        ("n IN ()", ")", "()"),
        ("n IN :a", ":a", "IN :a"),
        ("attribute_exists()", ")", "()"),
        ("(NOT n)", ")", "n)"),
        ("(n) AND n = :a", "AND", ") AND n"),
        ("(n = :a) = :b", "=", ") = :b"),
        ("n = (n = :a)", "=", "n = :a"),
        ("n = :a ; ", ";", ":a ; "),
        ("NOT = :a", "=", "NOT = :a"),
    ],
)
def test_conditions_name_the_token_and_the_text_around_it(text: str, token: str, near: str) -> None:
    assert message_of("ConditionExpression", text) == SYNTAX.format(token, near)


@pytest.mark.parametrize(
    ("text", "token", "near"),
    [
        ("n = :a", "n", "n ="),
        ("SET", "<EOF>", "SET"),
        ("SET n = :a s = :b", "s", ":a s ="),
        ("SET n = :a, SET s = :b", "SET", ", SET s"),
        ("REMOVE n = :a", "=", "n = :a"),
        ("ADD n n", "n", "n n"),
        ("ADD hits : incr", ":", "hits : incr"),
        ("INVALID SYNTAX HERE", "INVALID", "INVALID SYNTAX"),
        ("SET n = n + :n + :n", "+", ":n + :n"),
        ("SET n = (:n + :n) + :n", "+", ") + :n"),
        ("SET (n) = :a", "(", "SET (n"),
        ("SET n = if_not_exists(n, :n + :n)", "+", ":n + :n"),
        ("SET set = :a", "set", "SET set ="),
    ],
)
def test_updates_name_the_token_and_the_text_around_it(text: str, token: str, near: str) -> None:
    assert message_of("UpdateExpression", text) == SYNTAX.format(token, near)


@pytest.mark.parametrize(
    ("text", "token", "near"),
    [("n,", "<EOF>", ","), ("n,,s", ",", ",,s"), ("n s", "s", "n s"), (":a", ":a", ":a"), ("size(n)", "(", "size(n")],
)
def test_projections_name_the_token_and_the_text_around_it(text: str, token: str, near: str) -> None:
    assert message_of("ProjectionExpression", text) == SYNTAX.format(token, near)


@pytest.mark.parametrize(
    "text", ["((n = :a))", "((n)) = :a", "NOT ((n = :a))", "n IN (((:a)))", "attribute_exists(((n)))"]
)
def test_redundant_parentheses_are_refused(text: str) -> None:
    assert message_of("FilterExpression", text) == "The expression has redundant parentheses;"


@pytest.mark.parametrize(
    "text", ["(n = n1)", "(n) = (n1)", "((n = n1) OR (n = n2))", "(NOT (n = n1))", "n IN ((n1), n2)", "(size(n)) > n1"]
)
def test_parentheses_with_a_use_are_allowed(text: str) -> None:
    condition.compile("FilterExpression", text, None).check(None)


@pytest.mark.parametrize("kind", ["UpdateExpression", "ConditionExpression", "ProjectionExpression"])
def test_an_empty_text_is_refused(kind: str) -> None:
    assert message_of(kind, "") == "The expression can not be empty;"


def test_a_text_has_at_most_4096_bytes() -> None:
    condition.compile("FilterExpression", "a=b" + " " * 4093, None)
    too_long = "Expression size has exceeded the maximum allowed size;"
    assert message_of("FilterExpression", "a=b" + " " * 4094) == too_long
    assert message_of("FilterExpression", "é" * 2049) == too_long


def test_at_most_300_operators() -> None:
    condition.compile("FilterExpression", "NOT " * 299 + "a=b", None)
    too_many = "The expression contains too many operators; operator count: 301"
    assert message_of("FilterExpression", "NOT " * 300 + "a=b") == too_many
    assert message_of("FilterExpression", " AND ".join(["a=b"] * 151)) == too_many


def test_at_most_100_operands_of_in() -> None:
    condition.compile("FilterExpression", f"a IN ({','.join(['b'] * 100)})", None)
    too_many = "The IN operator is provided with too many operands; number of operands: 101"
    assert message_of("FilterExpression", f"a IN ({','.join(['b'] * 101)})") == too_many


@pytest.mark.parametrize("text", ["(" * 4096, "(NOT " * 800, "size(" * 800, "NOT " * 1024, "a=" + "(" * 4094])
def test_no_text_exhausts_the_stack(text: str) -> None:
    message_of("FilterExpression", text)


def test_deep_conditions_are_parsed_and_evaluated() -> None:
    deep = condition.compile("FilterExpression", "(NOT " * 298 + "a = b" + ")" * 298, None)
    assert deep.matches({"a": {"S": "x"}, "b": {"S": "x"}}, None)
    nested = "if_not_exists(b," * 239 + "a" + ")" * 239
    assert update.compile(f"SET c = {nested}", None).apply({"a": {"S": "x"}}, None)["c"] == {"S": "x"}


def test_a_section_is_used_once() -> None:
    once = 'The "SET" section can only be used once in an update expression;'
    assert message_of("UpdateExpression", "SET a = b REMOVE c SET d = e") == once


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        ("ConditionExpression", "name = :a", "Attribute name is a reserved keyword; reserved keyword: name"),
        ("ConditionExpression", "a.Value = :a", "Attribute name is a reserved keyword; reserved keyword: Value"),
        ("ConditionExpression", "foo(a)", "Invalid function name; function: foo"),
        ("ConditionExpression", "SIZE(a) > b", "Invalid function name; function: SIZE"),
        (
            "ConditionExpression",
            "size(a)",
            "The function is not allowed to be used this way in an expression; function: size",
        ),
        (
            "KeyConditionExpression",
            "a = if_not_exists(a, :b)",
            "The function is not allowed in a condition expression; function: if_not_exists",
        ),
        (
            "UpdateExpression",
            "SET a = size(b)",
            "The function is not allowed in an update expression; function: size",
        ),
        (
            "UpdateExpression",
            "SET a = list_append(list_append(a, b), c)",
            "The function is not allowed to be used this way in an expression; function: list_append",
        ),
        (
            "ProjectionExpression",
            "a[2147483648]",
            "List index is not within the allowable range; index: [2147483648]",
        ),
        (
            "ProjectionExpression",
            ".".join(["a"] * 33),
            "The document path has too many nesting levels; nesting levels: 33",
        ),
        (
            "ProjectionExpression",
            "a, #b",
            "An expression attribute name used in the document path is not defined; attribute name: #b",
        ),
    ],
)
def test_what_the_text_alone_forbids(kind: str, text: str, message: str) -> None:
    assert message_of(kind, text) == message


@pytest.mark.parametrize(
    ("kind", "text", "message"),
    [
        ("ConditionExpression", "foo(a) AND ((name = :a))", "The expression has redundant parentheses;"),
        (
            "ConditionExpression",
            "begins_with(a) AND name = :a",
            "Attribute name is a reserved keyword; reserved keyword: name",
        ),
        ("UpdateExpression", "SET a = :a SET a = foo(b)", "Invalid function name; function: foo"),
    ],
)
def test_rules_of_the_text_come_in_the_services_order(kind: str, text: str, message: str) -> None:
    assert message_of(kind, text) == message
