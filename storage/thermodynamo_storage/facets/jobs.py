"""Jobs: the changes of a table that take time, what each is about, and what takes effect when it is over.

A table is as busy as its jobs: which of them show it as UPDATING, and which only an index, its encryption or its warm
throughput, is that of live probes (ack-api-quirks, DDB-TABLE-410, October 2026). What a running job refuses meanwhile
is decided where changes are asked for.
"""

from collections.abc import Mapping
from typing import Any, Literal

from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.schema import Throughput

Kind = Literal[
    "throughput",
    "maxima",
    "billing",
    "stream",
    "class",
    "encryption",
    "warm",
    "index creation",
    "index filling",
    "index deletion",
    "replica",
    "replica deletion",
    "disassociation",
]
_SHOWN_BY_TABLE: frozenset[Kind] = frozenset(
    {
        *("throughput", "billing", "stream", "class", "index creation", "index deletion"),
        *("replica", "replica deletion", "disassociation"),
    }
)
_SHOWN_BY_INDEX: frozenset[Kind] = frozenset({"throughput", "maxima", "billing", "class"})
_OF_TABLE_ALONE: frozenset[Kind] = frozenset({"throughput", "billing"})
KEY_CHANGE = 0.4
"""The share of a change of the encryption after which the new key is shown (DDB-TABLE-371: 9.1 of 23.3 seconds)."""


@dataclass(frozen=True, slots=True)
class Job:
    """One change, of the table or of a global index (`owner`), from `began_at` until `ends_at`."""

    kind: Kind
    owner: str | None
    began_at: float
    ends_at: float
    name: str = ""
    """What refusals name: the label of the stream, the class that is to be."""
    operation: str = ""
    """ENABLE or DISABLE, of a stream."""
    throughput: Throughput | None = None
    """The provisioned throughput from the end on."""
    warm: Throughput | None = None
    """What is warm from the end on, at least."""
    encryption: Mapping[str, Any] | None = None
    """The specification of the encryption from the end on."""
    is_decrease: bool = False
    """Whether throughput goes down: it counts as a decrease from the end on."""
    deleted_at: float | None = None
    """When a replica is gone that is being deleted from the end on."""
    is_quiet: bool = False
    """Whether the table does not show it any more: a change of the encryption hides one of the class
    (DDB-TABLE-287 and 450)."""

    def is_running(self, now: float) -> bool:
        return now < self.ends_at

    @property
    def is_shown_by_table(self) -> bool:
        """Whether its table is UPDATING."""
        if self.owner is not None and self.kind in _OF_TABLE_ALONE:
            return False
        return self.kind in _SHOWN_BY_TABLE and not self.is_quiet

    def is_shown_by_index(self, name: str) -> bool:
        """Whether a global index is UPDATING. A new class concerns all of them (DDB-TABLE-175)."""
        return self.kind in _SHOWN_BY_INDEX and (self.owner == name or self.kind == "class")

    def is_key_shown(self, now: float) -> bool:
        """Whether a change of the encryption has come to its new key."""
        return now >= self.began_at + KEY_CHANGE * (self.ends_at - self.began_at)
