"""Cost and advice, added to the facts of scenarios."""

from collections.abc import Sequence

from thermodynamo.foresight.advice import advisor
from thermodynamo.foresight.prices import cost
from thermodynamo.foresight.prices.price_file import Prices
from thermodynamo.foresight.replays.outcome import Outcome
from thermodynamo.foresight.reports import observed
from thermodynamo.foresight.reports.asked import Asked
from thermodynamo.foresight.reports.facts import Facts
from thermodynamo.foresight.traces.event import MICROSECONDS


def add(report: Facts, outcomes: Sequence[Outcome], prices: Prices | None, asked: Asked) -> None:
    """Adds what each scenario costs by these prices, if there are any, and its advice. Raises TraceError."""
    if prices is not None:
        report["prices"] = {"region": prices.region, "date": prices.date, "source": prices.source}
    for scenario, outcome in zip(report["scenarios"], outcomes, strict=True):
        first, end = outcome.first_at // MICROSECONDS, outcome.last_at // MICROSECONDS + 1
        scenario["advice"] = []
        month = 0.0
        tables = {(table["table"], table["index"]): table for table in scenario["tables"]}
        for _, found in sorted(outcome.keyspaces.items(), key=lambda item: (*item[0][:3], item[0][3] or "")):
            if not found.is_used:
                continue
            seen = observed.evidence(found, first, end, asked)
            made = cost.of_use(seen.use, prices) if prices is not None else None
            scenario["advice"] += advisor.advise(seen, made, prices)
            if made is not None:
                month += made.month
                tables[found.table_name, found.index_name]["cost"] = {
                    "month": round(made.month, 2),
                    "throughput": round(made.throughput, 2),
                    "storage": round(made.storage, 4),
                    "on_demand": round(made.on_demand, 2),
                    "provisioned_for_peak": round(made.provisioned, 2),
                    "other_class": round(made.other_class, 2),
                    "features": {name: round(amount, 4) for name, amount in made.features.items()},
                    "unpriced": list(made.unpriced),
                }
        if prices is not None:
            scenario["cost"] = {"month": round(month, 2)}
