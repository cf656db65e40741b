"""What all keyspaces of a database are metered by: the settings, the refusals so far, and the splits to carry out."""

from collections.abc import Callable
from dataclasses import dataclass, field

from thermodynamo_storage.capacity.refusals import Throttles
from thermodynamo_storage.partitions.partition import PARTITION_THROUGHPUT
from thermodynamo_storage.partitions.split_reasons import DueGrowth, DueSplit
from thermodynamo_storage.values.schema import Throughput


@dataclass(frozen=True, slots=True)
class Policy:
    """The settings that admission follows. `chance` is given in the realistic profile: uniform in [0, 1)."""

    is_enforced: bool = True
    split_after_seconds: float = 120.0
    partition_throughput: Throughput = PARTITION_THROUGHPUT
    partition_bytes_max: int = 10 * 1024**3
    table_read_units_max: int = 40_000
    table_write_units_max: int = 40_000
    chance: Callable[[], float] | None = None


def _forget_warm(table_id: str, owner: str | None, throughput: Throughput, now: float) -> None:
    """What is metered without a database."""


@dataclass(slots=True)
class Limits:
    """What all keyspaces of a database share: the policy, the refusals, and the splits to carry out."""

    policy: Policy = Policy()
    throttles: Throttles = field(default_factory=Throttles)
    due: list[DueSplit | DueGrowth] = field(default_factory=list)
    on_warm: Callable[[str, str | None, Throughput, float], None] = _forget_warm
    """Is told when a table (by id) or one of its global indexes (by name) has become warm for some throughput."""
