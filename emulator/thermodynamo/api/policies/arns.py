"""ARNs in policies: six parts between colons, each matched for itself.

An ARN with fewer parts is completed with `*` (IAM user guide, reference_policies_elements_resource). A `*` in one part
never reaches into another, but for the last part, which has colons and slashes of its own.
"""

from thermodynamo.api.policies import patterns
from thermodynamo.api.policies.facts import Facts
from thermodynamo.api.policies.patterns import Text
from thermodynamo.api.policies.policy_error import Place, PolicyError

PARTS = 6
KNOWN_MAX = 256
"""The ARNs that a pattern without variables remembers: those of the tables in use."""


class ArnPattern:
    """An ARN with wildcards and policy variables. `*` alone is every ARN."""

    __slots__ = ("_known", "is_everything", "is_fixed", "parts", "whole", "written")

    def __init__(self, written: str, parts: tuple[Text, ...], whole: Text | None) -> None:
        self.written = written
        self.parts = parts
        self.whole = whole
        self.is_everything = written == "*"
        self.is_fixed = whole is None and all(part.is_fixed for part in parts)
        self._known: dict[str, bool] = {}

    def matches(self, arn: str, facts: Facts) -> bool:
        if self.is_everything:
            return True
        if not self.is_fixed:
            return self._matches(arn, facts)
        found = self._known.get(arn)
        if found is None:
            if len(self._known) >= KNOWN_MAX:
                self._known.clear()
            found = self._known[arn] = self._matches(arn, facts)
        return found

    def _matches(self, arn: str, facts: Facts) -> bool:
        if self.whole is not None:
            test = self.whole.matcher(facts)
            return test is not None and bool(test(arn))
        given = arn.split(":", PARTS - 1)
        if len(given) != PARTS:
            return False
        for text, part in zip(self.parts, given, strict=True):
            test = text.matcher(facts)
            if test is None or not test(part):
                return False
        return True


def read(written: str, has_variables: bool, place: Place) -> ArnPattern:
    """Raises PolicyError for what is neither an ARN nor `*`. Variables may stand in any part, or be the whole."""
    if written == "*":
        return ArnPattern(written, (), None)
    if written.startswith("${"):
        return ArnPattern(written, (), patterns.read(written, has_variables, True, place))
    parts = _split(written)
    if parts[0] != "arn":
        raise PolicyError(place, f'{written} is neither an ARN nor "*"')
    parts += ["*"] * (PARTS - len(parts))
    return ArnPattern(written, tuple(patterns.read(part, has_variables, True, place) for part in parts), None)


def _split(written: str) -> list[str]:
    """The parts of an ARN; a colon inside `${...}` parts nothing."""
    parts = [""]
    depth = 0
    for position, character in enumerate(written):
        if written.startswith("${", position):
            depth += 1
        elif character == "}" and depth:
            depth -= 1
        if character == ":" and not depth and len(parts) < PARTS:
            parts.append("")
        else:
            parts[-1] += character
    return parts
