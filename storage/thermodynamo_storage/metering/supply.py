"""Supply: the units that a keyspace serves in a second, and how many partitions that takes.

Provisioned units are those of the schema. On demand it is the most of three, up to the quota and the configured
maximum: twice the previous peak, what the keyspace is warm for (developer guide, on-demand-capacity-mode), and what its
partitions serve. New tables have grown from 3,000 to 20,000 write units a second by splits, within an hour
(ForcePartitionSplit, a sample of AWS).
"""

from collections.abc import Callable
from math import ceil

from thermodynamo_storage.capacity.policy import PARTITION_THROUGHPUT, Policy
from thermodynamo_storage.capacity.pool import Pool
from thermodynamo_storage.capacity.throughput_history import ThroughputHistory
from thermodynamo_storage.partitions.keyspace import ON_DEMAND_PARTITIONS, partition_count
from thermodynamo_storage.values.schema import IndexSchema, TableSchema, Throughput


class Supply:
    """The pools of one keyspace, for reads and for writes, and what sets them up."""

    __slots__ = ("history", "policy", "reads", "served", "writes")

    def __init__(
        self, history: Callable[[], ThroughputHistory], served: Throughput, policy: Policy, is_buffered: bool = False
    ) -> None:
        """`history` gives what the keyspace served before; `served` is what each partition serves in a second.

        The writes of an index that is buffered come from its table, not by way of request routers.
        """
        self.history = history
        self.served = served
        self.policy = policy
        self.reads = Pool(policy.chance)
        self.writes = Pool(policy.chance if not is_buffered else None)

    def end_minute(self, schema: TableSchema | IndexSchema, ended_at: float, now: float) -> Throughput | None:
        """Takes in the use of the minute that ended at `ended_at`; what a peak that has settled by `now` makes warm."""
        warm = self._warm
        has_risen = (
            self.reads.end_minute(warm.read_units, ended_at, now),
            self.writes.end_minute(warm.write_units, ended_at, now),
        )
        return self._settled() if any(has_risen) and not schema.throughput.read_units else None

    def follow(self, schema: TableSchema | IndexSchema, partitions: int, now: float) -> None:
        """Sets the pools up by the schema, the peaks and the number of partitions."""
        throughput = schema.throughput
        if throughput.read_units or throughput.write_units:
            self.reads.provision(throughput.read_units, now)
            self.writes.provision(throughput.write_units, now)
            return
        given = schema.settings.get("OnDemandThroughput")
        maxima = given if isinstance(given, dict) else {}
        policy, warm = self.policy, self._warm
        self.reads.serve_on_demand(
            max(warm.read_units, partitions * self.served.read_units),
            policy.table_read_units_max,
            _maximum(maxima, "MaxReadRequestUnits"),
            now,
        )
        self.writes.serve_on_demand(
            max(warm.write_units, partitions * self.served.write_units),
            policy.table_write_units_max,
            _maximum(maxima, "MaxWriteRequestUnits"),
            now,
        )

    def partitions_wanted(self, schema: TableSchema | IndexSchema) -> int:
        """How many partitions it takes to serve what the schema and the peaks promise."""
        throughput = schema.throughput
        if throughput.read_units or throughput.write_units:
            return max(partition_count(each, self.served) for each in (throughput, self._ever_warm))
        policy, warm = self.policy, self._warm
        read_units = min(self.reads.peak.limit(2 * warm.read_units) / 2, policy.table_read_units_max)
        write_units = min(self.writes.peak.limit(2 * warm.write_units) / 2, policy.table_write_units_max)
        return max(ceil(read_units / self.served.read_units), ceil(write_units / self.served.write_units))

    @property
    def _warm(self) -> Throughput:
        """The least units a second that the keyspace serves on demand, by what it ever served or was made for."""
        warm = self._ever_warm
        return Throughput(
            max(warm.read_units, ON_DEMAND_PARTITIONS * self.served.read_units),
            max(warm.write_units, ON_DEMAND_PARTITIONS * self.served.write_units),
        )

    @property
    def _ever_warm(self) -> Throughput:
        """The warm throughput; it means nothing where partitions serve other units than the service's."""
        is_usual = self.served == PARTITION_THROUGHPUT
        return self.history().warm if is_usual else Throughput(1, 1)

    def _settled(self) -> Throughput:
        """What the previous peaks make the keyspace serve at once: twice as much, up to the quota."""
        # Peaks are in half units: as a number of whole ones they are doubled.
        return Throughput(
            min(int(self.reads.peak.settled), self.policy.table_read_units_max),
            min(int(self.writes.peak.settled), self.policy.table_write_units_max),
        )


def _maximum(given: dict[str, int], member: str) -> int | None:
    units = given.get(member, -1)
    return units if units > 0 else None
