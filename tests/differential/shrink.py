"""Make a failing request as small as it can be while the same difference shows."""

import copy
import re
from collections.abc import Callable, Iterator
from typing import Any

TRIES_MAX = 150
CLAUSE = re.compile(" (?=(?:SET|REMOVE|ADD|DELETE) )")
PLACEHOLDERS = ("ExpressionAttributeValues", "ExpressionAttributeNames")


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
        if path[-1] == "UpdateExpression" and isinstance(entry, str):
            yield from _fewer_clauses(data, path)
        if isinstance(entry, str) and " " in entry:
            words = entry.split(" ")
            for at in range(len(words)):
                cut = copy.deepcopy(data)
                holder = cut
                for step in path[:-1]:
                    holder = holder[step]
                holder[path[-1]] = " ".join(words[:at] + words[at + 1 :])
                yield cut


def _fewer_clauses(data: Any, path: tuple[Any, ...]) -> Iterator[Any]:
    """Versions with one clause of an update less, and without the placeholders that it alone used."""
    holder = data
    for step in path[:-1]:
        holder = holder[step]
    clauses = CLAUSE.split(holder[path[-1]])
    for at in range(len(clauses) if len(clauses) > 1 else 0):
        left = " ".join(clauses[:at] + clauses[at + 1 :])
        made = {**holder, path[-1]: left}
        text = f"{left} {holder.get('ConditionExpression', '')}"
        for name in PLACEHOLDERS:
            if isinstance(made.get(name), dict):
                made[name] = {key: given for key, given in made[name].items() if re.search(rf"{key}\b", text)}
                if not made[name]:
                    del made[name]
        yield _replaced(data, path[:-1], made)


def _replaced(data: Any, path: tuple[Any, ...], made: Any) -> Any:
    if not path:
        return made
    copied = copy.copy(data)
    copied[path[0]] = _replaced(data[path[0]], path[1:], made)
    return copied


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
