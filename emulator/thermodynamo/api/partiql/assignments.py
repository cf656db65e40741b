"""SET and REMOVE of an UPDATE statement, read into the actions of update expressions.

`SET a = set_add(a, x)` is the action ADD of an update expression, and set_delete is its DELETE.
"""

from thermodynamo.api import errors, messages
from thermodynamo.api.expressions.nodes import (
    Action,
    AddAction,
    Arithmetic,
    DeleteAction,
    Function,
    Operand,
    RemoveAction,
    SetAction,
)
from thermodynamo.api.partiql import constants, lexer
from thermodynamo.api.partiql.cursor import Cursor
from thermodynamo.api.partiql.terms import read_operand, read_path

_SET_FUNCTIONS: dict[str, type[AddAction] | type[DeleteAction]] = {"set_add": AddAction, "set_delete": DeleteAction}


def read(cursor: Cursor) -> tuple[Action, ...]:
    """All SET and REMOVE clauses, each with one or more actions, in any order."""
    actions: list[Action] = []
    while cursor.token.kind in ("SET", "REMOVE"):
        read_action = _assignment if cursor.advance().kind == "SET" else _removal
        actions.append(read_action(cursor))
        while cursor.take(","):
            actions.append(read_action(cursor))
    if not actions:
        raise cursor.malformed(messages.STATEMENT_NOT_DATA)
    return tuple(actions)


def _removal(cursor: Cursor) -> Action:
    return RemoveAction(read_path(cursor))


def _assignment(cursor: Cursor) -> Action:
    path = read_path(cursor)
    cursor.expect("=")
    function = cursor.token.text.lower()
    if cursor.token.kind == lexer.NAME and function in _SET_FUNCTIONS and cursor.is_call():
        place = cursor.place()
        cursor.advance()
        cursor.expect("(")
        wrong_type = messages.SET_FUNCTION_TYPE.format(function.upper(), cursor.place())
        if read_path(cursor) != path:
            raise errors.validation(messages.SET_FUNCTION_PATH.format(function.upper(), place))
        _expect_argument(cursor, ",", ")", function, place)
        members = constants.read_operand(cursor)
        _expect_argument(cursor, ")", ",", function, place)
        cursor.set_operands.append((wrong_type, members))
        return _SET_FUNCTIONS[function](path, members)
    return SetAction(path, _sum(cursor))


def _expect_argument(cursor: Cursor, wanted: str, other: str, function: str, place: str) -> None:
    """Steps over `wanted`; `other` in its place would make one argument too few or too many."""
    if cursor.token.kind == other:
        raise errors.validation(messages.SET_FUNCTION_ARGUMENTS.format(function.upper(), place))
    if not cursor.take(wanted):
        raise cursor.unexpected(")")


def _sum(cursor: Cursor) -> Operand:
    """Operands with + and - between them, from left to right."""
    operand = _operand(cursor)
    while cursor.token.kind in ("+", "-"):
        cursor.count_operator()
        operand = Arithmetic(cursor.advance().kind, operand, _operand(cursor))
    return operand


def _operand(cursor: Cursor) -> Operand:
    if cursor.take("("):
        cursor.enter()
        operand = _sum(cursor)
        cursor.leave()
        cursor.expect(")")
        return operand
    return read_operand(cursor, _list_append)


def _list_append(cursor: Cursor) -> Function:
    name = cursor.token.text
    if name.lower() != "list_append":
        raise errors.validation(messages.STATEMENT_FUNCTION.format(name, cursor.place()))
    cursor.count_operator()
    cursor.enter()
    cursor.advance()
    cursor.expect("(")
    first = _sum(cursor)
    if not cursor.take(","):
        raise cursor.unexpected(")")
    second = _sum(cursor)
    cursor.leave()
    cursor.expect(")")
    return Function("list_append", (first, second))
