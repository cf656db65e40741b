"""Prometheus text of a namespace, under CloudWatch's names and dimensions (developer guide, metrics-dimensions).

Counters grow while their table lives, so what CloudWatch calls Sum is an increase here, and what it calls SampleCount
has the suffix `_count`. A dimension that a figure does not have is left out. What global tables have does not apply.
"""

from collections.abc import Callable, Iterator

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from emulator.admin import account_metrics, capacity_metrics, request_metrics, retries
from emulator.engine import Engine

CONTENT_TYPE = CONTENT_TYPE_LATEST


class NamespaceCollector(Collector):
    """The metrics of one namespace at one moment."""

    def __init__(self, engine: Engine, now: float) -> None:
        self.engine = engine
        self.now = now

    def collect(self) -> Iterator[Metric]:
        parts: tuple[Callable[[Engine, float], Iterator[Metric]], ...] = (
            capacity_metrics.families,
            request_metrics.families,
            retries.families,
            account_metrics.families,
        )
        for families in parts:
            yield from families(self.engine, self.now)


def text(engine: Engine, now: float) -> bytes:
    registry = CollectorRegistry()
    registry.register(NamespaceCollector(engine, now))
    return generate_latest(registry)
