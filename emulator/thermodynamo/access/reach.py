"""What the members of a request name: partition key values, and top-level attributes.

The request is one that `validate` has passed: its values are canonical, and its expressions compile. Compiled
expressions come from the cache that the operation itself has filled.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from thermodynamo.access.data_paths import ITEM, KEY, DataPath
from thermodynamo.api.expressions import condition, key_condition, projection, update
from thermodynamo.api.expressions.binding import constant
from thermodynamo.api.expressions.key_condition import KIND
from thermodynamo_storage.values.schema import KeySchema

Part = dict[str, Any]
"""A request, or the part of one for one table or one action."""
Names = dict[str, str] | None
_SCALARS = ("S", "N", "B")


def _of_projection(text: str, names: Names) -> Iterable[str]:
    return projection.compile(text, names).roots


def _of_update(text: str, names: Names) -> Iterable[str]:
    return update.compile(text, names).attributes


def _of_condition(kind: str) -> Callable[[str, Names], Iterable[str]]:
    return lambda text, names: condition.compile(kind, text, names).paths


def _of_key_condition(text: str, names: Names) -> Iterable[str]:
    return [each.name for each in key_condition.compile(text, names).parts]


_EXPRESSIONS: dict[str, Callable[[str, Names], Iterable[str]]] = {
    "ProjectionExpression": _of_projection,
    "UpdateExpression": _of_update,
    "ConditionExpression": _of_condition("ConditionExpression"),
    "FilterExpression": _of_condition("FilterExpression"),
    "SearchConditionExpression": _of_condition("FilterExpression"),
    KIND: _of_key_condition,
}


def attributes(path: DataPath, part: Part) -> tuple[str, ...]:
    """The top-level attributes that a part names, in no order, each once."""
    found: set[str] = set()
    names = part.get("ExpressionAttributeNames")
    for member in path.named:
        given = part.get(member)
        if given is None:
            continue
        expression = _EXPRESSIONS.get(member)
        if expression is not None:
            found.update(expression(given, names))
        elif isinstance(given, list) and given and isinstance(given[0], dict):
            found.update(name for each in given for name in each)
        else:
            found.update(given)
    return tuple(found)


def key_values(path: DataPath, part: Part, schema: KeySchema, position: int) -> tuple[str, ...] | None:
    """The values of the partition key's attribute at `position` that a part names; None where it names none."""
    if position >= len(schema.partition):
        return None
    name = schema.partition[position].name
    if path.keys == KEY or path.items == ITEM:  # one key or item, of which there is nothing else to find
        value = part["Key" if path.keys else "Item"].get(name)
        return scalar(value) or None if value is not None else None
    return tuple(dict.fromkeys(_values(path, part, name))) or None


def _values(path: DataPath, part: Part, name: str) -> Iterator[str]:
    for member in (*path.keys, *path.items):
        given = part.get(member)
        for attributes in given if isinstance(given, list) else (given,):
            value = attributes.get(name) if attributes is not None else None
            if value is not None:
                yield from scalar(value)
    for member in path.key_conditions:
        given = part.get(member)
        if given is not None:
            yield from _of_text(given, part, name) if isinstance(given, str) else _of_legacy(given, name)


def _of_text(text: str, part: Part, name: str) -> Iterator[str]:
    for each in key_condition.compile(text, part.get("ExpressionAttributeNames")).parts:
        if each.name == name and each.op == "=":
            yield from scalar(constant(each.operands[0], part.get("ExpressionAttributeValues") or {}))


def _of_legacy(conditions: Part, name: str) -> Iterator[str]:
    given = conditions.get(name)
    if given is not None and given.get("ComparisonOperator") == "EQ":
        for value in given.get("AttributeValueList") or ():
            yield from scalar(value)


def scalar(value: Part) -> tuple[str, ...]:
    """The text of a value that can be a key's: a string, a number, or base64. Empty for any other."""
    for kind in _SCALARS:
        if kind in value:
            return (value[kind],)
    return ()


def image_returned(path: DataPath, part: Part) -> str:
    """The value of dynamodb:ReturnValues: the image that shows most, where a part asks for two."""
    asked = [part.get(member) or "NONE" for member in path.returns]
    return next((each for each in ("ALL_NEW", "ALL_OLD", "UPDATED_NEW", "UPDATED_OLD") if each in asked), "NONE")


def selected(path: DataPath, part: Part) -> str | None:
    """The value of dynamodb:Select, which a part that does not say has all the same (developer guide)."""
    if path.selects is None:
        return None
    if path.selects == "page" and part.get("Select"):
        return str(part["Select"])
    if any(part.get(member) for member in path.reads):
        return "SPECIFIC_ATTRIBUTES"
    return "ALL_PROJECTED_ATTRIBUTES" if part.get("IndexName") else "ALL_ATTRIBUTES"
