"""Indexes that cost more than they give: never read, or written far more often than read."""

from collections.abc import Iterator

from thermodynamo.foresight.advice.evidence import Evidence
from thermodynamo.foresight.advice.finding import Finding, finding, of_operations

WRITE_UNITS_MIN = 1.0
WRITES_FOR_EACH_READ = 10.0


def findings(evidence: Evidence) -> Iterator[Finding]:
    """`operations` of the evidence are those of the table: its writes are what the index follows."""
    reads, writes = evidence.use.read_units, evidence.use.write_units
    if evidence.index is None or writes <= WRITE_UNITS_MIN:
        return
    figures = {"write_units": writes, "read_units": reads}
    if not reads:
        yield finding(
            evidence,
            "unused index",
            f"the index took {writes:,.0f} write units and was never read. Drop it, or project less into it",
            figures,
            of_operations(evidence, True),
        )
    elif writes > WRITES_FOR_EACH_READ * reads:
        yield finding(
            evidence,
            "write-heavy index",
            f"the index took {writes:,.0f} write units for {reads:,.1f} read units. Project less into it, leave its "
            "key out of items that are not looked for, or read the table instead",
            figures,
            of_operations(evidence, True),
        )
