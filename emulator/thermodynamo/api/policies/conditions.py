"""The Condition of a statement: tests that must all hold, each of one key with one operator.

ForAllValues holds where every value of the request matches, and so of a request that lacks the key. ForAnyValue holds
where one does. IfExists makes a test hold where the key is missing (IAM user guide,
reference_policies_condition-single-vs-multi-valued-context-keys).
"""

from typing import Any

from thermodynamo.api.policies import condition_keys
from thermodynamo.api.policies.facts import NEVER, Facts, Values
from thermodynamo.api.policies.operators import OPERATORS, Operator, Test
from thermodynamo.api.policies.policy_error import Place, PolicyError
from thermodynamo_storage.values.dataclass import dataclass

IF_EXISTS = "IfExists"
QUANTIFIERS = ("ForAllValues", "ForAnyValue")


@dataclass(frozen=True, slots=True)
class Condition:
    """One key under one operator. `key` is in lower case, `written_key` as it was given."""

    written: str
    written_key: str
    key: str
    operator: Operator
    quantifier: str | None
    holds_if_missing: bool
    texts: tuple[str, ...]
    exact: frozenset[str]
    """Texts that match themselves alone."""
    tests: tuple[Test, ...]
    """Tests of the other texts."""

    def holds(self, facts: Facts) -> bool:
        values = facts.values(self.key)
        if values is NEVER:
            return False
        if self.operator.is_null:
            is_missing = "true" if not values else "false"
            return any(test(is_missing, facts) for test in self.tests)
        if not values:
            return self._holds_of_nothing()
        is_negated = self.operator.is_negated
        # Whether one value that does not match decides, or one that does.
        seeks = self.quantifier == "ForAnyValue" or (self.quantifier is None and not is_negated)
        for value in values:
            if (self._is_matched(value, facts) is not is_negated) is seeks:
                return seeks
        return not seeks

    def _holds_of_nothing(self) -> bool:
        if self.holds_if_missing or self.quantifier == "ForAllValues":
            return True
        return self.operator.is_negated and self.quantifier is None

    def _is_matched(self, value: str, facts: Facts) -> bool:
        """Whether any text matches a value."""
        if value in self.exact:
            return True
        for test in self.tests:  # noqa: SIM110  # a generator for each value costs more than the tests
            if test(value, facts):
                return True
        return False

    def explain(self, facts: Facts) -> str:
        """Why the condition holds, or does not."""
        values = facts.values(self.key)
        text = f"{self.written} {self.written_key} {_shown(self.texts)}"
        if values is NEVER:
            return f"{text} does not hold: no statement with this key speaks of the action"
        if not values and self.quantifier == "ForAllValues":
            return f"{text} holds, as it does of every request without the key"
        given = f"the request has {_shown(values)}" if values else "the request lacks the key"
        return f"{text} {'holds' if self.holds(facts) else 'does not hold'}: {given}"


def _shown(values: Values) -> str:
    return "[" + ", ".join(values or ()) + "]"


def read(condition: Any, has_variables: bool, place: Place) -> tuple[Condition, ...]:
    """The conditions of a statement. Raises PolicyError."""
    if not isinstance(condition, dict):
        raise PolicyError(place, "must be an object of operators")
    found = []
    for written, keys in condition.items():
        here = (*place, written)
        quantifier, operator, holds_if_missing = _operator(written, here)
        if not isinstance(keys, dict):
            raise PolicyError(here, "must be an object of condition keys")
        for written_key, texts in keys.items():
            there = (*here, written_key)
            key = written_key.lower()
            if not condition_keys.is_known(key):
                raise PolicyError(there, f"{written_key} is no condition key that is evaluated here")
            listed = _texts(texts, there)
            exact = frozenset(text for text in listed if operator.is_equality and not (has_variables and "${" in text))
            tests = tuple(
                operator.reader(text, has_variables, (*there, number) if isinstance(texts, list) else there)
                for number, text in enumerate(listed)
                if text not in exact
            )
            found.append(
                Condition(written, written_key, key, operator, quantifier, holds_if_missing, listed, exact, tests)
            )
    return tuple(found)


def _operator(written: str, place: Place) -> tuple[str | None, Operator, bool]:
    quantifier, colon, name = written.rpartition(":")
    if colon and quantifier not in QUANTIFIERS:
        raise PolicyError(place, f"{quantifier} is none of {', '.join(QUANTIFIERS)}")
    holds_if_missing = name.endswith(IF_EXISTS) and name not in OPERATORS
    operator = OPERATORS.get(name.removesuffix(IF_EXISTS) if holds_if_missing else name)
    if operator is None or (operator.is_null and (holds_if_missing or quantifier)):
        raise PolicyError(place, f"{written} is no condition operator")
    return quantifier or None, operator, holds_if_missing


def _texts(texts: Any, place: Place) -> tuple[str, ...]:
    """Texts of a policy, which may be numbers and truth values of JSON. Raises PolicyError."""
    listed = texts if isinstance(texts, list) else [texts]
    if not listed:
        raise PolicyError(place, "has no values")
    return tuple(_text(each, (*place, number)) for number, each in enumerate(listed))


def _text(value: Any, place: Place) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return str(value)
    raise PolicyError(place, "must be a string, a number or a truth value")
