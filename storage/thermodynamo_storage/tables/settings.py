"""What a server gives every table beside its definition: it may be another at the next start."""

from collections.abc import Callable
from dataclasses import field
from typing import TYPE_CHECKING

from thermodynamo_storage.followers.item_collections import BYTES_MAX
from thermodynamo_storage.followers.item_history import HELD_BYTES_MAX
from thermodynamo_storage.followers.stream import StreamLimits
from thermodynamo_storage.values.dataclass import dataclass

if TYPE_CHECKING:
    from thermodynamo_storage.changes.index import SecondaryIndex
    from thermodynamo_storage.followers.lagging_reads import LaggingReads
    from thermodynamo_storage.followers.vector_index import VectorIndex
    from thermodynamo_storage.tables.table import Table

Bounds = tuple[float, float]
Draw = Callable[[], float]


def _no_delay(table: "Table", index: "SecondaryIndex | VectorIndex", bounds: Bounds | None) -> Draw | None:
    return None


def _no_replica_delay(source_region: str, target_region: str, bounds: Bounds | None) -> Draw | None:
    return None


def _no_lag(table: "Table") -> "LaggingReads | None":
    return None


@dataclass(frozen=True, slots=True)
class TableSettings:
    """The settings of all tables of a database. Storage has no chance of its own: what is drawn comes from here."""

    stream_limits: StreamLimits = field(default_factory=StreamLimits)
    item_collection_bytes_max: int = BYTES_MAX
    history_bytes_max: int = HELD_BYTES_MAX
    """What the history of one table may hold, with which it is restored to a point in time."""
    index_delay: Callable[["Table", "SecondaryIndex | VectorIndex", Bounds | None], Draw | None] = _no_delay
    """Draws the seconds that an entry of a global or a vector index takes to become visible: between the bounds, or as
    configured where there are none. None stands for no delay."""
    replica_delay: Callable[[str, str, Bounds | None], Draw | None] = _no_replica_delay
    """Draws the seconds that a change takes from one region to another, as `index_delay` does."""
    lagging_reads: Callable[["Table"], "LaggingReads | None"] = _no_lag
    """What eventually consistent reads of a table find; None where they find the latest items."""
