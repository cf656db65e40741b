"""Conditions in statements, read into the trees of condition expressions.

IS MISSING is attribute_not_exists, IS with a type is attribute_type; NOT BETWEEN and NOT IN are the negated terms.
"""

from collections.abc import Callable

from thermodynamo.api import errors, messages
from thermodynamo.api.expressions.nodes import (
    And,
    Between,
    Comparison,
    Function,
    In,
    Literal,
    Not,
    Operand,
    Or,
    Path,
    Term,
)
from thermodynamo.api.partiql import constants, lexer
from thermodynamo.api.partiql.cursor import Cursor

_COMPARATORS = {"=": "=", "<>": "<>", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
CHOICES_MAX = 100
"""Developer guide, ql-operators."""
_PREDICATES = frozenset(("begins_with", "contains", "attribute_type", "attribute_exists", "attribute_not_exists"))
_TYPES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("BOOL", "BOOLEAN"), ("BOOL",)),
    **dict.fromkeys(("STRING", "VARCHAR", "CHAR", "CHARACTER"), ("S",)),
    **dict.fromkeys(("INT", "INTEGER", "SMALLINT", "FLOAT", "REAL", "DECIMAL", "NUMERIC"), ("N",)),
    **dict.fromkeys(("STRUCT", "TUPLE"), ("M",)),
    "BLOB": ("B",),
    "LIST": ("L",),
    "BAG": ("SS", "NS", "BS"),
    "NULL": ("NULL",),
}
"""PartiQL's types after IS, and the types of attribute values that they are. A reply of October 2026 has BOOL; the rest
follows PartiQL's specification."""


def read_path(cursor: Cursor) -> Path:
    """A document path: a name, then names after dots, and list indexes or quoted names in brackets."""
    elements: list[str | int] = [cursor.element(cursor.expect(lexer.NAME).text)]
    while True:
        if cursor.take("."):
            if cursor.token.kind != lexer.NAME:
                raise cursor.malformed(messages.STATEMENT_PATH_DOT)
            elements.append(cursor.element(cursor.advance().text))
        elif cursor.take("["):
            if cursor.token.kind == lexer.STRING:
                elements.append(cursor.element(cursor.advance().text))
            elif cursor.token.kind == lexer.NUMBER and cursor.token.text.isdigit():
                elements.append(int(cursor.advance().text))
            else:
                raise cursor.unexpected()
            cursor.expect("]")
        else:
            return Path(tuple(elements))


def read_condition(cursor: Cursor) -> Term:
    """A whole condition: OR binds least, then AND, then NOT."""
    terms = [_conjunction(cursor)]
    while cursor.take("OR"):
        cursor.count_operator()
        terms.append(_conjunction(cursor))
    return terms[0] if len(terms) == 1 else Or(tuple(terms))


def _conjunction(cursor: Cursor) -> Term:
    terms = [_negation(cursor)]
    while cursor.take("AND"):
        cursor.count_operator()
        terms.append(_negation(cursor))
    return terms[0] if len(terms) == 1 else And(tuple(terms))


def _negation(cursor: Cursor) -> Term:
    count = 0
    while cursor.take("NOT"):
        cursor.count_operator()
        count += 1
    term = _predicate(cursor)
    return Not(term, count) if count else term


def _predicate(cursor: Cursor) -> Term:
    if cursor.take("("):
        cursor.enter()
        term = read_condition(cursor)
        cursor.leave()
        cursor.expect(")")
        return term
    cursor.count_operator()
    operand = read_operand(cursor, _function)
    if isinstance(operand, Function) and operand.name in _PREDICATES:
        return operand
    comparator = _COMPARATORS.get(cursor.token.kind)
    if comparator is not None:
        cursor.advance()
        return Comparison(comparator, operand, _value_operand(cursor))
    if cursor.take("IS"):
        return _is(cursor, operand)
    is_negated = cursor.take("NOT")
    if cursor.take("BETWEEN"):
        low = _value_operand(cursor)
        cursor.expect("AND")
        term = Between(operand, low, _value_operand(cursor))
    elif cursor.take("IN"):
        term = In(operand, _choices(cursor))
    else:
        raise cursor.unexpected()
    return Not(term, 1) if is_negated else term


def _is(cursor: Cursor, operand: Operand) -> Term:
    is_negated = cursor.take("NOT")
    if not isinstance(operand, Path):
        raise cursor.unexpected()
    if cursor.take("MISSING"):
        return Function("attribute_exists" if is_negated else "attribute_not_exists", (operand,))
    types = _TYPES.get(cursor.token.text.upper()) if cursor.token.kind != lexer.STRING else None
    if types is None:
        raise cursor.unexpected()
    cursor.advance()
    tests = tuple(Function("attribute_type", (operand, Literal({"S": each}))) for each in types)
    term = tests[0] if len(tests) == 1 else Or(tests)
    return Not(term, 1) if is_negated else term


def _choices(cursor: Cursor) -> tuple[Operand, ...]:
    """The list of IN, in brackets or in parentheses."""
    end = "]" if cursor.take("[") else ")"
    if end == ")":
        cursor.expect("(")
    choices: list[Operand] = [_value_operand(cursor)]
    while cursor.take(","):
        choices.append(_value_operand(cursor))
    cursor.expect(end)
    if len(choices) > CHOICES_MAX:
        raise errors.validation(messages.EXPRESSION_IN_OPERANDS.format(count=len(choices)))
    return tuple(choices)


def _value_operand(cursor: Cursor) -> Operand:
    """An operand with a value: no condition."""
    operand = read_operand(cursor, _function)
    if isinstance(operand, Function) and operand.name != "size":
        raise cursor.malformed(messages.STATEMENT_TERM)
    return operand


def read_operand(cursor: Cursor, read_function: Callable[[Cursor], Function]) -> Operand:
    """A value, a path, or a function as `read_function` knows them."""
    if constants.begins(cursor):
        return constants.read_operand(cursor)
    if cursor.token.kind == lexer.NAME and cursor.is_call():
        return read_function(cursor)
    if cursor.token.kind == "EXISTS" and cursor.is_call():
        raise errors.validation(messages.STATEMENT_FUNCTION.format(cursor.token.text.lower(), cursor.place()))
    if cursor.token.kind != lexer.NAME:
        raise cursor.unexpected(lexer.VALUE)
    return read_path(cursor)


def _function(cursor: Cursor) -> Function:
    token = cursor.token
    name = token.text.lower()
    if name not in _PREDICATES and name != "size":
        raise errors.validation(messages.STATEMENT_FUNCTION.format(token.text, cursor.place()))
    cursor.count_operator()
    cursor.enter()
    cursor.advance()
    cursor.expect("(")
    operands: list[Operand] = []
    if cursor.token.kind != ")":
        operands.append(_value_operand(cursor))
    while operands and cursor.take(","):
        operands.append(_value_operand(cursor))
    cursor.leave()
    cursor.expect(")")
    return Function(name, tuple(operands))
