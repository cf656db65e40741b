"""Cron expressions of AWS: the dates that they mean, and what is wrong with others."""

from datetime import datetime
from itertools import islice

import pytest

from thermodynamo.api.scaling import cron

NEW_YEAR = datetime(2026, 1, 1)
"""A Thursday."""


def times(text: str, count: int = 3, after: datetime = NEW_YEAR) -> list[str]:
    return [f"{time:%a %Y-%m-%d %H:%M}" for time in islice(cron.parse(text).after(after), count)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 20 * * ? *", ["Thu 2026-01-01 20:00", "Fri 2026-01-02 20:00", "Sat 2026-01-03 20:00"]),
        ("*/15 6 1 * ? *", ["Thu 2026-01-01 06:00", "Thu 2026-01-01 06:15", "Thu 2026-01-01 06:30"]),
        ("0 8 ? * MON-FRI *", ["Thu 2026-01-01 08:00", "Fri 2026-01-02 08:00", "Mon 2026-01-05 08:00"]),
        ("0 8 ? * 1 *", ["Sun 2026-01-04 08:00", "Sun 2026-01-11 08:00", "Sun 2026-01-18 08:00"]),
        ("0 8 ? * FRI-MON *", ["Fri 2026-01-02 08:00", "Sat 2026-01-03 08:00", "Sun 2026-01-04 08:00"]),
        ("0 8 ? * L *", ["Sat 2026-01-03 08:00", "Sat 2026-01-10 08:00", "Sat 2026-01-17 08:00"]),
        ("0 8 ? * 6L *", ["Fri 2026-01-30 08:00", "Fri 2026-02-27 08:00", "Fri 2026-03-27 08:00"]),
        ("0 8 ? * FRIL *", ["Fri 2026-01-30 08:00", "Fri 2026-02-27 08:00", "Fri 2026-03-27 08:00"]),
        ("0 8 ? * TUE#5 *", ["Tue 2026-03-31 08:00", "Tue 2026-06-30 08:00", "Tue 2026-09-29 08:00"]),
        ("0 8 L * ? *", ["Sat 2026-01-31 08:00", "Sat 2026-02-28 08:00", "Tue 2026-03-31 08:00"]),
        ("0 8 LW * ? *", ["Fri 2026-01-30 08:00", "Fri 2026-02-27 08:00", "Tue 2026-03-31 08:00"]),
        ("0 8 1W * ? *", ["Thu 2026-01-01 08:00", "Mon 2026-02-02 08:00", "Mon 2026-03-02 08:00"]),
        ("0 8 15W 3,8 ? *", ["Mon 2026-03-16 08:00", "Fri 2026-08-14 08:00", "Mon 2027-03-15 08:00"]),
        ("0 8 31W * ? *", ["Fri 2026-01-30 08:00", "Tue 2026-03-31 08:00", "Fri 2026-05-29 08:00"]),
        ("59 23 29 FEB ? *", ["Tue 2028-02-29 23:59", "Sun 2032-02-29 23:59", "Fri 2036-02-29 23:59"]),
        ("10,50 1-2 ? JAN/6 5 2027", ["Thu 2027-01-07 01:10", "Thu 2027-01-07 01:50", "Thu 2027-01-07 02:10"]),
    ],
)
def test_the_times_of_an_expression(text: str, expected: list[str]) -> None:
    assert times(text) == expected


def test_an_expression_may_have_no_time() -> None:
    assert times("0 0 30 2 ? *") == []
    assert times("0 0 1 1 ? 2026") == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("0 20 * * ?", "it has 5 parts"),
        ("0 20 * * * *", "must be ?"),
        ("0 20 ? * ? *", "must be ?"),
        ("60 20 * * ? *", "60 is no minutes"),
        ("0 24 * * ? *", "24 is no hours"),
        ("0 20 32 * ? *", "32 is no day-of-month"),
        ("0 20 0W * ? *", "0 is no day-of-month"),
        ("0 20 * 13 ? *", "13 is no month"),
        ("0 20 ? * 8 *", "8 is no day-of-week"),
        ("0 20 ? * MON#6 *", "MON#6 is no day-of-week"),
        ("0 20 * * ? 1969", "1969 is no year"),
        ("*/0 20 * * ? *", "*/0 is no minutes"),
        ("*-5 20 * * ? *", "*-5 is no minutes"),
        ("0 1,, * * ? *", " is no hours"),
        ("-1 1 * * ? *", "-1 is no minutes"),
    ],
)
def test_what_is_wrong_is_said(text: str, why: str) -> None:
    with pytest.raises(cron.CronError, match=why.replace("?", r"\?").replace("*", r"\*").replace("-1", ".1")):
        cron.parse(text)
