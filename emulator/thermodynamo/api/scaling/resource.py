"""What can be scaled: the read or the write units of a table or of a global index, by resource ID and dimension.

A resource ID is `table/<name>` or `table/<name>/index/<name>`; the dimension says table or index again, and which units
(API reference, RegisterScalableTarget).
"""

import re

from thermodynamo_storage.values.dataclass import dataclass

SERVICE_NAMESPACE = "dynamodb"
_parts = re.compile(r"table/([a-zA-Z0-9_.-]+)(?:/index/([a-zA-Z0-9_.-]+))?").fullmatch


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind of units of a table, or of a global index where a name is given."""

    table_name: str
    index_name: str | None
    is_write: bool

    @property
    def id(self) -> str:
        return f"table/{self.table_name}" + (f"/index/{self.index_name}" if self.index_name is not None else "")

    @property
    def dimension(self) -> str:
        kind = "table" if self.index_name is None else "index"
        return f"{SERVICE_NAMESPACE}:{kind}:{'Write' if self.is_write else 'Read'}CapacityUnits"

    @property
    def metric_type(self) -> str:
        """The predefined metric that tracks it."""
        return f"DynamoDB{'Write' if self.is_write else 'Read'}CapacityUtilization"


def parse(resource_id: str, dimension: str) -> Resource | None:
    """The resource that both name; None where they name none, or do not agree."""
    parts = _parts(resource_id)
    if parts is None:
        return None
    resource = Resource(parts[1], parts[2], dimension.endswith(":WriteCapacityUnits"))
    return resource if resource.dimension == dimension else None
