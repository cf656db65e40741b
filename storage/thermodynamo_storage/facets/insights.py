"""Contributor Insights of a table or an index: whether they are on, since when, and what they watch."""

from typing import Literal

from thermodynamo_storage.values.dataclass import dataclass

Mode = Literal["ACCESSED_AND_THROTTLED_KEYS", "THROTTLED_KEYS"]
Status = Literal["ENABLING", "ENABLED", "DISABLING", "DISABLED", "FAILED"]


@dataclass(frozen=True, slots=True)
class Insights:
    """The setting as it was last changed. That change is over at `settled_at`."""

    is_enabled: bool
    mode: Mode
    changed_at: float
    enabled_at: float
    """When they were last enabled: another mode is no new beginning. The names of the rules have this time."""
    settled_at: float
    is_failed: bool = False
    """CloudWatch had no room for the rules. That stays so, even if room is made, until they are enabled again."""

    def status(self, now: float) -> Status:
        if self.is_enabled:
            if self.is_failed and now >= self.settled_at:
                return "FAILED"
            return "ENABLED" if now >= self.settled_at else "ENABLING"
        return "DISABLED" if now >= self.settled_at else "DISABLING"

    def rules(self, has_sort_key: bool) -> list[str]:
        """What is counted: partition keys (PK) and whole keys (SK), by what they use (C) and how often refused (T)."""
        if not self.is_enabled or self.is_failed:
            return []
        return self.rules_wanted(has_sort_key)

    def rules_wanted(self, has_sort_key: bool) -> list[str]:
        """Those that there are once CloudWatch has taken them."""
        kinds = ("C", "T") if self.mode == "ACCESSED_AND_THROTTLED_KEYS" else ("T",)
        return [key + kind for key in (("PK", "SK") if has_sort_key else ("PK",)) for kind in kinds]
