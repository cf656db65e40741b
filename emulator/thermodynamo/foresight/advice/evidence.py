"""Evidence: what is known of the traffic of one table or index, as plain values that can be sent as JSON.

All units are whole capacity units. What a source does not know is empty, and gives no advice.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from thermodynamo.foresight.prices.use import Use


@dataclass(frozen=True, slots=True)
class KeyEvidence:
    """What one key was asked for, admitted or not, in its busiest second."""

    key: str
    read_units_peak: float
    write_units_peak: float
    throttled: int = 0
    is_estimated: bool = False
    """Whether the units are its share of what its partition was asked for."""
    is_collection: bool = False
    """Whether it is a partition key, with several items that were asked for together."""
    requests: tuple[str, ...] = ()
    """What asked for it."""


@dataclass(frozen=True, slots=True)
class ReadEvidence:
    """Reads that are alike: see `thermodynamo_storage.changes.read_shapes`, which counts them."""

    operation: str
    index: str | None
    filtered: tuple[str, ...]
    projected: tuple[str, ...]
    is_scan: bool
    requests: int
    evaluated: int
    """Items that were read and paid for."""
    returned: int
    units: float
    read_bytes: int
    returned_bytes: int
    examples: tuple[str, ...] = ()
    """Some of the requests, where they are known."""

    @property
    def name(self) -> str:
        """Such as Scan with a filter on status."""
        parts = [self.operation]
        if self.index is not None:
            parts.append(f"of {self.index}")
        if self.filtered:
            parts.append(f"with a filter on {', '.join(self.filtered)}")
        if self.projected:
            parts.append(f"{'and' if self.filtered else 'with'} a projection of {', '.join(self.projected)}")
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One table, or one global index."""

    table: str
    index: str | None
    use: Use
    throttled: Mapping[str, int] = field(default_factory=dict)
    """Refused accesses by reason."""
    keys: tuple[KeyEvidence, ...] = ()
    """The busiest ones."""
    reads: tuple[ReadEvidence, ...] = ()
    """Of a table, those of its indexes among them."""
    operations: Mapping[str, int] = field(default_factory=dict)
    """How many requests of each operation asked for the table."""

    @property
    def name(self) -> str:
        return self.table if self.index is None else f"{self.table}/{self.index}"


def as_plain(evidence: Evidence) -> dict[str, Any]:
    """The evidence as JSON has it."""
    return asdict(evidence)


def of_plain(given: Mapping[str, Any]) -> Evidence:
    """The evidence that `as_plain` gave. Raises TypeError, KeyError for what is none."""
    keys = tuple(KeyEvidence(**{**each, "requests": tuple(each["requests"])}) for each in given["keys"])
    lists = ("filtered", "projected", "examples")
    reads = tuple(ReadEvidence(**{**each, **{name: tuple(each[name]) for name in lists}}) for each in given["reads"])
    return Evidence(**{**given, "use": Use.of_plain(given["use"]), "keys": keys, "reads": reads})
