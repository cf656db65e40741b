"""The replicas of a global table while it changes: whether they are busy, and for how long each state lasts."""

from dataclasses import replace

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo_storage.facets.jobs import Job
from thermodynamo_storage.tables.definition import Definition, TableUpdated
from thermodynamo_storage.tables.table import Table

SHOWN_AFTER = 0.25
"""The share of its creation after which a replica is shown: 6.4 of 28 seconds (ack-api-quirks, DDB-TABLE-226)."""
VISIBLE_AFTER = 0.4
"""The share after which its own region knows it: 10.1 of 28 seconds."""
LEAVING_AFTER = 0.3
"""The share of its deletion after which a replica is DELETING: 36 of 125 seconds (DDB-TABLE-204)."""
GONE_AFTER = 1.1
"""When its table is gone, after the others have ceased to show it (DDB-TABLE-228 and 308)."""


def refuse_busy(table: Table, now: float) -> None:
    """Raises ResourceInUseException while a replica is being added, changed or deleted."""
    if any(job.kind in ("replica", "replica deletion", "disassociation") and job.is_running(now) for job in table.jobs):
        raise errors.resource_in_use(messages.RESOURCE_IN_USE)


def busy(table: Table, *jobs: Job) -> TableUpdated:
    """The table as it is, with further jobs."""
    histories = tuple(table.throughput_history.items())
    return TableUpdated(table.id, table.schema, histories, (*table.jobs, *jobs), table.change_times)


def busy_all(namespace: Namespace, table: Table, ends_at: float, now: float) -> list[Definition]:
    """Every other replica is UPDATING until then (ack-api-quirks, DDB-TABLE-230 and 297, October 2026)."""
    return [busy(other, Job("replica", None, now, ends_at)) for _, other in namespace.other_replicas(table, now)]


def share(namespace: Namespace, part: float, now: float) -> float:
    """The time at which so much of a change that begins now is over."""
    return now + part * namespace.config.table_delay_seconds


def with_read_units(table: Table, owner: str | None, read_units: int) -> Job:
    """The job that gives a replica, or its index, read units of its own. Raises KeyError for no index of the table."""
    units = replace(table.schema.throughputs[owner], read_units=read_units)
    return Job("throughput", owner, 0.0, 0.0, throughput=units, warm=units)
