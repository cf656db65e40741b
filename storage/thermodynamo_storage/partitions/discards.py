"""What belongs to nothing any more, and is freed in steps: to free a million items at once would hold up requests."""

from collections.abc import Iterable
from typing import Any, Protocol

WHOLES_AT_ONCE = 32
"""Empty tables that are taken apart and freed in a step: a millisecond."""


class Whole(Protocol):
    """What is to be taken apart before it is freed."""

    def discard(self) -> None:
        """Gives what is in it to the discards."""
        ...


class Discards:
    """Lists whose entries are to be freed. The caller that adds one keeps no other reference to what is in it."""

    __slots__ = ("piles", "wholes")

    def __init__(self) -> None:
        self.piles: list[tuple[list[Any], int]] = []
        """Each with how many of its entries make a step."""
        self.wholes: list[Whole] = []
        """What is yet to be taken apart: ten thousand tables take half a second."""

    def add_wholes(self, wholes: Iterable[Whole]) -> None:
        """Takes what is to be taken apart and freed by and by."""
        self.wholes.extend(wholes)

    def add(self, pile: list[Any], count: int) -> None:
        """Takes a list to be freed, `count` entries in a step."""
        if self.piles and len(pile) <= count == self.piles[-1][1]:
            # A step for each of many small ones would take longer than freeing them.
            self.piles[-1][0].extend(pile)
        elif pile:
            self.piles.append((pile, count))

    def step(self) -> bool:
        """Frees a few entries, or takes a few apart that have none; returns whether more are left."""
        if self.piles:
            pile, count = self.piles[-1]
            del pile[-count:]
            if not pile:
                self.piles.pop()
        else:
            for _ in range(WHOLES_AT_ONCE):
                if self.wholes and not self.piles:
                    self.wholes.pop().discard()
        return bool(self.piles or self.wholes)
