"""A scalable target: a resource whose units may be changed, and between which bounds."""

from dataclasses import field

from thermodynamo.api.scaling.points import MinutePoints
from thermodynamo.api.scaling.resource import Resource
from thermodynamo_storage.values.dataclass import dataclass

SUSPENDABLE = ("DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended")


@dataclass(slots=True)
class ScalableTarget:
    """`suspended` has a flag for each kind of scaling that can be suspended."""

    resource: Resource
    arn: str
    role_arn: str
    min_capacity: int
    max_capacity: int
    created_at: float
    points: MinutePoints | None = None
    """The units used by minute; None while there is nothing to read them off."""
    suspended: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(SUSPENDABLE, False))
    tags: dict[str, str] = field(default_factory=dict)
    has_new_bounds: bool = False
    """Whether the units are to be moved into the bounds at the next step: those of replicas are not at once."""

    def clamp(self, units: int) -> int:
        return min(max(units, self.min_capacity), self.max_capacity)
