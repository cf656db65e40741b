"""From when on, and until when, a table is known where its settings are kept.

The service keeps time to live, insights, backups and tags apart from tables. Each of these places learns of a table
while it is being created, and forgets it while it is being deleted, before DescribeTable does: ack-api-quirks,
DDB-TABLE-101, 104, 115, 374 and 455, October 2026. The times below are shares of the
time that the table is CREATING or DELETING.
"""

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo_storage.tables.table import Table

KNOWN_AFTER = 0.4
"""2.6 of 6.5 seconds for time to live, 3.1 of 7.2 for backups."""
TAGS_KNOWN_AFTER = 0.8
"""5.3 of 6.8 seconds."""
FORGOTTEN_AFTER = 0.25
"""1.6 of 6.0 seconds for tags, 1.4 of 5.8 for insights, 1.2 of 5.2 for backups."""


def find(namespace: Namespace, name: str, now: float) -> Table:
    """The table, once its settings are known. Raises ResourceNotFoundException."""
    table = namespace.defined_table(name, now)
    if not is_known(table, now, KNOWN_AFTER):
        raise errors.resource_not_found(messages.TABLE_NOT_FOUND.format(table.schema.name))
    return table


def is_known(table: Table, now: float, after: float) -> bool:
    """Whether so much of the creation is over."""
    return table.transition != "CREATING" or _share(table, now) >= after


def is_forgotten(table: Table, now: float) -> bool:
    return table.transition == "DELETING" and _share(table, now) >= FORGOTTEN_AFTER


def _share(table: Table, now: float) -> float:
    """How much of the passing state is over."""
    duration_seconds = table.settled_at - table.busy_since
    return (now - table.busy_since) / duration_seconds if duration_seconds else 1.0
