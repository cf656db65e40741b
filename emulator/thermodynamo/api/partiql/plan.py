"""What a statement does to a table with a certain key schema, compiled once.

A SELECT becomes a GetItem where its WHERE clause gives the whole key, a Query where it gives the partition key, and
otherwise a Scan; an UPDATE or a DELETE becomes the operation on one item with a condition. The conditions, updates and
paths are those of the expressions.
"""

from itertools import product

from thermodynamo.api import errors, messages
from thermodynamo.api.expressions import condition, update
from thermodynamo.api.expressions.binding import Values, constant
from thermodynamo.api.expressions.condition import Condition
from thermodynamo.api.expressions.key_condition import KeyCondition, SortCondition
from thermodynamo.api.expressions.nodes import Function, LiteralPath, Or, Term, Value
from thermodynamo.api.expressions.update import Update as CompiledUpdate
from thermodynamo.api.partiql import where
from thermodynamo.api.partiql.selection import Selected
from thermodynamo.api.partiql.selection import build as build_selected
from thermodynamo.api.partiql.statements import Delete, Exists, Insert, Ordering, Select, Statement, Update
from thermodynamo.api.partiql.where import Chosen, Constant
from thermodynamo.api.values.compare import Attributes, AttributeValue, type_of
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.schema import KeySchema

STATEMENT = ""
"""The kind of what stands in a statement: none, so that its errors do not name an expression."""
Names = dict[str, str]
Key = tuple[tuple[str, Constant], ...]


@dataclass(frozen=True, slots=True)
class SelectPlan:
    """`key` is the whole key of one item of a table, if that is what is read; else `chosen` says what is."""

    key: Key | None
    chosen: Chosen
    key_check: Condition | None
    filter: Condition | None
    selected: Selected | None
    is_reverse: bool
    partition_order: Ordering | None


@dataclass(frozen=True, slots=True)
class WritePlan:
    """The key of one item, the condition on it, and for an UPDATE what is done to it. An EXISTS may lack the key.

    `set_operands` must be sets; each comes with the message for one that is not.
    """

    key: Key | None
    condition: Condition | None
    update: CompiledUpdate | None
    set_operands: tuple[tuple[str, Constant], ...] = ()

    def check(self, values: Values) -> None:
        """Raises ValidationException for values that do not suit the condition or the update."""
        if self.update is not None:
            for message, operand in self.set_operands:
                if type_of(constant(operand, values)) not in ("SS", "NS", "BS"):
                    raise errors.validation(message)
            self.update.check(values)
        if self.condition is not None:
            self.condition.check(values)


@dataclass(frozen=True, slots=True)
class InsertPlan:
    """An INSERT has nothing to compile: its item is built from the parameters."""


Plan = SelectPlan | WritePlan | InsertPlan


def compile(statement: Statement, schema: KeySchema, names: Names) -> Plan:
    """The plan of a statement for the key schema of what it reads or writes. Raises ValidationException."""
    match statement:
        case Select():
            return _select(statement, schema, names)
        case Exists(select):
            return _exists(select, schema, names)
        case Update():
            return _update(statement, schema, names)
        case Delete():
            return _delete(statement, schema, names)
        case Insert():
            return InsertPlan()


def _select(select: Select, schema: KeySchema, names: Names) -> SelectPlan:
    if select.call_place is not None:
        raise errors.validation(messages.STATEMENT_PATH_COMPONENT.format(select.call_place))
    chosen = where.choose(select.where, schema, names)
    is_reverse, partition_order = _orders(select, schema, chosen)
    key: Key | None = None
    is_one_collection = bool(chosen.partitions) and all(len(values) == 1 for values in chosen.partitions)
    if select.source.index_name is None and is_one_collection and len(chosen.sort) == len(schema.sort):
        values = [values[0] for values in chosen.partitions]
        values += [terms[0].operands[0] for terms in chosen.sort if terms[0].op == "="]
        if len(values) == len(schema.attributes):
            key = tuple(zip(schema.names, values, strict=True))
    return SelectPlan(
        key=key,
        chosen=chosen,
        key_check=_condition(chosen.key_terms, names),
        filter=_condition(chosen.rest, names),
        selected=build_selected(select.paths, names) if select.paths is not None else None,
        is_reverse=is_reverse,
        partition_order=partition_order,
    )


def _orders(select: Select, schema: KeySchema, chosen: Chosen) -> tuple[bool, Ordering | None]:
    """Whether sort keys descend, and how partition keys are ordered. Raises ValidationException."""
    orderings = select.orderings
    if not orderings:
        return False, None
    if select.where is None:
        raise errors.validation(messages.ORDER_WITHOUT_WHERE)
    if not chosen.partitions:
        raise errors.validation(messages.ORDER_WITHOUT_KEY)
    for ordering in orderings:
        if ordering.name not in schema.names:
            raise errors.validation(messages.ORDER_NOT_KEY.format(ordering.name))
    partition = schema.partition[0].name
    if any(len(values) > 1 for values in chosen.partitions) and orderings[0].name != partition:
        raise errors.validation(messages.ORDER_PARTITION_FIRST.format(partition))
    sort_names = {attribute.name for attribute in schema.sort}
    by_sort = next((ordering for ordering in orderings if ordering.name in sort_names), None)
    by_partition = next((ordering for ordering in orderings if ordering.name == partition), None)
    return by_sort is not None and by_sort.is_descending, by_partition


def _exists(select: Select, schema: KeySchema, names: Names) -> WritePlan:
    """EXISTS needs the whole key and one other condition (developer guide, ql-functions.exists)."""
    plan = _select(select, schema, names)
    exists = Function("attribute_exists", (LiteralPath(schema.partition[0].name),))
    rest = plan.chosen.rest
    return WritePlan(plan.key if rest else None, _condition((exists, *rest), names), None)


def _update(statement: Update, schema: KeySchema, names: Names) -> WritePlan:
    """An UPDATE only changes items: a missing one fails the condition (developer guide, ql-reference.update)."""
    key, rest = where.only_item(statement.where, schema, names)
    exists = Function("attribute_exists", (LiteralPath(schema.partition[0].name),))
    return WritePlan(
        key=tuple(key.items()),
        condition=_condition((exists, *rest), names),
        update=update.build(list(statement.actions), names, kind=STATEMENT),
        set_operands=statement.set_operands,
    )


def _delete(statement: Delete, schema: KeySchema, names: Names) -> WritePlan:
    """A DELETE of a missing item does nothing, whatever its condition (developer guide, ql-reference.delete)."""
    key, rest = where.only_item(statement.where, schema, names)
    missing = Function("attribute_not_exists", (LiteralPath(schema.partition[0].name),))
    terms: tuple[Term, ...] = (Or((missing, where.conjunction(rest))),) if rest else ()
    return WritePlan(tuple(key.items()), _condition(terms, names), None)


def _condition(terms: tuple[Term, ...], names: Names) -> Condition | None:
    return condition.build(STATEMENT, where.conjunction(terms), names) if terms else None


def bound_key(key: Key, values: Values) -> Attributes:
    """The key attributes with their values."""
    return {
        name: values[operand.placeholder] if type(operand) is Value else constant(operand, values)
        for name, operand in key
    }


def key_conditions(chosen: Chosen, schema: KeySchema, values: Values) -> list[tuple[KeyCondition, ...]]:
    """The item collections to read in the order of the statement, each as key conditions that must all hold.

    Raises ValidationException for a value whose type is not that of the key attribute.
    """
    kinds = {attribute.name: attribute.kind for attribute in schema.attributes}
    partitions: list[tuple[AttributeValue, ...]] = []
    for operands in product(*chosen.partitions):
        partition = tuple(constant(operand, values) for operand in operands)
        if partition not in partitions:
            partitions.append(partition)
    exact: list[SortCondition] = []
    conditions: list[SortCondition] = []
    for terms in chosen.sort:
        exact += conditions
        conditions = [
            SortCondition(term.op, tuple(constant(operand, values) for operand in term.operands)) for term in terms
        ]
        for each in conditions:
            if any(type_of(operand) != kinds[terms[0].name] for operand in each.operands):
                raise errors.validation(messages.KEY_CONDITION_TYPE)
    for partition in partitions:
        for value, attribute in zip(partition, schema.partition, strict=True):
            if type_of(value) != attribute.kind:
                raise errors.validation(messages.KEY_CONDITION_TYPE)
    return [
        tuple(KeyCondition(partition, (*exact, each)) for each in conditions) or (KeyCondition(partition, ()),)
        for partition in partitions
    ]
