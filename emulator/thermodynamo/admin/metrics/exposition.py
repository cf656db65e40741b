"""Prometheus text of a namespace, under CloudWatch's names and dimensions (developer guide, metrics-dimensions).

Counters grow while their table lives, so what CloudWatch calls Sum is an increase here, and what it calls SampleCount
has the suffix `_count`. A dimension that a figure does not have is left out. What global tables have does not apply.

All samples of a metric stand together, but are written a few tables at a time, between other requests.
"""

from collections.abc import Iterator

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from thermodynamo.admin.metrics import account, capacity, requests
from thermodynamo.admin.reports import keyspaces, retries
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.slices import Slices

CONTENT_TYPE = CONTENT_TYPE_LATEST
TABLES_AT_ONCE = 4
"""Tables, and streams, whose metrics one slice writes: about four milliseconds."""
HEAD_LINES = 2
"""What a metric is for, and its type."""


class OneMetric(Collector):
    """What prometheus_client writes one metric from."""

    def __init__(self, metric: Metric) -> None:
        self.metric = metric

    def collect(self) -> Iterator[Metric]:
        yield self.metric


class Written:
    """The text of each metric so far, by its name, in the order of their first samples."""

    def __init__(self) -> None:
        self.texts: dict[str, list[bytes]] = {}

    def add(self, metrics: Iterator[Metric]) -> None:
        for metric in metrics:
            texts = self.texts.get(metric.name)
            if texts is None:
                self.texts[metric.name] = [_text(metric)]
            elif metric.samples:
                texts.append(_text(metric).split(b"\n", HEAD_LINES)[HEAD_LINES])


def text(namespace: Namespace, now: float) -> Slices[bytes]:
    """The metrics of one namespace. A table that goes meanwhile is shown as it was, or not at all."""
    tables = keyspaces.tables(namespace, now)
    streams = namespace.database.streams((namespace.account, namespace.region), now)
    written = Written()
    for first in range(0, max(len(tables), len(streams), 1), TABLES_AT_ONCE):
        some = slice(first, first + TABLES_AT_ONCE)
        written.add(capacity.families(namespace, tables[some], now))
        written.add(requests.families(tables[some], streams[some]))
        written.add(retries.families(namespace, tables[some], now))
        yield
    written.add(requests.families_of_none(namespace))
    written.add(account.families(namespace, now))
    return b"".join(part for parts in written.texts.values() for part in parts)


def _text(metric: Metric) -> bytes:
    registry = CollectorRegistry()
    registry.register(OneMetric(metric))
    return generate_latest(registry)
