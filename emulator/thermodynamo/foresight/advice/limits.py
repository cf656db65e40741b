"""Limits of a whole table that were met: provisioned units, a configured maximum, the quota of one table."""

from collections.abc import Iterator

from thermodynamo.foresight.advice.evidence import Evidence
from thermodynamo.foresight.advice.finding import Finding, counted, finding, of_operations

PROVISIONED, MAXIMUM, QUOTA = "ProvisionedThroughput", "MaxOnDemandThroughput", "AccountLimit"


def findings(evidence: Evidence) -> Iterator[Finding]:
    use = evidence.use
    served = use.read_units_peak + use.write_units_peak
    for part, about, text in (
        (
            PROVISIONED,
            "provisioned units",
            "refused because the provisioned units and their burst were used up; "
            f"{served:,.0f} units were served in the best second. Provision more, let auto scaling do so, or bill on "
            "demand",
        ),
        (MAXIMUM, "maximum", "refused because the configured maximum of units was met. Raise it where they matter"),
        (QUOTA, "quota", "refused because the quota of units of one table was met. Ask for a higher one"),
    ):
        reasons = {reason: count for reason, count in evidence.throttled.items() if part in reason}
        if reasons:
            count = sum(reasons.values())
            requests = [
                text
                for is_write, kind in ((True, "Write"), (False, "Read"))
                if any(kind in reason for reason in reasons)
                for text in of_operations(evidence, is_write)
            ]
            were = "was" if count == 1 else "were"
            yield finding(evidence, about, f"{counted(count, 'access', 'accesses')} {were} {text}",
                          reasons, requests)  # fmt: skip
