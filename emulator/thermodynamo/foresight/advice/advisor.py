"""All advice on one table or index, in one order."""

from collections.abc import Sequence
from typing import Any

from thermodynamo.foresight.advice import indexes, keys, limits, reads, spending
from thermodynamo.foresight.advice.evidence import Evidence, as_plain
from thermodynamo.foresight.advice.finding import Finding
from thermodynamo.foresight.prices import cost
from thermodynamo.foresight.prices.cost import Cost
from thermodynamo.foresight.prices.price_file import Prices

Report = dict[str, Any]


def advise(evidence: Evidence, costs: Cost | None = None, prices: Prices | None = None) -> list[Finding]:
    """The findings; those about money only where there are prices."""
    found = [
        *keys.findings(evidence),
        *limits.findings(evidence),
        *reads.findings(evidence),
        *indexes.findings(evidence),
    ]
    if costs is not None and prices is not None:
        found += spending.findings(evidence, costs, prices)
    return found


def report(found: Sequence[Evidence], prices: Prices | None) -> Report:
    """The advice on several tables and indexes, and the evidence that it follows from, as JSON has it.

    What costs is said of those that were looked at for an hour at least: a month is like no shorter time.
    """
    made = begin(prices)
    for each in found:
        add(made, each, prices)
    return made


def begin(prices: Prices | None) -> Report:
    """A report on nothing yet."""
    made: Report = {"advice": [], "tables": []}
    if prices is not None:
        made["prices"] = {"region": prices.region, "date": prices.date, "source": prices.source}
    return made


def add(made: Report, evidence: Evidence, prices: Prices | None) -> None:
    """Adds one table or index to a report."""
    made["tables"].append(as_plain(evidence))
    is_long = evidence.use.seconds >= cost.HOUR_SECONDS
    costs = cost.of_use(evidence.use, prices) if prices is not None and is_long else None
    made["advice"] += advise(evidence, costs, prices)
