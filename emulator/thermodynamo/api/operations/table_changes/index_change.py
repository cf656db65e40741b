"""Creating and deleting a global or a vector index of a live table: the one place where such a change begins."""

from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.tables.key_definition import Kinds
from thermodynamo_storage.capacity.throughput_history import ThroughputHistory, warm_throughput
from thermodynamo_storage.tables.definition import Definition, IndexAdded, IndexDeleted, VectorIndexAdded
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.schema import IndexSchema, Throughput, VectorIndexSchema


@dataclass(frozen=True, slots=True)
class IndexUpdate:
    """A checked change: an index to create, or the name of one to delete; never both."""

    create: IndexSchema | VectorIndexSchema | None
    delete: str | None
    attribute_kinds: Kinds
    """The table's attribute definitions after the change."""
    warm: Throughput | None
    """The warm throughput the new index is to have, where the request names one."""


def definition(namespace: Namespace, table: Table, change: IndexUpdate) -> Definition:
    """What begins the change of a table that admits it, where every rule that needs no items has been checked."""
    new = change.create
    if new is None:
        assert change.delete is not None
        return IndexDeleted(table.id, change.delete)
    if isinstance(new, VectorIndexSchema):
        return VectorIndexAdded(table.id, new, change.attribute_kinds)
    history = ThroughputHistory(warm_throughput(new.throughput))
    if change.warm is not None:
        history = history.warmed(change.warm)
    count = namespace.database.partition_count(new.throughput, history.warm)
    return IndexAdded(table.id, new, change.attribute_kinds, history, count)
