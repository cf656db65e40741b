"""What an update expression weighs: an UpdateItem may write 400 KB, counted as the service writes the update down.

It is as if the update were a map. Each path is a chain of members (list indexes are written as text) of its own, and at
the end of a SET or an ADD stands what is to be written there: a value, a path, or a function with its operands. REMOVE
and DELETE have nothing there, and so what DELETE takes away costs nothing. A map or a list costs 3 bytes and each of
its members 1, as in items.

Found byte by byte on the service, in August to October 2026: 3 for the update and 19 for a value (nubo-db/dynoxide pull
request 195), 1 for a list index (issue 210 there), and in October what paths, functions and operators add, for each of
them alone. How functions inside others add up, and that paths share no beginnings, was inferred; ministack 1.5, a black
box that follows recorded replies, answers so to the byte.
"""

from collections.abc import Mapping, Sequence

from thermodynamo.api.expressions.nodes import (
    Action,
    AddAction,
    Arithmetic,
    Function,
    Literal,
    LiteralPath,
    Operand,
    Path,
    SetAction,
    Value,
)
from thermodynamo.api.expressions.paths import ResolvedPath, resolve
from thermodynamo.api.values.compare import AttributeValue
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.item import NESTED_BYTES, NESTED_MEMBER_BYTES, value_size

CLAUSE_BYTES = 7
VALUE_BYTES = 11
PATH_BYTES = 12
PATH_ELEMENT_BYTES = 14
FUNCTION_BYTES = 15
_OPERATOR_NAMES = {"+": "addition", "-": "subtraction"}


@dataclass(frozen=True, slots=True)
class UpdateWeight:
    """`fixed_bytes` needs no values; `placeholders` has each value once for each time it is used.

    `path_count` is how many operands are paths: each may copy a part of the item.
    """

    fixed_bytes: int
    placeholders: tuple[str, ...]
    path_count: int

    def with_values(self, values: Mapping[str, AttributeValue]) -> int:
        """The bytes of the update with canonical values."""
        size_bytes = self.fixed_bytes
        for each in self.placeholders:
            size_bytes += value_size(values[each])
        return size_bytes


def weigh(actions: Sequence[Action], paths: Sequence[ResolvedPath], names: Mapping[str, str]) -> UpdateWeight:
    """The weight of actions whose targets are `paths`."""
    scale = _Scale(names)
    fixed_bytes = NESTED_BYTES
    for action, path in zip(actions, paths, strict=True):
        fixed_bytes += sum(NESTED_MEMBER_BYTES + _text_bytes(element) for element in path)
        fixed_bytes += NESTED_BYTES * (len(path) - 1)
        if isinstance(action, (SetAction, AddAction)):
            fixed_bytes += CLAUSE_BYTES + scale.operand(action.value)
    return UpdateWeight(fixed_bytes, tuple(scale.placeholders), scale.path_count)


class _Scale:
    """Adds operands up; `placeholders` are those met on the way, `path_count` the number of paths."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self.names = names
        self.placeholders: list[str] = []
        self.path_count = 0

    def operand(self, operand: Operand) -> int:
        match operand:
            case Value(placeholder):
                self.placeholders.append(placeholder)
                return VALUE_BYTES
            case Literal(value):
                return VALUE_BYTES + value_size(value)
            case Path() | LiteralPath():
                self.path_count += 1
                elements = resolve("", operand, self.names)
                return PATH_BYTES + sum(PATH_ELEMENT_BYTES + _text_bytes(element) for element in elements)
            case Arithmetic(operator, left, right):
                return self._function(_OPERATOR_NAMES[operator], (left, right))
            case Function(name, operands):
                return self._function(name, operands)

    def _function(self, name: str, operands: Sequence[Operand]) -> int:
        return FUNCTION_BYTES + len(name) + sum(map(self.operand, operands))


def _text_bytes(element: str | int) -> int:
    return len(str(element).encode())
