"""Advice that names its evidence: what an outcome shows that can be done better."""

from collections.abc import Iterator

from thermodynamo.foresight.prices.cost import Cost
from thermodynamo.foresight.replays.outcome import KeyspaceOutcome
from thermodynamo.foresight.reports import facts
from thermodynamo.foresight.reports.facts import Facts

NOTABLE_SHARE = 0.1
"""What saves less of a table's cost than this is not worth a sentence."""
UNUSED_UNITS = 1.0


def of_keyspace(found: KeyspaceOutcome, cost: Cost | None) -> list[Facts]:
    """The advice for one table or index, each with what it is about and the figures that it follows from."""
    return [*_hot_keys(found), *_refusals(found), *_index(found), *(_costs(found, cost) if cost is not None else ())]


def _advice(found: KeyspaceOutcome, about: str, text: str, **evidence: float | int | str) -> Facts:
    return {"about": about, "table": found.table_name, "index": found.index_name, "text": text, "evidence": evidence}


def _hot_keys(found: KeyspaceOutcome) -> Iterator[Facts]:
    for each in facts.busiest(found):
        if each["shards"] > 1:
            yield _advice(
                found,
                "hot key",
                f"{found.name}: {each['key']} was asked for {each['write_units_peak']:,.0f} write and "
                f"{each['read_units_peak']:,.0f} read units in one second; a partition serves 1,000 and 3,000. "
                f"Spread it over {each['shards']} partition keys, or read it from a cache",
                **each,
            )


def _refusals(found: KeyspaceOutcome) -> Iterator[Facts]:
    reasons = {reason: count for reason, count in found.refused.items() if "ProvisionedThroughput" in reason}
    if reasons:
        served = max((second.write + second.read for second in found.seconds.values()), default=0) / 2
        yield _advice(
            found,
            "provisioned units",
            f"{found.name}: {sum(reasons.values()):,} accesses were refused because the provisioned units and their "
            f"burst were used up; {served:,.0f} units were served in the best second. Provision more, "
            "let auto scaling do so, or bill on demand",
            **reasons,
        )
    if any("AccountLimit" in reason for reason in found.refused):
        yield _advice(found, "quota", f"{found.name}: the quota of units of one table was met. Ask for a higher one",
                      **found.refused)  # fmt: skip


def _index(found: KeyspaceOutcome) -> Iterator[Facts]:
    if found.index_name is not None and found.write_half_units > 2 * UNUSED_UNITS and not found.read_half_units:
        yield _advice(
            found,
            "unused index",
            f"{found.name}: the index took {found.write_half_units / 2:,.0f} write units and was never read. Drop "
            "it, or project less into it",
            write_units=found.write_half_units / 2,
            read_units=0,
        )


def _costs(found: KeyspaceOutcome, cost: Cost) -> Iterator[Facts]:
    if cost.is_on_demand and cost.provisioned < cost.on_demand * (1 - NOTABLE_SHARE):
        yield _advice(
            found,
            "mode",
            f"{found.name}: on demand its throughput costs ${cost.on_demand:,.2f} a month; units that hold its busiest "
            f"second would cost ${cost.provisioned:,.2f}",
            on_demand=cost.on_demand,
            provisioned=cost.provisioned,
        )
    if not cost.is_on_demand and cost.on_demand < cost.throughput * (1 - NOTABLE_SHARE):
        yield _advice(
            found,
            "mode",
            f"{found.name}: its provisioned units cost ${cost.throughput:,.2f} a month; on demand its requests "
            f"would cost ${cost.on_demand:,.2f}",
            on_demand=cost.on_demand,
            provisioned=cost.throughput,
        )
    if cost.infrequent < cost.month * (1 - NOTABLE_SHARE):
        yield _advice(
            found,
            "class",
            f"{found.name}: it costs ${cost.month:,.2f} a month, and ${cost.infrequent:,.2f} in the class "
            "Standard-Infrequent Access",
            standard=cost.month,
            infrequent=cost.infrequent,
        )
