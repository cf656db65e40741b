"""Checkpoints: when the journal has grown, an image takes the place of its older records, in bounded steps.

With one image, the journal as long as half of it, and the next image beside them until it is whole, the file is at most
three times what is in it, and some megabytes. The space of what an image has made useless is there for what comes next.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

from thermodynamo_storage.durability import copying_ahead
from thermodynamo_storage.durability.file import File
from thermodynamo_storage.durability.image import Image
from thermodynamo_storage.durability.sqlite_journal import SqliteJournal
from thermodynamo_storage.tables import restoring
from thermodynamo_storage.tables.catalog import Catalog
from thermodynamo_storage.tables.snapshot import EVERYTHING, ReadyCopies

CopiesAhead = Callable[[], AbstractContextManager[ReadyCopies]]
"""Copies can be made ahead as long as what this gives is not left: `Database.copies_ahead`."""

JOURNAL_BYTES_MIN = 16 * 1024 * 1024
"""A shorter journal is let be: replaying it takes half a second."""
JOURNAL_SHARE = 0.5
"""How much longer it may be, as a share of the image."""
FREE_SHARE = 1.0
"""How much free space a file keeps, as a share of what the next journal and the next image take.

To give a page back and to take it again costs a write more than to be kept does.
"""
BATCHES_DROPPED = 100
PARTS_DROPPED = 4
PAGES_FREED = 32
"""What one step does: about a millisecond."""


class Checkpoints:
    """The images of one database in one file. Raises sqlite3.Error from `step`; the next one begins anew then."""

    def __init__(
        self, journal: SqliteJournal, catalog: Catalog, image_ids: set[int], copies_ahead: CopiesAhead
    ) -> None:
        """`image_ids` are the parts that the last image has."""
        self.journal = journal
        self.catalog = catalog
        self.copies_ahead = copies_ahead
        self.file: File = journal.file
        self.image_ids = image_ids
        self.next_id = max(self.file.sizes, default=0) + 1
        self.image_bytes = sum(self.file.sizes[id] for id in image_ids)
        self.steps: Iterator[None] | None = None
        self.sequence = 0
        self.now = 0.0
        """Those of the database at the step that is being done."""

    def is_due(self) -> bool:
        """Whether the journal has grown so much that an image is worth while."""
        return self.journal.bytes_since_image > self._longest_journal()

    def _longest_journal(self) -> int:
        return max(JOURNAL_BYTES_MIN, int(JOURNAL_SHARE * self.image_bytes))

    def step(self, sequence: int, now: float, is_due: bool = False) -> bool:
        """One bounded step; returns whether there is more to do.

        `sequence` and `now` are those of the database at this moment. Nothing is done while another thread writes.
        """
        if self.journal.in_flight is not None:
            return self.steps is not None
        self.sequence, self.now = sequence, now
        if self.steps is None:
            if not (is_due or self.is_due()) or self.journal.fault is not None:
                return False
            self.steps = self._run()
        try:
            next(self.steps)
        except StopIteration:
            self.steps = None
        except Exception:
            self.steps = None
            raise
        return self.steps is not None

    def _run(self) -> Iterator[None]:
        journal, catalog = self.journal, self.catalog
        with self.copies_ahead() as ready:
            yield from copying_ahead.keep(catalog, ready, EVERYTHING, lambda: self.now)
            sequence, journal_bytes = self.sequence, journal.bytes_since_image
            image = Image(self.file, catalog, sequence, self.now, self.next_id)
        catalog.is_pinned = True
        try:
            yield from image.write()
        finally:
            self.next_id = image.next_id
            restoring.unpin(catalog)
            restoring.let_go(catalog, image.namespaces)
        journal.bytes_since_image -= journal_bytes
        self.image_ids = image.part_ids
        self.image_bytes = sum(self.file.sizes[id] for id in image.part_ids)
        yield from self._tidy(sequence)

    def _tidy(self, sequence: int) -> Iterator[None]:
        """Removes what the image has made useless."""
        while self.file.drop_journal(sequence, BATCHES_DROPPED):
            yield
        useless = [id for id in self.file.sizes if id not in self.image_ids]
        for start in range(0, len(useless), PARTS_DROPPED):
            self.file.drop_parts(useless[start : start + PARTS_DROPPED])
            yield
        kept_bytes = int(FREE_SHARE * (self._longest_journal() + self.image_bytes))
        while self.file.shrink(PAGES_FREED, kept_bytes):
            yield
