"""What a WHERE clause says of a key, against a key schema: which items it can mean, and what is left to test.

A clause is a conjunction. Of its terms an equality, an IN or an OR of equalities on the partition key choose item
collections; conditions on the sort key narrow them; every other term is a filter, or the condition of a write.
"""

from collections.abc import Mapping

from thermodynamo.api import errors, messages
from thermodynamo.api.expressions.key_condition import INDEXABLE
from thermodynamo.api.expressions.nodes import (
    And,
    Between,
    Comparison,
    Function,
    In,
    Literal,
    Not,
    Operand,
    Or,
    Path,
    Term,
    Value,
)
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.schema import KeySchema

Constant = Value | Literal
Names = Mapping[str, str]

PARTITION_VALUES_MAX = 50
"""Developer guide, ql-operators: IN takes at most 50 values of a partition key, and 100 of another attribute."""
_MIRRORED = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True)
class KeyTerm:
    """A condition on one key attribute, turned so that the attribute stands on the left; `op` is one of INDEXABLE."""

    name: str
    op: str
    operands: tuple[Constant, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the terms choose. `partitions` has the values of each partition key attribute, and is empty for a scan.

    `sort` has the conditions on each of the first sort key attributes: one equality, or for the last of them any
    number of conditions that all must hold. `key_terms` were used for that, `rest` were not.
    """

    partitions: tuple[tuple[Constant, ...], ...]
    sort: tuple[tuple[KeyTerm, ...], ...]
    key_terms: tuple[Term, ...]
    rest: tuple[Term, ...]


def conjuncts(term: Term | None) -> list[Term]:
    """The terms that must all hold."""
    if term is None:
        return []
    if isinstance(term, And):
        return [part for each in term.terms for part in conjuncts(each)]
    return [term]


def asks_existence(term: Term | None) -> bool:
    """Whether attribute_exists or attribute_not_exists is called for in a clause, under whatever operators."""
    match term:
        case Function(name):
            return name in ("attribute_exists", "attribute_not_exists")
        case And(terms) | Or(terms):
            return any(map(asks_existence, terms))
        case Not(inner):
            return asks_existence(inner)
    return False


def conjunction(terms: tuple[Term, ...]) -> Term:
    return terms[0] if len(terms) == 1 else And(terms)


def key_term(term: Term, names: Names) -> KeyTerm | None:
    """The term as a condition that a key could have, or None."""
    match term:
        case Comparison(op, Path((str(),)) as path, (Value() | Literal()) as operand) if op in INDEXABLE:
            return KeyTerm(_name(path, names), op, (operand,))
        case Comparison(op, (Value() | Literal()) as operand, Path((str(),)) as path) if op in INDEXABLE:
            return KeyTerm(_name(path, names), _MIRRORED[op], (operand,))
        case Between(Path((str(),)) as path, (Value() | Literal()) as low, (Value() | Literal()) as high):
            return KeyTerm(_name(path, names), "BETWEEN", (low, high))
        case Function("begins_with", (Path((str(),)) as path, (Value() | Literal()) as operand)):
            return KeyTerm(_name(path, names), "begins_with", (operand,))
    return None


def choices(term: Term, names: Names) -> tuple[str, tuple[Constant, ...]] | None:
    """The attribute and its possible values, for an equality, an IN or an OR of those on one attribute."""
    match term:
        case In(Path((str(),)) as path, operands):
            constants = tuple(operand for operand in operands if isinstance(operand, (Value, Literal)))
            return (_name(path, names), constants) if len(constants) == len(operands) else None
        case Or(terms):
            found = [choices(part, names) for part in terms]
            first = found[0]
            if first is None or any(each is None or each[0] != first[0] for each in found):
                return None
            return first[0], tuple(constant for each in found if each is not None for constant in each[1])
    condition = key_term(term, names)
    return (condition.name, condition.operands) if condition is not None and condition.op == "=" else None


def choose(term: Term | None, schema: KeySchema, names: Names) -> Chosen:
    """What a SELECT reads of a table or index with this key schema."""
    rest = conjuncts(term)
    used: list[Term] = []
    partitions: list[tuple[Constant, ...]] = []
    for attribute in schema.partition:
        for candidate in rest:
            found = choices(candidate, names)
            # A key of several attributes is only looked up by one value of each.
            if found is not None and found[0] == attribute.name and (len(found[1]) == 1 or len(schema.partition) == 1):
                _refuse_too_many(found[1])
                partitions.append(found[1])
                used.append(candidate)
                break
        else:
            return Chosen((), (), (), tuple(rest))
    rest = [each for each in rest if not _is_among(each, used)]
    sort: list[tuple[KeyTerm, ...]] = []
    for attribute in schema.sort:
        conditions = [(each, key_term(each, names)) for each in rest]
        matching = [(each, found) for each, found in conditions if found is not None and found.name == attribute.name]
        exact = next(((each, found) for each, found in matching if found.op == "="), None)
        taken = [exact] if exact is not None else matching
        if not taken:
            break
        sort.append(tuple(found for _, found in taken))
        used.extend(each for each, _ in taken)
        rest = [each for each in rest if not _is_among(each, used)]
        if exact is None:
            break
    return Chosen(tuple(partitions), tuple(sort), tuple(used), tuple(rest))


def _refuse_too_many(values: tuple[Constant, ...]) -> None:
    if len(values) > PARTITION_VALUES_MAX:
        raise errors.validation(messages.EXPRESSION_IN_OPERANDS.format(count=len(values)))


def only_item(term: Term | None, schema: KeySchema, names: Names) -> tuple[dict[str, Constant], tuple[Term, ...]]:
    """The key of the one item that a write means, and the other terms. Raises ValidationException."""
    rest = conjuncts(term)
    key: dict[str, Constant] = {}
    used: list[Term] = []
    for attribute in schema.attributes:
        for candidate in rest:
            found = key_term(candidate, names)
            if found is not None and found.op == "=" and found.name == attribute.name:
                key[attribute.name] = found.operands[0]
                used.append(candidate)
                break
        else:
            raise errors.validation(messages.STATEMENT_KEYS)
    return key, tuple(each for each in rest if not _is_among(each, used))


def _is_among(term: Term, terms: list[Term]) -> bool:
    return any(term is each for each in terms)


def _name(path: Operand, names: Names) -> str:
    assert isinstance(path, Path)
    name = str(path.elements[0])
    return names.get(name, name)
