"""The trees that statements are parsed into; conditions, paths and updates in them are those of the expressions."""

from thermodynamo.api.expressions.nodes import Action, Literal, Path, Term, Value
from thermodynamo_storage.values.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """What a statement reads or writes: a table by name or ARN, or an index of it."""

    table_name: str
    index_name: str | None


@dataclass(frozen=True, slots=True)
class Constructor:
    """A list, a map or a set with parameters somewhere in it: `kind` is L, M or SET; `names` are the keys of a map."""

    kind: str
    parts: "tuple[Constant, ...]"
    names: tuple[str, ...] = ()


Constant = Value | Literal | Constructor


@dataclass(frozen=True, slots=True)
class Ordering:
    """One part of ORDER BY."""

    name: str
    is_descending: bool


@dataclass(frozen=True, slots=True)
class Select:
    """`paths` is None for `*`. `call_place` is where a function stands among them, which no SELECT may have."""

    source: Source
    paths: tuple[Path, ...] | None
    where: Term | None
    orderings: tuple[Ordering, ...]
    call_place: str | None = None


@dataclass(frozen=True, slots=True)
class Insert:
    source: Source
    item: Constant


@dataclass(frozen=True, slots=True)
class Update:
    """`returns` is a value of ReturnValues; `set_operands` must be sets, each with the message for one that is not."""

    source: Source
    actions: tuple[Action, ...]
    where: Term | None
    returns: str
    set_operands: tuple[tuple[str, Value | Literal], ...] = ()


@dataclass(frozen=True, slots=True)
class Delete:
    source: Source
    where: Term | None
    returns: str


@dataclass(frozen=True, slots=True)
class Exists:
    """A condition on an item, which only a transaction may have."""

    select: Select


Statement = Select | Insert | Update | Delete | Exists


@dataclass(frozen=True, slots=True)
class Parsed:
    """A statement with what its placeholders stand for.

    The n-th parameter is the value `:n`. A constructor inside a condition or an update is a value `:cn`, to be built
    from the parameters. `names` gives the names that would look like placeholders.
    """

    statement: Statement
    parameter_count: int
    constructors: tuple[tuple[str, Constructor], ...]
    names: dict[str, str]


def parameter(number: int) -> str:
    """The placeholder of the parameter with this number, counted from 0."""
    return f":{number}"
