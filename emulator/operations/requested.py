"""The expressions of a request, compiled and checked, whether they came as expressions or as legacy parameters."""

from collections.abc import Callable
from typing import Any

from emulator.expressions import condition, key_condition, projection, update
from emulator.expressions.condition import Condition
from emulator.expressions.key_condition import KeyCondition
from emulator.expressions.projection import Projection
from emulator.expressions.update import Update
from emulator.operations.writes import Guard
from emulator.values.canonical import canonicalise
from storage.schema import KeySchema

Values = dict[str, Any]
Request = dict[str, Any]
KeyConditionBinder = Callable[[KeySchema], KeyCondition]


def projection_of(request: Request) -> Projection | None:
    """The projection of a GetItem, or of one table of a BatchGetItem."""
    if text := request.get("ProjectionExpression"):
        return projection.compile(text, request.get("ExpressionAttributeNames"))
    return None


def guard_of(request: Request) -> Guard | None:
    """The condition of a PutItem or a DeleteItem."""
    text = request.get("ConditionExpression")
    if text is None:
        return None
    values = values_of(request)
    compiled = condition.compile("ConditionExpression", text, request.get("ExpressionAttributeNames"))
    compiled.check(values)
    return Guard(compiled, values)


def update_of(request: Request) -> tuple[Update | None, Guard | None, Values]:
    """The update and the condition of an UpdateItem, with the values of both."""
    values = values_of(request)
    names = request.get("ExpressionAttributeNames")
    compiled = guard = None
    if text := request.get("UpdateExpression"):
        compiled = update.compile(text, names)
        compiled.check(values)
    if text := request.get("ConditionExpression"):
        test = condition.compile("ConditionExpression", text, names)
        test.check(values)
        guard = Guard(test, values)
    return compiled, guard, values


def query_of(request: Request) -> tuple[KeyConditionBinder, Condition | None, Projection | None, Values]:
    """What a Query asks for; the key condition is bound when the key schema is known."""
    values = values_of(request)
    names = request.get("ExpressionAttributeNames")
    filter, project = filter_of(request, values)
    compiled = key_condition.compile(request["KeyConditionExpression"], names)
    compiled.check(values)

    def bind(schema: KeySchema) -> KeyCondition:
        kinds = {attribute.name: attribute.kind for attribute in schema.attributes}
        partition_names = tuple(attribute.name for attribute in schema.partition)
        return compiled.bind(values, partition_names, tuple(attribute.name for attribute in schema.sort), kinds)

    return bind, filter, project, values


def scan_of(request: Request) -> tuple[Condition | None, Projection | None, Values]:
    values = values_of(request)
    return (*filter_of(request, values), values)


def filter_of(request: Request, values: Values) -> tuple[Condition | None, Projection | None]:
    """The filter and the projection of a Query or a Scan."""
    filter = None
    if text := request.get("FilterExpression"):
        filter = condition.compile("FilterExpression", text, request.get("ExpressionAttributeNames"))
        filter.check(values)
    return filter, projection_of(request)


def values_of(request: Request) -> Values:
    """ExpressionAttributeValues, canonical."""
    values: Values = request.get("ExpressionAttributeValues") or {}
    canonicalise(values)
    return values
