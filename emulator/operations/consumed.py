"""ConsumedCapacity: what an operation reports of the units it used, in the shapes of ReturnConsumedCapacity.

TOTAL gives the sum; INDEXES adds how much of it went to the table and to each index that was touched.
"""

from typing import Any


def capacity(mode: str, table_name: str, half_units: int) -> dict[str, Any]:
    """The ConsumedCapacity of one table; `table_name` is echoed as the request gave it, name or ARN."""
    units = half_units / 2
    reply: dict[str, Any] = {"CapacityUnits": units, "TableName": table_name}
    if mode == "INDEXES":
        reply["Table"] = {"CapacityUnits": units}
    return reply


def mode_of(request: dict[str, Any]) -> str | None:
    """TOTAL or INDEXES where the request asks for consumed capacity, else None."""
    mode: str | None = request.get("ReturnConsumedCapacity")
    return mode if mode != "NONE" else None
