"""Which tables and which items a request names, before anything has checked it: what fault rules look at.

A request may be anything that JSON can be. What cannot be read names nothing, and is left to the operation to refuse.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from thermodynamo.api import arn
from thermodynamo.api.errors import ApiError
from thermodynamo_storage.values.schema import KeySchema

if TYPE_CHECKING:
    from thermodynamo.api.partiql.compiled import Compiled

Target = tuple[str, dict[str, Any] | None]
"""A table by name or ARN, and the attributes that hold the key of an item in it, where the request has a key."""


def targets_of(request: Any) -> list[Target]:
    """Every table, or item of a table, that the request names, in its order."""
    return list(_targets(request)) if isinstance(request, dict) else []


def _targets(request: dict[str, Any]) -> Iterator[Target]:
    yield from _single(request)
    for name, members in _map(request.get("RequestItems")).items():
        keys = members if isinstance(members, list) else _list(_map(members).get("Keys"))
        for member in map(_map, keys):
            for given in member.values():
                inner = _map(given)
                if "Item" in inner or "Key" in inner:
                    member = _attributes(inner) or {}
            yield name, member
    for action in map(_map, _list(request.get("TransactItems"))):
        for given in action.values():
            yield from _single(_map(given))
    for statement in _statements(request):
        target = _of_statement(statement)
        if target is not None:
            yield target


def _single(request: dict[str, Any]) -> Iterator[Target]:
    """The table of one operation on a table, an item or a stream."""
    name = request.get("TableName") or request.get("StreamArn") or request.get("ResourceArn")
    if isinstance(name, str):
        yield name, _attributes(request)


def is_all_selects(request: Any) -> bool:
    """Whether the request has PartiQL statements, and all of them read."""
    statements = [_compiled(each) for each in _statements(request)] if isinstance(request, dict) else []
    known = [statement for statement in statements if statement is not None]
    return bool(known) and all(statement.is_read for statement in known)


def _statements(request: dict[str, Any]) -> list[dict[str, Any]]:
    """What can hold a statement: the request, and its members."""
    return [request, *map(_map, _list(request.get("Statements") or request.get("TransactStatements")))]


def _compiled(request: dict[str, Any]) -> "Compiled | None":
    text = request.get("Statement")
    if not isinstance(text, str):
        return None
    from thermodynamo.api.partiql import compiled

    try:
        return compiled.compile(text)
    except ApiError:
        return None


def _of_statement(request: dict[str, Any]) -> Target | None:
    """The table of a PartiQL statement, and the attributes whose values it gives."""
    statement = _compiled(request)
    if statement is None:
        return None
    if statement.source.index_name is not None:
        return statement.source.table_name, None
    try:
        return statement.source.table_name, statement.named(request.get("Parameters"))
    except (ApiError, LookupError, TypeError, ValueError, AttributeError):  # whatever the parameters are
        return statement.source.table_name, None


def _attributes(request: dict[str, Any]) -> dict[str, Any] | None:
    given = request.get("Key") or request.get("Item")
    return given if isinstance(given, dict) else None


def _map(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def table_name(text: str) -> str:
    """The table in a name, a table's ARN or a stream's."""
    return text.partition(":table/")[2].partition("/")[0] if arn.is_arn(text) else text


def key_texts(schema: KeySchema, attributes: dict[str, Any]) -> tuple[str, str] | None:
    """The partition key as text, and `partition key/sort key`; None for what is not a key of the schema."""
    texts = []
    for attribute in schema.attributes:
        content = _map(attributes.get(attribute.name)).get(attribute.kind)
        if not isinstance(content, str):
            return None
        texts.append(content)
    return texts[0], "/".join(texts)
