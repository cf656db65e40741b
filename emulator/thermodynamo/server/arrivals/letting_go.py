"""Lets go of the values of a request a piece at a time, and of what was compiled of it.

Nothing else refers to what a request that was answered is made of. The interpreter frees all of it in one piece, and no
other thread has its turn meanwhile: a million values take 70 ms. Here it may change threads after each thousand.
"""

import gc
from collections.abc import Iterable, Iterator
from itertools import chain, compress, islice
from sys import getrefcount
from typing import Any

PIECE = 1_000
"""So many values are looked at, or freed, in one piece: a tenth of a millisecond."""
CONTAINERS = frozenset((dict, list, tuple, set, frozenset))
Container = dict[Any, Any] | list[Any] | tuple[Any, ...] | set[Any] | frozenset[Any]


def let_go(values: list[Any]) -> None:
    """Frees what the list holds, and what that holds, unless something else refers to it; the list is empty then.

    It changes no value: what only this list refers to is dropped while all that it refers to is still held here, so it
    is freed alone. What something else refers to stays whole, and so this never goes on into the rest of the program.
    """
    while values:
        piece = values[-PIECE:]
        del values[-PIECE:]
        piece = _once(piece)
        owned = list(compress(piece, map(OWNED.__eq__, _references(piece))))
        del piece
        containers = [value for value in owned if value.__class__ in CONTAINERS]
        if max(map(len, containers), default=0) <= PIECE:
            values += gc.get_referents(*owned)
        else:
            others = [value for value in owned if value.__class__ not in CONTAINERS]
            values += gc.get_referents(*others)
            for container in containers:
                members: list[Any] = []
                for members in _in_pieces(container):
                    values += members
                del members
            del container, others
        del owned, containers


def _once(values: list[Any]) -> list[Any]:
    """Each value once: a thousand functions refer to one module."""
    return list(dict(zip(map(id, values), values, strict=True)).values())


def _references(values: list[Any]) -> list[int]:
    """How often each is referred to, which is OWNED where only the list does."""
    return list(map(getrefcount, values))


OWNED = _references([object()])[0]


def _in_pieces(container: Container) -> Iterator[list[Any]]:
    """What a container holds, with the keys of a dict."""
    members: Iterable[Any] = chain(container, container.values()) if isinstance(container, dict) else container
    members = iter(members)
    while piece := list(islice(members, PIECE)):
        yield piece
