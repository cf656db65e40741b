"""Projection expressions: the parts of an item that a list of document paths selects.

List elements keep their order but close up: `list[2], list[0]` gives a list of two.
"""

from collections.abc import Sequence

from thermodynamo.api.expressions import used
from thermodynamo.api.expressions.cache import ExpressionCache, Names
from thermodynamo.api.expressions.nodes import LiteralPath, Path
from thermodynamo.api.expressions.parser import parse_projection
from thermodynamo.api.expressions.paths import ResolvedPath, resolve_distinct
from thermodynamo.api.expressions.wellformed import check_path
from thermodynamo.api.values.compare import Attributes, AttributeValue
from thermodynamo_storage.values.dataclass import dataclass

KIND = "ProjectionExpression"
NAMES_MAX = 1_000
"""So many names are looked for one by one. AttributesToGet may have 1,500,000, which took 140 ms for each item."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What to take of one attribute value: some of a map's entries, some of a list's elements, or else all of it."""

    entries: "dict[str, Selection]"
    elements: "dict[int, Selection]"

    def of(self, value: AttributeValue) -> AttributeValue | None:
        """The selected part of the value, or None if nothing of it is selected."""
        if self.entries:
            chosen = self.of_entries(value.get("M", {}))
            return {"M": chosen} if chosen else None
        if self.elements:
            elements = self.of_elements(value.get("L", []))
            return {"L": elements} if elements else None
        return value

    def of_entries(self, entries: Attributes) -> Attributes:
        """The selected ones of a map's entries, or of an item's attributes.

        They are in the order of the names; those of very many names, of which few are there, in the map's own.
        """
        chosen = {}
        parts = self.entries
        if len(parts) > NAMES_MAX and len(parts) > len(entries):
            parts = {name: parts[name] for name in entries if name in parts}
        for name, part in parts.items():
            value = entries.get(name)
            if value is not None:
                value = part.of(value)
                if value is not None:
                    chosen[name] = value
        return chosen

    def of_elements(self, elements: list[AttributeValue]) -> list[AttributeValue]:
        chosen = []
        for index, part in self.elements.items():
            if index < len(elements):
                element = part.of(elements[index])
                if element is not None:
                    chosen.append(element)
        return chosen


def select(paths: Sequence[ResolvedPath]) -> Selection:
    """The selection of several paths that do not clash; names in the order given, list indexes ascending."""
    tree = Selection({}, {})
    for path in paths:
        node = tree
        for element in path:
            if isinstance(element, str):
                node = node.entries.setdefault(element, Selection({}, {}))
            else:
                node = node.elements.setdefault(element, Selection({}, {}))
    return _indexes_ascending(tree)


def _indexes_ascending(selection: Selection) -> Selection:
    return Selection(
        {name: _indexes_ascending(part) for name, part in selection.entries.items()},
        {index: _indexes_ascending(selection.elements[index]) for index in sorted(selection.elements)},
    )


@dataclass(frozen=True, slots=True)
class Projection:
    """A compiled projection; `roots` are the top-level attributes it may return, `nested` those of which only parts."""

    names: frozenset[str]
    roots: frozenset[str]
    selection: Selection
    nested: frozenset[str] = frozenset()
    path_count: int = 1

    def apply(self, attributes: Attributes) -> Attributes:
        """The selected parts; no attribute at all if none exists."""
        return self.selection.of_entries(attributes)


def compile(text: str, names: Names) -> Projection:
    return _CACHE.get(KIND, text, names)


def build(paths: Sequence[Path | LiteralPath], names: Names) -> Projection:
    """Compiles paths, from an expression or from AttributesToGet."""
    resolved = resolve_distinct(KIND, paths, names or {})
    return Projection(
        names=used.name_placeholders(paths),
        roots=frozenset(str(path[0]) for path in resolved),
        selection=select(resolved),
        nested=used.nested_roots(paths, names),
        path_count=len(resolved),
    )


def _parse_and_build(kind: str, text: str, names: Names) -> Projection:
    paths = parse_projection(text)
    for path in paths:
        check_path(kind, path)
    return build(paths, names)


_CACHE = ExpressionCache(_parse_and_build)
