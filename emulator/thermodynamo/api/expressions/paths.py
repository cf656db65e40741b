"""Document paths: resolving placeholders, the rules between several paths, and what is at a path.

What is read stays as it is stored. What is changed is copied first: the maps and lists along the path.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from thermodynamo.api import messages
from thermodynamo.api.expressions.nodes import LiteralPath, Path
from thermodynamo.api.expressions.parser import invalid
from thermodynamo.api.values.compare import Attributes, AttributeValue

ResolvedPath = tuple[str | int, ...]
Reader = Callable[[Attributes], AttributeValue | None]
Copied = set[int]
"""The identities of the containers that an update has copied already: it changes these again."""

NESTING_MAX = 32
LIST_INDEX_MAX = 2**31 - 1


def resolve(kind: str, path: Path | LiteralPath, names: Mapping[str, str]) -> ResolvedPath:
    """The attribute names and list indexes of a path; raises if a placeholder is not defined or it nests too deep."""
    if isinstance(path, LiteralPath):
        return (path.name,)
    resolved: list[str | int] = []
    for element in path.elements:
        if isinstance(element, str) and element[0] == "#":
            if element not in names:
                raise invalid(kind, messages.EXPRESSION_NAME_UNDEFINED.format(name=element))
            element = names[element]
        resolved.append(element)
    if len(resolved) > NESTING_MAX:
        raise invalid(kind, messages.EXPRESSION_NESTING.format(levels=len(resolved)))
    return tuple(resolved)


def text_of(path: ResolvedPath) -> str:
    """The path as error messages show it: `[list, [0], name]`."""
    return "[" + ", ".join(element if isinstance(element, str) else f"[{element}]" for element in path) + "]"


def reader(path: ResolvedPath) -> Reader:
    """A function from an item's attributes to the value at the path, or None."""
    root = path[0]
    assert isinstance(root, str)
    if len(path) == 1:
        return lambda attributes: attributes.get(root)
    rest = path[1:]

    def read(attributes: Attributes) -> AttributeValue | None:
        value = attributes.get(root)
        for element in rest:
            if value is None:
                return None
            if isinstance(element, str):
                entries = value.get("M")
                value = None if entries is None else entries.get(element)
            else:
                elements = value.get("L")
                value = None if elements is None or element >= len(elements) else elements[element]
        return value

    return read


def resolve_distinct(kind: str, paths: Sequence[Path | LiteralPath], names: Mapping[str, str]) -> list[ResolvedPath]:
    """Resolves paths of which none may be another or lie inside it, nor treat a map as a list.

    They are looked at from last to first, as AWS's DynamoDB Local does: the error names the last one that is wrong.
    """
    tree = _Tree()
    resolved: list[ResolvedPath] = []
    for raw in reversed(paths):
        path = resolve(kind, raw, names)
        if not _enters(tree, path):
            later = next(other for other in resolved if _clash(path, other) is not None)
            template = _clash(path, later)
            assert template is not None
            raise invalid(kind, template.format(one=text_of(path), two=text_of(later)))
        resolved.append(path)
    resolved.reverse()
    return resolved


class _Tree(dict[str | int | None, "_Tree"]):
    """Path elements to what follows them; None marks the end of a path."""


def _enters(tree: _Tree, path: ResolvedPath) -> bool:
    """Adds the path to the tree; false, with the tree spoilt, if it clashes with a path there."""
    for element in path:
        if tree and type(next(iter(tree))) is not type(element):  # the end of another path, or a list for a map
            return False
        tree = tree.setdefault(element, _Tree())
    if tree:
        return False
    tree[None] = _Tree()
    return True


def _clash(one: ResolvedPath, two: ResolvedPath) -> str | None:
    """The message template for two paths that cannot stand together."""
    for ours, theirs in zip(one, two, strict=False):
        if ours != theirs:
            return None if type(ours) is type(theirs) else messages.EXPRESSION_PATHS_CONFLICT
    return messages.EXPRESSION_PATHS_OVERLAP


def _open(attributes: Attributes, path: ResolvedPath, copied: Copied) -> Any:
    """Copies the containers along the path into `attributes`; the innermost one, a dict or a list, which must exist."""
    container: Any = attributes
    for element, following in pairwise(path):
        kind = "M" if isinstance(following, str) else "L"
        inner = container[element][kind]
        if id(inner) not in copied:
            inner = inner.copy()
            copied.add(id(inner))
            container[element] = {kind: inner}
        container = inner
    return container


def set_at(attributes: Attributes, path: ResolvedPath, value: AttributeValue, copied: Copied) -> None:
    """Puts the value at the path of `attributes`, whose own dict is changed; past the end of a list it is appended."""
    container = _open(attributes, path, copied)
    last = path[-1]
    if isinstance(container, list) and isinstance(last, int) and last >= len(container):
        container.append(value)
    else:
        container[last] = value


def remove_at(attributes: Attributes, path: ResolvedPath, copied: Copied) -> None:
    """Removes what is at the path, if there is anything."""
    if len(path) > 1 and reader(path[:-1])(attributes) is None:
        return
    container = _open(attributes, path, copied)
    last = path[-1]
    if isinstance(container, list):
        if isinstance(last, int) and last < len(container):
            del container[last]
    else:
        container.pop(last, None)
