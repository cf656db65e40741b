"""The operators of conditions: what each makes of a text of the policy, and when it holds of a value of the request.

IAM user guide, reference_policies_elements_condition_operators. A negated operator holds where none of its texts match.
"""

import base64
import binascii
import ipaddress
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from operator import eq, ge, gt, le, lt
from typing import Any

from thermodynamo.api.policies import arns, patterns
from thermodynamo.api.policies.facts import Facts
from thermodynamo.api.policies.policy_error import Place, PolicyError
from thermodynamo_storage.values.dataclass import dataclass

Test = Callable[[str, Facts], bool]
"""Whether a value of the request matches one text of the policy."""
Reader = Callable[[str, bool, Place], Test]
"""Makes a test of a text; the flag says whether policy variables count. Raises PolicyError."""


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator without its prefix and suffix. `is_null` is that of `Null`, which looks at no value."""

    name: str
    reader: Reader
    is_negated: bool = False
    is_null: bool = False

    @property
    def is_equality(self) -> bool:
        """Whether a text without variables matches itself and nothing else."""
        return self.name in ("StringEquals", "StringNotEquals")


def _string(is_pattern: bool, ignores_case: bool = False) -> Reader:
    def read(written: str, has_variables: bool, place: Place) -> Test:
        text = patterns.read(written.lower() if ignores_case else written, has_variables, is_pattern, place)

        def matches(value: str, facts: Facts) -> bool:
            match = text.matcher(facts)
            return match is not None and bool(match(value))

        def equals(value: str, facts: Facts) -> bool:
            return text.value(facts) == value

        def equals_in_any_case(value: str, facts: Facts) -> bool:
            wanted = text.value(facts)
            return wanted is not None and value.lower() == wanted.lower()

        return matches if is_pattern else equals_in_any_case if ignores_case else equals

    return read


def _compared(parse: Callable[[str], Any], compare: Callable[[Any, Any], bool], kind: str) -> Reader:
    """A test that compares two values of a kind; a value of the request that is not of the kind matches nothing."""

    def read(written: str, has_variables: bool, place: Place) -> Test:
        text = patterns.read(written, has_variables, False, place)
        if "${" in written and has_variables:
            return _late(text, parse, compare)
        try:
            wanted = parse(written)
        except ValueError:
            raise PolicyError(place, f"{written!r} is no {kind}") from None

        def test(value: str, facts: Facts) -> bool:
            try:
                return compare(parse(value), wanted)
            except ValueError:
                return False

        return test

    return read


def _late(text: patterns.Text, parse: Callable[[str], Any], compare: Callable[[Any, Any], bool]) -> Test:
    """A test whose text is only known with the request."""

    def test(value: str, facts: Facts) -> bool:
        wanted = text.value(facts)
        try:
            return wanted is not None and compare(parse(value), parse(wanted))
        except ValueError:
            return False

    return test


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        raise ValueError(text) from None
    if not number.is_finite():
        raise ValueError(text)
    return number


def _date(text: str) -> float:
    """Seconds since the epoch, from such a number or from ISO 8601."""
    try:
        return float(_number(text))
    except ValueError:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _truth(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError(text)
    return text.lower() == "true"


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError(text) from None


def _network(text: str) -> Any:
    return ipaddress.ip_network(text, strict=False)


def _within(value: Any, network: Any) -> bool:
    return bool(value.version == network.version and value.subnet_of(network))


def _arn(written: str, has_variables: bool, place: Place) -> Test:
    return arns.read(written, has_variables, place).matches


_COMPARISONS = {
    "Equals": eq,
    "NotEquals": eq,
    "LessThan": lt,
    "LessThanEquals": le,
    "GreaterThan": gt,
    "GreaterThanEquals": ge,
}


def _all() -> dict[str, Operator]:
    found = [
        Operator("StringEquals", _string(False)),
        Operator("StringNotEquals", _string(False), is_negated=True),
        Operator("StringEqualsIgnoreCase", _string(False, True)),
        Operator("StringNotEqualsIgnoreCase", _string(False, True), is_negated=True),
        Operator("StringLike", _string(True)),
        Operator("StringNotLike", _string(True), is_negated=True),
        Operator("Bool", _compared(_truth, eq, "truth value")),
        Operator("Null", _compared(_truth, eq, "truth value"), is_null=True),
        Operator("BinaryEquals", _compared(_bytes, eq, "base64")),
        Operator("IpAddress", _compared(_network, _within, "IP address or range of them")),
        Operator("NotIpAddress", _compared(_network, _within, "IP address or range of them"), is_negated=True),
    ]
    for name in ("ArnEquals", "ArnLike"):
        found += [Operator(name, _arn), Operator(name.replace("Arn", "ArnNot"), _arn, is_negated=True)]
    for kind, parse, words in (("Numeric", _number, "number"), ("Date", _date, "date")):
        found += [
            Operator(kind + suffix, _compared(parse, compare, words), is_negated=suffix == "NotEquals")
            for suffix, compare in _COMPARISONS.items()
        ]
    return {operator.name: operator for operator in found}


OPERATORS = _all()
