"""Sets as the service keeps them: sorted, strings and binaries by their bytes and numbers by value.

Recorded in October 2026 (eu-west-2): replies, streams and images have them so, in whatever order they were written.
Strings sort by code points as by their UTF-8 bytes.
"""

from base64 import b64decode
from bisect import insort
from collections.abc import Callable, Iterable, Sequence
from heapq import merge
from itertools import chain, islice
from typing import Any

from thermodynamo_storage.values import numbers

FEWER = 50
"""So many times fewer members are put into their places one by one; the order of the others is not looked at."""
RUN_MEMBERS = 10_000
"""Sorted in a few milliseconds."""
MEMBERS_MAX = 400 * 1024
"""No item has more. So many are put into a set in fifteen milliseconds."""

_ORDERS: dict[str, Callable[[str], Any] | None] = {"SS": None, "NS": numbers.order_bytes, "BS": b64decode}


def in_order(kind: str, members: Sequence[str]) -> list[str]:
    """The canonical members of a set of a type (SS, NS or BS), sorted.

    Very many are sorted in runs, so that another thread may have its turn between them.
    """
    order = _ORDERS[kind]
    if len(members) <= RUN_MEMBERS:
        return sorted(members, key=order)
    runs = [sorted(members[at : at + RUN_MEMBERS], key=order) for at in range(0, len(members), RUN_MEMBERS)]
    return list(merge(*runs, key=order))


def are_distinct(members: Sequence[str]) -> bool:
    """Whether no two of the members are equal.

    More than an item can have are looked at one by one, so that another thread may have its turn between them.
    """
    if len(members) <= MEMBERS_MAX:
        return len(set(members)) == len(members)
    groups = _groups(len(members))
    for member in members:
        groups[hash(member) % len(groups)].add(member)
    return sum(map(len, groups)) == len(members)


def _groups(count: int) -> list[set[str]]:
    """Sets for so many members by their hashes: one of a million is rebuilt in one piece where it grows."""
    return [set() for _ in range(count // RUN_MEMBERS + 1)]


def joined(separator: str, texts: Iterable[str]) -> str:
    """All of them with a separator between two; what very many are joined of is freed in pieces, too."""
    left = iter(texts)
    runs = []
    while run := list(islice(left, RUN_MEMBERS)):
        runs.append(separator.join(run))
    return separator.join(runs)


def united(kind: str, old: Sequence[str], added: Sequence[str]) -> list[str]:
    """The members of either of two sets of a type, both of them sorted."""
    known = set(old)
    new = [member for member in added if member not in known]
    order = _ORDERS[kind]
    if len(new) * FEWER <= len(old):
        found = list(old)
        for member in new:
            insort(found, member, key=order)
        return found
    if kind == "NS":
        # Of 38 digits a float has 17: where two numbers have the same one, the order among them is not known.
        members = [*old, *new]
        by_float = dict(zip(map(float, members), members, strict=True))
        if len(by_float) == len(members):
            return [by_float[each] for each in sorted(by_float)]
    return sorted([*old, *new], key=order)


def duplicates_last(kind: str, members: Sequence[str]) -> list[str]:
    """Members with duplicates among them as the service lists them: each one in its order, then those that repeat one.

    Recorded in October 2026: of ["/w==", "AA==", "AA=="] it names "AA==", "/w==", "AA==".
    """
    groups = _groups(len(members))
    repeated = []
    for member in members:
        seen = groups[hash(member) % len(groups)]
        if member in seen:
            repeated.append(member)
        else:
            seen.add(member)
    unlike = list(chain.from_iterable(groups))
    while groups:
        groups.pop()  # One after the other: to free a million members takes 30 ms.
    found = in_order(kind, unlike)
    found += repeated
    return found
