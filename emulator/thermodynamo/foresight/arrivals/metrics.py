"""CloudWatch's metrics of a table, by period: what it consumed, and what was throttled.

Read are the replies of GetMetricData and GetMetricStatistics as the AWS CLI prints them, the queries of GetMetricData,
which say what each of its results is, and CSV with a time and a name of a metric over each value. Wanted is the
statistic Sum; SampleCount, which counts the requests, makes units for each request of it (developer guide,
metrics-dimensions). CSV has it under the metric's name with `.SampleCount`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

from thermodynamo.foresight.sources import file_lines, json_records, source_values
from thermodynamo.foresight.sources.passed_over import Passed, PassedOver
from thermodynamo.foresight.traces.event import MICROSECONDS
from thermodynamo.foresight.traces.location import Location
from thermodynamo.foresight.traces.trace_error import TraceError

READ, WRITE = "ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"
READ_REFUSED, WRITE_REFUSED = "ReadThrottleEvents", "WriteThrottleEvents"
METRICS = (READ, WRITE, READ_REFUSED, WRITE_REFUSED)
SUM, COUNT = "Sum", "SampleCount"
TIMES = ("time", "Time", "timestamp", "Timestamp")
VALUE_MAX = 1e15
MINUTE = 60


class Series(NamedTuple):
    """One metric of a table, and its statistic."""

    metric: str
    statistic: str


Values = dict[Series, dict[int, float]]
"""By series its values by the second in which their period begins."""


@dataclass(slots=True)
class Metrics:
    """What was read."""

    passed_over: PassedOver
    values: Values = field(default_factory=dict)
    period_seconds: int = MINUTE

    def of(self, metric: str, statistic: str = SUM) -> Mapping[int, float]:
        """The values of a series; none where there are none."""
        return self.values.get(Series(metric, statistic), {})

    @property
    def begins(self) -> list[int]:
        """The seconds in which periods begin, in their order."""
        return sorted({second for series in self.values.values() for second in series})


def read(paths: list[Location], table: str, period_seconds: int | None, passed_over: PassedOver) -> Metrics:
    """The metrics of a table in some files; without a period it is the shortest between two of them.

    Raises TraceError.
    """
    found = Metrics(passed_over)
    texts = [(path, value) for path in paths if not _is_csv(path) for value in _values(path)]
    queries = {name: series for _, value in texts for name, series in _queried(value, table)}
    for path in paths:
        if _is_csv(path):
            _take_csv(found, path)
    for path, value in texts:
        _take(found, path, value, queries)
    if not any(each.metric in (READ, WRITE) for each in found.values):
        lines = [f"there is no {READ} and no {WRITE} in {', '.join(map(str, paths))}", *found.passed_over.lines()]
        raise TraceError("; ".join(lines))
    found.period_seconds = period_seconds or min(
        (after - before for before, after in pairwise(found.begins)), default=MINUTE
    )
    return found


def _is_csv(path: Location) -> bool:
    return ".csv" in path.suffixes


def _values(path: Location) -> Iterator[Any]:
    for place, value in json_records.texts(path):
        if value is None:
            raise TraceError(f"{place} is no JSON")
        yield value


def _queried(value: Any, table: str) -> Iterator[tuple[str, Series | None]]:
    """What each query of GetMetricData asks for by its Id; None for what is of no use here. Raises TraceError."""
    queries = value.get("MetricDataQueries") if isinstance(value, dict) else value
    for query in queries if isinstance(queries, list) else ():
        if not isinstance(query, dict) or not isinstance(query.get("MetricStat"), dict):
            continue
        stat = query["MetricStat"]
        metric = stat.get("Metric") if isinstance(stat.get("Metric"), dict) else {}
        given = metric.get("Dimensions")
        dimensions = [each for each in given if isinstance(each, dict)] if isinstance(given, list) else []
        named = {each.get("Name"): each.get("Value") for each in dimensions}
        name, statistic = metric.get("MetricName"), stat.get("Stat")
        is_wanted = name in METRICS and named.get("TableName", table) == table
        if is_wanted and statistic not in (SUM, COUNT):
            raise TraceError(f"the query {query.get('Id')} asks for {statistic} of {name}: ask for Sum")
        # What is told by operation is told of the whole table, too. What an index consumes follows from writes to the
        # table, and its reads from keys that metrics do not have.
        is_wanted = is_wanted and not named.keys() & {"Operation", "GlobalSecondaryIndexName"}
        yield str(query.get("Id")), Series(str(name), str(statistic)) if is_wanted else None


def _take(found: Metrics, path: Location, value: Any, queries: Mapping[str, Series | None]) -> None:
    """Takes in a reply. Raises TraceError."""
    if not isinstance(value, dict):
        if isinstance(value, list):
            return
        raise TraceError(f"{path} is no reply of GetMetricData or GetMetricStatistics")
    if isinstance(value.get("Datapoints"), list):
        _take_points(found, path, str(value.get("Label")), value["Datapoints"])
        return
    results = value.get("MetricDataResults")
    if not isinstance(results, list):
        if "MetricDataQueries" in value:
            return
        raise TraceError(f"{path} is no reply of GetMetricData or GetMetricStatistics")
    labelled: set[Series] = set()
    for result in results:
        if not isinstance(result, dict):
            found.passed_over.add(Passed(path.name, "the result is no object"))
            continue
        name = str(result.get("Id"))
        series = queries[name] if name in queries else _labelled(str(result.get("Label")))
        if series is None:
            found.passed_over.add(Passed(path.name, "the metric is of no use for a trace", str(result.get("Label"))))
            continue
        if name not in queries and series in labelled:
            raise TraceError(
                f"{path} has {series.metric} twice: give its MetricDataQueries, too, in a file that says what each is"
            )
        labelled.add(series)
        times, values = result.get("Timestamps"), result.get("Values")
        if not isinstance(times, list) or not isinstance(values, list):
            found.passed_over.add(Passed(path.name, "the result has no Timestamps and Values", name))
            continue
        for at, number in zip(times, values, strict=False):
            _put(found, series, at, number, path.name)


def _labelled(label: str) -> Series | None:
    """The series of a label that names a metric, of the table itself."""
    found = [metric for metric in METRICS if metric in label.split()]
    return Series(found[0], SUM) if found else None


def _take_points(found: Metrics, path: Location, label: str, points: list[Any]) -> None:
    """Takes in the data points of GetMetricStatistics. Raises TraceError."""
    series = _labelled(label)
    if series is None:
        found.passed_over.add(Passed(path.name, "the metric is of no use for a trace", label))
        return
    for point in points:
        if not isinstance(point, dict):
            found.passed_over.add(Passed(path.name, "the data point is no object"))
            continue
        if SUM not in point:
            raise TraceError(f"{path} has no Sum of {label}: ask for --statistics Sum SampleCount")
        for statistic in (SUM, COUNT):
            if statistic in point:
                each = series._replace(statistic=statistic)
                _put(found, each, point.get("Timestamp", ""), point[statistic], path.name)


def _take_csv(found: Metrics, path: Location) -> None:
    """Takes in CSV. Raises TraceError."""
    for place, line in file_lines.read(path, {}):
        if isinstance(line, str):
            found.passed_over.add(Passed(place, line))
            continue
        named = next((name for name in TIMES if name in line), None)
        if named is None:
            raise TraceError(f"{path} has no {TIMES[0]}; it has {', '.join(line)}")
        for name, value in line.items():
            metric, _, statistic = name.partition(".")
            if metric in METRICS and statistic in ("", COUNT) and value != "":
                _put(found, Series(metric, statistic or SUM), line[named], value, place)


def _put(found: Metrics, series: Series, at: Any, number: Any, place: str) -> None:
    """Takes in one value; one that is none is counted."""
    try:
        second = source_values.at_us(at, "s") // MICROSECONDS
        value = float(number)
    except (ValueError, TypeError) as error:
        found.passed_over.add(Passed(place, f"the value is none: {error}"))
        return
    if not 0 <= value < VALUE_MAX:
        found.passed_over.add(Passed(place, "the value is negative or too large", str(number)))
        return
    found.values.setdefault(series, {})[second] = value
