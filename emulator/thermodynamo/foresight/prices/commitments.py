"""What is cheaper for those who commit themselves: reserved capacity, and Database Savings Plans.

Reserved capacity is bought in blocks of 100 provisioned units of the class Standard, but not for replicated writes, for
a year or three: a part is paid at once, the rest by the hour (developer guide, reserved-capacity). A savings plan is an
amount for each hour of a year, at lower rates, whatever the mode, the class and the region.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from thermodynamo.foresight.prices.cost import MONTH_HOURS
from thermodynamo.foresight.prices.price_file import Prices
from thermodynamo.foresight.prices.use import Use

BLOCK_UNITS = 100
TERMS = (1, 3)
YEAR_HOURS = 8_760
HOURS_MIN = 24
"""Of requests on demand the least hour of so many, at the least, is what a plan may count on."""


@dataclass(frozen=True, slots=True)
class Reservation:
    """Reserved capacity for the units that are always provisioned."""

    years: int
    read_units: int
    write_units: int
    upfront: float
    month: float
    """What the reserved units cost in a month, with the part of it that is paid at once."""
    standard: float
    """What they cost without it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A savings plan for what is always spent."""

    hourly: float
    """The amount to commit to: what the least hour costs at the plan's rates."""
    month: float
    standard: float
    """What is covered costs so much in a month without it."""


def reservations(use: Use, prices: Prices) -> Iterator[Reservation]:
    """One for each term that has prices, where a block or more is always provisioned."""
    if use.provisioned_least is None or use.is_infrequent:
        return
    reads, writes = (units // BLOCK_UNITS * BLOCK_UNITS for units in use.provisioned_least)
    writes = 0 if use.features.replicas else writes
    if not reads and not writes:
        return
    for years in TERMS:
        parts = [f"{kind}_{years}y_{part}" for kind in ("read", "write") for part in ("upfront", "hour")]
        named = [prices.further(f"reserved_{part}") for part in parts]
        if None in named:
            continue
        read_upfront, read_hour, write_upfront, write_hour = (price or 0.0 for price in named)
        upfront = reads * read_upfront + writes * write_upfront
        hourly = reads * read_hour + writes * write_hour + upfront / (years * YEAR_HOURS)
        standard = reads * prices.price("read_unit_hour") + writes * prices.price("write_unit_hour")
        yield Reservation(years, reads, writes, upfront, hourly * MONTH_HOURS, standard * MONTH_HOURS)


def plan(use: Use, prices: Prices) -> Plan | None:
    """The plan for what is spent in every hour; None where no hours are known, or no rates."""
    if use.provisioned_hours is not None:
        if use.provisioned_least is None:
            return None
        least: list[tuple[float, float]] = [use.provisioned_least]
        names = ("read_unit_hour", "write_unit_hour")
    else:
        if len(use.hours) < HOURS_MIN:
            return None
        least = list(use.hours)
        names = ("read_request", "write_request")
    prefix = "ia_" if use.is_infrequent else ""
    rates = [prices.further(f"savings_{prefix}{name}") for name in names]
    if None in rates:
        return None
    read_rate, write_rate = (rate or 0.0 for rate in rates)
    read_price, write_price = (prices.price(name, use.is_infrequent) for name in names)
    committed, standard = min(
        (reads * read_rate + writes * write_rate, reads * read_price + writes * write_price) for reads, writes in least
    )
    return Plan(committed, committed * MONTH_HOURS, standard * MONTH_HOURS)
