"""Prometheus text: units, refusals and throughput by table and index, under CloudWatch's names and dimensions.

CloudWatch counts refusals by cause in metrics of their own: the direction, the limit, then ThrottleEvents.
"""

from collections.abc import Iterator

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from emulator.admin import heat
from emulator.admin.heat import Place
from emulator.engine import Engine
from storage.metered import Metered

CONTENT_TYPE = CONTENT_TYPE_LATEST
DIMENSIONS = ("TableName", "GlobalSecondaryIndexName")
LIMITS = ("ProvisionedThroughput", "KeyRangeThroughput", "AccountLimit", "MaxOnDemandThroughput")


class NamespaceCollector(Collector):
    """The metrics of one namespace at one moment."""

    def __init__(self, engine: Engine, now: float) -> None:
        self.engine = engine
        self.tables = heat.tables(engine, now, None)
        self.places = [place for table in self.tables for place in heat.places(table)]

    def collect(self) -> Iterator[Metric]:
        for is_write, kind in ((False, "Read"), (True, "Write")):
            yield self._consumed(is_write, kind)
            yield self._provisioned(is_write, kind)
            yield from self._throttle_events(kind)
        yield self._throttled_requests()
        yield self._expired()
        yield self._partitions()

    def _consumed(self, is_write: bool, kind: str) -> Metric:
        family = CounterMetricFamily(f"Consumed{kind}CapacityUnits", f"{kind} units used", labels=DIMENSIONS)
        for place in self.places:
            admission = place.keyspace.admission
            if isinstance(admission, Metered):
                pool = admission.writes if is_write else admission.reads
                family.add_metric(labels(place), pool.total / 2)
        return family

    def _provisioned(self, is_write: bool, kind: str) -> Metric:
        family = GaugeMetricFamily(f"Provisioned{kind}CapacityUnits", f"{kind} units provisioned", labels=DIMENSIONS)
        for place in self.places:
            throughput = place.table.schema.throughputs[place.index_name]
            units = throughput.write_units if is_write else throughput.read_units
            if units:
                family.add_metric(labels(place), units)
        return family

    def _expired(self) -> Metric:
        family = CounterMetricFamily(
            "TimeToLiveDeletedItemCount", "items removed by time to live", labels=DIMENSIONS[:1]
        )
        for table in self.tables:
            family.add_metric([table.schema.name], table.expired_count)
        return family

    def _throttle_events(self, kind: str) -> Iterator[Metric]:
        total = CounterMetricFamily(f"{kind}ThrottleEvents", f"{kind}s throttled", labels=DIMENSIONS)
        counts = {place.name: throttle_counts(place, kind) for place in self.places}
        for place in self.places:
            total.add_metric(labels(place), sum(counts[place.name].values()))
        yield total
        for limit in LIMITS:
            family = CounterMetricFamily(
                f"{kind}{limit}ThrottleEvents", f"{kind}s throttled for this cause", labels=DIMENSIONS
            )
            for place in self.places:
                family.add_metric(labels(place), counts[place.name][limit])
            yield family

    def _throttled_requests(self) -> Metric:
        family = CounterMetricFamily("ThrottledRequests", "refusals by operation", labels=("TableName", "Operation"))
        names = {table.id: table.schema.name for table in self.tables}
        for (id, operation), count in sorted(self.engine.throttles.counts.items()):
            if id in names:
                family.add_metric((names[id], operation), count)
        return family

    def _partitions(self) -> Metric:
        family = GaugeMetricFamily("Partitions", "partitions of the table or index", labels=DIMENSIONS)
        for place in self.places:
            family.add_metric(labels(place), len(place.keyspace.partitions))
        return family


def labels(place: Place) -> tuple[str, str]:
    return place.table.schema.name, place.index_name or ""


def throttle_counts(place: Place, kind: str) -> dict[str, int]:
    """Refusals by limit."""
    admission = place.keyspace.admission
    if not isinstance(admission, Metered):
        return dict.fromkeys(LIMITS, 0)
    scope = "Index" if place.index_name is not None else "Table"
    return {limit: admission.refused[f"{scope}{kind}{limit}Exceeded"] for limit in LIMITS}


def text(engine: Engine, now: float) -> bytes:
    registry = CollectorRegistry()
    registry.register(NamespaceCollector(engine, now))
    return generate_latest(registry)
