"""What belongs to nothing any more, and is freed in steps: to free a million items at once would hold up requests."""

from typing import Any


class Discards:
    """Lists whose entries are to be freed. The caller that adds one keeps no other reference to what is in it."""

    __slots__ = ("piles",)

    def __init__(self) -> None:
        self.piles: list[tuple[list[Any], int]] = []
        """Each with how many of its entries make a step."""

    def add(self, pile: list[Any], count: int) -> None:
        """Takes a list to be freed, `count` entries in a step."""
        if self.piles and len(pile) <= count == self.piles[-1][1]:
            # A step for each of many small ones would take longer than freeing them.
            self.piles[-1][0].extend(pile)
        elif pile:
            self.piles.append((pile, count))

    def step(self) -> bool:
        """Frees a few entries; returns whether more are left."""
        if self.piles:
            pile, count = self.piles[-1]
            del pile[-count:]
            if not pile:
                self.piles.pop()
        return bool(self.piles)
