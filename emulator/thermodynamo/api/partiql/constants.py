"""Values written in a statement: read into literals, or into constructors that wait for parameters."""

from collections.abc import Mapping, Sequence

from thermodynamo.api import errors, messages
from thermodynamo.api.errors import ApiError, ValueRefused
from thermodynamo.api.expressions.nodes import Literal, Value
from thermodynamo.api.partiql import lexer
from thermodynamo.api.partiql.cursor import Cursor
from thermodynamo.api.partiql.statements import Constant, Constructor
from thermodynamo.api.values import refusals
from thermodynamo.api.values.canonical import canonicalise_value
from thermodynamo.api.values.compare import AttributeValue, type_of

_SETS = {"S": "SS", "N": "NS", "B": "BS"}
_BEGINNINGS = frozenset(
    (lexer.STRING, lexer.NUMBER, lexer.PARAMETER, "+", "-", "TRUE", "FALSE", "NULL", "[", "{", "<<")
)


def begins(cursor: Cursor) -> bool:
    """Whether the next token is the beginning of a value."""
    return cursor.token.kind in _BEGINNINGS


def read(cursor: Cursor) -> Constant:
    """One value. Raises ValidationException for a malformed one, and for a number out of range."""
    if cursor.token.kind == lexer.NAME and cursor.is_call():
        raise errors.validation(messages.STATEMENT_UNSUPPORTED.format(cursor.token.text, cursor.place()))
    token = cursor.advance()
    match token.kind:
        case lexer.PARAMETER:
            return cursor.next_parameter()
        case lexer.STRING:
            return Literal({"S": token.text})
        case lexer.NUMBER:
            return _number(token.text)
        case "+" | "-":
            digits = cursor.expect(lexer.NUMBER).text
            return _number(digits if token.kind == "+" else "-" + digits)
        case "TRUE" | "FALSE":
            return Literal({"BOOL": token.kind == "TRUE"})
        case "NULL":
            return Literal({"NULL": True})
        case "[":
            return _constructed(Constructor("L", _parts(cursor, "]")))
        case "<<":
            return _constructed(Constructor("SET", _parts(cursor, ">>")))
        case "{":
            return _map(cursor)
    cursor.position -= token.kind != lexer.END
    raise cursor.unexpected(lexer.VALUE)


def read_operand(cursor: Cursor) -> Value | Literal:
    """One value as an operand of an expression."""
    constant = read(cursor)
    return cursor.hoist(constant) if isinstance(constant, Constructor) else constant


def _number(text: str) -> Literal:
    """A number that stands in the statement: one out of range is said to lie under its root (October 2026)."""
    value: AttributeValue = {"N": text}
    try:
        canonicalise_value(value)
    except ValueRefused as refusal:
        if refusals.is_beyond_java(text):
            raise errors.validation(messages.STATEMENT_MALFORMED.format("")) from None
        raise errors.validation(messages.STATEMENT_NUMBER.format(refusal.earlier)) from None
    return Literal(value)


def canonicalise(value: AttributeValue) -> None:
    """Makes a value canonical that a statement gives or builds. Raises ValidationException in the earlier words."""
    try:
        canonicalise_value(value)
    except ValueRefused as refusal:
        raise errors.worded_earlier(refusal) from None


def _parts(cursor: Cursor, end: str) -> tuple[Constant, ...]:
    parts: list[Constant] = []
    cursor.enter()
    if cursor.token.kind != end:
        parts.append(read(cursor))
        while cursor.take(","):
            parts.append(read(cursor))
    cursor.leave()
    cursor.expect(end)
    return tuple(parts)


def _map(cursor: Cursor) -> Constant:
    entries: dict[str, Constant] = {}
    cursor.enter()
    if cursor.token.kind != "}":
        _entry(cursor, entries)
        while cursor.take(","):
            _entry(cursor, entries)
    cursor.leave()
    cursor.expect("}")
    return _constructed(Constructor("M", tuple(entries.values()), tuple(entries)))


def _entry(cursor: Cursor, entries: dict[str, Constant]) -> None:
    """Adds one member of a map. Its key is a string; a name is taken too."""
    if cursor.token.kind not in (lexer.NAME, lexer.STRING):
        raise cursor.unexpected(lexer.VALUE)
    name = cursor.advance().text
    cursor.expect(":")
    entries[name] = read(cursor)


def _constructed(constructor: Constructor) -> Constant:
    """The literal that a constructor without parameters is."""
    if all(isinstance(part, Literal) for part in constructor.parts):
        return Literal(build(constructor, {}))
    return constructor


def build(constant: Constant, values: Mapping[str, AttributeValue]) -> AttributeValue:
    """The attribute value that a constant stands for. Raises ValidationException for a set that cannot be."""
    match constant:
        case Literal(value):
            return value
        case Value(placeholder):
            return values[placeholder]
    parts = [build(part, values) for part in constant.parts]
    if constant.kind == "L":
        return {"L": parts}
    if constant.kind == "M":
        return {"M": dict(zip(constant.names, parts, strict=True))}
    return _set(parts)


def _set(members: Sequence[AttributeValue]) -> AttributeValue:
    if not members:
        raise errors.validation(messages.STATEMENT_SET_EMPTY)
    kind = type_of(members[0])
    if kind not in _SETS or any(kind not in member for member in members):
        raise _not_a_set()
    value: AttributeValue = {_SETS[kind]: [member[kind] for member in members]}
    canonicalise(value)
    return value


def _not_a_set() -> ApiError:
    return errors.validation(messages.STATEMENT_MALFORMED.format(messages.STATEMENT_SET))
