"""What a table or an index used in some time: what costs are reckoned from.

All units are whole capacity units, all times seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from thermodynamo.foresight.prices.features import NONE, Features


@dataclass(frozen=True, slots=True)
class Use:
    """What one table or index used."""

    seconds: float
    """How long it was looked at."""
    read_units: float = 0.0
    write_units: float = 0.0
    read_units_peak: float = 0.0
    write_units_peak: float = 0.0
    """In its busiest second."""
    provisioned_hours: tuple[float, float] | None = None
    """The hours of provisioned read and write units; None on demand."""
    provisioned_least: tuple[int, int] | None = None
    """The least units that were provisioned at any time; None where it was ever on demand."""
    hours: tuple[tuple[float, float], ...] = ()
    """The read and write units of each whole hour, where there were so many."""
    items: int = 0
    stored_bytes: int = 0
    is_infrequent: bool = False
    """Whether the table is of the class Standard-Infrequent Access."""
    features: Features = NONE

    @classmethod
    def of_plain(cls, given: Mapping[str, Any]) -> "Use":
        """The use that JSON has. Raises TypeError for what is none."""
        pairs = ("provisioned_hours", "provisioned_least")
        made = {**given, **{name: tuple(given[name]) for name in pairs if given.get(name) is not None}}
        made["features"] = Features(**given.get("features", {}))
        return cls(**{**made, "hours": tuple(tuple(each) for each in given.get("hours", ()))})
