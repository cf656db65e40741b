"""The jobs that an UpdateTable begins, which say what it does over time, and the jobs of its table from then on."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.table_changes.index_change import IndexUpdate
from thermodynamo.api.operations.table_changes.throughput_change import ThroughputUpdate
from thermodynamo.api.operations.table_settings import throughput_definition
from thermodynamo_storage.capacity.throughput_history import ON_DEMAND_WARM, is_lower
from thermodynamo_storage.facets.jobs import Job, Kind
from thermodynamo_storage.tables.definition import Definition, StreamEnabled
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.schema import Throughput


@dataclass(slots=True)
class Begun:
    """What a checked request asks for: each part is absent, empty or None where it does not."""

    throughput: ThroughputUpdate
    index: IndexUpdate | None
    index_updates: list[dict[str, Any]]
    stream: list[Definition]
    table_class: str | None
    """A class other than the table's."""
    encryption: dict[str, Any] | None
    warm: dict[str, Any]
    """The request, of whose WarmThroughput the table's is."""


def jobs(namespace: Namespace, table: Table, begun: Begun, now: float) -> tuple[Job, ...]:
    """The jobs that begin now."""
    ends_at = namespace.settled_at(now)

    def job(kind: Kind, owner: str | None = None, **members: Any) -> Job:
        return Job(kind, owner, now, ends_at, **members)

    found = list(_throughput_jobs(table, begun.throughput, job))
    for owner, holder in ((None, begun.warm), *((update["IndexName"], update) for update in begun.index_updates)):
        warm = throughput_definition.raised_warm(holder, owner, warm_of(table, owner))
        if warm is not None:
            found.append(job("warm", owner, warm=warm))
        if owner is not None and holder.get("OnDemandThroughput"):
            found.append(job("maxima", owner))
    for each in begun.stream:
        if isinstance(each, StreamEnabled):
            found.append(job("stream", name=each.label, operation="ENABLE"))
        elif table.stream is not None:
            found.append(job("stream", name=table.stream.label, operation="DISABLE"))
    if begun.table_class is not None:
        found.append(job("class", name=begun.table_class))
    if begun.encryption is not None:
        found.append(job("encryption", encryption=begun.encryption))
    if begun.index is not None and begun.index.create is not None:
        name = begun.index.create.name
        found.append(job("index creation", name))
        # How long an index is being filled depends on its items; a delay makes it last at least as long again.
        found.append(Job("index filling", name, ends_at, ends_at + namespace.config.table_delay_seconds))
    elif begun.index is not None:
        found.append(job("index deletion", begun.index.delete))
    return tuple(found)


def _throughput_jobs(table: Table, update: ThroughputUpdate, job: Any) -> Iterable[Job]:
    """A switch of the billing mode shows its throughput at once; only what is warm comes at its end."""
    for owner, units in update.throughputs.items():
        if not update.is_switch:
            is_decrease = is_lower(units, table.schema.throughputs[owner])
            yield job("throughput", owner, throughput=units, warm=units, is_decrease=is_decrease)
        elif update.mode == "PROVISIONED":
            yield job("billing", owner, warm=units)
        else:
            yield job("billing", owner, warm=ON_DEMAND_WARM, is_decrease=owner is not None)


def after(table: Table, new: tuple[Job, ...]) -> tuple[Job, ...]:
    """All jobs of the table from now on. Warm throughput asked for last replaces what is still to come (DDB-TABLE-459).

    A change of the encryption hides one of the class.
    """
    warming = {job.owner for job in new if job.kind == "warm"}
    hides_class = any(job.kind == "encryption" for job in new)
    kept = (job for job in table.jobs if job.kind != "warm" or job.owner not in warming)
    return (*(replace(job, is_quiet=True) if hides_class and job.kind == "class" else job for job in kept), *new)


def warm_of(table: Table, owner: str | None) -> Throughput:
    """What is warm now: what is still to come does not count."""
    return table.history(owner).warm
