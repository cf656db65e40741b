"""The line of a file in TOML or JSON that says what stands at a place of what was read from it.

Neither parser tells. So the name or value at the place is changed where it is spelled, one spelling at a time, and the
file is read again: where that changes what stands at the place, that was it.
"""

import re
from collections.abc import Callable
from typing import Any

from thermodynamo.api.policies.policy_error import Place

MARK = "Zq"
"""Letters that may stand anywhere in a name or a value."""
SPELLINGS_MAX = 200
_MISSING = object()
Parse = Callable[[str], Any]


def line_of(text: str, parse: Parse, place: Place) -> int | None:
    """The line, from 1, of a place of the file, or of the nearest place around it that has one."""
    tree = parse(text)
    for end in range(len(place), 0, -1):
        found = _line(text, parse, tree, place[:end])
        if found is not None:
            return found
    return None


def _line(text: str, parse: Parse, tree: Any, place: Place) -> int | None:
    value = at(tree, place)
    if value is _MISSING:
        return None
    last = place[-1]
    if isinstance(last, str):
        wanted, looked_at = last, place
    elif isinstance(value, str):
        wanted, looked_at = value, place
    elif isinstance(value, dict) and value:
        name = next(iter(value))
        wanted, looked_at = name, (*place, name)
    else:
        return None
    before = at(tree, looked_at)
    for number, found in enumerate(re.finditer(re.escape(wanted), text)):
        if number == SPELLINGS_MAX or not wanted:
            return None
        changed = text[: found.start()] + wanted[0] + MARK + text[found.start() + 1 :]
        try:
            after = at(parse(changed), looked_at)
        except ValueError:
            continue
        if after is _MISSING or (after != before and not isinstance(last, str)):
            return text.count("\n", 0, found.start()) + 1
    return None


def at(tree: Any, place: Place) -> Any:
    """What stands at a place, or a mark of nothing."""
    for part in place:
        if not isinstance(tree, dict | list):
            return _MISSING
        try:
            tree = tree[part]  # type: ignore[index]  # a name for a list is refused like one that is missing
        except (KeyError, IndexError, TypeError):
            return _MISSING
    return tree
