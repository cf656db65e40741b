"""ConsumedCapacity: what an operation reports of the units it used, in the shapes of ReturnConsumedCapacity.

TOTAL gives the sum; INDEXES adds how much of it went to the table and to each index that was touched.
"""

from dataclasses import field
from typing import Any, Literal

from thermodynamo_storage.values.dataclass import dataclass

Kind = Literal["Read", "Write"]
VECTOR_BYTES_MIN = 1_024


@dataclass(slots=True)
class Consumption:
    """The half units that one operation used of a table and of each of its indexes that it touched, by index name.

    Vector indexes have no units: what they are sent is counted in bytes, and is no part of the sum.
    """

    table_half_units: int
    local_half_units: dict[str, int] = field(default_factory=dict)
    global_half_units: dict[str, int] = field(default_factory=dict)
    vector_bytes: dict[str, int] = field(default_factory=dict)
    """What a write sent to each vector index."""

    @property
    def half_units(self) -> int:
        return self.table_half_units + sum(self.local_half_units.values()) + sum(self.global_half_units.values())

    def add(self, other: "Consumption") -> None:
        """Adds what another operation on the same table used."""
        self.table_half_units += other.table_half_units
        for mine, theirs in (
            (self.local_half_units, other.local_half_units),
            (self.global_half_units, other.global_half_units),
            (self.vector_bytes, other.vector_bytes),
        ):
            for name, half_units in theirs.items():
                mine[name] = mine.get(name, 0) + half_units


def capacity(mode: str, table_name: str, consumption: Consumption) -> dict[str, Any]:
    """The ConsumedCapacity of one table; `table_name` is echoed as the request gave it, name or ARN."""
    reply: dict[str, Any] = {"CapacityUnits": consumption.half_units / 2, "TableName": table_name}
    if mode == "INDEXES":
        reply["Table"] = {"CapacityUnits": consumption.table_half_units / 2}
        if consumption.local_half_units:
            reply["LocalSecondaryIndexes"] = _by_name(consumption.local_half_units)
        if consumption.global_half_units:
            reply["GlobalSecondaryIndexes"] = _by_name(consumption.global_half_units)
        if consumption.vector_bytes:
            reply["VectorIndexes"] = _metered(consumption.vector_bytes)
    return reply


def transactional(mode: str, used: dict[str, Consumption], kind: Kind) -> list[dict[str, Any]]:
    """The ConsumedCapacity of a transaction, by table name; each figure is said to be of read or of write units.

    AWS's DynamoDB Local and dynoxide sort the tables, and repeat the kind for each index.
    """
    replies = []
    for table_name, consumption in sorted(used.items()):
        reply = capacity(mode, table_name, consumption)
        reply[f"{kind}CapacityUnits"] = reply["CapacityUnits"]
        arms = [reply[arm] for arm in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes") if arm in reply]
        for part in [*(part for arm in arms for part in arm.values()), *([reply["Table"]] if "Table" in reply else ())]:
            part[f"{kind}CapacityUnits"] = part["CapacityUnits"]
        replies.append(reply)
    return replies


def _by_name(half_units: dict[str, int]) -> dict[str, Any]:
    return {name: {"CapacityUnits": each / 2} for name, each in half_units.items()}


def _metered(vector_bytes: dict[str, int]) -> dict[str, Any]:
    """VectorWriteRequestBytes by index, at least 1 KB for a request and not for each of its indexes.

    The guide (VectorSearchMonitoring.MeteringMinimum) does not say which index shows the minimum: here it is the first.
    """
    missing = max(0, VECTOR_BYTES_MIN - sum(vector_bytes.values()))
    shown = {}
    for name, each in sorted(vector_bytes.items()):
        shown[name] = {"VectorWriteRequestBytes": float(each + missing)}
        missing = 0
    return shown


def mode_of(request: dict[str, Any]) -> str | None:
    """TOTAL or INDEXES where the request asks for consumed capacity, else None."""
    mode: str | None = request.get("ReturnConsumedCapacity")
    return mode if mode != "NONE" else None
