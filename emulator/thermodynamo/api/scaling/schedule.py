"""When a scheduled action runs: `at(...)` once, `rate(...)` again and again, `cron(...)` by the calendar.

The times of `at` and `cron` are those of the schedule's time zone. A time that a change of clocks leaves out is taken
as if the clocks had not changed; one that it repeats is taken the first time. What is wrong with an expression is said
in the service's words, as far as they are known (https://github.com/hashicorp/terraform-provider-aws/issues/13995, and
what users quote in their programs).
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from math import floor
from zoneinfo import ZoneInfo

from thermodynamo.api.scaling import cron
from thermodynamo_storage.values.dataclass import dataclass

UNIT_SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}
_parts = re.compile(r"(at|rate|cron)\((.*)\)").fullmatch
_is_rate = re.compile(r"([0-9]{1,9})\s?(minute|hour|day)s?").fullmatch
SYNTAX = (
    r"Schedule expressions must have the following syntax: rate(<number>\s?(minutes?|hours?|days?)), "
    "cron(<cron_expression>) or at(yyyy-MM-dd'T'HH:mm:ss)."
)

INSTANT_MAX = datetime(9999, 12, 1, tzinfo=UTC).timestamp()


class ScheduleError(ValueError):
    """What is wrong with an expression."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """`next` gives the first time after an instant, where the schedule begins at another; None if there is none."""

    next: Callable[[float, float], float | None]
    recurs: bool = True


def time_zone(name: str | None) -> ZoneInfo:
    """The time zone of that name in the tz database, UTC where none is given. Raises ScheduleError."""
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):
        raise ScheduleError(name) from None


def parse(text: str, zone: ZoneInfo) -> Schedule:
    """Raises ScheduleError, which says what is wrong."""
    match = _parts(text.strip())
    if match is None:
        raise ScheduleError(SYNTAX)
    kind, inner = match[1], match[2].strip()
    return {"at": _at, "rate": _rate, "cron": _cron}[kind](inner, zone)


def _at(text: str, zone: ZoneInfo) -> Schedule:
    try:
        moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S")
    except ValueError:
        raise ScheduleError(SYNTAX) from None
    instant = _instant(moment, zone)
    return Schedule(lambda after, begins_at: instant if instant > after and instant >= begins_at else None, False)


def _rate(text: str, zone: ZoneInfo) -> Schedule:
    match = _is_rate(text)
    if match is None:
        raise ScheduleError(SYNTAX)
    seconds = int(match[1]) * UNIT_SECONDS[match[2]]
    if not seconds:
        raise ScheduleError("the number of a rate must be 1 at least")

    def following(after: float, begins_at: float) -> float | None:
        instant = begins_at + max(floor((after - begins_at) / seconds) + 1, 0) * seconds
        return instant if instant <= INSTANT_MAX else None

    return Schedule(following)


def _cron(text: str, zone: ZoneInfo) -> Schedule:
    try:
        parsed = cron.parse(text)
    except cron.CronError as error:
        raise ScheduleError(f"Invalid CRON expression: error at position 0, details: {error}") from None

    def following(after: float, begins_at: float) -> float | None:
        # One second earlier where the schedule begins: a time on the instant itself counts.
        start = max(after, begins_at - 1)
        local = datetime.fromtimestamp(min(start, INSTANT_MAX), zone).replace(tzinfo=None)
        for moment in parsed.after(local):
            instant = _instant(moment, zone)
            if instant > after and instant >= begins_at:
                return instant
        return None

    return Schedule(following)


def _instant(moment: datetime, zone: ZoneInfo) -> float:
    return moment.replace(tzinfo=zone).timestamp()
