"""Keys of a model: those that a source names, and those that it does not."""

from base64 import b64encode
from collections.abc import Sequence

from thermodynamo.foresight.arrivals.model import Names, Target
from thermodynamo.foresight.sources import source_values
from thermodynamo.foresight.traces.trace_error import TraceError

KEYS_MAX = 10_000_000


def named(values: Sequence[str], names: Names) -> Target:
    """The key of these values. A partition key alone stands for one item. Raises TraceError."""
    if not 0 < len(values) <= len(names):
        wanted = ", ".join(name for name, _ in names)
        raise TraceError(f"the key {', '.join(values)} has {len(values)} values, and those of the table are {wanted}")
    told = [*values, *(value_of(kind, 1) for _, kind in names[len(values) :])]
    return _target(told, names)


def unnamed(count: int, names: Names, items_per_key: int = 1) -> list[Target]:
    """So many partition keys; those of a table with a sort key have so many items each. Raises TraceError."""
    each = items_per_key if len(names) > 1 else 1
    if count * each > KEYS_MAX:
        raise TraceError(f"a model of {count * each:,} keys is too large: it has at most {KEYS_MAX:,}")
    return [
        _target([value_of(kind, number) for (_, kind), number in zip(names, (first, second), strict=False)], names)
        for first in range(1, count + 1)
        for second in range(1, each + 1)
    ]


def value_of(kind: str, number: int) -> str:
    """A value of a type, which tells numbers apart: a string, a number, or bytes in base 64."""
    text = f"key-{number}"
    return str(number) if kind == "N" else b64encode(text.encode()).decode() if kind == "B" else text


def _target(values: Sequence[str], names: Names) -> Target:
    try:
        return Target(source_values.key_of([(kind, value) for (_, kind), value in zip(names, values, strict=True)]))
    except ValueError as error:
        raise TraceError(f"{', '.join(values)}: {error}") from None
