"""Expressions compile once: a bounded cache from the text and the names to what was compiled.

Only successes are kept. When the cache is full its oldest half goes; a server that sees more distinct texts than that
compiles them again, which is slow but right.
"""

from collections.abc import Callable
from itertools import islice
from typing import Generic, TypeVar

EXPRESSIONS_MAX = 4096

Compiled = TypeVar("Compiled")
Names = dict[str, str] | None


def keep(known: dict[object, Compiled], key: object, compiled: Compiled) -> None:
    """Adds what was compiled to what is known, of which the oldest half goes where it is too much."""
    if len(known) >= EXPRESSIONS_MAX:
        for old in list(islice(known, EXPRESSIONS_MAX // 2)):
            known.pop(old, None)  # Requests with many values are validated in a thread of their own.
    known[key] = compiled


class ExpressionCache(Generic[Compiled]):
    """One kind of expression: `compile` turns (kind, text, names) into its compiled form."""

    __slots__ = ("_build", "_compiled")

    def __init__(self, build: Callable[[str, str, Names], Compiled]) -> None:
        self._build = build
        self._compiled: dict[object, Compiled] = {}

    def get(self, kind: str, text: str, names: Names) -> Compiled:
        key = (kind, text, tuple(names.items())) if names else (kind, text)
        compiled = self._compiled.get(key)
        if compiled is None:
            compiled = self._build(kind, text, names)
            keep(self._compiled, key, compiled)
        return compiled
