"""What a keyspace is called: the table that it belongs to and, of a global index, the index.

It names the table and does not hold it, so what keeps it does not keep a table that is gone.
"""

from thermodynamo_storage.values.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class KeyspaceName:
    """The name of a keyspace. `index_name` is None for the table's own."""

    account: str
    region: str
    table_name: str
    table_id: str
    index_name: str | None = None


NAMELESS = KeyspaceName("", "", "", "")
"""Of a keyspace that belongs to no table."""
