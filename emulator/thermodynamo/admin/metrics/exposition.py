"""Prometheus text of a namespace, under CloudWatch's names and dimensions (developer guide, metrics-dimensions).

Counters grow while their table lives, so what CloudWatch calls Sum is an increase here, and what it calls SampleCount
has the suffix `_count`. A dimension that a figure does not have is left out. What global tables have does not apply.
"""

from collections.abc import Callable, Iterator

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from thermodynamo.admin.metrics import account, capacity, requests
from thermodynamo.admin.reports import retries
from thermodynamo.api.namespace import Namespace

CONTENT_TYPE = CONTENT_TYPE_LATEST


class NamespaceCollector(Collector):
    """The metrics of one namespace at one moment."""

    def __init__(self, namespace: Namespace, now: float) -> None:
        self.namespace = namespace
        self.now = now

    def collect(self) -> Iterator[Metric]:
        parts: tuple[Callable[[Namespace, float], Iterator[Metric]], ...] = (
            capacity.families,
            requests.families,
            retries.families,
            account.families,
        )
        for families in parts:
            yield from families(self.namespace, self.now)


def text(namespace: Namespace, now: float) -> bytes:
    registry = CollectorRegistry()
    registry.register(NamespaceCollector(namespace, now))
    return generate_latest(registry)
