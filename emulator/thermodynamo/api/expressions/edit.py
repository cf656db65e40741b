"""Changing one path of an item: maps and lists along the path are copied, stored values are never touched."""

from itertools import pairwise
from typing import Any

from thermodynamo.api.expressions.paths import ResolvedPath, reader
from thermodynamo.api.values.compare import Attributes, AttributeValue

Copied = set[int]
"""The identities of the containers that an update has copied already: it changes these again."""


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
