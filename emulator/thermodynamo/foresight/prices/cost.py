"""What tables cost in a month, if the time of the replay is one like any other: by mode, and by table class.

A month has 730 hours, a gigabyte 2^30 bytes, as AWS counts them. Storage has 100 bytes more for each item and each
entry (developer guide, CapacityUnitCalculations). Free tiers are not taken off.
"""

from dataclasses import dataclass
from math import ceil

from thermodynamo.foresight.prices.price_file import Prices
from thermodynamo.foresight.replays.outcome import KeyspaceOutcome
from thermodynamo_storage.values.schema import Throughput

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
    infrequent: float
    """Throughput and storage in the class Standard-Infrequent Access, in the mode that it has."""
    is_on_demand: bool

    @property
    def month(self) -> float:
        return self.throughput + self.storage


def of_keyspace(found: KeyspaceOutcome, first: int, end: int, prices: Prices) -> Cost:
    """What it costs, by what it used in the seconds from `first` on, before `end`."""
    seconds = max(1, end - first)
    months = MONTH_HOURS * HOUR_SECONDS / seconds
    read_units, write_units = found.read_half_units / 2 * months, found.write_half_units / 2 * months
    stored = (found.size_bytes + ITEM_OVERHEAD_BYTES * found.item_count) / GIGABYTE
    hours = unit_hours(found, first, end)
    is_on_demand = hours is None
    costs = []
    for is_infrequent in (False, True):
        requests = read_units * prices.price("read_request", is_infrequent)
        requests += write_units * prices.price("write_request", is_infrequent)
        units = requests
        if hours is not None:
            units = hours[0] * months * prices.price("read_unit_hour", is_infrequent)
            units += hours[1] * months * prices.price("write_unit_hour", is_infrequent)
        costs.append((units, stored * prices.price("storage_gb_month", is_infrequent), requests))
    (throughput, storage, on_demand), (slower, cheaper, _) = costs
    return Cost(throughput, storage, on_demand, peak(found, prices), slower + cheaper, is_on_demand)


def peak(found: KeyspaceOutcome, prices: Prices) -> float:
    """Dollars a month for units that hold the busiest second, without counting on a burst."""
    seconds = found.seconds.values()
    read_units = ceil(max((second.read for second in seconds), default=0) / 2)
    write_units = ceil(max((second.write for second in seconds), default=0) / 2)
    hourly = max(1, read_units) * prices.price("read_unit_hour") + max(1, write_units) * prices.price("write_unit_hour")
    return hourly * MONTH_HOURS


def unit_hours(found: KeyspaceOutcome, first: int, end: int) -> tuple[float, float] | None:
    """The hours of provisioned read and write units in the time; None on demand."""
    changes = sorted(found.provisioned.items())
    if not changes or changes[-1][1] == Throughput(0, 0):
        return None
    read = write = 0.0
    for place, (since, units) in enumerate(changes):
        until = changes[place + 1][0] if place + 1 < len(changes) else end
        seconds = max(0, until - (max(since, first) if place else first))
        read += units.read_units * seconds / HOUR_SECONDS
        write += units.write_units * seconds / HOUR_SECONDS
    return read, write
