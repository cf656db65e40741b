"""The parameters that expressions replaced, translated to the same trees and compiled to the same faces.

Each function takes the request and answers None if its parameter is absent (or says nothing). One attribute is checked
after the other: which members it has, then its values, which are canonicalised in place, then their number and types.
AWS's DynamoDB Local and dynalite agree on that. What is compiled needs no values: they stand in the tree.
"""

from collections.abc import Callable
from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.errors import ApiError
from thermodynamo.api.expressions import condition, projection, update
from thermodynamo.api.expressions.binding import Binder, Checks
from thermodynamo.api.expressions.condition import Condition
from thermodynamo.api.expressions.key_condition import AttributeCondition, KeyConditionExpression
from thermodynamo.api.expressions.nodes import (
    Action,
    AddAction,
    And,
    Between,
    Comparison,
    DeleteAction,
    Function,
    In,
    Literal,
    LiteralPath,
    Not,
    Or,
    RemoveAction,
    SetAction,
    Term,
)
from thermodynamo.api.expressions.projection import Projection
from thermodynamo.api.expressions.shaped import ShapedCondition
from thermodynamo.api.expressions.update import Update
from thermodynamo.api.values.canonical import ATTRIBUTE_NAME_BYTES_MAX, UNCHECKED_LEVEL, canonicalise_value
from thermodynamo.api.values.compare import ORDERED_TYPES, AttributeValue, compare, type_of

Request = dict[str, Any]

_OPERATORS = {
    "EQ": "=",
    "NE": "<>",
    "LT": "<",
    "LE": "<=",
    "GT": ">",
    "GE": ">=",
    "BETWEEN": "BETWEEN",
    "BEGINS_WITH": "begins_with",
}
_ARGUMENT_COUNTS = {"NULL": 0, "NOT_NULL": 0, "BETWEEN": 2}
_SCALAR_TYPES = frozenset(("S", "N", "B", "BOOL", "NULL"))
# Operators that are not here take any type (API reference, Condition: AttributeValueList; for CONTAINS, which the
# reference restricts to S, N and B, AWS's DynamoDB Local refuses only sets, lists and maps).
_ARGUMENT_TYPES = {
    "LT": ORDERED_TYPES,
    "LE": ORDERED_TYPES,
    "GT": ORDERED_TYPES,
    "GE": ORDERED_TYPES,
    "IN": ORDERED_TYPES,
    "BETWEEN": ORDERED_TYPES,
    "BEGINS_WITH": frozenset(("S", "B")),
    "CONTAINS": _SCALAR_TYPES,
    "NOT_CONTAINS": _SCALAR_TYPES,
}
_ADD_TYPES = frozenset(("N", "SS", "NS", "BS", "L"))
_SET_TYPES = frozenset(("SS", "NS", "BS"))


def _error(template: str, **members: object) -> ApiError:
    return errors.validation(template.format(**members))


def expected(request: Request) -> Condition | None:
    """Expected of a write."""
    return _condition(request, "Expected", _expected_term)


def query_filter(request: Request) -> Condition | None:
    """QueryFilter; that it leaves the key alone is the operation's to check."""
    return _condition(request, "QueryFilter", _filter_term)


def scan_filter(request: Request) -> Condition | None:
    """ScanFilter."""
    return _condition(request, "ScanFilter", _filter_term)


def _condition(request: Request, parameter: str, term_of: Callable[[str, Request], Term]) -> Condition | None:
    conditions: dict[str, Request] | None = request.get(parameter)
    if not conditions:
        return None
    terms = tuple(term_of(name, entry) for name, entry in conditions.items())
    if len(terms) == 1:
        return condition.build(parameter, terms[0], None)
    joined = Or(terms) if request.get("ConditionalOperator") == "OR" else And(terms)
    return condition.build(parameter, joined, None)


def check_conditional_operator(request: Request, parameter: str) -> None:
    """Raises if there is a ConditionalOperator with nothing to join. The service looks at it after the conditions."""
    if request.get("ConditionalOperator") is None:
        return
    conditions = request.get(parameter)
    if not conditions:
        raise _error(messages.CONDITIONAL_OPERATOR_ALONE)
    if len(conditions) == 1:
        raise _error(messages.CONDITIONAL_OPERATOR_SINGLE)


def _canonicalise(values: list[AttributeValue]) -> None:
    for value in values:
        canonicalise_value(value)


def _path(name: str) -> LiteralPath:
    """An attribute that a parameter names; the words are the same everywhere (ExtendDB/extenddb issue 365)."""
    if not name:
        raise _error(messages.ATTRIBUTE_NAME_EMPTY)
    if len(name.encode("utf-8", "surrogatepass")) > ATTRIBUTE_NAME_BYTES_MAX:
        raise errors.NameTooLarge()
    return LiteralPath(name)


def _expected_term(name: str, entry: Request) -> Term:
    """One attribute of Expected: a ComparisonOperator with its values, or Exists and Value."""
    value, values = entry.get("Value"), entry.get("AttributeValueList")
    operator, exists = entry.get("ComparisonOperator"), entry.get("Exists")
    if value is not None and values is not None:
        raise _error(messages.EXPECTED_VALUE_TWICE, name=name)
    if operator is None and values is not None:
        raise _error(messages.EXPECTED_LIST_WITHOUT_OPERATOR, name=name)
    if operator is not None and exists is not None:
        raise _error(messages.EXPECTED_EXISTS_WITH_OPERATOR, name=name)
    if operator is not None:
        if value is None and values is None and operator not in ("NULL", "NOT_NULL"):
            raise _error(messages.EXPECTED_OPERATOR_WITHOUT_VALUE, operator=operator, name=name)
        arguments = [value] if value is not None else values or []
        _canonicalise(arguments)
        _check_arguments(operator, arguments)
        return _term(_path(name), operator, arguments)
    if exists is False:
        if value is not None:
            raise _error(messages.EXPECTED_VALUE_SURPLUS, name=name)
        return Function("attribute_not_exists", (_path(name),))
    if value is None:
        raise _error(messages.EXPECTED_VALUE_MISSING, exists="null" if exists is None else "true", name=name)
    canonicalise_value(value)
    return Comparison("=", _path(name), Literal(value))


def _filter_term(name: str, entry: Request) -> Term:
    arguments = entry.get("AttributeValueList") or []
    _canonicalise(arguments)
    _check_arguments(entry["ComparisonOperator"], arguments)
    return _term(_path(name), entry["ComparisonOperator"], arguments)


def _check_arguments(operator: str, arguments: list[AttributeValue]) -> None:
    """The number and the types of an operator's values."""
    count = len(arguments)
    if not (count > 0 if operator == "IN" else count == _ARGUMENT_COUNTS.get(operator, 1)):
        raise _error(messages.LEGACY_ARGUMENT_COUNT, operator=operator)
    allowed = _ARGUMENT_TYPES.get(operator)
    for argument in arguments:
        kind = type_of(argument)
        if allowed is not None and kind not in allowed:
            raise _error(messages.LEGACY_ARGUMENT_TYPE, operator=operator, type=kind)
        if kind != type_of(arguments[0]):
            raise _error(messages.LEGACY_ARGUMENTS_DIFFER)
    if operator == "BETWEEN" and (compare(arguments[0], arguments[1]) or 0) > 0:
        raise _error(messages.LEGACY_BETWEEN_ORDER)


def _term(path: LiteralPath, operator: str, arguments: list[AttributeValue]) -> Term:
    operands = tuple(Literal(argument) for argument in arguments)
    match operator:
        case "NULL":
            return Function("attribute_not_exists", (path,))
        case "NOT_NULL":
            return Function("attribute_exists", (path,))
        case "CONTAINS":
            return Function("contains", (path, *operands))
        case "NOT_CONTAINS":
            # A missing attribute does not satisfy NOT_CONTAINS: AWS's DynamoDB Local.
            holds = Function("contains", (path, *operands))
            return And((Function("attribute_exists", (path,)), Not(holds, 1)))
        case "BEGINS_WITH":
            return Function("begins_with", (path, *operands))
        case "IN":
            return In(path, operands)
        case "BETWEEN":
            return Between(path, *operands)
        case _:
            return Comparison(_OPERATORS[operator], path, operands[0])


def key_conditions(request: Request) -> KeyConditionExpression | None:
    """KeyConditions of a Query; an operator no key can use is refused when it is bound."""
    conditions: dict[str, Request] | None = request.get("KeyConditions")
    if conditions is None:
        return None
    translated = []
    for name, entry in conditions.items():
        operator: str = entry["ComparisonOperator"]
        arguments = entry.get("AttributeValueList") or []
        _canonicalise(arguments)
        _check_arguments(operator, arguments)
        _path(name)
        operands = tuple(Literal(argument) for argument in arguments)
        translated.append(AttributeCondition(name, _OPERATORS.get(operator, operator), operands))
    none: frozenset[str] = frozenset()
    return ShapedCondition(
        names=none,
        values=none,
        checks=Checks(Binder("KeyConditions", None), none),
        parts=tuple(translated),
        shape_error=None if conditions else _error(messages.KEY_CONDITION_COUNT),
    )


def attribute_updates(request: Request) -> Update | None:
    """AttributeUpdates of an UpdateItem; PUT is the action if none is given."""
    updates: dict[str, Request] | None = request.get("AttributeUpdates")
    if updates is None:
        return None
    return update.build([_action(name, entry) for name, entry in updates.items()], None)


def _action(name: str, entry: Request) -> Action:
    action, value = entry.get("Action") or "PUT", entry.get("Value")
    if value is None:
        if action != "DELETE":
            raise _error(messages.UPDATES_VALUE_MISSING)
        return RemoveAction(_path(name))
    # What nests too deep is refused where it would be stored: black-box evidence of ministack 1.5.33.
    canonicalise_value(value, UNCHECKED_LEVEL)
    path = _path(name)
    kind = type_of(value)
    if action == "DELETE":
        if kind not in _SET_TYPES:
            raise _error(messages.UPDATES_DELETE_TYPE, type=kind)
        return DeleteAction(path, Literal(value), legacy=True)
    if action == "ADD":
        if kind not in _ADD_TYPES:
            raise _error(messages.UPDATES_ADD_TYPE, type=kind)
        return AddAction(path, Literal(value), legacy=True)
    return SetAction(path, Literal(value))


def attributes_to_get(request: Request) -> Projection | None:
    """AttributesToGet of a read, or of one table of a BatchGetItem."""
    names: list[str] | None = request.get("AttributesToGet")
    if names is None:
        return None
    paths: dict[str, LiteralPath] = {}
    for name in names:
        if name in paths:
            raise _error(messages.ATTRIBUTES_TO_GET_TWICE, name=name)
        paths[name] = _path(name)
    return projection.build(list(paths.values()), None)
