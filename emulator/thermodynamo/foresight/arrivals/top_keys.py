"""The most popular keys of a table as Contributor Insights tells them, by the reply of GetInsightRuleReport.

A contributor is a partition key, or a partition and a sort key (CloudWatch API reference, GetInsightRuleReport). What
it has of the whole by period is kept, so that a key that is hot for a minute is hot in that minute alone. The rest of
the whole goes to keys without names.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from thermodynamo.foresight.arrivals import popularity
from thermodynamo.foresight.arrivals.model import Target
from thermodynamo.foresight.arrivals.popularity import Popularity
from thermodynamo.foresight.sources import json_records, source_values
from thermodynamo.foresight.traces.event import MICROSECONDS
from thermodynamo.foresight.traces.location import Location
from thermodynamo.foresight.traces.trace_error import TraceError


@dataclass(frozen=True, slots=True)
class Contributor:
    """One key."""

    values: tuple[str, ...]
    total: float
    by_second: Mapping[int, float]
    """By the second in which a period begins."""


@dataclass(frozen=True, slots=True)
class Report:
    """The keys of a report, the most popular first."""

    contributors: tuple[Contributor, ...]
    whole: float
    """What all keys have, those that are not told among them."""
    unique_count: int


def read(path: Location) -> Report:
    """The report of a file. Raises TraceError."""
    texts = list(json_records.texts(path))
    value = texts[0][1] if len(texts) == 1 else None
    found = value.get("Contributors") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(found, list):
        raise TraceError(f"{path} is no reply of GetInsightRuleReport: it has no Contributors")
    try:
        contributors = [_contributor(each) for each in found]
        whole = float(value.get("AggregateValue") or 0.0)
        unique_count = int(value.get("ApproximateUniqueCount") or 0)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise TraceError(f"{path}: a contributor is not as GetInsightRuleReport has it: {error}") from None
    if not contributors:
        raise TraceError(f"{path} has no contributor")
    contributors.sort(key=lambda each: -each.total)
    named = sum(each.total for each in contributors)
    if max(whole, named) <= 0:
        raise TraceError(f"{path}: nothing was counted of any contributor")
    return Report(tuple(contributors), max(whole, named), max(unique_count, len(contributors)))


def _contributor(given: Any) -> Contributor:
    points = {
        source_values.at_us(point["Timestamp"], "s") // MICROSECONDS: float(point["ApproximateValue"])
        for point in given.get("Datapoints") or ()
    }
    told = given.get("ApproximateAggregateValue")
    total = float(told if told is not None else sum(points.values()))
    if min([total, *points.values()]) < 0:
        raise ValueError("a value is negative")
    return Contributor(tuple(map(str, given["Keys"])), total, points)


class TopKeys:
    """The keys of a report, and so many others as it counts without naming them.

    What a named key has of a period is told; what all keys have together follows from the whole of the report and from
    how busy that period was.
    """

    def __init__(self, report: Report, named: Sequence[Target], others: Sequence[Target], exponent: float) -> None:
        """`others` share what is left by Zipf's law, with this exponent."""
        assert len(named) == len(report.contributors)
        self.report = report
        self.targets: Sequence[Target] = [*named, *others]
        self.others = popularity.zipf(len(others), exponent) if others else []
        self.busyness: Mapping[int, float] = {}
        self.period_seconds = 0
        self.known: tuple[int, Popularity] | None = None

    def follow(self, busyness: Mapping[int, float], period_seconds: int) -> None:
        """Tells how much was asked for in each period, by the second in which it begins."""
        self.busyness = busyness
        self.period_seconds = period_seconds

    def popularity(self, second: int) -> Popularity:
        begins = second - second % self.period_seconds if self.period_seconds else 0
        if self.known is None or self.known[0] != begins:
            self.known = begins, self._at(begins)
        return self.known[1]

    def _at(self, begins: int) -> Popularity:
        shares = [self._share(each, begins) for each in self.report.contributors]
        named = sum(shares)
        if named > 1 or not self.others:
            # What is told of periods is approximate; and all of it goes to the named keys where there are no others.
            shares = [share / named for share in shares] if named else [1.0] * len(shares)
            named = 1.0
        return Popularity([*shares, *(share * (1 - named) for share in self.others)])

    def _share(self, contributor: Contributor, begins: int) -> float:
        overall = sum(self.busyness.values())
        if not contributor.by_second or not overall:
            return contributor.total / self.report.whole
        whole = self.report.whole * self.busyness.get(begins, 0.0) / overall
        ends = begins + self.period_seconds
        units = sum(value for second, value in contributor.by_second.items() if begins <= second < ends)
        return units / whole if whole else 0.0
