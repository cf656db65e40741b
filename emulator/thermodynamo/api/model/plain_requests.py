"""The quick halves of both checks in one: is a request plainly well-formed, and within all constraints?

No means only that it must be looked at with care. Almost every request passes, and pays one walk over its members in
place of two, and so do the structures inside of it that have constraints.
"""

from collections.abc import Callable
from typing import Any

from thermodynamo.api.model import constraints, serialization
from thermodynamo.api.model.acceptance import Accept
from thermodynamo.api.model.constraints import Rule
from thermodynamo.api.model.service import LIST, MAP, STRUCTURE, Service


def acceptor(service: Service, operation: str) -> Accept:
    """Says of a request of the operation whether neither check would say anything of it, or change it."""
    return _structure(service, service.inputs[operation], constraints.top_rule(service, operation))


def _structure(service: Service, name: str, rule: Rule | None) -> Accept:
    plain, nested = serialization.members(service, name)
    shapes = service.shape(name).members
    rules = rule.members if rule is not None else {}
    required = rule.required if rule is not None else ()
    wanted: dict[str, tuple[type | None, Callable[[Any], Any] | None]] = {}
    for member, kind in plain.items():
        wanted[member] = kind, rules[member].plainly or rules[member].accepts if member in rules else None
    for member, accepts_type in nested.items():
        wanted[member] = None, _both(service, shapes[member], accepts_type, rules.get(member))
    wanted_of = wanted.get

    def accepts(value: Any) -> bool:
        if type(value) is not dict:
            return False
        for member in required:
            if member not in value:
                return False
        for member, content in value.items():
            found = wanted_of(member)
            if found is None:
                return False
            kind, accept = found
            if kind is not None and type(content) is not kind:
                return False
            if accept is not None and not accept(content):
                return False
        return True

    return accepts


def _both(service: Service, name: str, accepts: Accept, rule: Rule | None) -> Accept:
    """Whether a value of a shape is of its type and within the constraints on it."""
    if rule is None:
        return accepts
    shape = service.shape(name)
    if shape.kind == STRUCTURE:
        return _structure(service, name, rule)
    own, element = rule.own, rule.element
    if own is None or element is None or shape.kind not in (LIST, MAP):
        is_within = rule.accepts
        return lambda content: accepts(content) and is_within(content)
    accepts_element = _both(service, shape.element, serialization.acceptor(service, shape.element), element)
    if shape.kind == LIST:
        return lambda content: type(content) is list and not own(content) and all(map(accepts_element, content))
    accepts_key = rule.key.accepts if rule.key is not None else None

    def accepts_map(content: Any) -> bool:
        if type(content) is not dict or own(content) or not (accepts_key is None or all(map(accepts_key, content))):
            return False
        return all(map(accepts_element, content.values()))

    return accepts_map
