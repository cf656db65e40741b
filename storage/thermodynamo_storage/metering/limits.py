"""Limits: what all keyspaces of a database are metered by, and the splits that metering found due."""

from collections.abc import Callable
from dataclasses import field

from thermodynamo_storage.capacity.policy import Policy
from thermodynamo_storage.capacity.refusals import Throttles
from thermodynamo_storage.partitions.admission import Listener
from thermodynamo_storage.partitions.keyspace import Keyspace
from thermodynamo_storage.partitions.partition import Partition
from thermodynamo_storage.partitions.split_reasons import SplitReason
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.keyspace_name import KeyspaceName
from thermodynamo_storage.values.schema import Throughput


@dataclass(frozen=True, slots=True)
class DueSplit:
    """A partition that is split before the next request."""

    keyspace: Keyspace
    partition: Partition
    reason: SplitReason


@dataclass(frozen=True, slots=True)
class DueGrowth:
    """A keyspace whose partitions are split, all of them and again, until there are `wanted` (or none can be split)."""

    keyspace: Keyspace
    wanted: int


def _forget_warm(name: KeyspaceName, throughput: Throughput, now: float) -> None:
    """What is metered without a database."""


@dataclass(slots=True)
class Limits:
    """What all keyspaces of a database share: the policy, the refusals, and the splits to carry out."""

    policy: Policy = field(default_factory=Policy)
    throttles: Throttles = field(default_factory=Throttles)
    due: list[DueSplit | DueGrowth] = field(default_factory=list)
    on_warm: Callable[[KeyspaceName, Throughput, float], None] = _forget_warm
    """Is told when a keyspace has become warm for some throughput."""
    listener: Listener | None = None
    """Hears what the keyspaces of all tables are asked for that are made from now on."""
