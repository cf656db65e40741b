"""SearchConditionExpression: equalities of attributes of the search schema with values, joined with AND.

Its syntax is that of any condition (developer guide, VectorSearchWorkingWith.Search.Filtering). What else a condition
can say is refused: other comparators in one text, all other operators in another, as users met them.
"""

from collections.abc import Iterator
from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.expressions import shaped
from thermodynamo.api.expressions.binding import Values
from thermodynamo.api.expressions.cache import ExpressionCache, Names
from thermodynamo.api.expressions.nodes import And, Comparison, LiteralPath, Operand, Path, Term, Value
from thermodynamo.api.expressions.paths import resolve
from thermodynamo.api.expressions.shaped import ShapedCondition
from thermodynamo_storage.values import keys
from thermodynamo_storage.values.schema import KeyAttribute, VectorIndexSchema

KIND = "SearchConditionExpression"


SearchCondition = ShapedCondition[tuple[str, str]]
"""A compiled condition, of attributes with the placeholders of their values: call `check`, then `bind` it."""


def bind(condition: SearchCondition, schema: VectorIndexSchema, values: Values) -> dict[str, bytes]:
    """The key part that each attribute must have. Raises ValidationException for what is not in the schema."""
    known = {attribute.name: attribute for attribute in schema.searched}
    bound: dict[str, bytes] = {}
    for name, placeholder in condition.parts:
        if name not in known:
            raise errors.validation(messages.SEARCH_ATTRIBUTE_UNKNOWN.format(name))
        bound[name] = part(known[name], values[placeholder])
    return bound


def part(attribute: KeyAttribute, value: Any) -> bytes:
    """The key part of a value of the attribute. Raises ValidationException for one of another type."""
    content = value.get(attribute.kind)
    if content is None:
        raise errors.validation(messages.SEARCH_VALUE_TYPE)
    return keys.part(attribute.kind, content)


def compile(text: str, names: Names) -> SearchCondition:
    return _CACHE.get(KIND, text, names)


def _parse_and_build(kind: str, text: str, names: Names) -> SearchCondition:
    return shaped.parse(kind, text, names, _take_apart)


def _take_apart(term: Term, names: Names) -> tuple[tuple[str, str], ...]:
    equalities = tuple(_equalities(term, names))
    _refuse_repeated([name for name, _ in equalities])
    return equalities


_CACHE = ExpressionCache(_parse_and_build)


def _equalities(term: Term, names: Names) -> Iterator[tuple[str, str]]:
    match term:
        case And(terms):
            for each in terms:
                yield from _equalities(each, names)
        case Comparison("=", left, right):
            yield _equality(left, right, names)
        case Comparison():
            raise errors.validation(messages.SEARCH_COMPARATOR)
        case _:
            raise errors.validation(messages.SEARCH_OPERATOR)


def _equality(left: Operand, right: Operand, names: Names) -> tuple[str, str]:
    if isinstance(left, Value):
        left, right = right, left
    if isinstance(left, (Path, LiteralPath)) and isinstance(right, Value):
        path = resolve(KIND, left, names or {})
        if len(path) == 1:
            return str(path[0]), right.placeholder
    raise errors.validation(messages.SEARCH_OPERANDS)


def _refuse_repeated(names: list[str]) -> None:
    for place, name in enumerate(names):
        if name in names[:place]:
            raise errors.validation(messages.SEARCH_REPEATS.format(name))
