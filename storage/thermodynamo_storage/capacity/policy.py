"""The settings that admission follows, and what one partition serves in a second."""

from collections.abc import Callable

from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.keyspace_name import KeyspaceName
from thermodynamo_storage.values.schema import Throughput

PARTITION_THROUGHPUT = Throughput(3000, 1000)
"""What one partition serves in a second, reads and writes apart (developer guide, burst-adaptive-capacity)."""

REPLICAS = 3
"""Of each partition. One leads: it serves all writes and consistent reads, and its share of the other reads (Elhemali
et al., USENIX ATC 2022, section 3)."""
EVENTUAL_SHARE = 2 / REPLICAS
"""What a unit of eventually consistent reads takes of a partition's limit. It is two reads, which the replicas share:
4,500 units a second were measured on one key (AWS database blog, Scaling DynamoDB, part 2)."""
SPLIT_AFTER_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Policy:
    """The settings that admission follows. `chance` is given in the realistic profile: uniform in [0, 1)."""

    is_enforced: bool = True
    split_after: Callable[[KeyspaceName], Callable[[], float]] = lambda name: lambda: SPLIT_AFTER_SECONDS
    """For a keyspace, what draws how many seconds the load of a partition is near its limit before it is split."""
    partition_throughput: Throughput = PARTITION_THROUGHPUT
    partition_bytes_max: int = 10 * 1024**3
    table_read_units_max: int = 40_000
    table_write_units_max: int = 40_000
    index_buffer_bytes: int = 0
    """How much each global index may owe its table's writes; an entry counts in whole write units of 1 KB."""
    chance: Callable[[], float] | None = None
