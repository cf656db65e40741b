"""The resource policy of a table or of a stream: its text as it is told, its revision, and when a change shows."""

from thermodynamo_storage.values.dataclass import dataclass

COOLDOWN_SECONDS = 15.0
"""How soon after a change another one is possible (ack-api-quirks, DDB-TABLE-206, October 2026)."""


@dataclass(frozen=True, slots=True)
class Told:
    """A policy as a reader is told it."""

    text: str
    revision: str


@dataclass(frozen=True, slots=True)
class ResourcePolicy:
    """The policy as it was last changed. `text` is None where that was its deletion.

    `compared` is what texts that mean the same have in common. Until `shown_at` readers are told `before`.
    """

    text: str | None
    compared: str | None
    revision: str
    changed_at: float
    shown_at: float
    before: Told | None

    @property
    def latest(self) -> Told | None:
        return Told(self.text, self.revision) if self.text is not None else None

    def told(self, now: float) -> Told | None:
        """What a reader is told at `now`; None where there is no policy."""
        return self.latest if now >= self.shown_at else self.before

    def is_pending(self, now: float) -> bool:
        """Whether the last change does not show yet."""
        return now < self.shown_at

    def free_at(self) -> float:
        """From when on the policy can change again: 15 s after the time that its revision is."""
        return int(self.revision) / 1000 + COOLDOWN_SECONDS


def next_revision(last: ResourcePolicy | None, now: float) -> str:
    """A revision is the time of the change, in milliseconds of the epoch; no two of one policy are the same."""
    milliseconds = int(now * 1000)
    return str(milliseconds if last is None else max(milliseconds, int(last.revision) + 1))
