"""Cron expressions as AWS has them: minutes, hours, day of month, month, day of week, year; days count from Sunday, 1.

Beside lists, ranges, steps and names there are `?` (any day), `L` (the last), `W` (the nearest weekday) and `#` (the
nth of its kind in the month). The cron libraries of Python know five fields, other numbers of days and no `W`, so that
what would be left to one is less than the translation (user guide, Application Auto Scaling, scheduled scaling).
"""

import calendar
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime

from thermodynamo_storage.values.dataclass import dataclass

YEAR_MIN, YEAR_MAX = 1970, 2199
MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
WEEKDAYS = {name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"), 1)}
PARTS = ("minutes", "hours", "day-of-month", "month", "day-of-week", "year")
_is_range = re.compile(r"(\*|\w+)(?:-(\w+))?(?:/(\d+))?").fullmatch
_is_nearest = re.compile(r"(\d{1,2}|L)W").fullmatch
_is_last = re.compile(r"(\w+)L").fullmatch
_is_nth = re.compile(r"(\w+)#([1-5])").fullmatch

IsDay = Callable[[date], bool]


class CronError(ValueError):
    """What is wrong with an expression."""


@dataclass(frozen=True, slots=True)
class Cron:
    """A parsed expression; the times of a day are the same on each of its days."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    months: frozenset[int]
    years: tuple[int, ...]
    is_day: IsDay

    def after(self, moment: datetime) -> Iterator[datetime]:
        """The times later than a moment, without time zones, in their order."""
        for day in self._days(moment.date()):
            for hour in self.hours:
                for minute in self.minutes:
                    time = datetime(day.year, day.month, day.day, hour, minute)
                    if time > moment:
                        yield time

    def _days(self, first: date) -> Iterator[date]:
        for year in self.years:
            if year < first.year:
                continue
            for month in sorted(self.months):
                if (year, month) < (first.year, first.month):
                    continue
                for number in range(1, calendar.monthrange(year, month)[1] + 1):
                    day = date(year, month, number)
                    if day >= first and self.is_day(day):
                        yield day


def parse(text: str) -> Cron:
    """Raises CronError, which says what is wrong."""
    parts = text.upper().split()
    if len(parts) != len(PARTS):
        raise CronError(f"it has {len(parts)} parts where there must be 6: {', '.join(PARTS)}")
    minutes, hours, month_days, months, weekdays, years = parts
    if (month_days == "?") == (weekdays == "?"):
        raise CronError("one of day-of-month and day-of-week must be ?, and the other must not")
    is_day = _month_day(month_days) if weekdays == "?" else _weekday(weekdays)
    return Cron(
        tuple(sorted(_numbers(minutes, 0, 59, "minutes"))),
        tuple(sorted(_numbers(hours, 0, 23, "hours"))),
        frozenset(_numbers(months, 1, 12, "month", MONTHS)),
        tuple(sorted(_numbers(years, YEAR_MIN, YEAR_MAX, "year"))),
        is_day,
    )


def _numbers(text: str, low: int, high: int, part: str, names: dict[str, int] | None = None) -> set[int]:
    found: set[int] = set()
    for piece in text.split(","):
        match = _is_range(piece)
        if match is None:
            raise CronError(f"{piece} is no {part}")
        start, end, step = match.groups()
        first = low if start == "*" else _number(start, low, high, part, names)
        last = _number(end, low, high, part, names) if end else high if start == "*" or step else first
        if step == "0" or (start == "*" and end):
            raise CronError(f"{piece} is no {part}")
        # A range such as FRI-MON goes on at the beginning.
        span = range(first, last + 1) if first <= last else (*range(first, high + 1), *range(low, last + 1))
        found.update(span[:: int(step or 1)])
    return found


def _number(text: str, low: int, high: int, part: str, names: dict[str, int] | None) -> int:
    number = (names or {}).get(text, int(text) if text.isdecimal() else -1)
    if not low <= number <= high:
        raise CronError(f"{text} is no {part}")
    return number


def _month_day(text: str) -> IsDay:
    if text in ("L", "LW"):
        return (lambda day: day == _nearest_weekday(day, _length(day))) if text == "LW" else _is_last_of_month
    nearest = _is_nearest(text)
    if nearest is not None:
        number = _number(nearest[1], 1, 31, "day-of-month", None)
        return lambda day: number <= _length(day) and day == _nearest_weekday(day, number)
    numbers = _numbers(text, 1, 31, "day-of-month")
    return lambda day: day.day in numbers


def _weekday(text: str) -> IsDay:
    if text == "L":
        return lambda day: _weekday_of(day) == WEEKDAYS["SAT"]
    last = _is_last(text)
    if last is not None and text not in WEEKDAYS:
        number = _number(last[1], 1, 7, "day-of-week", WEEKDAYS)
        return lambda day: _weekday_of(day) == number and day.day > _length(day) - 7
    nth = _is_nth(text)
    if nth is not None:
        number, count = _number(nth[1], 1, 7, "day-of-week", WEEKDAYS), int(nth[2])
        return lambda day: _weekday_of(day) == number and (day.day - 1) // 7 + 1 == count
    numbers = _numbers(text, 1, 7, "day-of-week", WEEKDAYS)
    return lambda day: _weekday_of(day) in numbers


def _weekday_of(day: date) -> int:
    return day.isoweekday() % 7 + 1


def _length(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _is_last_of_month(day: date) -> bool:
    return day.day == _length(day)


def _nearest_weekday(day: date, number: int) -> date:
    """The weekday nearest to the day of that number in the month of `day`, within the month."""
    wanted = day.replace(day=number)
    match wanted.isoweekday():
        case 6:
            return wanted.replace(day=number - 1 if number > 1 else 3)
        case 7:
            return wanted.replace(day=number + 1 if number < _length(day) else number - 2)
    return wanted
