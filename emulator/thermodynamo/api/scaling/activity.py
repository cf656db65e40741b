"""Scaling activities: what was changed or could not be, why, and how it went; the service keeps them for six weeks."""

from collections import deque
from collections.abc import Iterator
from dataclasses import field
from typing import TYPE_CHECKING, Any

from thermodynamo_storage.values.dataclass import dataclass

if TYPE_CHECKING:
    from thermodynamo.api.scaling.resource import Resource

KEPT_SECONDS = 42 * 86_400
KEPT_MAX = 10_000


@dataclass(slots=True)
class ScalingActivity:
    """`message` is that of the end where there is an `ends_at`, and `message_before` what is said until then."""

    number: int
    id: str
    resource: "Resource"
    description: str
    cause: str
    starts_at: float
    status: str
    message: str | None = None
    message_before: str | None = None
    ends_at: float | None = None
    not_scaled: list[dict[str, Any]] = field(default_factory=list)

    def repeats(self, other: "ScalingActivity") -> bool:
        """Whether it says what the other one says already."""
        return (self.description, self.cause, self.status, self.message, self.not_scaled) == (
            other.description,
            other.cause,
            other.status,
            other.message,
            other.not_scaled,
        )


class ActivityLog:
    """The activities of a namespace, oldest first."""

    def __init__(self) -> None:
        self._kept: deque[ScalingActivity] = deque(maxlen=KEPT_MAX)
        self._last: dict[Resource, ScalingActivity] = {}

    def add(self, activity: ScalingActivity) -> None:
        """Keeps an activity, unless it failed or did nothing just as the resource's last one."""
        last = self._last.get(activity.resource)
        if activity.status == "Failed" and last is not None and activity.repeats(last):
            return
        self._last[activity.resource] = activity
        self._kept.append(activity)

    def newest_first(self, now: float) -> Iterator[ScalingActivity]:
        while self._kept and self._kept[0].starts_at < now - KEPT_SECONDS:
            old = self._kept.popleft()
            if self._last.get(old.resource) is old:
                del self._last[old.resource]
        return reversed(self._kept)
