"""Rules that the text of an expression alone decides: function names and their places, reserved words, list indexes.

The service applies them in the order of the text, parents before operands, after the syntax and before it looks at any
placeholder. The order was observed on AWS's DynamoDB Local.
"""

from collections.abc import Iterable

from thermodynamo.api import messages
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
    SetAction,
    Term,
)
from thermodynamo.api.expressions.parser import invalid
from thermodynamo.api.expressions.paths import LIST_INDEX_MAX
from thermodynamo.api.expressions.reserved import RESERVED_WORDS

CONDITION_FUNCTIONS = frozenset(
    ("attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains")
)
UPDATE_FUNCTIONS = frozenset(("if_not_exists", "list_append"))
_FUNCTIONS = CONDITION_FUNCTIONS | UPDATE_FUNCTIONS | {"size"}


def check_path(kind: str, path: Path | LiteralPath) -> None:
    if isinstance(path, LiteralPath):
        return
    for element in path.elements:
        if isinstance(element, int):
            if element > LIST_INDEX_MAX:
                raise invalid(kind, messages.EXPRESSION_LIST_INDEX.format(index=element))
        elif element.upper() in RESERVED_WORDS:
            raise invalid(kind, messages.EXPRESSION_RESERVED.format(name=element))


def check_term(kind: str, term: Term) -> None:
    """A condition and everything in it."""
    match term:
        case And(terms) | Or(terms):
            for part in terms:
                check_term(kind, part)
        case Not(inner, _):
            check_term(kind, inner)
        case Function(name, operands):
            _check_known(kind, name, UPDATE_FUNCTIONS, messages.FUNCTION_NOT_IN_CONDITION)
            if name not in CONDITION_FUNCTIONS:
                raise invalid(kind, messages.FUNCTION_MISPLACED.format(name=name))
            _check_operands(kind, operands)
        case Comparison(_, left, right):
            _check_operands(kind, (left, right))
        case Between(operand, low, high):
            _check_operands(kind, (operand, low, high))
        case In(operand, choices):
            _check_operands(kind, (operand, *choices))


def _check_operands(kind: str, operands: Iterable[Operand]) -> None:
    """Operands of a condition: of all functions, only size() has a value."""
    for operand in operands:
        if isinstance(operand, (Path, LiteralPath)):
            check_path(kind, operand)
        elif isinstance(operand, Function):
            _check_known(kind, operand.name, UPDATE_FUNCTIONS, messages.FUNCTION_NOT_IN_CONDITION)
            if operand.name != "size":
                raise invalid(kind, messages.FUNCTION_MISPLACED.format(name=operand.name))
            _check_operands(kind, operand.operands)


def check_action(kind: str, action: Action) -> None:
    check_path(kind, action.path)
    if isinstance(action, SetAction):
        _check_set_operand(kind, action.value, nested=False)


def _check_set_operand(kind: str, operand: Operand, *, nested: bool) -> None:
    """Operands of SET; list_append may only be the whole right side."""
    match operand:
        case Path() | LiteralPath():
            check_path(kind, operand)
        case Arithmetic(_, left, right):
            _check_set_operand(kind, left, nested=True)
            _check_set_operand(kind, right, nested=True)
        case Function(name, operands):
            _check_known(kind, name, CONDITION_FUNCTIONS | {"size"}, messages.FUNCTION_NOT_IN_UPDATE)
            if nested and name == "list_append":
                raise invalid(kind, messages.FUNCTION_MISPLACED.format(name=name))
            for part in operands:
                _check_set_operand(kind, part, nested=True)


def _check_known(kind: str, name: str, foreign: frozenset[str], foreign_message: str) -> None:
    if name not in _FUNCTIONS:
        raise invalid(kind, messages.FUNCTION_UNKNOWN.format(name=name))
    if name in foreign:
        raise invalid(kind, foreign_message.format(name=name))
