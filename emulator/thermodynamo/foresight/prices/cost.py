"""What tables cost in a month, if the time that was looked at is one like any other: by mode, and by table class.

A month has 730 hours, a gigabyte 2^30 bytes, as AWS counts them. Storage has 100 bytes more for each item and each
entry (developer guide, CapacityUnitCalculations). Writes of a table with replicas are replicated ones in each region,
those of its indexes are not (developer guide, CostOptimization_UnderstandingBilling). Free tiers are not taken off.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil

from thermodynamo.foresight.prices.price_file import Prices
from thermodynamo.foresight.prices.use import Use

HOUR_SECONDS = 3600
MONTH_HOURS = 730
GIGABYTE = 2**30
ITEM_OVERHEAD_BYTES = 100


@dataclass(frozen=True, slots=True)
class Cost:
    """Dollars a month for one table or index."""

    throughput: float
    storage: float
    on_demand: float
    """What its throughput would cost on demand."""
    provisioned: float
    """What the least units would cost that hold the busiest second."""
    other_class: float
    """Throughput and storage in the other table class, in the mode that it has."""
    is_on_demand: bool
    features: Mapping[str, float]
    """What is asked for replicas, recovery, backups, exports and streams, each where there is any."""
    unpriced: tuple[str, ...] = ()
    """What the prices say nothing of."""

    @property
    def used(self) -> float:
        """What depends on the mode and the class."""
        return self.throughput + self.storage

    @property
    def month(self) -> float:
        return self.used + sum(self.features.values())


def months(use: Use) -> float:
    """How many times as much a month has as the time that was looked at."""
    return MONTH_HOURS * HOUR_SECONDS / max(1.0, use.seconds)


def gigabytes(use: Use) -> float:
    """What is stored, with the overhead of items."""
    return (use.stored_bytes + ITEM_OVERHEAD_BYTES * use.items) / GIGABYTE


def of_use(use: Use, prices: Prices) -> Cost:
    """What it costs, by what it used."""
    throughput, storage, on_demand = _of_class(use, prices, use.is_infrequent)
    other_class = sum(_of_class(use, prices, not use.is_infrequent)[:2])
    priced = dict(_features(use, throughput + storage, prices))
    found = {name: amount for name, amount in priced.items() if amount is not None}
    unpriced = tuple(name for name, amount in priced.items() if amount is None)
    is_on_demand = use.provisioned_hours is None
    return Cost(throughput, storage, on_demand, peak(use, prices), other_class, is_on_demand, found, unpriced)


def _of_class(use: Use, prices: Prices, is_infrequent: bool) -> tuple[float, float, float]:
    """Throughput and storage in one table class, and what the throughput would cost on demand."""
    factor = months(use)
    on_demand = use.read_units * factor * prices.price("read_request", is_infrequent)
    on_demand += use.write_units * factor * _write_price(use, prices, "write_request", is_infrequent)
    throughput = on_demand
    if use.provisioned_hours is not None:
        reads, writes = use.provisioned_hours
        throughput = reads * factor * prices.price("read_unit_hour", is_infrequent)
        throughput += writes * factor * _write_price(use, prices, "write_unit_hour", is_infrequent)
    return throughput, gigabytes(use) * prices.price("storage_gb_month", is_infrequent), on_demand


def _write_price(use: Use, prices: Prices, name: str, is_infrequent: bool) -> float:
    """The price of a write unit, which is a replicated one where the table has replicas."""
    if use.features.replicas:
        replicated = prices.further("replicated_" + name, is_infrequent)
        if replicated is not None:
            return replicated
    return prices.price(name, is_infrequent)


def _features(use: Use, used: float, prices: Prices) -> Iterator[tuple[str, float | None]]:
    """What each feature costs; None where the prices do not say it.

    A replica has the throughput and the storage of the table, at the prices of this region.
    """
    has, size, factor = use.features, gigabytes(use), months(use)
    if has.replicas:
        yield "replicas", has.replicas * used
    for name, count, price in (
        ("recovery", size * has.has_recovery, "recovery_gb_month"),
        ("backups", size * has.backups, "backup_gb_month"),
        ("exports", size * has.exports * factor, "export_gb"),
        ("kinesis", use.write_units * has.has_kinesis * factor, "kinesis_unit"),
        ("stream reads", has.stream_reads * factor, "stream_read"),
    ):
        if count:
            found = prices.further(price)
            yield name, count * found if found is not None else None
    if has.vector_indexes:
        yield "vector indexes", None


def peak(use: Use, prices: Prices) -> float:
    """Dollars a month for units that hold the busiest second, without counting on a burst."""
    hourly = max(1, ceil(use.read_units_peak)) * prices.price("read_unit_hour", use.is_infrequent)
    hourly += max(1, ceil(use.write_units_peak)) * _write_price(use, prices, "write_unit_hour", use.is_infrequent)
    return hourly * MONTH_HOURS
