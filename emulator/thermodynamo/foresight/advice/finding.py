"""One piece of advice: what it is about, the sentence, the figures that it follows from, and the requests."""

from collections.abc import Mapping, Sequence
from typing import Any

from thermodynamo.api.operations import NAMED
from thermodynamo.foresight.advice.evidence import Evidence, ReadEvidence

Finding = dict[str, Any]
"""`about`, `table`, `index`, `text`, `evidence` (the figures by name) and `requests` (what caused it, for people)."""

REQUESTS_SHOWN = 3
READING = ("PartiQLSelect", "PartiQLExists", "Read")
"""The words by which requests of statements that read are counted; see `api.request_counts`."""


def finding(
    evidence: Evidence, about: str, text: str, figures: Mapping[str, float | int | str], requests: Sequence[str] = ()
) -> Finding:
    """A finding on one table or index."""
    return {
        "about": about,
        "table": evidence.table,
        "index": evidence.index,
        "text": f"{evidence.name}: {text}",
        "evidence": dict(figures),
        "requests": list(requests),
    }


def of_read(read: ReadEvidence) -> list[str]:
    """The requests of one shape, for people."""
    times = f"{read.name}: {counted(read.requests, 'request')}"
    return [times, *read.examples[:REQUESTS_SHOWN]]


def of_operations(evidence: Evidence, is_write: bool) -> list[str]:
    """The operations that write, or those that read, with how often they were asked for; the most frequent first."""
    found = [(count, name) for name, count in evidence.operations.items() if writes(name) == is_write and count]
    return [
        f"{name}: {counted(count, 'request')}" for count, name in sorted(found, key=lambda each: (-each[0], each[1]))
    ][:REQUESTS_SHOWN]


def writes(counted_as: str) -> bool:
    """Whether requests that are counted by this name change items."""
    name, _, word = counted_as.partition(" ")
    operation = NAMED.get(name)
    if operation is None or word:
        return bool(word) and word not in READING
    return not operation.facts.is_read


def counted(count: int, name: str, several: str | None = None) -> str:
    """Such as 3 requests."""
    return f"{count:,} {name if count == 1 else several or name + 's'}"
