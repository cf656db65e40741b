"""SearchConditionExpression: equalities of attributes of the search schema with values, joined with AND.

Its syntax is that of any condition (developer guide, VectorSearchWorkingWith.Search.Filtering). What else a condition
can say is refused: other comparators in one text, all other operators in another, as users met them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.errors import ApiError
from thermodynamo.api.expressions import used
from thermodynamo.api.expressions.binding import Binder, Checks, UnbindableError, Values
from thermodynamo.api.expressions.cache import ExpressionCache, Names
from thermodynamo.api.expressions.nodes import And, Comparison, LiteralPath, Operand, Path, Term, Value
from thermodynamo.api.expressions.parser import parse_condition
from thermodynamo.api.expressions.paths import resolve
from thermodynamo.api.expressions.wellformed import check_term
from thermodynamo_storage.values import keys
from thermodynamo_storage.values.schema import KeyAttribute, VectorIndexSchema

KIND = "SearchConditionExpression"


@dataclass(frozen=True, slots=True)
class SearchCondition:
    """A compiled condition: call `check`, then `bind`. `shape_error` is why it is none for a search."""

    names: frozenset[str]
    values: frozenset[str]
    checks: Checks
    equalities: tuple[tuple[str, str], ...]
    """Attributes with the placeholders of their values."""
    shape_error: ApiError | None

    def check(self, values: Values | None) -> None:
        """Raises if the values given do not suit the expression, as for a condition."""
        self.checks.run(values)

    def bind(self, schema: VectorIndexSchema, values: Values) -> dict[str, bytes]:
        """The key part that each attribute must have. Raises ValidationException for what is not in the schema."""
        known = {attribute.name: attribute for attribute in schema.searched}
        bound: dict[str, bytes] = {}
        for name, placeholder in self.equalities:
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
    term = parse_condition(kind, text)
    check_term(kind, term)
    binder = Binder(kind, names)
    equalities: tuple[tuple[str, str], ...] = ()
    shape_error = None
    try:
        binder.term(term)
    except UnbindableError:
        pass
    else:
        try:
            equalities = tuple(_equalities(term, names))
            _refuse_repeated([name for name, _ in equalities])
        except ApiError as error:
            shape_error = error
    leaves = list(used.operands_of_term(term))
    values = used.value_placeholders(leaves)
    return SearchCondition(used.name_placeholders(leaves), values, Checks(binder, values), equalities, shape_error)


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
