"""Conditions of which only one shape is allowed: a key condition, a search condition.

Each is first a condition like any other, with the same errors. Why its shape is refused is kept for later, since the
service refuses unused placeholders before it.
"""

from collections.abc import Callable
from typing import Generic, TypeVar

from thermodynamo.api.errors import ApiError
from thermodynamo.api.expressions import used
from thermodynamo.api.expressions.binding import Binder, Checks, UnbindableError, Values
from thermodynamo.api.expressions.cache import Names
from thermodynamo.api.expressions.nodes import Term
from thermodynamo.api.expressions.parser import parse_condition
from thermodynamo.api.expressions.wellformed import check_term
from thermodynamo_storage.values.dataclass import dataclass

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class ShapedCondition(Generic[Part]):
    """A compiled condition: call `check`, then bind its parts. `shape_error` is why it has no parts."""

    names: frozenset[str]
    values: frozenset[str]
    checks: Checks
    parts: tuple[Part, ...]
    shape_error: ApiError | None

    def check(self, values: Values | None) -> None:
        """Raises if the values given do not suit the expression, as for a condition."""
        self.checks.run(values)


def parse(
    kind: str, text: str, names: Names, take_apart: Callable[[Term, Names], tuple[Part, ...]]
) -> ShapedCondition[Part]:
    """The condition in `text`; `take_apart` raises ApiError for a term of another shape. Raises for bad syntax."""
    term = parse_condition(kind, text)
    check_term(kind, term)
    binder = Binder(kind, names)
    parts: tuple[Part, ...] = ()
    shape_error = None
    try:
        binder.term(term)
    except UnbindableError:
        pass
    else:
        try:
            parts = take_apart(term, names)
        except ApiError as error:
            shape_error = error
    leaves = list(used.operands_of_term(term))
    values = used.value_placeholders(leaves)
    return ShapedCondition(used.name_placeholders(leaves), values, Checks(binder, values), parts, shape_error)
