"""Update expressions, compiled to a list of actions over one item.

Every right side and every list index means the item as it was. So values are computed first; then elements are set,
those past the end of a list appended in the order of their indexes; then elements are removed, last ones first.
"""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace

from thermodynamo.api import errors, messages
from thermodynamo.api.errors import ApiError
from thermodynamo.api.expressions import update_weight, used
from thermodynamo.api.expressions.binding import Binder, Checks, UnbindableError, Values, constant
from thermodynamo.api.expressions.cache import ExpressionCache, Names
from thermodynamo.api.expressions.nodes import (
    Action,
    AddAction,
    Arithmetic,
    DeleteAction,
    Function,
    Literal,
    LiteralPath,
    Operand,
    Path,
    RemoveAction,
    SetAction,
    Value,
)
from thermodynamo.api.expressions.parser import invalid, parse_update
from thermodynamo.api.expressions.paths import ResolvedPath, reader, remove_at, resolve, resolve_distinct, set_at
from thermodynamo.api.expressions.projection import Selection, select
from thermodynamo.api.expressions.update_weight import UpdateWeight
from thermodynamo.api.expressions.wellformed import check_action
from thermodynamo.api.values import sets
from thermodynamo.api.values.compare import Attributes, AttributeValue, type_of
from thermodynamo_storage.values import numbers
from thermodynamo_storage.values.dataclass import dataclass

KIND = "UpdateExpression"

Source = Callable[[Attributes, Values], AttributeValue]
# What an action makes of the value at its path, given the item as it was; None removes it.
Outcome = Callable[[Attributes, Values], AttributeValue | None]

LIST_MEMBERS_MAX = 200 * 1024
"""An item of 400 KB has no longer list: a member counts two bytes at least. Appended lists could double for ever."""

_NO_VALUES: dict[str, AttributeValue] = {}
_ADD_TYPES = frozenset(("N", "SS", "NS", "BS"))
_DELETE_TYPES = frozenset(("SS", "NS", "BS"))
# ADD and DELETE show types by their long names, the functions and operators of SET by their letters.
_LONG_TYPE_NAMES = {
    "S": "STRING",
    "N": "NUMBER",
    "B": "BINARY",
    "BOOL": "BOOLEAN",
    "NULL": "NULL",
    "L": "LIST",
    "M": "MAP",
    "SS": "STRING_SET",
    "NS": "NUMBER_SET",
    "BS": "BINARY_SET",
}


ACTIONS_MAX = 2_000
"""So many are done in one piece: five milliseconds. No expression has room for as many."""


@dataclass(frozen=True, slots=True)
class Update:
    """A compiled update: call `check` once per request, then `apply`.

    `order` visits the actions by path, list indexes ascending: elements past the end are appended in this order, and
    removing in the reverse order leaves the indexes still to come as they were. Paths that do not clash never compare
    a name with an index. `attributes` are the top-level ones that it changes or reads, `nested` those into which its
    paths go.
    """

    names: frozenset[str]
    values: frozenset[str]
    roots: frozenset[str]
    attributes: frozenset[str]
    nested: frozenset[str]
    paths: tuple[ResolvedPath, ...]
    checks: Checks
    outcomes: tuple[Outcome, ...]
    order: tuple[int, ...]
    touched: Selection
    takes_away_only: bool
    weight: UpdateWeight | None
    """What it weighs, where its operands are sound."""

    def check(self, values: Values | None) -> None:
        """Raises if the values given do not suit the expression; needs no item."""
        self.checks.run(values)

    def parts(self) -> Iterator["Update"]:
        """Updates that do the same one after the other, where there are more than ACTIONS_MAX actions.

        Only AttributeUpdates can have so many, each of a whole attribute.
        """
        for first in range(0, len(self.paths), ACTIONS_MAX):
            outcomes = self.outcomes[first : first + ACTIONS_MAX]
            paths = self.paths[first : first + ACTIONS_MAX]
            yield replace(self, outcomes=outcomes, paths=paths, order=tuple(range(len(paths))))

    def apply(self, attributes: Attributes, values: Values | None) -> Attributes:
        """The item's attributes after the update; the ones given are left as they are. `check` must have passed."""
        if values is None:
            values = _NO_VALUES
        try:
            results = [outcome(attributes, values) for outcome in self.outcomes]
        except numbers.NumberError as error:
            raise self._out_of_range(error, attributes, values) from None
        new = dict(attributes)
        removals: list[ResolvedPath] = []
        copied: set[int] = set()
        for position in self.order:
            path, value = self.paths[position], results[position]
            if value is None:
                removals.append(path)
            elif len(path) == 1:
                new[path[0]] = value  # type: ignore[index]  # a path begins with a name
            else:
                set_at(new, path, value, copied)
        for path in reversed(removals):
            remove_at(new, path, copied)
        return new

    def _out_of_range(self, error: numbers.NumberError, attributes: Attributes, values: Values) -> ApiError:
        """What to answer where a sum is no number that can be stored: what else is wrong is said before.

        Black-box evidence: dynalite for all kinds of error, AWS's DynamoDB Local for types and missing attributes.
        """
        for outcome in self.outcomes:
            with contextlib.suppress(numbers.NumberError):
                outcome(attributes, values)
        match error:
            case numbers.NumberOverflow():
                return errors.validation(messages.NUMBER_OVERFLOW)
            case numbers.NumberUnderflow():
                return errors.validation(messages.NUMBER_UNDERFLOW)
            case _:
                return errors.validation(messages.NUMBER_TOO_PRECISE)

    def project_touched(self, attributes: Attributes) -> Attributes:
        """The parts of an image that the update names: for ReturnValues UPDATED_OLD and UPDATED_NEW."""
        return self.touched.of_entries(attributes)


def compile(text: str, names: Names) -> Update:
    return _CACHE.get(KIND, text, names)


def _parse_and_build(kind: str, text: str, names: Names) -> Update:
    sections = parse_update(text)
    for section in sections:
        for action in section:
            check_action(KIND, action)
    seen: set[type[Action]] = set()
    for section in sections:
        if type(section[0]) in seen:
            raise invalid(KIND, messages.EXPRESSION_SECTION.format(section=_SECTION_NAMES[type(section[0])]))
        seen.add(type(section[0]))
    actions = [action for section in sections for action in section]
    # Operands are checked from the last action to the first: AWS's DynamoDB Local names the last undefined value.
    return build(actions, names, last_first=True)


_SECTION_NAMES: dict[type[Action], str] = {
    SetAction: "SET",
    RemoveAction: "REMOVE",
    AddAction: "ADD",
    DeleteAction: "DELETE",
}
_CACHE = ExpressionCache(_parse_and_build)


def build(actions: list[Action], names: Names, *, kind: str = KIND, last_first: bool = False) -> Update:
    """Compiles actions, from an expression, from AttributeUpdates or from a statement, which is of no kind."""
    paths = resolve_distinct(kind, [action.path for action in actions], names or {})
    binder = Binder(kind, names)
    outcomes: list[Outcome] = []
    weight = None
    try:
        for action in reversed(actions) if last_first else actions:
            _bind(binder, action)
        sources = _Sources(names)
        outcomes = [
            _if_open(path, action, sources.outcome(path, action)) for path, action in zip(paths, actions, strict=True)
        ]
        weight = update_weight.weigh(actions, paths, names or {})
    except UnbindableError:
        pass
    leaves = [leaf for action in actions for leaf in used.operands_of_action(action)]
    values = used.value_placeholders(leaves)
    return Update(
        names=used.name_placeholders(leaves),
        values=values,
        roots=frozenset(str(path[0]) for path in paths),
        attributes=used.roots(leaves, names),
        nested=used.nested_roots(leaves, names),
        paths=tuple(paths),
        checks=Checks(binder, values),
        outcomes=tuple(outcomes),
        order=tuple(sorted(range(len(outcomes)), key=paths.__getitem__)),
        touched=select(paths),
        takes_away_only=bool(actions) and all(isinstance(action, (RemoveAction, DeleteAction)) for action in actions),
        weight=weight,
    )


def _bind(binder: Binder, action: Action) -> None:
    match action:
        case SetAction(_, value):
            binder.operand(value)
        case AddAction(_, value, False):
            binder.operand(value)
            _check_action_type(binder, "ADD", value, _ADD_TYPES)
        case DeleteAction(_, value, False):
            binder.operand(value)
            _check_action_type(binder, "DELETE", value, _DELETE_TYPES)


def _check_action_type(binder: Binder, section: str, operand: Value | Literal, allowed: frozenset[str]) -> None:
    def check(values: Values) -> None:
        kind = type_of(constant(operand, values))
        if kind not in allowed:
            detail = messages.OPERAND_TYPE_OF_ACTION.format(name=section, type=_LONG_TYPE_NAMES[kind])
            raise invalid(KIND, detail)

    binder.add(check)


def _if_open(path: ResolvedPath, action: Action, outcome: Outcome) -> Outcome:
    """The outcome of an action inside a map or a list, which must be there before a value for it is looked at.

    A REMOVE below what is missing has nothing to do: recorded in October 2026.
    """
    if len(path) == 1:
        return outcome
    is_removal = isinstance(action, RemoveAction)

    def checked(attributes: Attributes, values: Values) -> AttributeValue | None:
        value: AttributeValue | None = {"M": attributes}
        for element in path:
            if value is None and is_removal:
                return None
            members = None if value is None else value.get("M" if isinstance(element, str) else "L")
            if members is None:
                raise errors.validation(messages.UPDATE_PATH_INVALID)
            if isinstance(element, str):
                value = members.get(element)
            else:
                value = members[element] if element < len(members) else None
        return outcome(attributes, values)

    return checked


def _wrong_type(legacy: bool = False) -> ApiError:
    return errors.validation(messages.UPDATES_TYPE_MISMATCH if legacy else messages.UPDATE_OPERAND_TYPE)


def _missing() -> ApiError:
    return errors.validation(messages.UPDATE_ATTRIBUTE_MISSING)


@dataclass(frozen=True, slots=True)
class _Sources:
    """Turns actions into outcomes, and their operands into sources of values."""

    names: Names

    def outcome(self, path: ResolvedPath, action: Action) -> Outcome:
        read = reader(path)
        match action:
            case RemoveAction():
                return lambda attributes, values: None
            case SetAction(_, value):
                return self.source(value)
            case AddAction(_, operand, legacy):
                return lambda attributes, values: _added(read(attributes), constant(operand, values), legacy)
            case DeleteAction(_, members, legacy):
                return lambda attributes, values: _without(read(attributes), constant(members, values), legacy)

    def source(self, operand: Operand) -> Source:
        match operand:
            case Path() | LiteralPath():
                return self._attribute(operand)
            case Value(placeholder):
                return lambda attributes, values: values[placeholder]
            case Literal(value):
                return lambda attributes, values: value
            case Arithmetic(operator, Path() | LiteralPath() as path, Value(placeholder)):
                resolved = resolve(KIND, path, self.names or {})
                if len(resolved) == 1:
                    return _counted(operator, str(resolved[0]), placeholder)
                return _arithmetic(operator, self.source(path), self.source(operand.right))
            case Arithmetic(operator, left, right):
                return _arithmetic(operator, self.source(left), self.source(right))
            case Function("if_not_exists", (Path() | LiteralPath() as path, default)):
                return self._if_not_exists(path, self.source(default))
            case Function("list_append", (left, right)):
                return _list_append(self.source(left), self.source(right))
            case _:
                raise AssertionError("not an operand of an update")

    def _attribute(self, path: Path | LiteralPath) -> Source:
        read = reader(resolve(KIND, path, self.names or {}))

        def source(attributes: Attributes, values: Values) -> AttributeValue:
            value = read(attributes)
            if value is None:
                raise _missing()
            return value

        return source

    def _if_not_exists(self, path: Path | LiteralPath, default: Source) -> Source:
        read = reader(resolve(KIND, path, self.names or {}))

        # The default is not looked at when it is not needed: the developer guide says that the function evaluates to
        # the path then. AWS's DynamoDB Local refuses a default that is a missing attribute all the same.
        def source(attributes: Attributes, values: Values) -> AttributeValue:
            value = read(attributes)
            return default(attributes, values) if value is None else value

        return source


def _arithmetic(operator: str, left: Source, right: Source) -> Source:
    compute = numbers.add if operator == "+" else numbers.subtract

    def source(attributes: Attributes, values: Values) -> AttributeValue:
        one = left(attributes, values)
        if "N" not in one:
            raise _wrong_type()
        two = right(attributes, values)
        if "N" not in two:
            raise _wrong_type()
        return {"N": compute(one["N"], two["N"])}

    return source


def _counted(operator: str, name: str, placeholder: str) -> Source:
    """`name + :placeholder`, the commonest of them, in one call."""
    compute = numbers.add if operator == "+" else numbers.subtract

    def source(attributes: Attributes, values: Values) -> AttributeValue:
        one = attributes.get(name)
        if one is None:
            raise _missing()
        two = values[placeholder]
        if "N" not in one or "N" not in two:
            raise _wrong_type()
        return {"N": compute(one["N"], two["N"])}

    return source


def _list_append(left: Source, right: Source) -> Source:
    def source(attributes: Attributes, values: Values) -> AttributeValue:
        one = left(attributes, values)
        if "L" not in one:
            raise _wrong_type()
        two = right(attributes, values)
        if "L" not in two:
            raise _wrong_type()
        if len(one["L"]) + len(two["L"]) > LIST_MEMBERS_MAX:
            raise errors.validation(messages.UPDATED_ITEM_TOO_LARGE)
        return {"L": one["L"] + two["L"]}

    return source


def _added(old: AttributeValue | None, operand: AttributeValue, legacy: bool) -> AttributeValue:
    """ADD: a sum of numbers or a union of sets of one type; a missing attribute counts as zero or as empty."""
    if old is None:
        return operand
    kind = type_of(operand)
    if kind not in old:
        raise _wrong_type(legacy)
    if kind == "N":
        return {"N": numbers.add(old["N"], operand["N"])}
    if kind == "L":
        return {"L": old["L"] + operand["L"]}
    return {kind: sets.united(kind, old[kind], operand[kind])}


def _without(old: AttributeValue | None, operand: AttributeValue, legacy: bool) -> AttributeValue | None:
    """DELETE: what is left of a set; an empty set does not exist."""
    if old is None:
        return None
    kind = type_of(operand)
    if kind not in old:
        raise _wrong_type(legacy)
    unwanted = set(operand[kind])
    left = [member for member in old[kind] if member not in unwanted]
    return {kind: left} if left else None
