"""Drafts: changes of large items, worked out step by step ahead of their commit.

An item of 400 KB can be a list of 200,000 members. To decode it, to test and update it and to make its index entries
takes up to a second. All of it depends on the item as it stands and on the table's indexes alone. While both are what
they were, a draft is the change that `Table.plan_write` would make; otherwise it is worked out anew.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import Any, Protocol

from thermodynamo.api import errors
from thermodynamo_storage.changes.commit import Change, VectorChange
from thermodynamo_storage.changes.index import EntryChange
from thermodynamo_storage.followers import vector_indexes
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.errors import StorageError
from thermodynamo_storage.values.item import Attributes, Item
from thermodynamo_storage.values.long_images import Images, image
from thermodynamo_storage.values.long_items import decode_in_steps

Steps = Generator[None, Any, None]
Image = tuple[Item | None, Attributes | None]
"""What a write leaves: the item and its attributes; None twice for no item."""
Make = Callable[[Item | None, Attributes | None], Generator[None, Any, Image]]
"""Tests the item as it stands, given with its attributes, and builds the new image, in steps.

Raises ConditionFailed, and whatever the building of an image raises.
"""
Show = Callable[[Attributes | None, Attributes | None], bytes | None]
"""What the reply shows of the item before and after the write, as wire JSON."""


class Draft:
    """One write of a table, to be worked out by `work` and asked for by `change` when it is to happen."""

    __slots__ = (
        *("entries", "failure", "indexes", "is_same", "is_too_large", "key", "looked_at", "make", "new", "old"),
        *("refusal", "show", "shown", "table", "vectors"),
    )

    def __init__(
        self, table: Table, key: bytes, make: Make, show: Show | None = None, looked_at: Attributes | None = None
    ) -> None:
        """`show` is called where the reply shows parts of an image: so no image is decoded for it again.

        `looked_at` are the attributes of an item whose index keys and vectors are looked at before its place is.
        """
        self.table = table
        self.key = key
        self.make = make
        self.show = show
        self.looked_at = looked_at
        self.shown: bytes | None = None
        self.old: Item | None = None
        self.new: Item | None = None
        self.entries: Sequence[EntryChange] = ()
        self.vectors: Mapping[str, VectorChange] | None = None
        self.is_same: bool | None = None
        self.is_too_large = False
        """Whether the new image is, together with an entry in a local index."""
        self.indexes: object = None
        """The indexes that the entries are of; None before the first work."""
        self.failure: Exception | None = None
        """Why the write cannot happen to the item as it stood."""
        self.refusal: StorageError | None = None
        """Why it can happen to none: see `looked_at`."""

    def work(self) -> Steps:
        """Works the change out; between two steps others may write."""
        self.old = self.table.keyspace.get(self.key)
        self.indexes = _indexes(self.table)
        self.failure = self.refusal = None
        try:
            if self.looked_at is not None:
                self._look(self.looked_at)
                yield
            yield from self._plan()
        except Exception as failure:
            self.failure = errors.without_frames(failure)

    def _look(self, attributes: Attributes) -> None:
        try:
            self.table.refuse_unindexable(self.key, attributes)
        except StorageError as failure:
            self.refusal = errors.without_frames(failure)
            raise

    def _plan(self) -> Steps:
        old = self.old
        indexes = [index for index in self.table.indexes.values() if index.transition != "DELETING"]
        before = (yield from decode_in_steps(old)) if old is not None else None
        yield
        new, after = yield from self.make(old, before)
        is_written = new is not old  # Or it is only tested, and no index has a say.
        images = Images(image(old, before), image(new, after))
        vectors = None
        if self.table.vector_indexes and is_written:
            # They come before the others, as in `Table.plan_replacement`: it is the first that refuses an item.
            vectors = yield from vector_indexes.changes_in_steps(self.table.vector_indexes, self.key, images)
        entries = []
        for index in indexes if is_written else ():
            yield
            change = yield from index.change_in_steps(images, self.key)
            if change is not None:
                entries.append(change)
        is_too_large = False
        if images.new is not None and is_written and self.table.collections is not None:
            is_too_large = yield from self.table.collections.is_too_large_in_steps(images.new, self.key)
        is_same = None
        if self.table.records_changes and is_written:
            is_same = yield from images.are_alike_in_steps(None)
        if self.show is not None:
            yield
            self.shown = self.show(before, after)
        self.new, self.entries, self.vectors = new, entries, vectors
        self.is_same, self.is_too_large = is_same, is_too_large

    @property
    def is_current(self) -> bool:
        """Whether the item and the indexes are those that it was worked out for."""
        return self.indexes == _indexes(self.table) and self.table.keyspace.get(self.key) is self.old

    def change(self) -> Change:
        """The change, or what `make` or an index raised. It must be current."""
        if self.failure is not None:
            raise self.failure
        table = self.table
        partition = table.keyspace.locate(self.key)
        images = self.old, self.new
        change = Change(
            table.id, table.followers, partition, self.key, *images, self.entries, self.vectors, self.is_same
        )
        if table.collections is not None:
            table.collections.refuse(change, self.is_too_large)
        return change


class Work(Protocol):
    """What is to be done before a request can be carried out in one piece: a draft, or what is no write."""

    def work(self) -> Steps:
        """Does it, in steps."""
        ...


class Undrafted(Exception):
    """A request cannot be carried out in one piece before this work is done. Nothing has happened."""

    def __init__(self, works: Sequence[Work]) -> None:
        super().__init__()
        self.works = works
        self.permit: Callable[[float], None] | None = None
        """Asks the policies about the request at a time, where they could not be asked before the work."""


def _indexes(table: Table) -> object:
    ordinary = [(index, index.transition) for index in table.indexes.values()]
    return ordinary, [(index, index.transition) for index in table.vector_indexes.values()]
