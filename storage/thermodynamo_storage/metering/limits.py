"""Limits: what all keyspaces of a database are metered by, and what metering found due."""

from dataclasses import dataclass, field

from thermodynamo_storage.capacity.policy import Policy
from thermodynamo_storage.capacity.refusals import Throttles
from thermodynamo_storage.partitions.split_reasons import DueGrowth, DueSplit


@dataclass(slots=True)
class Limits:
    """What all keyspaces of a database share: the policy, the refusals, and the splits to carry out."""

    policy: Policy = field(default_factory=Policy)
    throttles: Throttles = field(default_factory=Throttles)
    due: list[DueSplit | DueGrowth] = field(default_factory=list)
