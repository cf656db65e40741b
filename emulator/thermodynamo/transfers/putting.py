"""The items that a job puts into a table, one after the other. One that takes long is drafted first, a step at a time.

To make the index entries of a large item, or to test it with a long condition, takes up to a second.
"""

from collections.abc import Iterator

from thermodynamo.api.call import DRAFTED_MAX
from thermodynamo.api.operations.items import drafting
from thermodynamo.api.operations.items.draft import Draft
from thermodynamo.api.operations.items.single_write import Guard
from thermodynamo_storage.changes.commit import Change
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.errors import Laborious
from thermodynamo_storage.values.item import Attributes, Item


class Unfinished(Exception):
    """The item is not put yet: another step works on. Nothing has happened."""


class Putting:
    """The puts of one job."""

    def __init__(self) -> None:
        self.item: Item | None = None
        """What is being drafted."""
        self.draft: Draft | None = None
        self.steps: Iterator[object] = iter(())
        self.drafted = 0
        """How often it has been drafted."""

    def change(self, table: Table, key: bytes, guard: Guard | None, new: Item, attributes: Attributes) -> Change:
        """The change that puts an item. Raises Unfinished where it takes another step, and as `plan_write` does.

        To be called again with the same item until it does not. A draft of what was written meanwhile is made anew,
        at last in one piece.
        """
        if self.item is not new or self.draft is None:
            try:
                return table.plan_write(key, guard.admits if guard is not None else None, lambda old: new)
            except Laborious:
                self.item, self.drafted = new, 0
                self.draft = Draft(table, key, drafting.replacing(guard, new, attributes))
                self._begin()
                raise Unfinished from None
        draft = self.draft
        for _ in self.steps:
            if self.drafted < DRAFTED_MAX:
                raise Unfinished
        if not draft.is_current:
            self._begin()
            raise Unfinished
        self.item = self.draft = None
        return draft.change()

    def _begin(self) -> None:
        assert self.draft is not None
        self.steps = self.draft.work()
        self.drafted += 1
