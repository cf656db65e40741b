"""The quick halves of both checks in one: is a request plainly well-formed, and within all constraints?

No means only that it must be looked at with care. Almost every request passes, and pays one walk over its members in
place of two.
"""

from collections.abc import Callable
from typing import Any

from thermodynamo.api.model import constraints, serialization
from thermodynamo.api.model.acceptance import Accept
from thermodynamo.api.model.constraints import Rule
from thermodynamo.api.model.service import Service


def acceptor(service: Service, operation: str) -> Accept:
    """Says of a request of the operation whether neither check would say anything of it, or change it."""
    plain, nested = serialization.members(service, operation)
    rule = constraints.top_rule(service, operation)
    rules = rule.members if rule is not None else {}
    required = rule.required if rule is not None else ()
    plain_type = plain.get
    within = {member: rules[member].plainly or rules[member].accepts for member in plain if member in rules}.get
    nested_acceptor = {member: _both(accepts, rules.get(member)) for member, accepts in nested.items()}.get

    def accepts(request: Any) -> bool:
        if type(request) is not dict:
            return False
        for member in required:
            if member not in request:
                return False
        for member, content in request.items():
            if type(content) is plain_type(member):
                is_within = within(member)
                if is_within is None or is_within(content):
                    continue
                return False
            accept = nested_acceptor(member)
            if accept is None or not accept(content):
                return False
        return True

    return accepts


def _both(accepts: Accept, rule: Rule | None) -> Callable[[Any], bool]:
    """Whether a value is of its type and within the constraints on it."""
    if rule is None:
        return accepts
    is_within = rule.accepts
    return lambda content: accepts(content) and is_within(content)
