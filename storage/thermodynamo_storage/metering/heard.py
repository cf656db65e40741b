"""Admission with limits that a listener hears of: what is asked for, before a limit is looked at.

A class of its own, so that reads of a keyspace without a listener pay nothing. Writes are told by
`tables/write_admission.py`, which knows what is about to be written.
"""

from collections.abc import Callable, Sequence

from thermodynamo_storage.capacity.throughput_history import ThroughputHistory
from thermodynamo_storage.metering.limits import Limits
from thermodynamo_storage.metering.metered import Metered, Owner
from thermodynamo_storage.partitions.keyspace import Keyspace
from thermodynamo_storage.partitions.partition import Partition


class Heard(Metered):
    """The admission of one keyspace with a listener."""

    __slots__ = ()

    def read(self, partition: Partition, key: bytes, half_units: int, now: float, is_consistent: bool = True) -> None:
        assert self.listener is not None
        self.listener.hear_read(self.keyspace.name, key, half_units, is_consistent)
        super().read(partition, key, half_units, now, is_consistent)

    def read_page(self, visits: Sequence[tuple[Partition, int, bytes]], now: float, is_consistent: bool = True) -> None:
        assert self.listener is not None
        self.listener.hear_page(self.keyspace.name, visits, is_consistent)
        super().read_page(visits, now, is_consistent)


def metered(owner: Owner, keyspace: Keyspace, history: Callable[[], ThroughputHistory], limits: Limits) -> Metered:
    """The admission of a keyspace by these limits."""
    kind = Heard if limits.listener is not None else Metered
    return kind(owner, keyspace, history, limits)
