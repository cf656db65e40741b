"""The families of Prometheus metrics, with labels that differ from sample to sample: CloudWatch's dimensions do."""

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric, SummaryMetricFamily


class Family:
    """One metric in the making; `metric` is what Prometheus shows."""

    def __init__(self, metric: Metric) -> None:
        self.metric = metric

    def add(self, value: float, suffix: str = "", /, **dimensions: str | None) -> None:
        """A sample; a dimension without a value is left out."""
        labels = {name: given for name, given in dimensions.items() if given}
        self.metric.add_sample(self.metric.name + suffix, labels, value)


class Counter(Family):
    """What only grows."""

    def __init__(self, name: str, meaning: str) -> None:
        super().__init__(CounterMetricFamily(name, meaning))

    def count(self, value: float, **dimensions: str | None) -> None:
        self.add(value, "_total", **dimensions)


class Gauge(Family):
    """What is so now."""

    def __init__(self, name: str, meaning: str) -> None:
        super().__init__(GaugeMetricFamily(name, meaning))

    def set(self, value: float, **dimensions: str | None) -> None:
        self.add(value, **dimensions)


class Summary(Family):
    """The sum of what was measured, and how often it was."""

    def __init__(self, name: str, meaning: str) -> None:
        super().__init__(SummaryMetricFamily(name, meaning))

    def sum(self, count: int, total: float, **dimensions: str | None) -> None:
        self.add(count, "_count", **dimensions)
        self.add(total, "_sum", **dimensions)
