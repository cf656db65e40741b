"""A checked UpdateTable, and what it does to one table. A global table has it done to each of its replicas."""

from typing import Any

from thermodynamo.api.operations.replicas.replica_actions import ReplicaActions
from thermodynamo.api.operations.table_changes.global_index_changes import GlobalIndexUpdates
from thermodynamo.api.operations.table_changes.vector_index_changes import VectorIndexUpdates
from thermodynamo_storage.facets.jobs import Job
from thermodynamo_storage.tables.definition import Definition
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.schema import BillingMode, Throughput


@dataclass(slots=True)
class UpdateTable:
    """A checked request; `request` is what it was, for the members that only a table can tell about."""

    table_name: str
    mode: BillingMode | None
    throughputs: dict[str | None, Throughput]
    """By owner: None for the table, a name for a global index."""
    encryption: dict[str, Any] | None
    definitions: list[dict[str, Any]]
    index_updates: GlobalIndexUpdates
    vector_updates: VectorIndexUpdates
    request: dict[str, Any]
    is_regional: bool = False
    """Whether it is for one replica alone, though the others would share it: so auto scaling sets read units."""
    replicas: ReplicaActions | None = None
    """What it asks of its global table, which goes with nothing else."""


@dataclass(slots=True)
class Planned:
    """What a request does to one table, and the jobs that it begins."""

    definitions: list[Definition]
    jobs: tuple[Job, ...]
