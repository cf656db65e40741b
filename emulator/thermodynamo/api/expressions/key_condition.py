"""Key conditions: which item collection a Query reads, and which range of its sort keys.

A key condition is first a condition like any other, with the same errors; then its shape is judged; then, against the
key schema of the table or index, whether it names the right attributes with the right types.
"""

from collections.abc import Iterator, Mapping

from thermodynamo.api import errors, messages
from thermodynamo.api.errors import ApiError
from thermodynamo.api.expressions import shaped
from thermodynamo.api.expressions.binding import Values, constant
from thermodynamo.api.expressions.cache import ExpressionCache, Names
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
from thermodynamo.api.expressions.paths import resolve
from thermodynamo.api.expressions.shaped import ShapedCondition
from thermodynamo.api.values.compare import AttributeValue, type_of
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.schema import KeySchema

KIND = "KeyConditionExpression"

INDEXABLE = frozenset(("=", "<", "<=", ">", ">=", "BETWEEN", "begins_with"))
_MIRRORED = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(slots=True)
class SortCondition:
    """`op` is =, <, <=, >, >=, BETWEEN (two operands) or begins_with."""

    op: str
    operands: tuple[AttributeValue, ...]


@dataclass(slots=True)
class KeyCondition:
    """The values of the partition key's attributes, and conditions on a prefix of the sort key's attributes."""

    partition: tuple[AttributeValue, ...]
    sort: tuple[SortCondition, ...]


@dataclass(frozen=True, slots=True)
class AttributeCondition:
    """One condition of a key condition, turned so that the attribute stands on the left."""

    name: str
    op: str
    operands: tuple[Value | Literal, ...]


KeyConditionExpression = ShapedCondition[AttributeCondition]
"""A compiled key condition: call `check`, then `bind` it."""


@dataclass(slots=True)
class Placed:
    """A key condition that was found to suit a key schema: it is bound to further values without a look at either.

    Its operands are placeholders, as those of every text are.
    """

    schema: KeySchema
    kinds: tuple[tuple[str, str], ...]
    """The operands, with the types that their values must have."""
    partition: tuple[str, ...]
    sort: tuple[tuple[str, tuple[str, ...]], ...]
    """The operators of the sort key's conditions, with their operands."""

    def bind(self, values: Values) -> KeyCondition | None:
        """The key condition with these values; None where they are of other types, which `bind` refuses."""
        for operand, kind in self.kinds:
            if kind not in values[operand]:
                return None
        sort = [SortCondition(op, tuple([values[each] for each in operands])) for op, operands in self.sort]
        return KeyCondition(tuple([values[each] for each in self.partition]), tuple(sort))


def place(expression: KeyConditionExpression, schema: KeySchema) -> Placed:
    """Where the parts of a key condition stand in a key. It must have been bound to a schema with this key before."""
    operators = {part.name: part.op for part in expression.parts}
    operands = {
        part.name: tuple(operand.placeholder for operand in part.operands if isinstance(operand, Value))
        for part in expression.parts
    }
    kinds = {attribute.name: attribute.kind for attribute in schema.attributes}
    return Placed(
        schema,
        tuple((operand, kinds[name]) for name, each in operands.items() for operand in each),
        tuple(operands[attribute.name][0] for attribute in schema.partition),
        tuple((operators[each.name], operands[each.name]) for each in schema.sort if each.name in operands),
    )


def bind(
    expression: KeyConditionExpression,
    values: Values | None,
    partition_names: tuple[str, ...],
    sort_names: tuple[str, ...],
    types: Mapping[str, str] | None = None,
) -> KeyCondition:
    """The key condition with its values, against a key schema; `types` gives the key attributes' types.

    `check` must have passed. The service refuses unused placeholders between the two.
    """
    if expression.shape_error is not None:
        raise expression.shape_error
    bound = {
        condition.name: SortCondition(
            condition.op, tuple(constant(operand, values or {}) for operand in condition.operands)
        )
        for condition in expression.parts
    }
    return bind_conditions(bound, partition_names, sort_names, types)


def bind_conditions(
    bound: dict[str, SortCondition],
    partition_names: tuple[str, ...],
    sort_names: tuple[str, ...],
    types: Mapping[str, str] | None,
) -> KeyCondition:
    """One condition per attribute, put in the order of the key schema."""
    key_names = (*partition_names, *sort_names)
    if len(bound) > len(key_names):
        raise errors.validation(messages.KEY_CONDITION_SURPLUS.format(len(bound), len(key_names)))
    if types is not None:
        for name, condition in bound.items():
            if name in key_names and any(type_of(operand) != types[name] for operand in condition.operands):
                raise errors.validation(messages.KEY_CONDITION_TYPE)
    partition = _in_order(bound, partition_names)
    # Conditions besides those on the partition key must be on the first attributes of the sort key.
    rest = len(bound) - len(partition)
    if rest > len(sort_names) or not _all_exact(partition):
        raise errors.validation(messages.KEY_CONDITION_UNSUPPORTED)
    _refuse_gaps(bound, sort_names)
    sort = _in_order(bound, sort_names[:rest])
    if sort and sort[-1].op not in INDEXABLE:
        raise errors.validation(messages.KEY_CONDITION_NOT_INDEXABLE)
    return KeyCondition(tuple(condition.operands[0] for condition in partition), tuple(sort))


def _refuse_gaps(bound: dict[str, SortCondition], sort_names: tuple[str, ...]) -> None:
    """Before the last attribute of a sort key that has a condition each must have an equality.

    Recorded in October 2026, of global indexes with sort keys of several attributes; so does
    https://github.com/scylladb/scylladb/pull/31448.
    """
    last = max((number for number, name in enumerate(sort_names) if name in bound), default=0)
    loose = [name for name in sort_names[:last] if name not in bound or bound[name].op != "="]
    if loose:
        raise errors.validation(messages.KEY_CONDITION_GAP.format(", ".join(loose), sort_names[last]))


def _in_order(bound: dict[str, SortCondition], names: tuple[str, ...]) -> list[SortCondition]:
    for name in names:
        if name not in bound:
            raise errors.validation(messages.KEY_CONDITION_MISSED.format(name=name))
    return [bound[name] for name in names]


def _all_exact(conditions: list[SortCondition]) -> bool:
    return all(condition.op == "=" for condition in conditions)


def compile(text: str, names: Names) -> KeyConditionExpression:
    return _CACHE.get(KIND, text, names)


def _parse_and_build(kind: str, text: str, names: Names) -> KeyConditionExpression:
    return shaped.parse(kind, text, names, _take_apart)


def _take_apart(term: Term, names: Names) -> tuple[AttributeCondition, ...]:
    conditions = tuple(_conditions(term, names))
    _check_one_per_key(conditions)
    return conditions


_CACHE = ExpressionCache(_parse_and_build)


def _check_one_per_key(conditions: tuple[AttributeCondition, ...]) -> None:
    if len({condition.name for condition in conditions}) < len(conditions):
        raise errors.validation(messages.KEY_CONDITION_ONE_PER_KEY)


def _conditions(term: Term, names: Names) -> Iterator[AttributeCondition]:
    match term:
        case And(terms):
            for part in terms:
                yield from _conditions(part, names)
        case Or():
            raise _operator_error("OR")
        case Not():
            raise _operator_error("NOT")
        case In():
            raise _operator_error("IN")
        case Comparison(operator, left, right):
            if operator == "<>":
                raise _operator_error(operator)
            yield _comparison(operator, left, right, names)
        case Between(operand, low, high):
            yield _attribute_first("BETWEEN", (operand, low, high), names)
        case Function(name, operands):
            if name != "begins_with":
                raise _operator_error(name)
            yield _attribute_first(name, operands, names)


def _operator_error(name: str) -> ApiError:
    return errors.validation(messages.KEY_CONDITION_OPERATOR.format(name=name))


def _comparison(operator: str, left: Operand, right: Operand, names: Names) -> AttributeCondition:
    _check_operands((left, right), names)
    if _is_path(right):
        left, right, operator = right, left, _MIRRORED[operator]
    if not isinstance(left, (Path, LiteralPath)) or not isinstance(right, (Value, Literal)):
        raise errors.validation(messages.KEY_CONDITION_NO_KEY)
    return AttributeCondition(_attribute(left, names), operator, (right,))


def _attribute_first(name: str, operands: tuple[Operand, ...], names: Names) -> AttributeCondition:
    first = operands[0]
    # BETWEEN says so before it looks at its bounds, begins_with after both operands: DynamoDB Local and dynalite.
    if name == "BETWEEN" and isinstance(first, (Value, Literal)):
        raise errors.validation(messages.KEY_CONDITION_FIRST_OPERAND.format(name=name))
    _check_operands(operands, names)
    if not isinstance(first, (Path, LiteralPath)):
        raise errors.validation(messages.KEY_CONDITION_FIRST_OPERAND.format(name=name))
    constants = tuple(operand for operand in operands if isinstance(operand, (Value, Literal)))
    return AttributeCondition(_attribute(first, names), name, constants)


def _check_operands(operands: tuple[Operand, ...], names: Names) -> None:
    """From left to right, as in DynamoDB Local and dynalite: no functions, one attribute, and that a whole one."""
    has_path = False
    for operand in operands:
        if isinstance(operand, (Function, Arithmetic)):
            raise errors.validation(messages.KEY_CONDITION_NESTED)
        if isinstance(operand, (Path, LiteralPath)):
            if has_path:
                raise errors.validation(messages.KEY_CONDITION_TWO_NAMES)
            has_path = True
            _attribute(operand, names)


def _is_path(operand: Operand) -> bool:
    return isinstance(operand, (Path, LiteralPath))


def _attribute(path: Path | LiteralPath, names: Names) -> str:
    resolved = resolve(KIND, path, names or {})
    if len(resolved) > 1:
        raise errors.validation(messages.KEY_CONDITION_NESTED_PATH)
    return str(resolved[0])
