"""A target tracking policy: the utilization it aims at, and the alarms by which it notices a deviation.

The alarms compare the units used in a minute with the share of what is provisioned (recorded alarms: of 500 units and a
target of 70 %, more than 21,000 in each of 2 minutes, or less than 15,000 in each of 15). The lower one is 20 points
below the target (developer guide, AutoScaling). Two more follow the provisioned units; they are named in replies and
have nothing to do here, since the thresholds above are computed when they are needed.
"""

from dataclasses import field
from math import ceil

from thermodynamo.api import messages
from thermodynamo.api.scaling.points import MINUTE_SECONDS, MinutePoints
from thermodynamo.api.scaling.resource import Resource
from thermodynamo_storage.values.dataclass import dataclass

HIGH_MINUTES, LOW_MINUTES = 2, 15
TARGET_PERCENT_MIN, TARGET_PERCENT_MAX = 10.0, 90.0
TRACKED_MIN, TRACKED_MAX = 8.51592e-109, 1.174271e108
"""What any metric may aim at; the percentages are those of the metrics of DynamoDB (ack-api-quirks, DDB-TABLE-253,
October 2026; the API reference says 20 to 90)."""
LOW_POINTS_BELOW_TARGET = 20
ALARM_HIGH, ALARM_LOW = "AlarmHigh", "AlarmLow"
ALARM_KINDS = (ALARM_HIGH, ALARM_LOW, "ProvisionedCapacityHigh", "ProvisionedCapacityLow")


def fault_of_target(metric_type: str, value: float) -> str | None:
    """What Application Auto Scaling says of a value that no policy can aim at; None for any other."""
    if not TRACKED_MIN <= value <= TRACKED_MAX:
        return messages.TARGET_VALUE_OF_TRACKING.format(value)
    if not TARGET_PERCENT_MIN <= value <= TARGET_PERCENT_MAX:
        return messages.TARGET_VALUE_OF_METRIC.format(metric_type, value)
    return None


@dataclass(frozen=True, slots=True)
class TargetTracking:
    """The part of a policy's configuration that decides; percent and seconds."""

    target_percent: float
    scale_out_cooldown: int
    scale_in_cooldown: int
    is_scale_in_disabled: bool

    def is_high(self, points: MinutePoints, minute: int, capacity: int) -> bool:
        """Whether each of the last minutes was over the target."""
        threshold = self.target_percent * capacity * MINUTE_SECONDS
        used = points.last(HIGH_MINUTES, minute)
        return used is not None and all(units * 100 > threshold for units in used)

    def is_low(self, points: MinutePoints, minute: int, capacity: int) -> bool:
        """Whether each of the last minutes was well under the target."""
        threshold = max(self.target_percent - LOW_POINTS_BELOW_TARGET, 0) * capacity * MINUTE_SECONDS
        used = points.last(LOW_MINUTES, minute)
        return used is not None and all(units * 100 < threshold for units in used)

    def wanted(self, points: MinutePoints, minute: int, minutes: int) -> int:
        """The units that would put the busiest of the last minutes on the target; at least one."""
        busiest = max(points.last(minutes, minute) or [0.0])
        return max(ceil(round(busiest * 100 / self.target_percent / MINUTE_SECONDS, 6)), 1)


@dataclass(slots=True)
class ScalingPolicy:
    """A policy by its name, with its configuration as it was given, and what it did last."""

    name: str
    resource: Resource
    arn: str
    created_at: float
    configuration: dict[str, object]
    tracking: TargetTracking
    alarm_names: dict[str, str] = field(default_factory=dict)
    """By kind; a policy that never scales in has no AlarmLow (recorded in terraform's and others' states)."""
    scaled_out_at: float | None = None
    scaled_out_by: int = 0
    scaled_in_at: float | None = None
    settled: tuple[int, int] | None = None
    """Capacity and total while nothing can happen until one of them changes, or the policy, or the target."""

    def alarm_kinds(self) -> list[str]:
        """The alarms that the configuration asks for."""
        return [kind for kind in ALARM_KINDS if kind != ALARM_LOW or not self.tracking.is_scale_in_disabled]

    def may_scale_out(self, by: int, now: float) -> bool:
        """In the cool-down only a larger scale-out than the last one happens (API reference, ScaleOutCooldown)."""
        last = self.scaled_out_at
        return last is None or now >= last + self.tracking.scale_out_cooldown or by > self.scaled_out_by

    def may_scale_in(self, now: float) -> bool:
        return self.scaled_in_at is None or now >= self.scaled_in_at + self.tracking.scale_in_cooldown
