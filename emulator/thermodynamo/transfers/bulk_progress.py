"""How far a bulk operation is: what it has counted, where it is in its input, and what is to be reported.

It is kept as JSON with the operation, so that one that a restart interrupts goes on where it was.
"""

from dataclasses import dataclass, field
from typing import Any

import orjson

Kind = str
"""What a report tells of: ERROR or CONDITION_CHECK_FAILURE."""


@dataclass(slots=True)
class Part:
    """One object of a report, by its key, with how many records it has."""

    kind: Kind
    key: str
    count: int


@dataclass(slots=True)
class Progress:
    """Counts are of input items; bytes of input are those of objects as they are stored."""

    processed_count: int = 0
    failed_count: int = 0
    condition_failed_count: int = 0
    total_bytes: int | None = None
    """None until the input was looked at."""
    finished_bytes: int = 0
    """Of objects that are done."""
    finished_key: str = ""
    """The last object that is done."""
    key: str = ""
    """The object that is read."""
    entry_count: int = 0
    """How many of its entries are done."""
    entry_bytes: int = 0
    """How much of it was read."""
    table_bytes: int = 0
    local_bytes: dict[str, int] = field(default_factory=dict)
    global_bytes: dict[str, int] = field(default_factory=dict)
    """What was written to each index."""
    vector_bytes: dict[str, int] = field(default_factory=dict)
    """What was sent to each vector index: it is no part of the other bytes (API model, BulkOperationUsage)."""
    parts: list[Part] = field(default_factory=list)
    """What was reported."""
    unreported: dict[Kind, list[str]] = field(default_factory=dict)
    """Lines that are to be reported."""

    @property
    def unreported_bytes(self) -> int:
        return sum(len(line) for lines in self.unreported.values() for line in lines)

    def report(self, kind: Kind, record: dict[str, Any]) -> None:
        """Notes a line of a report."""
        self.unreported.setdefault(kind, []).append(orjson.dumps(record).decode())

    def shown(self, table_name: str) -> dict[str, Any]:
        """The members of a BulkOperationDescription that tell of it."""
        indexes = sum(self.local_bytes.values()) + sum(self.global_bytes.values())
        usage: dict[str, Any] = {
            "TableName": table_name,
            "BulkPutBytes": self.table_bytes + indexes,
            "Table": {"BulkPutBytes": self.table_bytes},
        }
        for member, sizes in (
            ("LocalSecondaryIndexes", self.local_bytes),
            ("GlobalSecondaryIndexes", self.global_bytes),
        ):
            if sizes:
                usage[member] = {name: {"BulkPutBytes": size} for name, size in sizes.items()}
        if self.vector_bytes:
            usage["VectorIndexes"] = {name: {"BulkPutVectorBytes": size} for name, size in self.vector_bytes.items()}
        shown: dict[str, Any] = {
            "ProcessedItemCount": self.processed_count,
            "ProcessedInputBytes": self.finished_bytes + self.entry_bytes,
            "FailedItemCount": self.failed_count,
            "BulkOperationUsage": [usage],
        }
        return shown if self.total_bytes is None else {**shown, "TotalInputBytes": self.total_bytes}

    def text(self, table_name: str) -> str:
        """JSON that `read` reads, with what is shown."""
        return orjson.dumps({"shown": self.shown(table_name), "kept": self}).decode()


def read(text: str) -> Progress:
    """The progress that was kept, or none yet."""
    kept = orjson.loads(text).get("kept")
    if kept is None:
        return Progress()
    return Progress(**{**kept, "parts": [Part(**part) for part in kept["parts"]]})
