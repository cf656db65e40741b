"""Deleting replicas: by UpdateTable from any other replica, or by DeleteTable in the replica's own region.

Who may leave, and when it is shown how: ack-api-quirks, DDB-TABLE-204, 228, 260, 261, 266, 267, 297 and 457, October
2026.
"""

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.replicas import members, supported_regions
from thermodynamo.api.operations.replicas.replica_actions import ReplicaActions
from thermodynamo_storage.facets.jobs import Job
from thermodynamo_storage.tables.definition import Definition, ReplicaRemoved, TableDeleted
from thermodynamo_storage.tables.table import Table


def refuse_strangers(table: Table, regions: list[str], now: float) -> None:
    """Raises ValidationException for the local region, and for regions that the table does not show as replicas."""
    if table.region in regions:
        raise errors.validation(messages.REPLICA_LOCAL)
    for region in regions:
        supported_regions.refuse_unknown(region)
    global_table = table.global_table
    found = [global_table.find(region, now) if global_table is not None else None for region in regions]
    unknown = [
        region for region, replica in zip(regions, found, strict=True) if replica is None or not replica.is_shown(now)
    ]
    if unknown:
        raise errors.validation(messages.REPLICAS_UNKNOWN.format(", ".join(unknown)))


def check(namespace: Namespace, table: Table, actions: ReplicaActions, now: float) -> None:
    """Raises ValidationException or ResourceInUseException where replicas may not leave so."""
    global_table = table.global_table
    if len(actions.deletes) > 1 and (global_table is None or not global_table.is_strong):
        raise errors.validation(messages.REPLICA_ACTIONS_MANY)
    refuse_strangers(table, actions.deletes, now)
    assert global_table is not None
    if global_table.is_strong:
        check_strong(table, actions, now)
    members.refuse_busy(table, now)
    for region in actions.deletes:
        leaver = namespace.peer(region).tables.get(table.schema.name)
        assert leaver is not None
        if not global_table.is_strong and global_table.was_source(region, now):
            raise errors.validation(messages.REPLICA_WAS_SOURCE)
        refuse_protected(leaver)


def check_strong(table: Table, actions: ReplicaActions, now: float) -> None:
    """A strongly consistent global table ends in one call that deletes all other replicas and the witness."""
    global_table = table.global_table
    assert global_table is not None
    witness = global_table.witness
    strangers = [region for region in actions.witness_deletes if witness is None or witness.region != region]
    if strangers:
        raise errors.validation(messages.WITNESSES_UNKNOWN.format(", ".join(strangers)))
    if witness is not None and witness.is_there(now) and not actions.witness_deletes:
        raise errors.validation(messages.STRONG_ALL_WITNESSES)
    if {replica.region for replica in global_table.others(table.region, now)} != set(actions.deletes):
        raise errors.validation(messages.STRONG_ALL_REPLICAS)


def refuse_while_added(table: Table, actions: ReplicaActions, now: float) -> None:
    """A new replica changes nothing of its global table before it is there (ack-api-quirks, DDB-TABLE-298)."""
    global_table = table.global_table
    assert global_table is not None
    if any(global_table.was_source(region, now) for region in actions.deletes):
        raise errors.validation(messages.REPLICA_WAS_SOURCE)
    raise errors.validation(messages.REPLICA_BEING_ADDED.format(table.schema.name, table.region))


def refuse_protected(leaver: Table) -> None:
    if leaver.schema.is_deletion_protected:
        raise errors.validation(messages.REPLICA_PROTECTED.format(leaver.schema.name, leaver.region))


def begin(namespace: Namespace, table: Table, actions: ReplicaActions, now: float) -> list[Definition]:
    """What lets the replicas go, as `check` has allowed."""
    leaving_at = members.share(namespace, members.LEAVING_AFTER, now)
    left_at = namespace.settled_at(now)
    found: list[Definition] = [members.busy(table, Job("replica", None, now, leaving_at))]
    for _, other in namespace.other_replicas(table, now):
        if other.region in actions.deletes:
            gone_at = members.share(namespace, members.GONE_AFTER, now)
            found.append(members.busy(other, Job("replica deletion", None, now, leaving_at, deleted_at=gone_at)))
        else:
            found.append(members.busy(other, Job("replica", None, now, leaving_at)))
    regions = (*actions.deletes, *actions.witness_deletes)
    return [*found, *(ReplicaRemoved(table.id, region, leaving_at, left_at) for region in regions)]


def check_table(table: Table, now: float) -> None:
    """What keeps the table of a replica from being deleted in its own region."""
    global_table = table.global_table
    assert global_table is not None
    if global_table.is_strong:
        raise errors.validation(messages.STRONG_ALL_REPLICAS)
    if any(job.kind == "replica deletion" for job in table.jobs):
        raise errors.resource_in_use(messages.RESOURCE_IN_USE)
    if global_table.was_source(table.region, now):
        raise errors.validation(messages.REPLICA_WAS_SOURCE)
    members.refuse_busy(table, now)
    refuse_protected(table)


def begin_table(namespace: Namespace, table: Table, now: float) -> list[Definition]:
    """What deletes a replica's table: it just leaves."""
    leaving_at = members.share(namespace, members.LEAVING_AFTER, now)
    gone_at = members.share(namespace, members.GONE_AFTER, now)
    return [
        *members.busy_all(namespace, table, leaving_at, now),
        ReplicaRemoved(table.id, table.region, leaving_at, namespace.settled_at(now)),
        TableDeleted(table.id, gone_at),
    ]
