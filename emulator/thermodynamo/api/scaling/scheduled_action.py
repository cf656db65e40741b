"""A scheduled action: new bounds for a scalable target at the times of a schedule."""

from typing import TYPE_CHECKING

from thermodynamo.api.scaling.resource import Resource
from thermodynamo_storage.values.dataclass import dataclass

if TYPE_CHECKING:
    # Loaded with the first scheduled action.
    from thermodynamo.api.scaling.schedule import Schedule


@dataclass(slots=True)
class ScheduledAction:
    """`schedule_text` and `time_zone` are as given; `next_at` is when it runs next, None if never again."""

    name: str
    resource: Resource
    arn: str
    created_at: float
    schedule_text: str
    schedule: "Schedule"
    time_zone: str | None
    starts_at: float | None
    ends_at: float | None
    min_capacity: int | None
    max_capacity: int | None
    next_at: float | None = None

    def plan(self, now: float) -> None:
        """Finds the next run after `now`, within the start and the end.

        What recurs runs at the start, too (user guide, Schedule recurring scaling actions using cron expressions).
        """
        if self.schedule.recurs and self.starts_at is not None and now < self.starts_at:
            next_at: float | None = self.starts_at
        else:
            next_at = self.schedule.next(now, self.starts_at if self.starts_at is not None else self.created_at)
        self.next_at = next_at if next_at is not None and (self.ends_at is None or next_at <= self.ends_at) else None
