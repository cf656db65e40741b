"""Contributor Insights of a table or an index: whether they are on, since when, and what they watch."""

from dataclasses import dataclass
from typing import Literal

Mode = Literal["ACCESSED_AND_THROTTLED_KEYS", "THROTTLED_KEYS"]


@dataclass(frozen=True, slots=True)
class Insights:
    """The setting as it was last changed."""

    is_enabled: bool
    mode: Mode
    changed_at: float

    @property
    def status(self) -> str:
        return "ENABLED" if self.is_enabled else "DISABLED"

    def rules(self, has_sort_key: bool) -> list[str]:
        """What is counted: partition keys (PK) and whole keys (SK), by what they use (C) and how often refused (T)."""
        if not self.is_enabled:
            return []
        kinds = ("C", "T") if self.mode == "ACCESSED_AND_THROTTLED_KEYS" else ("T",)
        return [key + kind for key in (("PK", "SK") if has_sort_key else ("PK",)) for kind in kinds]
