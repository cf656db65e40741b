"""Condition and filter expressions, compiled to closures over (attributes, values).

A missing attribute makes every comparison false except `<>`, which it makes true, as values of different types do:
AWS's DynamoDB Local answers so.
"""

from collections.abc import Callable, Generator
from functools import partial
from typing import Any

from thermodynamo.api.expressions import used
from thermodynamo.api.expressions.binding import Binder, Checks, UnbindableError, Values
from thermodynamo.api.expressions.cache import ExpressionCache, Names
from thermodynamo.api.expressions.nodes import (
    And,
    Between,
    Comparison,
    Function,
    In,
    Literal,
    LiteralPath,
    Not,
    Operand,
    Or,
    Path,
    Term,
    Value,
)
from thermodynamo.api.expressions.parser import parse_condition
from thermodynamo.api.expressions.paths import reader, resolve
from thermodynamo.api.expressions.wellformed import check_term
from thermodynamo.api.values.compare import (
    ORDERED_TYPES,
    Attributes,
    AttributeValue,
    begins_with,
    contains,
    equal,
    order_key,
    size,
    type_of,
)
from thermodynamo.api.values.fragments import NO_EQUALITIES, Equalities, joined
from thermodynamo_storage.values.dataclass import dataclass

Walk = Generator[None, None, bool]
Test = Callable[[Attributes, Values], bool]
Source = Callable[[Attributes, Values], AttributeValue | None]

_NO_VALUES: dict[str, AttributeValue] = {}


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition: call `check` once per request, then `matches` for each item.

    `paths` are the top-level attributes it looks at, `nested` those into which it looks.
    """

    names: frozenset[str]
    values: frozenset[str]
    paths: frozenset[str]
    nested: frozenset[str]
    checks: Checks
    test: Test
    operand_count: int
    walk: Callable[[Attributes, Values], Walk]
    """As `test`, with a pause before each single test."""
    equalities: Equalities

    def check(self, values: Values | None) -> None:
        """Raises if the values given do not suit the expression; needs no item."""
        self.checks.run(values)

    def matches(self, attributes: Attributes, values: Values | None) -> bool:
        """Whether the item (no attributes if there is none) satisfies the condition. `check` must have passed."""
        return self.test(attributes, _NO_VALUES if values is None else values)


def compile(kind: str, text: str, names: Names) -> Condition:
    """The condition written in `text`; `kind` is ConditionExpression or FilterExpression."""
    return _CACHE.get(kind, text, names)


def _parse_and_build(kind: str, text: str, names: Names) -> Condition:
    term = parse_condition(kind, text)
    check_term(kind, term)
    return build(kind, term, names)


_CACHE = ExpressionCache(_parse_and_build)


def build(kind: str, term: Term, names: Names) -> Condition:
    """Compiles a tree, from an expression or from a legacy parameter."""
    binder = Binder(kind, names)
    test: Test
    equalities = NO_EQUALITIES
    try:
        binder.term(term)
        test = _term(_Compiler(kind, names), term)
        equalities = _equalities(_Compiler(kind, names), term)
    except UnbindableError:
        test = _never
    leaves = list(used.operands_of_term(term))
    values = used.value_placeholders(leaves)
    return Condition(
        names=used.name_placeholders(leaves),
        values=values,
        paths=used.roots(leaves, names),
        nested=used.nested_roots(leaves, names),
        checks=Checks(binder, values),
        test=test,
        operand_count=len(leaves),
        walk=partial(_walk, _Compiler(kind, names), term),
        equalities=equalities,
    )


def _never(attributes: Attributes, values: Values) -> bool:
    raise AssertionError("the checks of this expression always fail")


@dataclass(frozen=True, slots=True)
class _Compiler:
    """Turns operands into sources of values."""

    kind: str
    names: Names

    def source(self, operand: Operand) -> Source:
        match operand:
            case Path() | LiteralPath():
                read = reader(resolve(self.kind, operand, self.names or {}))
                return lambda attributes, values: read(attributes)
            case Value(placeholder):
                return lambda attributes, values: values[placeholder]
            case Literal(value):
                return lambda attributes, values: value
            case Function("size", (inner,)):
                return _size(self.source(inner))
            case _:
                raise AssertionError("not an operand of a condition")

    def top_level(self, operand: Operand) -> str | None:
        """The attribute's name if the operand is a path of one element: the usual case, worth a shorter way."""
        if isinstance(operand, (Path, LiteralPath)):
            path = resolve(self.kind, operand, self.names or {})
            if len(path) == 1:
                return str(path[0])
        return None


def _size(inner: Source) -> Source:
    def source(attributes: Attributes, values: Values) -> AttributeValue | None:
        value = inner(attributes, values)
        if value is None:
            return None
        units = size(value)
        return None if units is None else {"N": str(units)}

    return source


def _term(compiler: _Compiler, term: Term) -> Test:
    match term:
        case And(terms):
            return _all([_term(compiler, part) for part in terms])
        case Or(terms):
            return _any([_term(compiler, part) for part in terms])
        case Not(inner, count):
            test = _term(compiler, inner)
            return (lambda attributes, values: not test(attributes, values)) if count % 2 else test
        case Comparison(operator, left, right):
            return _comparison(compiler, operator, left, right)
        case Between(operand, low, high):
            return _between(compiler.source(operand), compiler.source(low), compiler.source(high))
        case In(operand, choices):
            return _in(compiler.source(operand), [compiler.source(choice) for choice in choices])
        case Function(name, operands):
            return _function(compiler, name, operands)
        case _:
            raise AssertionError("not a condition")


def _equalities(compiler: _Compiler, term: Term) -> Equalities:
    match term:
        case And(terms):
            return joined([_equalities(compiler, part) for part in terms])
        case Comparison("=", left, Value(placeholder)):
            name = compiler.top_level(left)
            return NO_EQUALITIES if name is None else Equalities(((name, placeholder),), True)
        case _:
            return NO_EQUALITIES


def _walk(compiler: _Compiler, term: Term, attributes: Attributes, values: Values) -> Walk:
    """Tests an item that is so large that each single test may take milliseconds: what it compiles is little to that.

    A choice of IN is a single test.
    """
    match term:
        case And(terms) | Or(terms):
            is_enough = isinstance(term, Or)
            for part in terms:
                if (yield from _walk(compiler, part, attributes, values)) is is_enough:
                    return is_enough
            return not is_enough
        case Not(inner, count):
            found = yield from _walk(compiler, inner, attributes, values)
            return found is (count % 2 == 0)
        case In(operand, choices):
            for choice in choices:
                yield
                if _in(compiler.source(operand), [compiler.source(choice)])(attributes, values):
                    return True
            return False
        case _:
            yield
            return _term(compiler, term)(attributes, values)


def _all(tests: list[Test]) -> Test:
    if len(tests) == 2:
        first, second = tests
        return lambda attributes, values: first(attributes, values) and second(attributes, values)

    def test(attributes: Attributes, values: Values) -> bool:
        for part in tests:  # noqa: SIM110 - twice as fast as a generator
            if not part(attributes, values):
                return False
        return True

    return test


def _any(tests: list[Test]) -> Test:
    if len(tests) == 2:
        first, second = tests
        return lambda attributes, values: first(attributes, values) or second(attributes, values)

    def test(attributes: Attributes, values: Values) -> bool:
        for part in tests:  # noqa: SIM110 - twice as fast as a generator
            if part(attributes, values):
                return True
        return False

    return test


def _comparison(compiler: _Compiler, operator: str, left: Operand, right: Operand) -> Test:
    name = compiler.top_level(left)
    if operator == "=" and name is not None and isinstance(right, Value):
        return _attribute_equals(name, right.placeholder)
    ours, theirs = compiler.source(left), compiler.source(right)
    if operator == "=":
        return lambda attributes, values: _same(ours(attributes, values), theirs(attributes, values))
    if operator == "<>":
        return lambda attributes, values: not _same(ours(attributes, values), theirs(attributes, values))
    in_order = _ORDERS[operator]

    def test(attributes: Attributes, values: Values) -> bool:
        one, two = ours(attributes, values), theirs(attributes, values)
        if one is None or two is None:
            return False
        kind = type_of(one)
        return kind in two and kind in ORDERED_TYPES and in_order(order_key(one), order_key(two))

    return test


def _attribute_equals(name: str, placeholder: str) -> Test:
    """`name = :placeholder`, the commonest test, in one call."""

    def test(attributes: Attributes, values: Values) -> bool:
        value = attributes.get(name)
        if value is None:
            return False
        other = values[placeholder]
        return value == other or equal(value, other)

    return test


def _same(one: AttributeValue | None, two: AttributeValue | None) -> bool:
    return one is not None and two is not None and equal(one, two)


def _less(one: Any, two: Any) -> bool:
    return bool(one < two)


def _less_or_equal(one: Any, two: Any) -> bool:
    return bool(one <= two)


def _greater(one: Any, two: Any) -> bool:
    return bool(one > two)


def _greater_or_equal(one: Any, two: Any) -> bool:
    return bool(one >= two)


_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": _less,
    "<=": _less_or_equal,
    ">": _greater,
    ">=": _greater_or_equal,
}


def _between(operand: Source, low: Source, high: Source) -> Test:
    def test(attributes: Attributes, values: Values) -> bool:
        value = operand(attributes, values)
        lower = low(attributes, values)
        upper = high(attributes, values)
        if value is None or lower is None or upper is None:
            return False
        kind = type_of(value)
        if kind not in ORDERED_TYPES or kind not in lower or kind not in upper:
            return False
        return bool(order_key(lower) <= order_key(value) <= order_key(upper))

    return test


def _in(operand: Source, choices: list[Source]) -> Test:
    def test(attributes: Attributes, values: Values) -> bool:
        value = operand(attributes, values)
        if value is None:
            return False
        return any(_same(value, choice(attributes, values)) for choice in choices)

    return test


def _function(compiler: _Compiler, name: str, operands: tuple[Operand, ...]) -> Test:
    if name in ("attribute_exists", "attribute_not_exists"):
        return _exists(compiler, operands[0], wanted=name == "attribute_exists")
    attribute = compiler.top_level(operands[0])
    if name == "begins_with" and attribute is not None and isinstance(operands[1], Value):
        return _attribute_begins_with(attribute, operands[1].placeholder)
    first, second = (compiler.source(operand) for operand in operands)
    if name == "attribute_type":
        return _attribute_type(first, second)
    relation = begins_with if name == "begins_with" else contains

    def test(attributes: Attributes, values: Values) -> bool:
        one = first(attributes, values)
        if one is None:
            return False
        two = second(attributes, values)
        return two is not None and relation(one, two)

    return test


def _exists(compiler: _Compiler, operand: Operand, *, wanted: bool) -> Test:
    name = compiler.top_level(operand)
    if name is not None:
        return lambda attributes, values: (name in attributes) is wanted
    source = compiler.source(operand)
    return lambda attributes, values: (source(attributes, values) is not None) is wanted


def _attribute_begins_with(name: str, placeholder: str) -> Test:
    def test(attributes: Attributes, values: Values) -> bool:
        value = attributes.get(name)
        if value is None:
            return False
        text, prefix = value.get("S"), values[placeholder].get("S")
        if text is not None and prefix is not None:
            return bool(text.startswith(prefix))
        return begins_with(value, values[placeholder])

    return test


def _attribute_type(first: Source, second: Source) -> Test:
    def test(attributes: Attributes, values: Values) -> bool:
        value, name = first(attributes, values), second(attributes, values)
        return value is not None and name is not None and name["S"] in value

    return test
