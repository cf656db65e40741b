"""Disassociating a replica: it leaves its global table, keeps what it holds, and is a table of its own from then on.

Of two replicas both become tables of their own. What is on its way between the replicas arrives before, or does so
still; where a way is cut, the replica stays. A replica is protected from it unless that is switched off.
Sources: developer guide, disassociating a global table replica; API reference, UpdateTable.
"""

from dataclasses import replace
from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.replicas import members, replica_deletion
from thermodynamo.api.operations.replicas.replica_actions import ReplicaActions
from thermodynamo_storage.facets.jobs import Job
from thermodynamo_storage.tables.definition import Definition
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.schema import TableSchema

PROTECTION = "DisassociationProtectionEnabled"
"""The member of requests and descriptions, and of the settings of a replica whose protection is off."""


def is_protected(schema: TableSchema) -> bool:
    """Whether a replica with the schema is protected: it is unless that was switched off."""
    return schema.settings.get(PROTECTION) is not False


def with_protection(schema: TableSchema, is_on: bool) -> TableSchema:
    settings = {name: value for name, value in schema.settings.items() if name != PROTECTION}
    return replace(schema, settings=settings if is_on else {**settings, PROTECTION: False})


def is_supported(table: Table, now: float) -> bool:
    """Whether a table is a replica that can be disassociated: strongly consistent ones cannot."""
    return table.is_replica(now) and table.global_table is not None and not table.global_table.is_strong


def check(namespace: Namespace, table: Table, actions: ReplicaActions, now: float) -> None:
    """Raises ValidationException for what cannot leave, ResourceInUseException while a replica changes."""
    [region] = actions.disassociates
    if region != table.region:
        replica_deletion.refuse_strangers(table, [region], now)
        raise errors.validation(messages.DISASSOCIATE_ELSEWHERE.format(region))
    if not table.is_replica(now):
        raise errors.validation(messages.REPLICAS_UNKNOWN.format(region))
    if not is_supported(table, now):
        raise errors.validation(messages.DISASSOCIATE_STRONG)
    members.refuse_busy(table, now)
    if is_protected(table.schema):
        raise errors.validation(messages.DISASSOCIATE_PROTECTED.format(table.schema.name, region))


def begin(namespace: Namespace, table: Table, actions: ReplicaActions, now: float) -> list[Definition]:
    """What lets the replica go, as `check` has allowed, once what is on its way now has arrived."""
    assert table.replication is not None
    ways = [*table.replication.incoming.values(), *table.replication.outgoing.values()]
    arrivals = [way.changes[-1].due_at for way in ways if way.changes and way.is_open]
    left_at = max([namespace.settled_at(now), *arrivals])
    return [
        members.busy(table, Job("disassociation", None, now, left_at)),
        *members.busy_all(namespace, table, left_at, now),
    ]


def change_protection(namespace: Namespace, table: Table, is_on: bool, now: float) -> list[Definition]:
    """What switches the protection of a replica on or off; it takes as long as any other change of one."""
    if not is_supported(table, now):
        raise errors.validation(messages.DISASSOCIATION_PROTECTION)
    ends_at = namespace.settled_at(now)
    changed = members.busy(table, Job("replica", None, now, ends_at))
    return [
        replace(changed, schema=with_protection(table.schema, is_on)),
        *members.busy_all(namespace, table, ends_at, now),
    ]


def describe(table: Table, now: float) -> dict[str, Any]:
    """The member of a replica's description."""
    return {PROTECTION: is_protected(table.schema)} if is_supported(table, now) else {}
