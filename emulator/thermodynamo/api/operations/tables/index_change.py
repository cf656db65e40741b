"""Creating and deleting a global index of a live table: the one place where such a change begins."""

from dataclasses import dataclass

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.tables.key_definition import Kinds
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.schema import IndexSchema, Throughput


@dataclass(frozen=True, slots=True)
class IndexUpdate:
    """A checked change: an index to create, or the name of one to delete; never both."""

    create: IndexSchema | None
    delete: str | None
    attribute_kinds: Kinds
    """The table's attribute definitions after the change."""
    warm: Throughput | None
    """The warm throughput the new index is to have, where the request names one."""


def begin(namespace: Namespace, table: Table, update: IndexUpdate, now: float) -> None:
    """Starts the change and moves the table into the state that goes with it; where it raises, nothing has changed.

    The table is ACTIVE, and every rule that needs no items has been checked.
    """
    settled_at = now + namespace.config.table_delay_seconds
    for index in table.indexes.values():
        if index.transition == "CREATING" and index.schema.name != update.delete:
            raise errors.limit_exceeded(messages.ONE_INDEX_CHANGE)
    if update.create is not None:
        namespace.database.backfills.append(table.create_index(update.create, update.attribute_kinds, settled_at))
        namespace.delay_index(table, table.indexes[update.create.name])
        if update.warm is not None:
            table.history(update.create.name).warm_up(update.warm)
    elif update.delete is not None:
        table.delete_index(update.delete, settled_at)
