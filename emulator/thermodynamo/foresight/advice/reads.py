"""Reads that pay for more than they are given: scans, filters that drop most, large items of which little is wanted.

A filter and a projection take nothing off what a read costs (developer guide, Query.FilterExpression): the items that
were read are paid for in full.
"""

from collections.abc import Iterator

from thermodynamo.foresight.advice.evidence import Evidence, ReadEvidence
from thermodynamo.foresight.advice.finding import Finding, counted, finding, of_read

NOTABLE_SHARE = 0.1
"""Reads with less of the units than this are not worth a sentence."""
ITEMS_MIN = 20
"""So few items say nothing of a filter."""
DROPPED_SHARE = 0.5
KEPT_SHARE_MAX = 0.25
"""A projection that leaves more of what was read is none of a little."""
LARGE_BYTES = 4_096
"""What one read unit reads: a smaller item costs no less, whatever is left away."""
SCANS_MIN = 2
"""To read a table once, as an export or a change of all items does, takes a scan."""


def findings(evidence: Evidence) -> Iterator[Finding]:
    units = sum(read.units for read in evidence.reads)
    total = max(evidence.use.read_units, units)
    for read in evidence.reads:
        if read.units < NOTABLE_SHARE * total:
            continue
        if _drops_most(read):
            yield _of_filter(evidence, read)
        elif _scans(evidence, read):
            yield _of_scan(evidence, read, total)
        if _wants_little(read):
            yield _of_projection(evidence, read)


def _scans(evidence: Evidence, read: ReadEvidence) -> bool:
    """Whether everything was read again and again."""
    return read.is_scan and read.evaluated >= max(1, evidence.use.items) * SCANS_MIN


def _of_scan(evidence: Evidence, read: ReadEvidence, total: float) -> Finding:
    share = read.units / total if total else 0.0
    return finding(
        evidence,
        "scan",
        f"{read.operation} reads {'the index ' + read.index if read.index else 'the table'} from end to end: "
        f"{counted(read.requests, 'request')} evaluated {counted(read.evaluated, 'item')}, with {share:.0%} of the "
        "read units; it costs more with every item. Query by a key, of an index if need be",
        {"requests": read.requests, "evaluated": read.evaluated, "units": read.units, "share": round(share, 4)},
        of_read(read),
    )


def _drops_most(read: ReadEvidence) -> bool:
    dropped = read.evaluated - read.returned
    return bool(read.filtered) and read.evaluated >= ITEMS_MIN and dropped > DROPPED_SHARE * read.evaluated


def _of_filter(evidence: Evidence, read: ReadEvidence) -> Finding:
    dropped = (read.evaluated - read.returned) / read.evaluated
    return finding(
        evidence,
        "filter",
        f"the filter on {', '.join(read.filtered)} dropped {dropped:.0%} of the items that {read.operation} paid for: "
        f"{read.returned:,} of {read.evaluated:,} were returned, for {read.units:,.1f} read units. Make "
        f"{' and '.join(read.filtered)} part of a key, of an index if need be",
        {
            "requests": read.requests,
            "evaluated": read.evaluated,
            "returned": read.returned,
            "units": read.units,
            "dropped": round(dropped, 4),
        },
        of_read(read),
    )


def _wants_little(read: ReadEvidence) -> bool:
    if not read.projected or not read.evaluated or read.returned != read.evaluated:
        return False
    is_large = read.read_bytes > LARGE_BYTES * read.requests
    return is_large and read.returned_bytes < KEPT_SHARE_MAX * read.read_bytes


def _of_projection(evidence: Evidence, read: ReadEvidence) -> Finding:
    kept = read.returned_bytes / read.read_bytes
    size = read.read_bytes / read.evaluated
    return finding(
        evidence,
        "projection",
        f"{read.operation} of {', '.join(read.projected)} returned {kept:.0%} of the bytes that it paid for: items "
        f"have {size:,.0f} bytes on average, for {read.units:,.1f} read units. Keep large attributes in items of their "
        "own, or read an index that has only what is wanted",
        {
            "requests": read.requests,
            "evaluated": read.evaluated,
            "read_bytes": read.read_bytes,
            "returned_bytes": read.returned_bytes,
            "units": read.units,
        },
        of_read(read),
    )
