"""An export, an import or a bulk operation of a table, as a value: what was asked for, and what came of it.

What was asked for is kept as JSON, because nothing here depends on it. The service goes on telling of a transfer when
its table is gone (ack-api-quirks, DDB-EXPORT-020 and DDB-IMPORT-008, October 2026).
"""

from typing import Literal

from thermodynamo_storage.values.dataclass import dataclass

Kind = Literal["export", "import", "bulk-operation"]


@dataclass(frozen=True, slots=True)
class Transfer:
    """A transfer, known by its kind and its id in its account and region."""

    kind: str
    id: str
    table_id: str
    """The table's that is exported or written to, or that the import makes."""
    table_name: str
    begun_at: float
    request: str
    """JSON of what was asked for, as its description repeats it."""
    token: str
    """The client's token, or one that was made up."""
    items_at: float | None = None
    """The instant whose items are exported."""
    changes_between: tuple[float, float] | None = None
    """The seconds between which an incremental export has the changes: from the first until before the second."""
    progress: str = "{}"
    """JSON of how far it is, of one that goes on where it was after a restart."""
    cancelled_at: float | None = None
    ended_at: float | None = None
    outcome: str = "{}"
    """JSON of what the description has beside, once it has ended."""
