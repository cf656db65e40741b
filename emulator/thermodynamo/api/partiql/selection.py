"""The attributes that a SELECT returns: each path gives one attribute, named after the path's last part.

`m.a` gives an attribute `a`, `l[0]` one called `l[0]`: what the reference server of 2026 answers. Two paths that give
the same name are refused: so answer DynamoDB Local 3.2.0 and 3.3.1, recorded by xo/dbimp in October 2026 for `s, s` and
for two paths with one last name. No reply of the service is at hand.
"""

from collections.abc import Sequence

from thermodynamo.api import errors, messages
from thermodynamo.api.expressions.nodes import Path
from thermodynamo.api.expressions.paths import Reader, ResolvedPath, reader, resolve
from thermodynamo.api.expressions.projection import Projection, select
from thermodynamo.api.values.compare import Attributes
from thermodynamo_storage.values.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Selected:
    """`projection` is what must be read of an item for it: whole top-level attributes."""

    readers: tuple[tuple[str, Reader], ...]
    projection: Projection

    def apply(self, attributes: Attributes) -> Attributes:
        """The attributes to return, without those that do not exist."""
        found = {}
        for name, read in self.readers:
            value = read(attributes)
            if value is not None:
                found[name] = value
        return found


def build(paths: Sequence[Path], names: dict[str, str]) -> Selected:
    """Raises ValidationException for two paths that give the same name."""
    resolved = [resolve("", path, names) for path in paths]
    readers: dict[str, Reader] = {}
    for path in resolved:
        name = _name(path)
        if name in readers:
            raise errors.validation(messages.STATEMENT_NAMED_TWICE.format(name))
        readers[name] = reader(path)
    roots = dict.fromkeys(str(path[0]) for path in resolved)
    whole = Projection(frozenset(), frozenset(roots), select([(root,) for root in roots]), path_count=len(roots))
    return Selected(tuple(readers.items()), whole)


def _name(path: ResolvedPath) -> str:
    """The last name of the path with the indexes after it."""
    last = max(position for position, element in enumerate(path) if isinstance(element, str))
    return str(path[last]) + "".join(f"[{index}]" for index in path[last + 1 :])
