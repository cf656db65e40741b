"""Texts of a policy with wildcards and policy variables in them.

`*` is any characters, `?` is one. A variable is `${key}` or `${key, 'default'}`; `${*}`, `${?}` and `${$}` are the
characters themselves. Variables are there from version 2012-10-17 on (IAM user guide, reference_policies_variables).
A variable without a value and without a default leaves a text that matches nothing.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from thermodynamo.api.policies import condition_keys
from thermodynamo.api.policies.facts import Facts
from thermodynamo.api.policies.policy_error import Place, PolicyError
from thermodynamo_storage.values.dataclass import dataclass

Match = Callable[[str], object]
_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_NAMED = re.compile(r"\s*([^\s,']+)\s*(?:,\s*'([^']*)'\s*)?").fullmatch
_TOKEN = re.compile(r"\\(.)|(\*+)|(\?)|([^\\*?]+)", re.DOTALL).finditer
_ESCAPED = "*?$"
PATTERNS_MAX = 4096


@dataclass(frozen=True, slots=True)
class Variable:
    """A policy variable: its key in lower case, and what stands for it where the request lacks it."""

    key: str
    default: str | None


Piece = str | Variable


class Text:
    """A text as pieces: literal ones, wildcards (where they count) and variables.

    `is_pattern` says whether `*` and `?` are wildcards; what a variable stands for never has any.
    """

    __slots__ = ("_fixed", "is_pattern", "pieces", "written")

    def __init__(self, written: str, pieces: tuple[Piece, ...], is_pattern: bool) -> None:
        self.written = written
        self.pieces = pieces
        self.is_pattern = is_pattern
        self._fixed: Match | None = None
        if not any(isinstance(piece, Variable) for piece in pieces):
            self._fixed = self._matcher(tuple(str(piece) for piece in pieces))

    def matcher(self, facts: Facts) -> Match | None:
        """What tells whether a text matches, for one request; None where nothing can."""
        if self._fixed is not None:
            return self._fixed
        resolved = self._resolved(facts)
        return self._matcher(resolved) if resolved is not None else None

    @property
    def is_fixed(self) -> bool:
        """Whether it has no variable."""
        return self._fixed is not None

    def value(self, facts: Facts) -> str | None:
        """The text with its variables replaced, for an operator without wildcards."""
        first = self.pieces[0] if len(self.pieces) == 1 else None
        if isinstance(first, Variable):
            values = facts.values(first.key)
            return values[0] if values else first.default
        resolved = self._resolved(facts)
        return "".join(map(_unescaped, resolved)) if resolved is not None else None

    def _resolved(self, facts: Facts) -> tuple[str, ...] | None:
        """The pieces with variables replaced; wildcards in what replaces one are escaped."""
        found = []
        for piece in self.pieces:
            if isinstance(piece, str):
                found.append(piece)
                continue
            values = facts.values(piece.key)
            value = values[0] if values else piece.default
            if value is None:
                return None
            found.append(_escaped(value))
        return tuple(found)

    def _matcher(self, resolved: tuple[str, ...]) -> Match:
        if not self.is_pattern:
            return "".join(map(_unescaped, resolved)).__eq__
        return glob("".join(resolved))


def read(written: str, has_variables: bool, is_pattern: bool, place: Place) -> Text:
    """A text of a policy. Raises PolicyError for a variable that is none."""
    if not has_variables:
        return Text(written, (_escaped_but_wildcards(written, is_pattern),), is_pattern)
    pieces: list[Piece] = []
    end = 0
    for found in _VARIABLE.finditer(written):
        pieces.append(_escaped_but_wildcards(written[end : found.start()], is_pattern))
        end = found.end()
        pieces.append(_escaped(found[1]) if found[1] in _ESCAPED and found[1] else _variable(found[1], place))
    pieces.append(_escaped_but_wildcards(written[end:], is_pattern))
    return Text(written, tuple(piece for piece in pieces if piece != ""), is_pattern)


def _variable(written: str, place: Place) -> Variable:
    named = _NAMED(written)
    key = named[1].lower() if named is not None else ""
    if named is None or not condition_keys.is_known(key):
        raise PolicyError(place, f"${{{written}}} is no policy variable that is known here")
    if key in condition_keys.SEVERAL:
        raise PolicyError(place, f"${{{written}}} has several values, which no policy variable can have")
    return Variable(key, named[2])


def _escaped(text: str) -> str:
    """The text with every character that could be a wildcard marked as none."""
    return text.replace("\\", "\\\\").replace("*", "\\*").replace("?", "\\?")


def _escaped_but_wildcards(text: str, is_pattern: bool) -> str:
    return text.replace("\\", "\\\\") if is_pattern else _escaped(text)


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


@lru_cache(maxsize=PATTERNS_MAX)
def glob(pattern: str) -> Match:
    """A matcher of a pattern in which a backslash takes its meaning from the character after it.

    What stands between two `*` is looked for once, from the left, and never again further on: any other way takes
    time beyond bounds for a pattern with many of them.
    """
    if pattern == "*":
        return _always
    if "*" not in pattern and "?" not in pattern:
        return _unescaped(pattern).__eq__
    parts = [""]
    for found in _TOKEN(pattern):
        if found[2]:
            parts.append("")
        else:
            parts[-1] += "." if found[3] else re.escape(found[1] or found[4])
    first, *rest = parts
    expression = first
    if rest:
        expression += "".join(f"(?>.*?{part})" for part in rest[:-1] if part) + f".*{rest[-1]}"
    return re.compile(expression, re.DOTALL).fullmatch


def _always(text: str) -> bool:
    return True
