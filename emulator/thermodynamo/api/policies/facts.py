"""What a policy is asked about: the values of condition keys of one request.

A key has no values where the request lacks it; a policy tells that apart from every value. Keys are in lower case, as
IAM takes them in any case.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

Values = Sequence[str] | None
"""The values of a key. None, or none at all, where the request lacks it."""
NEVER: Values = ("no condition on this key holds",)
"""Of a key that an action does not have and that no statement may name for it: neither Null nor ForAllValues holds."""


class Facts(Protocol):
    """The request as a policy sees it."""

    def values(self, key: str) -> Values:
        """The values of a condition key, given in lower case. Computed when asked for, and then kept."""
        ...


class KnownFacts:
    """Values that are known from the start, or computed by a function when they are asked for first."""

    __slots__ = ("_functions", "_known")

    def __init__(
        self, known: Mapping[str, Sequence[str]], functions: Mapping[str, Callable[[], Values]] | None = None
    ) -> None:
        self._known: dict[str, Values] = {key.lower(): values for key, values in known.items()}
        self._functions = functions or {}

    def values(self, key: str) -> Values:
        if key in self._known:
            return self._known[key]
        function = self._functions.get(key)
        found = function() if function is not None else None
        self._known[key] = found
        return found
