"""What is left to be taken back of a source's changes, while a table is restored to a second of its source's past."""

from collections.abc import Iterator, Sequence

from thermodynamo_storage.followers.item_history import Replaced, Segment
from thermodynamo_storage.values.item import Item


class Undoing:
    """The segments of a history with the entries of `instant` or later, of which the last ones are taken first."""

    __slots__ = ("ahead", "instant", "left", "segments")

    def __init__(self, segments: Sequence[Segment], instant: float, left: int | None = None) -> None:
        """`left` is how many entries of the last segment are left; None stands for all of them."""
        self.segments = list(segments)
        self.instant = instant
        self.left = left if left is not None else self._of_last()
        self.ahead: object = None
        """What is worked out of the next entry, where its images are long."""

    def _of_last(self) -> int:
        return len(self.segments[-1].entries) if self.segments else 0

    def take(self, count: int) -> Iterator[Replaced]:
        """Takes up to `count` entries out, the latest first."""
        while count > 0 and self.segments:
            end = self.left
            self.left = max(0, end - count)
            count -= end - self.left
            yield from reversed(self.segments[-1].entries[self.left : end])
            if not self.left:
                self.segments.pop()
                self.left = self._of_last()

    def upcoming(self) -> Iterator[tuple[bytes, Item | None]]:
        """The keys and images of the entries that `take` would take, in its order."""
        end: int | None = self.left
        for segment in reversed(self.segments):
            yield from ((key, image) for _, key, image in reversed(segment.entries[:end]))
            end = None

    def copy(self) -> "Undoing":
        return Undoing(self.segments, self.instant, self.left)

    def check(self) -> None:
        """Asserts that something is left, as long as this is kept."""
        assert self.segments and 0 < self.left <= self._of_last()
