"""What is left to check once placeholders have a meaning, in the service's order: operands first, then their operator.

Names are known when an expression is compiled, values only when it is used. So compiling collects a list of checks of
the values; an error that needs no value ends the list, and is raised at once when nothing could come before it.
"""

from collections.abc import Callable, Mapping, Sequence

from thermodynamo.api import messages
from thermodynamo.api.errors import ApiError
from thermodynamo.api.expressions.nodes import (
    And,
    Arithmetic,
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
from thermodynamo.api.expressions.parser import invalid
from thermodynamo.api.expressions.paths import ResolvedPath, resolve, text_of
from thermodynamo.api.values.compare import ORDERED_TYPES, AttributeValue, compare, size, type_of

Values = Mapping[str, AttributeValue]
Check = Callable[[Values], None]

# The order in which AWS's DynamoDB Local lists the names, and shows the type of a second operand that is no value.
VALID_TYPES = "{B,NS,SS,BS,BOOL,NULL,L,M,S,N}"
_TYPE_NAMES = frozenset(("B", "NS", "SS", "BS", "BOOL", "NULL", "L", "M", "S", "N"))
_OPERAND_COUNTS = {
    "attribute_exists": 1,
    "attribute_not_exists": 1,
    "attribute_type": 2,
    "begins_with": 2,
    "contains": 2,
    "size": 1,
    "if_not_exists": 2,
    "list_append": 2,
}
_PATH_FIRST = frozenset(("attribute_exists", "attribute_not_exists", "if_not_exists"))
_DISTINCT = frozenset(("attribute_type", "begins_with", "contains", "if_not_exists"))
_SIZED = frozenset(("S", "B", "SS", "NS", "BS", "L", "M"))
_OPERAND_TYPES = {
    "begins_with": frozenset(("S", "B")),
    "size": _SIZED,
    "list_append": frozenset(("L",)),
    "+": frozenset(("N",)),
    "-": frozenset(("N",)),
}
_ORDER_OPERATORS = frozenset(("<", "<=", ">", ">="))


class UnbindableError(Exception):
    """The walk over a tree ends: the error that needs no values has been put at the end of the checks."""


class Binder:
    """Walks a tree, resolving its paths and collecting the checks of its values.

    In a PartiQL statement, which is of no kind, only the operands of comparisons are checked: what two servers that
    were compared with the service answer to the other rules.
    """

    def __init__(self, kind: str, names: Mapping[str, str] | None) -> None:
        self.kind = kind
        self.is_statement = not kind
        self.names = names or {}
        self.checks: list[Check] = []
        self.type_checks: list[Check] = []
        self.failed = False

    def fail(self, error: ApiError) -> UnbindableError:
        """Ends the walk: raises the error now if no check of a value comes first, else puts it after them."""
        if not self.checks:
            raise error

        def check(values: Values) -> None:
            raise error

        self.add(check)
        self.failed = True
        return UnbindableError()

    def add(self, check: Check) -> None:
        self.checks.append(check)
        self.type_checks.append(check)

    def path(self, path: Path | LiteralPath) -> ResolvedPath:
        try:
            return resolve(self.kind, path, self.names)
        except ApiError as error:
            raise self.fail(error) from None

    # --- conditions ---

    def term(self, term: Term) -> None:
        match term:
            case And(terms) | Or(terms):
                for part in terms:
                    self.term(part)
            case Not(inner, _):
                self.term(inner)
            case Function():
                self.operand(term)
            case Comparison(operator, left, right):
                self.operands((left, right))
                self.distinct(operator, (left, right))
                if operator in _ORDER_OPERATORS:
                    self.types(operator, (left, right), ORDERED_TYPES)
            case In(operand, choices):
                self.operands((operand, *choices))
                self.distinct("IN", (operand, *choices))
            case Between(operand, low, high):
                self.operands((operand, low, high))
                self.types("BETWEEN", (operand, low, high), ORDERED_TYPES)
                self.distinct("BETWEEN", (operand, low, high))
                self.bounds(low, high)

    def bounds(self, low: Operand, high: Operand) -> None:
        if self.is_statement or not (isinstance(low, (Value, Literal)) and isinstance(high, (Value, Literal))):
            return
        kind = self.kind

        def check(values: Values) -> None:
            lower, upper = constant(low, values), constant(high, values)
            order = compare(lower, upper)
            if order is None or order > 0:
                template = messages.BETWEEN_TYPES if order is None else messages.BETWEEN_ORDER
                raise invalid(kind, template.format(low=shown(lower), high=shown(upper)))

        self.add(check)

    # --- operands ---

    def operands(self, operands: Sequence[Operand]) -> None:
        for operand in operands:
            self.operand(operand)

    def operand(self, operand: Operand) -> None:
        match operand:
            case Path() | LiteralPath():
                self.path(operand)
            case Value(placeholder):
                self.defined(placeholder)
            case Arithmetic(operator, left, right):
                self.operands((left, right))
                if not self.is_statement:
                    self.types(operator, (left, right), _OPERAND_TYPES[operator])
            case Function():
                self.function(operand)

    def defined(self, placeholder: str) -> None:
        kind = self.kind

        def check(values: Values) -> None:
            if placeholder not in values:
                raise invalid(kind, messages.EXPRESSION_VALUE_UNDEFINED.format(name=placeholder))

        self.checks.append(check)

    def function(self, function: Function) -> None:
        name, operands = function.name, function.operands
        self.operands(operands)
        if len(operands) != _OPERAND_COUNTS[name]:
            raise self.fail(invalid(self.kind, messages.OPERAND_COUNT.format(name=name, count=len(operands))))
        if name in _PATH_FIRST and not isinstance(operands[0], (Path, LiteralPath)):
            raise self.fail(invalid(self.kind, messages.OPERAND_NOT_PATH.format(name=name)))
        if name in _DISTINCT:
            self.distinct(name, operands)
        if name == "attribute_type":
            self.type_name(operands[1])
        elif name in _OPERAND_TYPES and not self.is_statement:
            self.types(name, operands, _OPERAND_TYPES[name])

    def distinct(self, operator: str, operands: Sequence[Operand]) -> None:
        """Only paths are compared: two equal values are allowed."""
        first = operands[0]
        if self.is_statement or not isinstance(first, (Path, LiteralPath)):
            return
        path = self.path(first)
        for other in operands[1:]:
            if isinstance(other, (Path, LiteralPath)) and self.path(other) == path:
                detail = messages.OPERANDS_NOT_DISTINCT.format(name=operator, operand=text_of(path))
                raise self.fail(invalid(self.kind, detail))

    def types(self, operator: str, operands: Sequence[Operand], allowed: frozenset[str]) -> None:
        """Operands whose type is known without an item must have an allowed one; size() is a number."""
        kind = self.kind
        for operand in operands:
            if isinstance(operand, Function) and operand.name == "size" and "N" not in allowed:
                raise self.fail(invalid(kind, messages.OPERAND_TYPE.format(name=operator, type="N")))
            if isinstance(operand, (Value, Literal)):
                self.add(_type_check(kind, operator, operand, allowed))

    def type_name(self, operand: Operand) -> None:
        """The second operand of attribute_type."""
        kind = self.kind
        if not isinstance(operand, (Value, Literal)):
            shown_type = "N" if isinstance(operand, Function) else VALID_TYPES
            raise self.fail(invalid(kind, messages.OPERAND_TYPE.format(name="attribute_type", type=shown_type)))

        def check(values: Values) -> None:
            value = constant(operand, values)
            if "S" not in value:
                raise invalid(kind, messages.OPERAND_TYPE.format(name="attribute_type", type=type_of(value)))
            if kind and value["S"] not in _TYPE_NAMES:
                raise invalid(kind, messages.ATTRIBUTE_TYPE_UNKNOWN.format(type=value["S"], valid=VALID_TYPES))

        self.add(check)


def _type_check(kind: str, operator: str, operand: Value | Literal, allowed: frozenset[str]) -> Check:
    def check(values: Values) -> None:
        for type_name in constant(operand, values):
            if type_name not in allowed:
                raise invalid(kind, messages.OPERAND_TYPE.format(name=operator, type=type_name))

    return check


def constant(operand: Value | Literal, values: Values) -> AttributeValue:
    return operand.value if isinstance(operand, Literal) else values[operand.placeholder]


def shown(value: AttributeValue) -> str:
    """A bound of BETWEEN as us-east-1 shows it; AWS's DynamoDB Local shows a binary as Java does a buffer."""
    kind = type_of(value)
    content = value[kind]
    if kind == "B":
        content = f"java.nio.HeapByteBuffer[pos=0 lim={size(value)} cap={size(value)}]"
    return f"AttributeValue: {{{kind}:{content}}}"


class Checks:
    """The checks a binder collected, for one compiled expression."""

    __slots__ = ("_all", "of_types", "placeholders")

    def __init__(self, binder: Binder, placeholders: frozenset[str]) -> None:
        self._all = tuple(binder.checks)
        self.of_types = tuple(binder.type_checks)
        """Those of types and bounds: with every placeholder defined, only these can fail."""
        self.placeholders = placeholders

    def run(self, values: Values | None) -> None:
        """Raises the first error in the order of the expression."""
        if values is None:
            values = {}
        for check in self.of_types if values.keys() >= self.placeholders else self._all:
            check(values)
