"""The trees that expressions and legacy parameters are parsed into.

A path keeps its elements as written: a name, a `#placeholder`, or a list index. An attribute name that is known to be
literal (from a legacy parameter) is wrapped in LiteralPath, since it may itself begin with `#`.
"""

from thermodynamo.api.values.compare import AttributeValue
from thermodynamo_storage.values.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Path:
    """A document path as written; `elements` begins with a name or a placeholder."""

    elements: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class LiteralPath:
    """A top-level attribute name that needs no placeholder and may be a reserved word."""

    name: str


@dataclass(frozen=True, slots=True)
class Value:
    """A `:placeholder`."""

    placeholder: str


@dataclass(frozen=True, slots=True)
class Literal:
    """An attribute value that stands in a legacy parameter."""

    value: AttributeValue


@dataclass(frozen=True, slots=True)
class Function:
    name: str
    operands: "tuple[Operand, ...]"


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """`left + right` or `left - right`, in SET only."""

    operator: str
    left: "Operand"
    right: "Operand"


@dataclass(frozen=True, slots=True)
class Comparison:
    operator: str
    left: "Operand"
    right: "Operand"


@dataclass(frozen=True, slots=True)
class Between:
    operand: "Operand"
    low: "Operand"
    high: "Operand"


@dataclass(frozen=True, slots=True)
class In:
    operand: "Operand"
    choices: "tuple[Operand, ...]"


@dataclass(frozen=True, slots=True)
class Not:
    """`count` NOTs before one term."""

    term: "Term"
    count: int


@dataclass(frozen=True, slots=True)
class And:
    terms: "tuple[Term, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    terms: "tuple[Term, ...]"


Operand = Path | LiteralPath | Value | Literal | Function | Arithmetic
Term = Comparison | Between | In | Not | And | Or | Function


@dataclass(frozen=True, slots=True)
class SetAction:
    path: Path | LiteralPath
    value: Operand


@dataclass(frozen=True, slots=True)
class RemoveAction:
    path: Path | LiteralPath


@dataclass(frozen=True, slots=True)
class AddAction:
    """Adds to a number or a set; the legacy action also to a list, and words its errors differently."""

    path: Path | LiteralPath
    value: Value | Literal
    legacy: bool = False


@dataclass(frozen=True, slots=True)
class DeleteAction:
    """Takes members out of a set."""

    path: Path | LiteralPath
    value: Value | Literal
    legacy: bool = False


Action = SetAction | RemoveAction | AddAction | DeleteAction
