"""Make a failing request as small as it can be while the same difference shows."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

TRIES_MAX = 150


def shrink(request: Any, still_differs: Callable[[Any], bool]) -> Any:
    """Greedy: try every simpler version in turn, start over from the first that still differs."""
    tries = 0
    improved = True
    while improved:
        improved = False
        for smaller in simpler(request):
            tries += 1
            if tries > TRIES_MAX:
                return request
            if still_differs(smaller):
                request, improved = smaller, True
                break
    return request


def simpler(data: Any) -> Iterator[Any]:
    """Versions of the request with one member, element or word less, outermost first."""
    for path in _paths(data):
        parent = data
        for step in path[:-1]:
            parent = parent[step]
        entry = parent[path[-1]]
        shorter = copy.deepcopy(data)
        holder = shorter
        for step in path[:-1]:
            holder = holder[step]
        del holder[path[-1]]
        yield shorter
        if isinstance(entry, str) and " " in entry:
            words = entry.split(" ")
            for at in range(len(words)):
                cut = copy.deepcopy(data)
                holder = cut
                for step in path[:-1]:
                    holder = holder[step]
                holder[path[-1]] = " ".join(words[:at] + words[at + 1 :])
                yield cut


def _paths(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    entries: list[tuple[Any, Any]] = []
    if isinstance(data, dict):
        entries = list(data.items())
    elif isinstance(data, list):
        entries = list(enumerate(data))
    for name, _ in entries:
        if name != "TableName":
            yield (*path, name)
    for name, entry in entries:
        yield from _paths(entry, (*path, name))
