"""Reads a statement: SELECT, INSERT, UPDATE (which may begin with FROM), DELETE, or the EXISTS of a transaction.

A parameter is numbered by its place in the text. Every error names its place as the service does where it does;
where its wording was not to be had, the message says what was expected and where.
"""

from thermodynamo.api import errors, messages
from thermodynamo.api.expressions.nodes import Path, Term
from thermodynamo.api.partiql import assignments, constants, lexer
from thermodynamo.api.partiql.cursor import Cursor
from thermodynamo.api.partiql.statements import (
    Delete,
    Exists,
    Insert,
    Ordering,
    Parsed,
    Select,
    Source,
    Statement,
    Update,
)
from thermodynamo.api.partiql.terms import read_condition, read_path

SOURCE_NAMES_MAX = 2
_RETURNS: dict[tuple[str, ...], str] = {
    ("ALL", "OLD"): "ALL_OLD",
    ("ALL", "NEW"): "ALL_NEW",
    ("MODIFIED", "OLD"): "UPDATED_OLD",
    ("MODIFIED", "NEW"): "UPDATED_NEW",
}


def parse(text: str) -> Parsed:
    """The tree of a statement. Raises ValidationException."""
    cursor = Cursor(text)
    statement = _statement(cursor)
    cursor.take(";")
    if cursor.token.kind != lexer.END:
        raise cursor.malformed("" if cursor.token.kind == lexer.UNKNOWN else messages.STATEMENT_LEFT_OVER)
    return Parsed(statement, cursor.parameter_count, tuple(cursor.constructors), cursor.names)


def _statement(cursor: Cursor) -> Statement:
    match cursor.token.kind:
        case "SELECT":
            return _select(cursor)
        case "INSERT":
            return _insert(cursor)
        case "UPDATE":
            return _update(cursor)
        case "FROM":
            return _from(cursor)
        case "DELETE":
            return _delete(cursor)
        case "EXISTS":
            return _exists(cursor)
    raise cursor.malformed(messages.STATEMENT_NOT_DATA)


def _source(cursor: Cursor) -> Source:
    """`table` or `table.index`."""
    names = [cursor.expect(lexer.NAME).text]
    while cursor.take("."):
        names.append(cursor.expect(lexer.NAME).text)
    if len(names) > SOURCE_NAMES_MAX:
        raise errors.validation(messages.STATEMENT_SOURCE_PATH)
    if not all(names):
        raise errors.validation(messages.STATEMENT_SOURCE_EMPTY)
    return Source(names[0], names[1] if len(names) > 1 else None)


def _refuse_alias(cursor: Cursor) -> None:
    if cursor.token.kind in (lexer.NAME, "AS"):
        raise errors.validation(messages.STATEMENT_ALIAS)


def _where(cursor: Cursor) -> Term | None:
    return read_condition(cursor) if cursor.take("WHERE") else None


def _select(cursor: Cursor) -> Select:
    cursor.advance()
    call_place = None
    paths = None
    if not cursor.take("*"):
        paths, call_place = _projected(cursor)
    cursor.expect("FROM")
    source = _source(cursor)
    if cursor.token.kind in ("-", "+"):
        cursor.advance()
        raise errors.validation(messages.STATEMENT_FROM) if cursor.token.kind == lexer.NAME else cursor.unexpected()
    _refuse_alias(cursor)
    where = _where(cursor)
    return Select(source, paths, where, _orderings(cursor), call_place)


def _projected(cursor: Cursor) -> tuple[tuple[Path, ...], str | None]:
    """The paths, and the place of the first function among them: the service looks at the source first."""
    paths: list[Path] = []
    call_place = None
    while True:
        if cursor.is_call():
            call_place = call_place or cursor.place()
            _skip_call(cursor)
        else:
            paths.append(read_path(cursor))
        if not cursor.take(","):
            return tuple(paths), call_place


def _skip_call(cursor: Cursor) -> None:
    """Steps over a name and what stands in parentheses after it."""
    cursor.advance()
    depth = 0
    while True:
        kind = cursor.advance().kind
        depth += (kind == "(") - (kind == ")")
        if not depth:
            return
        if kind == lexer.END:
            raise cursor.unexpected(")")


def _orderings(cursor: Cursor) -> tuple[Ordering, ...]:
    if not cursor.take("ORDER"):
        return ()
    cursor.expect("BY")
    orderings = [_ordering(cursor)]
    while cursor.take(","):
        orderings.append(_ordering(cursor))
    return tuple(orderings)


def _ordering(cursor: Cursor) -> Ordering:
    name = cursor.expect(lexer.NAME).text
    is_descending = cursor.take("DESC")
    if not is_descending:
        cursor.take("ASC")
    return Ordering(name, is_descending)


def _insert(cursor: Cursor) -> Insert:
    cursor.advance()
    if not cursor.take("INTO"):
        raise cursor.malformed(messages.STATEMENT_KEYWORD)
    place = cursor.place()
    source = _source(cursor)
    if source.index_name is not None:
        raise errors.validation(messages.INSERT_OF_INDEX.format(place))
    if not cursor.take("VALUE"):
        raise cursor.malformed(messages.STATEMENT_LEFT_OVER)
    if cursor.token.kind not in ("{", lexer.PARAMETER):
        raise cursor.unexpected()
    return Insert(source, constants.read(cursor))


def _update(cursor: Cursor) -> Update:
    cursor.advance()
    source = _source(cursor)
    _refuse_alias(cursor)
    actions = assignments.read(cursor)
    where = _where(cursor)
    return Update(source, actions, where, _returning(cursor), tuple(cursor.set_operands))


def _from(cursor: Cursor) -> Update:
    """An UPDATE with its source and condition first: accepted in October 2026."""
    cursor.advance()
    source = _source(cursor)
    _refuse_alias(cursor)
    where = _where(cursor)
    actions = assignments.read(cursor)
    return Update(source, actions, where, _returning(cursor), tuple(cursor.set_operands))


def _delete(cursor: Cursor) -> Delete:
    cursor.advance()
    cursor.expect("FROM")
    source = _source(cursor)
    _refuse_alias(cursor)
    where = _where(cursor)
    start = cursor.position
    returns = _returning(cursor)
    if returns not in ("NONE", "ALL_OLD"):
        raise errors.validation(messages.DELETE_RETURNING.format(_clause(cursor, start)))
    return Delete(source, where, returns)


def _returning(cursor: Cursor) -> str:
    """RETURNING as a value of ReturnValues."""
    start = cursor.position
    if not cursor.take("RETURNING"):
        return "NONE"
    words = []
    while cursor.token.kind not in (lexer.END, "*"):
        words.append(cursor.advance().text.upper())
    if not cursor.take("*"):
        raise cursor.unexpected("*")
    returns = _RETURNS.get(tuple(words))
    if returns is None:
        raise errors.validation(messages.STATEMENT_RETURNING.format(_clause(cursor, start)))
    return returns


def _clause(cursor: Cursor, start: int) -> str:
    """The words since the token with this number."""
    return " ".join(token.text.upper() for token in cursor.tokens[start : cursor.position])


def _exists(cursor: Cursor) -> Exists:
    cursor.advance()
    cursor.expect("(")
    if cursor.token.kind != "SELECT":
        raise cursor.unexpected("SELECT")
    select = _select(cursor)
    cursor.expect(")")
    return Exists(select)
