"""The expressions of a request, compiled and checked, whether they came as expressions or as legacy parameters.

Each function stands for one kind of request, whose parameters were checked against each other already
(`placeholders.check`) and whose item or key is canonical, and does the service's further steps in its order: the
placeholder maps, legacy parameters, each expression, and last the placeholders that none of them used.

A program sends the same few texts with the same names again and again. What an update or a query with them compiled to
is known then, and that the names are good and used: only the values are looked at.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.expressions import condition, key_condition, legacy, parser, placeholders, projection, update
from thermodynamo.api.expressions.cache import keep
from thermodynamo.api.expressions.condition import Condition
from thermodynamo.api.expressions.key_condition import KeyCondition, KeyConditionExpression
from thermodynamo.api.expressions.projection import Projection
from thermodynamo.api.expressions.update import Update
from thermodynamo.api.operations.items.single_write import Guard
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.schema import KeySchema

Values = dict[str, Any]
Request = dict[str, Any]
Checked = Update | Condition | KeyConditionExpression
KeyConditionBinder = Callable[[KeySchema], KeyCondition]

_GUARD_PARAMETERS = frozenset(("ConditionExpression", "ConditionalOperator", "Expected"))
_PLACEHOLDER_PARAMETERS = frozenset((placeholders.NAMES, placeholders.VALUES))
_NOT_TEXTS = frozenset(
    ("AttributesToGet", "AttributeUpdates", "ConditionalOperator", "Expected", "KeyConditions", "QueryFilter")
)
_NO_VALUES: Values = {}
_NO_PLACEHOLDERS: frozenset[str] = frozenset()


class _KnownValues:
    """The values that the texts of a request use, and what is asked of them."""

    __slots__ = ("of_types", "parts", "used")

    def __init__(self, parts: list[Checked]) -> None:
        """The texts, in the order in which their values are looked at."""
        self.parts = parts
        self.used = _values_used(parts)
        self.of_types = [check for part in parts for check in part.checks.of_types]

    def of(self, request: Request, level: int = placeholders.VALUE_LEVEL) -> Values:
        """Those of a request, which are at a nesting level, after all that is asked of them."""
        placeholders.check_values(request, level)
        values = _values_of(request)
        if values.keys() == self.used:
            for check in self.of_types:
                check(values)
            return values
        for part in self.parts:
            part.check(values)
        placeholders.check_unused_values(values, self.used)
        return values


@dataclass(slots=True)
class _KnownUpdate:
    """What the texts of an update and its condition mean."""

    update: Update
    condition: Condition | None
    values: _KnownValues


@dataclass(slots=True)
class _KnownQuery:
    """What the texts of a Query mean, and where its keys stand in the key they are of."""

    keys: KeyConditionExpression
    filter: Condition | None
    projection: Projection | None
    values: _KnownValues
    placed: key_condition.Placed | None = None

    def bind(self, values: Values, schema: KeySchema) -> KeyCondition:
        """The key condition with these values, against a key schema. Raises ValidationException."""
        placed = self.placed
        if placed is not None and (placed.schema is schema or placed.schema == schema):
            bound = placed.bind(values)
            if bound is not None:
                return bound
        bound = _bind(self.keys, values, schema)
        self.placed = key_condition.place(self.keys, schema)
        return bound


_known_updates: dict[object, _KnownUpdate] = {}
_known_queries: dict[object, _KnownQuery] = {}


def projection_of(request: Request) -> Projection | None:
    """The projection of a GetItem, or of one table of a BatchGetItem."""
    placeholders.check_maps(request)
    chosen = _projection_of(request)
    _check_unused(request, [chosen] if chosen is not None else [])
    return chosen


def guard_of(request: Request, level: int = placeholders.VALUE_LEVEL) -> Guard | None:
    """The condition of a PutItem or a DeleteItem, its values at a nesting level."""
    if _GUARD_PARAMETERS.isdisjoint(request) and _PLACEHOLDER_PARAMETERS.isdisjoint(request):
        return None
    placeholders.check_maps(request, level)
    guard = _guard_of(request)
    _check_unused(request, [guard.condition] if guard is not None else [])
    return guard


def update_of(request: Request, level: int = placeholders.VALUE_LEVEL) -> tuple[Update | None, Guard | None, Values]:
    """The update and the condition of an UpdateItem, with the values of both, which are at a nesting level."""
    text = request.get("UpdateExpression")
    key = (text, request.get("ConditionExpression"), _names_key(request))
    known = _known_updates.get(key)
    if known is not None:
        values = known.values.of(request, level)
        return known.update, Guard(known.condition, values) if known.condition is not None else None, values
    placeholders.check_maps(request, level)
    values = _values_of(request)
    chosen = legacy.attribute_updates(request) if "AttributeUpdates" in request else None
    if text is not None:
        chosen = update.compile(text, request.get("ExpressionAttributeNames"))
        chosen.check(values)
    guard = _guard_of(request)
    used: list[Any] = [chosen] if chosen is not None else []
    if guard is not None:
        used.append(guard.condition)
    _check_unused(request, used)
    if text is not None and chosen is not None and _NOT_TEXTS.isdisjoint(request):
        condition = guard.condition if guard is not None else None
        keep(_known_updates, key, _KnownUpdate(chosen, condition, _KnownValues(used)))
    return chosen, guard, values


def query_of(request: Request) -> tuple[KeyConditionBinder, Condition | None, Projection | None, Values]:
    """What a Query asks for; the key condition is bound when the key schema is known."""
    text = request.get("KeyConditionExpression")
    key = (text, request.get("FilterExpression"), request.get("ProjectionExpression"), _names_key(request))
    known = _known_queries.get(key)
    if known is not None:
        values = known.values.of(request)
        return partial(known.bind, values), known.filter, known.projection, values
    placeholders.check_maps(request)
    values = _values_of(request)
    filter = legacy.query_filter(request)
    keys = legacy.key_conditions(request)
    if keys is not None or text is not None:
        # What a Query lacks comes before what its conditions are joined with: AWS's DynamoDB Local.
        legacy.check_conditional_operator(request, "QueryFilter")
    filter = _filter_of(request, values) or filter
    projecting = _projection_of(request)
    if text is not None:
        keys = key_condition.compile(text, request.get("ExpressionAttributeNames"))
    if keys is None:
        raise errors.validation(messages.KEY_CONDITION_REQUIRED)
    keys.check(values)
    used = [part for part in (keys, filter, projecting) if part is not None]
    _check_unused(request, used)
    if keys.shape_error is not None:
        raise keys.shape_error
    if text is not None and _NOT_TEXTS.isdisjoint(request):
        known_values = _KnownValues([filter, keys] if filter is not None else [keys])
        keep(_known_queries, key, _KnownQuery(keys, filter, projecting, known_values))
    return partial(_bind, keys, values), filter, projecting, values


def scan_of(request: Request) -> tuple[Condition | None, Projection | None, Values]:
    """The filter and the projection of a Scan, with the filter's values."""
    placeholders.check_maps(request)
    values = _values_of(request)
    filter = legacy.scan_filter(request)
    legacy.check_conditional_operator(request, "ScanFilter")
    text = request.get("FilterExpression")
    if text is not None:
        # Captured from the service in September 2026: only here is the size shown (floci-io/floci pull request 3447).
        parser.refuse_long("FilterExpression", text, messages.SCAN_FILTER_TOO_LONG)
    filter = _filter_of(request, values) or filter
    projecting = _projection_of(request)
    _check_unused(request, [part for part in (filter, projecting) if part is not None])
    return filter, projecting, values


def _values_of(request: Request) -> Values:
    values: Values | None = request.get("ExpressionAttributeValues")
    return values if values is not None else _NO_VALUES


def _projection_of(request: Request) -> Projection | None:
    text = request.get("ProjectionExpression")
    if text is None:
        return legacy.attributes_to_get(request)
    return projection.compile(text, request.get("ExpressionAttributeNames"))


def _guard_of(request: Request) -> Guard | None:
    if _GUARD_PARAMETERS.isdisjoint(request):
        return None
    text = request.get("ConditionExpression")
    if text is None:
        expected = legacy.expected(request)
        legacy.check_conditional_operator(request, "Expected")
        return Guard(expected, _NO_VALUES) if expected is not None else None
    values = _values_of(request)
    compiled = condition.compile("ConditionExpression", text, request.get("ExpressionAttributeNames"))
    compiled.check(values)
    return Guard(compiled, values)


def _filter_of(request: Request, values: Values) -> Condition | None:
    text = request.get("FilterExpression")
    if text is None:
        return None
    filter = condition.compile("FilterExpression", text, request.get("ExpressionAttributeNames"))
    filter.check(values)
    return filter


def _bind(keys: KeyConditionExpression, values: Values, schema: KeySchema) -> KeyCondition:
    kinds = {attribute.name: attribute.kind for attribute in schema.attributes}
    partition_names = tuple(attribute.name for attribute in schema.partition)
    sort_names = tuple(attribute.name for attribute in schema.sort)
    return key_condition.bind(keys, values, partition_names, sort_names, kinds)


def _names_key(request: Request) -> object:
    """The names of a request, as what is known is found by."""
    names = request.get("ExpressionAttributeNames")
    return tuple(names.items()) if names is not None else None


def _values_used(parts: list[Any]) -> frozenset[str]:
    return _NO_PLACEHOLDERS.union(*[part.values for part in parts if type(part) is not Projection])


def _check_unused(request: Request, used: list[Any]) -> None:
    """Every placeholder given must be used by one of the compiled expressions."""
    if "ExpressionAttributeNames" in request or "ExpressionAttributeValues" in request:
        if len(used) == 1 and type(used[0]) is not Projection:  # no union to build: a write with one expression
            placeholders.check_unused(request, used[0].names, used[0].values)
            return
        names = _NO_PLACEHOLDERS.union(*[part.names for part in used])
        placeholders.check_unused(request, names, _values_used(used))
