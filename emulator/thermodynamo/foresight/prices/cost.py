"""What tables cost in a month, if the time that was looked at is one like any other: by mode, and by table class.

A month has 730 hours, a gigabyte 2^30 bytes, as AWS counts them. Storage has 100 bytes more for each item and each
entry (developer guide, CapacityUnitCalculations). Free tiers are not taken off.
"""

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

    @property
    def month(self) -> float:
        return self.throughput + self.storage


def months(use: Use) -> float:
    """How many times as much a month has as the time that was looked at."""
    return MONTH_HOURS * HOUR_SECONDS / max(1.0, use.seconds)


def of_use(use: Use, prices: Prices) -> Cost:
    """What it costs, by what it used."""
    factor = months(use)
    stored = (use.stored_bytes + ITEM_OVERHEAD_BYTES * use.items) / GIGABYTE
    costs = []
    for is_infrequent in (use.is_infrequent, not use.is_infrequent):
        requests = use.read_units * factor * prices.price("read_request", is_infrequent)
        requests += use.write_units * factor * prices.price("write_request", is_infrequent)
        throughput = requests
        if use.provisioned_hours is not None:
            reads, writes = use.provisioned_hours
            throughput = reads * factor * prices.price("read_unit_hour", is_infrequent)
            throughput += writes * factor * prices.price("write_unit_hour", is_infrequent)
        costs.append((throughput, stored * prices.price("storage_gb_month", is_infrequent), requests))
    (throughput, storage, on_demand), (others, elsewhere, _) = costs
    is_on_demand = use.provisioned_hours is None
    return Cost(throughput, storage, on_demand, peak(use, prices), others + elsewhere, is_on_demand)


def peak(use: Use, prices: Prices) -> float:
    """Dollars a month for units that hold the busiest second, without counting on a burst."""
    hourly = max(1, ceil(use.read_units_peak)) * prices.price("read_unit_hour", use.is_infrequent)
    hourly += max(1, ceil(use.write_units_peak)) * prices.price("write_unit_hour", use.is_infrequent)
    return hourly * MONTH_HOURS
