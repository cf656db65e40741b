"""Contributor Insights of a table or an index: whether they are on, since when, and what they watch."""

from dataclasses import dataclass
from typing import Literal

Mode = Literal["ACCESSED_AND_THROTTLED_KEYS", "THROTTLED_KEYS"]
Status = Literal["ENABLING", "ENABLED", "DISABLING", "DISABLED"]


@dataclass(frozen=True, slots=True)
class Insights:
    """The setting as it was last changed. That change is over at `settled_at`."""

    is_enabled: bool
    mode: Mode
    changed_at: float
    enabled_at: float
    """When they were last enabled: another mode is no new beginning. The names of the rules have this time."""
    settled_at: float

    def status(self, now: float) -> Status:
        if self.is_enabled:
            return "ENABLED" if now >= self.settled_at else "ENABLING"
        return "DISABLED" if now >= self.settled_at else "DISABLING"

    def rules(self, has_sort_key: bool) -> list[str]:
        """What is counted: partition keys (PK) and whole keys (SK), by what they use (C) and how often refused (T)."""
        if not self.is_enabled:
            return []
        kinds = ("C", "T") if self.mode == "ACCESSED_AND_THROTTLED_KEYS" else ("T",)
        return [key + kind for key in (("PK", "SK") if has_sort_key else ("PK",)) for kind in kinds]
