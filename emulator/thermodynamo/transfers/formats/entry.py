"""What one line of a file says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a file, or what is wrong with it; neither for a line that is blank.

    `attributes` are attribute values as DynamoDB's JSON has them. They are of the right types, as the API model has
    them, but no rule of values or keys was asked.
    """

    line: int
    """Where it begins, counted from 1."""
    attributes: dict[str, Any] | None = None
    problem: str | None = None
    others: Mapping[str, Any] | None = field(default=None, compare=False)
    """What the line has beside the item, by name, in DynamoDB's JSON."""
    is_last: bool = False
    """Whether the rest of the file cannot be read for this problem.

    A line that is no JSON ends its file: of ten lines with such a one, six were processed and five imported
    (ack-api-quirks, DDB-IMPORT-013, October 2026).
    """
