"""The aggregated constraint message: every bound, pattern, enum and required member a request breaks, in one reply.

Like the type check, each operation compiles to an `accepts` that almost every request meets, and a `collect` that is
run when it says no and lists the errors in the service's order. Items and attribute values carry no constraints at this
stage, so the cost does not grow with their size. A request has passed the type check: null members are gone.
"""

import functools
import re
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.arn import TABLE_NAME_MAX, TABLE_NAME_MIN, TABLE_NAME_PATTERN
from thermodynamo.api.model import rendering, stops
from thermodynamo.api.model.overrides import lookup
from thermodynamo.api.model.rendering import MESSAGE_CHARACTERS_MAX
from thermodynamo.api.model.service import LIST, MAP, STRUCTURE, Service, Shape
from thermodynamo_storage.values.dataclass import dataclass

ERRORS_MAX = 10
NUMBERS = ("integer", "long", "double")
# Published patterns are Java's; these two pieces are spelled otherwise in Python.
JAVA_SPELLINGS = ((r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF"), (r"\p{Print}", r"[\x20-\x7E]"))

_PLAIN_TABLE_NAME = re.compile(f"{TABLE_NAME_PATTERN[:-1]}{{{TABLE_NAME_MIN},{TABLE_NAME_MAX}}}").fullmatch
_PLAIN_TABLE_NAME_IN_DATA = re.compile(f"{TABLE_NAME_PATTERN[:-1]}{{1,{TABLE_NAME_MAX}}}").fullmatch

Accept = Callable[[Any], bool]
Collect = Callable[[Any, str, list[str]], None]


@dataclass(frozen=True, slots=True)
class Rule:
    """What one shape asks, at one place.

    `own` gives the texts of what a value itself breaks, apart from what is inside it; `every_text` is all that it could
    break, which the service lists when it speaks of elements, map keys and map values.
    """

    accepts: Accept
    collect: Collect
    every_text: tuple[str, ...] = ()
    own: Callable[[Any], list[str]] | None = None
    plainly: Callable[[Any], Any] | None = None
    """Gives something true for most values that are accepted, and for none that is not."""
    required: tuple[str, ...] = ()
    members: Mapping[str, "Rule"] = field(default_factory=dict)
    """What a structure has to have, and what it asks of its members."""
    element: "Rule | None" = None
    """What a list asks of its elements, or a map of its values."""
    key: "Rule | None" = None
    """What a map asks of its keys."""


def compile_check(service: Service, operation: str) -> Callable[[dict[str, Any]], None]:
    """The constraint check of one operation: raises ValidationException with the aggregated message."""
    name = service.inputs[operation]
    rule = _compiler(service).rule(name)
    if rule is None:
        return _no_constraints
    accepts, collect = rule.accepts, rule.collect
    required_alone: bool = lookup(name, "required_alone", default=False)
    stopping = stops.STOPS.get(name, ())
    only_with: str | None = lookup(name, "only_with")

    def check_constraints(request: dict[str, Any]) -> None:
        if accepts(request) or (only_with and not request.get(only_with)):
            return
        if required_alone and "TableName" not in request:
            raise errors.validation(messages.TABLE_NAME_REQUIRED)
        stops.check(stopping, request)
        found: list[str] = []
        collect(request, "", found)
        del found[ERRORS_MAX:]
        if len(found) == 1:
            raise errors.validation(messages.ONE_CONSTRAINT.format(found[0])[:MESSAGE_CHARACTERS_MAX])
        text = messages.CONSTRAINTS.format(len(found), "; ".join(found))
        raise errors.validation(text[:MESSAGE_CHARACTERS_MAX])

    return check_constraints


def top_rule(service: Service, operation: str) -> Rule | None:
    """What is asked of an operation's request; None for nothing."""
    return _compiler(service).rule(service.inputs[operation])


def _no_constraints(request: dict[str, Any]) -> None:
    pass


@functools.cache
def _compiler(service: Service) -> "_Compiler":
    return _Compiler(service)


class _Compiler:
    """Builds the rules of shapes, and remembers those of structures."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._structures: dict[str, Rule | None] = {}

    def rule(self, name: str, owner: str = "", member: str = "") -> Rule | None:
        """The rule of a shape where `owner` has it as `member`; None if nothing is asked here or below."""
        if lookup(name, "unchecked") or lookup(owner, "unchecked", member):
            return None
        shape = self.service.shape(name)
        if shape.kind == STRUCTURE:
            if name not in self._structures:
                self._structures[name] = self._structure(shape)
            return self._structures[name]
        table_name = lookup(owner, "table_name", member)
        if table_name:
            plain = _PLAIN_TABLE_NAME if table_name == "control" else _PLAIN_TABLE_NAME_IN_DATA
            return _scalar_rule(shape, self.service, *_table_name(table_name), plain)
        minimum = lookup(owner, "minimum", member, lookup(name, "minimum", default=shape.minimum))
        maximum = lookup(owner, "maximum", member, lookup(name, "maximum", default=shape.maximum))
        if shape.kind == LIST:
            return self._list(shape, *_lengths(minimum, maximum))
        if shape.kind == MAP:
            return self._map(shape, *_lengths(minimum, maximum))
        is_pattern_first = lookup(owner, "pattern_first", member, default=False)
        return _scalar_rule(shape, self.service, *_scalar(shape, minimum, maximum, is_pattern_first))

    def _structure(self, shape: Shape) -> Rule | None:
        required = (
            *(member for member in shape.required if not lookup(shape.name, "optional", member)),
            *lookup(shape.name, "required", default=()),
        )
        order = lookup(shape.name, "order", default=())
        members = []
        for member in (*order, *(member for member in shape.members if member not in order)):
            rule = self.rule(shape.members[member], shape.name, member)
            if rule is not None or member in required:
                members.append((member, rendering.member_name(member), member in required, rule))
        if not members:
            return None
        rules = {member: rule for member, _, _, rule in members if rule is not None}
        accepts = {member: rule.accepts for member, rule in rules.items()}.get

        def accepts_structure(value: Any) -> bool:
            for member in required:
                if member not in value:
                    return False
            for member, content in value.items():
                accept = accepts(member)
                if accept is not None and not accept(content):
                    return False
            return True

        def collect(value: Any, path: str, found: list[str]) -> None:
            for member, printed, is_required, rule in members:
                content = value.get(member)
                here = f"{path}.{printed}" if path else printed
                if content is None:
                    if is_required:
                        found.append(messages.CONSTRAINT.format("null", here, messages.NOT_NULL))
                elif rule is not None and not (found and lookup(shape.name, "only_alone", member)):
                    rule.collect(content, here, found)

        return Rule(accepts_structure, collect, required=required, members=rules)

    def _list(self, shape: Shape, own: Callable[[Any], list[str]], every_text: tuple[str, ...]) -> Rule | None:
        element = self.rule(shape.element, shape.name, "member")
        if self.service.shape(shape.element).kind not in (STRUCTURE, LIST, MAP):
            return self._list_of_scalars(shape, element, own, every_text)
        if element is None and not every_text:
            return None
        accepts_element = element.accepts if element is not None else None

        def accepts(value: Any) -> bool:
            return not own(value) and (accepts_element is None or all(map(accepts_element, value)))

        def collect(value: Any, path: str, found: list[str]) -> None:
            self._report(shape, value, path, own(value), found)
            if element is None:
                return
            for position, content in enumerate(value, 1):
                if len(found) >= ERRORS_MAX:
                    break
                element.collect(content, f"{path}.{position}.member", found)

        return Rule(accepts, collect, every_text, own, element=element)

    def _list_of_scalars(
        self, shape: Shape, element: Rule | None, own: Callable[[Any], list[str]], every_text: tuple[str, ...]
    ) -> Rule:
        """Elements are not named one by one: one error holds all they are asked. A null passed the type check."""
        accepts_element = element.accepts if element is not None else None
        asked = element.every_text if element is not None else ()

        def accepts_elements(value: Any) -> bool:
            return None not in value and (accepts_element is None or all(map(accepts_element, value)))

        def accepts(value: Any) -> bool:
            return not own(value) and accepts_elements(value)

        def collect(value: Any, path: str, found: list[str]) -> None:
            self._report(shape, value, path, own(value), found)
            if not accepts_elements(value):
                texts = (*asked, messages.NOT_NULL) if None in value else asked
                self._report(shape, value, path, [messages.ELEMENTS.format(", ".join(texts))], found)

        return Rule(accepts, collect, every_text, own)

    def _map(self, shape: Shape, own: Callable[[Any], list[str]], every_text: tuple[str, ...]) -> Rule | None:
        key = self.rule(shape.key, shape.name, "key")
        element = self.rule(shape.element, shape.name, "value")
        if key is None and element is None and not every_text:
            return None
        element_shape = self.service.shape(shape.element)

        def accepts(value: Any) -> bool:
            if own(value) or (key is not None and not all(map(key.accepts, value))):
                return False
            return element is None or all(map(element.accepts, value.values()))

        def collect(value: Any, path: str, found: list[str]) -> None:
            self._report(shape, value, path, own(value), found)
            if key is not None and not all(map(key.accepts, value)):
                self._report(shape, value, path, [messages.MAP_KEYS.format(", ".join(key.every_text))], found)
            if element is None:
                return
            if element.own is not None and any(map(element.own, value.values())):
                self._report(shape, value, path, [messages.MAP_VALUES.format(", ".join(element.every_text))], found)
            for name, content in value.items():
                if len(found) >= ERRORS_MAX:
                    break
                if element.own is None or (element_shape.kind == LIST and not element.own(content)):
                    element.collect(content, f"{path}.{name}.member", found)

        return Rule(accepts, collect, every_text, own, element=element, key=key)

    def _report(self, shape: Shape, value: Any, path: str, texts: list[str], found: list[str]) -> None:
        if lookup(shape.name, "as_sent"):
            found += [messages.CONSTRAINT_AS_SENT.format(rendering.as_sent(path), text) for text in texts]
            return
        for text in texts:
            found.append(
                messages.CONSTRAINT.format(f"'{rendering.value(self.service, shape.name, value)}'", path, text)
            )


def _scalar_rule(
    shape: Shape,
    service: Service,
    own: Callable[[Any], list[str]],
    every_text: tuple[str, ...],
    plain: Callable[[Any], Any] | None = None,
) -> Rule | None:
    """`plain` is a quick test that most good values pass; those that fail it may still be good."""
    if not every_text:
        return None

    def accepts(value: Any) -> bool:
        return not own(value)

    def collect(value: Any, path: str, found: list[str]) -> None:
        for text in own(value):
            found.append(messages.CONSTRAINT.format(f"'{rendering.value(service, shape.name, value)}'", path, text))

    if shape.enum:
        return Rule(frozenset(shape.enum).__contains__, collect, every_text, own)
    return Rule(_plainly(plain, accepts) if plain else accepts, collect, every_text, own, plain)


def _plainly(plain: Callable[[Any], Any], accepts: Accept) -> Accept:
    return lambda value: plain(value) is not None or accepts(value)


def _lengths(minimum: int | None, maximum: int | None) -> tuple[Callable[[Any], list[str]], tuple[str, ...]]:
    return _bounds(minimum, maximum, len, messages.LENGTH_MIN, messages.LENGTH_MAX)


def _scalar(
    shape: Shape, minimum: int | None, maximum: int | None, is_pattern_first: bool
) -> tuple[Callable[[Any], list[str]], tuple[str, ...]]:
    if shape.kind in NUMBERS:
        return _bounds(minimum, maximum, None, messages.VALUE_MIN, messages.VALUE_MAX)
    bounds, every_text = _bounds(minimum, maximum, len, messages.LENGTH_MIN, messages.LENGTH_MAX)
    if shape.enum:
        values = lookup(shape.name, "enum", default=shape.enum)
        return _membership(frozenset(shape.enum), messages.ENUM.format(", ".join(values)))
    if shape.pattern is None:
        return bounds, every_text
    return _matching(bounds, every_text, shape.pattern, is_pattern_first)


def _bounds(
    minimum: int | None, maximum: int | None, measure: Callable[[Any], int] | None, below: str, above: str
) -> tuple[Callable[[Any], list[str]], tuple[str, ...]]:
    """The service names the upper bound first, then the lower, then the pattern."""
    if measure is len and minimum == 0:
        minimum = None
    too_large, too_small = [above.format(maximum)], [below.format(minimum)]

    def broken(value: Any) -> list[str]:
        size = value if measure is None else measure(value)
        if maximum is not None and size > maximum:
            return too_large
        return too_small if minimum is not None and size < minimum else []

    return broken, (*(too_large if maximum is not None else ()), *(too_small if minimum is not None else ()))


def _membership(values: frozenset[str], text: str) -> tuple[Callable[[Any], list[str]], tuple[str, ...]]:
    return (lambda value: [] if value in values else [text]), (text,)


def _matching(
    bounds: Callable[[Any], list[str]], every_text: tuple[str, ...], pattern: str, is_pattern_first: bool = False
) -> tuple[Callable[[Any], list[str]], tuple[str, ...]]:
    spelled = pattern
    for java, python in JAVA_SPELLINGS:
        spelled = spelled.replace(java, python)
    matches = re.compile(spelled).fullmatch
    text = messages.PATTERN.format(pattern)

    def broken(value: Any) -> list[str]:
        found = bounds(value)
        if matches(value):
            return found
        return [text, *found] if is_pattern_first else [*found, text]

    return broken, (*every_text, text)


def _table_name(use: str) -> tuple[Callable[[Any], list[str]], tuple[str, ...]]:
    """A name or an ARN. Operations on items ask one character of a name, others three: see the overrides."""
    arn, _ = _lengths(1, 1024)
    bounds, every_text = _lengths(TABLE_NAME_MIN, TABLE_NAME_MAX)
    name, every_text = _matching(bounds, every_text, TABLE_NAME_PATTERN)
    matches = re.compile(TABLE_NAME_PATTERN).fullmatch
    longest, _ = _lengths(1, TABLE_NAME_MAX)

    def broken(value: Any) -> list[str]:
        if value.startswith("arn:"):
            return arn(value)
        if use == "control":
            return name(value)
        return longest(value) or ([] if matches(value) else [messages.PATTERN.format(TABLE_NAME_PATTERN)])

    return broken, every_text
