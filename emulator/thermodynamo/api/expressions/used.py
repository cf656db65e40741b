"""The placeholders and attributes a tree mentions, whether or not it is correct."""

from collections.abc import Iterable, Iterator, Mapping

from thermodynamo.api.expressions.nodes import (
    Action,
    And,
    Arithmetic,
    Between,
    Comparison,
    Function,
    In,
    LiteralPath,
    Not,
    Operand,
    Or,
    Path,
    RemoveAction,
    Term,
    Value,
)


def operands_of_term(term: Term) -> Iterator[Operand]:
    """All paths and values in a condition, in the order of the text."""
    match term:
        case And(terms) | Or(terms):
            for part in terms:
                yield from operands_of_term(part)
        case Not(inner, _):
            yield from operands_of_term(inner)
        case Function():
            yield from _leaves(term)
        case Comparison(_, left, right):
            yield from _leaves(left)
            yield from _leaves(right)
        case Between(operand, low, high):
            for each in (operand, low, high):
                yield from _leaves(each)
        case In(operand, choices):
            for each in (operand, *choices):
                yield from _leaves(each)


def operands_of_action(action: Action) -> Iterator[Operand]:
    yield action.path
    if not isinstance(action, RemoveAction):
        yield from _leaves(action.value)


def _leaves(operand: Operand) -> Iterator[Operand]:
    match operand:
        case Function(_, operands):
            for part in operands:
                yield from _leaves(part)
        case Arithmetic(_, left, right):
            yield from _leaves(left)
            yield from _leaves(right)
        case _:
            yield operand


def name_placeholders(operands: Iterable[Operand]) -> frozenset[str]:
    return frozenset(
        element
        for operand in operands
        if isinstance(operand, Path)
        for element in operand.elements
        if isinstance(element, str) and element[0] == "#"
    )


def value_placeholders(operands: Iterable[Operand]) -> frozenset[str]:
    return frozenset(operand.placeholder for operand in operands if isinstance(operand, Value))


def roots(operands: Iterable[Operand], names: Mapping[str, str] | None) -> frozenset[str]:
    """The top-level attributes of all paths."""
    found = set()
    for operand in operands:
        if isinstance(operand, LiteralPath):
            found.add(operand.name)
        elif isinstance(operand, Path):
            root = str(operand.elements[0])
            found.add((names or {}).get(root, root))
    return frozenset(found)


def nested_roots(operands: Iterable[Operand], names: Mapping[str, str] | None) -> frozenset[str]:
    """The top-level attributes into which paths go."""
    return roots((each for each in operands if isinstance(each, Path) and len(each.elements) > 1), names)
