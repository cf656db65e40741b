"""What the same traffic would cost otherwise: in the other mode, in the other table class."""

from collections.abc import Iterator

from thermodynamo.foresight.advice.evidence import Evidence
from thermodynamo.foresight.advice.finding import Finding, counted, finding, of_operations
from thermodynamo.foresight.prices import commitments
from thermodynamo.foresight.prices.cost import HOUR_SECONDS, MONTH_HOURS, Cost
from thermodynamo.foresight.prices.price_file import Prices

NOTABLE_SHARE = 0.1
"""What saves less of a table's cost than this is not worth a sentence."""
CLASSES = {False: "Standard", True: "Standard-Infrequent Access"}


def findings(evidence: Evidence, cost: Cost, prices: Prices) -> Iterator[Finding]:
    yield from _mode(evidence, cost, prices)
    yield from _commitments(evidence, cost, prices)
    use = evidence.use
    if cost.other_class < cost.used * (1 - NOTABLE_SHARE):
        yield finding(
            evidence,
            "class",
            f"its throughput and storage cost ${cost.used:,.2f} a month in the class {CLASSES[use.is_infrequent]}, and "
            f"${cost.other_class:,.2f} in {CLASSES[not use.is_infrequent]}",
            {
                "month": round(cost.used, 2),
                "other_class": round(cost.other_class, 2),
                "storage": round(cost.storage, 2),
            },
        )


def _mode(evidence: Evidence, cost: Cost, prices: Prices) -> Iterator[Finding]:
    use = evidence.use
    even = break_even(prices, use.is_infrequent)
    requests = [*of_operations(evidence, True), *of_operations(evidence, False)]
    if cost.is_on_demand and cost.provisioned < cost.on_demand * (1 - NOTABLE_SHARE):
        used = utilisation(evidence, use.read_units_peak * use.seconds, use.write_units_peak * use.seconds, prices)
        yield finding(
            evidence,
            "mode",
            f"on demand its throughput costs ${cost.on_demand:,.2f} a month; units that hold its busiest second would "
            f"cost ${cost.provisioned:,.2f}, with {used:.0%} of them used. Both cost the same at {even:.0%}",
            {
                "on_demand": round(cost.on_demand, 2),
                "provisioned": round(cost.provisioned, 2),
                "used": round(used, 4),
                "break_even": round(even, 4),
            },
            requests,
        )
    if use.provisioned_hours is not None and cost.on_demand < cost.throughput * (1 - NOTABLE_SHARE):
        reads, writes = use.provisioned_hours
        used = utilisation(evidence, reads * HOUR_SECONDS, writes * HOUR_SECONDS, prices)
        yield finding(
            evidence,
            "mode",
            f"its provisioned units cost ${cost.throughput:,.2f} a month, and {used:.0%} of them are used; on demand "
            f"its requests would cost ${cost.on_demand:,.2f}. Both cost the same at {even:.0%}",
            {
                "on_demand": round(cost.on_demand, 2),
                "provisioned": round(cost.throughput, 2),
                "used": round(used, 4),
                "break_even": round(even, 4),
            },
            requests,
        )


def _commitments(evidence: Evidence, cost: Cost, prices: Prices) -> Iterator[Finding]:
    """Reserved capacity and a savings plan, where a tenth of the throughput is saved. They do not add up.

    Units that should not be provisioned at all should not be reserved either.
    """
    if not cost.is_on_demand and cost.on_demand < cost.throughput * (1 - NOTABLE_SHARE):
        return
    for each in commitments.reservations(evidence.use, prices):
        saved = each.standard - each.month
        if saved >= NOTABLE_SHARE * cost.throughput:
            yield finding(
                evidence,
                "reserved capacity",
                f"{each.read_units:,} read and {each.write_units:,} write units are always provisioned, for "
                f"${each.standard:,.2f} a month. Reserved for {counted(each.years, 'year')} they cost "
                f"${each.month:,.2f}, with ${each.upfront:,.2f} paid at once",
                {
                    "years": each.years,
                    "read_units": each.read_units,
                    "write_units": each.write_units,
                    "upfront": round(each.upfront, 2),
                    "reserved": round(each.month, 2),
                    "standard": round(each.standard, 2),
                },
            )
    plan = commitments.plan(evidence.use, prices)
    if plan is not None and plan.standard - plan.month >= NOTABLE_SHARE * cost.throughput:
        yield finding(
            evidence,
            "savings plan",
            f"no hour costs less than ${plan.standard / MONTH_HOURS:,.4f}. A Database Savings Plan of "
            f"${plan.hourly:,.4f} an hour for a year covers that: ${plan.month:,.2f} a month for what costs "
            f"${plan.standard:,.2f}",
            {
                "hourly": round(plan.hourly, 6),
                "planned": round(plan.month, 2),
                "standard": round(plan.standard, 2),
                "hours": len(evidence.use.hours),
            },
        )


def break_even(prices: Prices, is_infrequent: bool = False) -> float:
    """The share of provisioned write units that must be used for them to cost what requests do."""
    return prices.price("write_unit_hour", is_infrequent) / (
        HOUR_SECONDS * prices.price("write_request", is_infrequent)
    )


def utilisation(evidence: Evidence, read_units: float, write_units: float, prices: Prices) -> float:
    """The share of these units that is used, each kind weighed by its price."""
    use = evidence.use
    read_price, write_price = prices.price("read_unit_hour"), prices.price("write_unit_hour")
    whole = read_units * read_price + write_units * write_price
    return (use.read_units * read_price + use.write_units * write_price) / whole if whole else 0.0
