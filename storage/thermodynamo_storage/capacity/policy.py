"""The settings that admission follows, and what one partition serves in a second."""

from collections.abc import Callable
from dataclasses import dataclass

from thermodynamo_storage.values.schema import Throughput

PARTITION_THROUGHPUT = Throughput(3000, 1000)
"""What one partition serves in a second, reads and writes apart (developer guide, burst-adaptive-capacity)."""


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
