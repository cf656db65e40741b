"""What definitions do to global tables: replicas come, are filled, hear of one another's changes, and leave."""

from thermodynamo_storage.changes.commit import Commit, apply
from thermodynamo_storage.followers.replication import Replication, Way
from thermodynamo_storage.tables.catalog import Catalog
from thermodynamo_storage.tables.definition import (
    ChangesArrived,
    LinkSet,
    ReplicaAdded,
    ReplicaFilled,
    ReplicaRemoved,
    WitnessAdded,
)
from thermodynamo_storage.tables.delivery import arriving_change, planned_change, prepare
from thermodynamo_storage.tables.global_table import GlobalTable, Replica
from thermodynamo_storage.tables.table import Table

Change = ReplicaAdded | WitnessAdded | ReplicaFilled | ReplicaRemoved | ChangesArrived
"""What a definition does to a table because of its replicas."""


def apply_to(catalog: Catalog, table: Table, definition: Change, now: float) -> None:
    """Carries out a definition that was made at `now`."""
    match definition:
        case ReplicaAdded():
            add(catalog, table, definition, now)
        case WitnessAdded():
            add_witness(catalog, table, definition, now)
        case ReplicaFilled():
            fill(catalog, table, definition.end, now)
        case ReplicaRemoved():
            remove(catalog, table, definition)
        case ChangesArrived():
            arrive(table, definition, now)


def add(catalog: Catalog, source: Table, definition: ReplicaAdded, now: float) -> None:
    """Makes a new table a replica.

    What is on its way to the source is on its way to the new replica as well: the source's items, which fill it, do
    not have that yet.
    """
    global_table = _global_table(source, definition.is_strong, now)
    table = catalog.by_id[definition.replica_id]
    replication = table.replicate(global_table, source.id, definition.visible_at)
    to_source = source.replicate(global_table, None, now)
    for replica in global_table.replicas:
        other = catalog.by_id.get(replica.table_id)
        if other is None or other.replication is None or replica.leaving_at is not None:
            continue
        is_strong = global_table.is_strong
        here = Way(other.id, catalog.link(other.region, table.region), is_strong=is_strong)
        if other is not source:
            here.changes.extend(to_source.incoming[other.id].changes)
        there = Way(table.id, catalog.link(table.region, other.region), is_strong=is_strong)
        other.replication.outgoing[table.id] = replication.incoming[other.id] = here
        replication.outgoing[other.id] = other.replication.incoming[table.id] = there
    replication.versions = dict(to_source.versions)
    replication.tidy()
    global_table.add(Replica(table.region, table.id, source.region, now, definition.shown_at, definition.settled_at))
    catalog.look(table.id)
    isolate(catalog, global_table)


def add_witness(catalog: Catalog, table: Table, definition: WitnessAdded, now: float) -> None:
    """Gives a strongly consistent global table its witness."""
    witness = Replica(definition.region, "", table.region, now, definition.shown_at, definition.settled_at)
    global_table = _global_table(table, True, now)
    global_table.witness = witness
    isolate(catalog, global_table)


def _global_table(table: Table, is_strong: bool, now: float) -> GlobalTable:
    """The global table of a table: a new one where it is no replica, or the only one that is left."""
    found = table.global_table
    if found is None or (next(found.others(table.region, now), None) is None and found.is_strong != is_strong):
        found = GlobalTable(Replica(table.region, table.id, table.region, now, now, now), is_strong=is_strong)
        table.replicate(found, None, now)
    return found


def isolate(catalog: Catalog, global_table: GlobalTable) -> None:
    """Notes which replicas of a strongly consistent global table reach no other member, over a way in both directions.

    Two of the three members are a majority (developer guide, multi-Region strong consistency).
    """
    members = global_table.staying_regions() if global_table.is_strong else []
    for replica in global_table.replicas:
        table = catalog.by_id.get(replica.table_id)
        if table is not None and table.replication is not None:
            others = [region for region in members if region != replica.region] if replica.region in members else []
            table.replication.is_isolated = bool(others) and all(
                catalog.is_cut(replica.region, region) or catalog.is_cut(region, replica.region) for region in others
            )


def is_prepared(table: Table, source: Table) -> bool:
    """Whether the next step of a filling may be done in one piece; a long item is worked out a bit more."""
    replication = table.replication
    assert replication is not None
    key, item = next(source.keyspace.range(replication.position, None), (b"", None))
    ahead = replication.ahead = prepare(replication.ahead, table, key, item) if item is not None else None
    return ahead is None or ahead.change is not None


def fill(catalog: Catalog, table: Table, end: bytes | None, now: float) -> None:
    """Puts the items of its source below `end` into a new replica. Its stream has no records of them."""
    replication = table.replication
    assert replication is not None and replication.filled_from is not None
    source = catalog.by_id[replication.filled_from]
    replication.arriving = 0
    for key, item in list(source.keyspace.range(replication.position, end)):
        change = arriving_change(table, key, item, replication.ahead)
        change.followers = [follower for follower in change.followers if follower not in (table.stream, replication)]
        apply(Commit(0, now, [change]))
    replication.arriving = replication.ahead = None
    if end is None:
        replication.filled_from = None
    else:
        replication.position = end


def remove(catalog: Catalog, table: Table, definition: ReplicaRemoved) -> None:
    """Lets a replica or a witness go. What a replica has sent still arrives; nothing is sent to it any more."""
    global_table = table.global_table
    assert global_table is not None
    for replica in global_table.replicas:
        leaver = catalog.by_id.get(replica.table_id)
        if replica.region != definition.region or leaver is None or leaver.replication is None:
            continue
        leaver.replication.outgoing.clear()
        for other in global_table.replicas:
            stayer = catalog.by_id.get(other.table_id)
            if stayer is None or stayer.replication is None or stayer is leaver:
                continue
            stayer.replication.outgoing.pop(leaver.id, None)
            _end(stayer.replication, leaver.id)
        leaver.replication.incoming.clear()
        leaver.replication.tidy()
        leaver.replication.filled_from = None
    global_table.leave(definition.region, definition.leaving_at, definition.left_at)
    isolate(catalog, global_table)


def disassociate(catalog: Catalog, table: Table, now: float) -> None:
    """Lets a replica go on as a table of its own, and what it and the others have sent one another still arrive.

    Where some of that cannot arrive, since a way is cut, the replica stays (developer guide, disassociating a global
    table replica: such a disassociation does not complete).
    """
    global_table, replication = table.global_table, table.replication
    assert global_table is not None and replication is not None
    others = [
        other
        for replica in global_table.others(table.region, now)
        if (other := catalog.by_id.get(replica.table_id)) is not None and other.replication is not None
    ]
    ways = [*replication.incoming.values(), *replication.outgoing.values()]
    if any(way.changes and not way.is_open for way in ways):
        return
    for other in others:
        assert other.replication is not None
        other.replication.outgoing.pop(table.id, None)
        _end(other.replication, table.id)
        _end(replication, other.id)
    replication.outgoing.clear()
    global_table.leave(table.region, now, now)
    table.global_table = GlobalTable(Replica(table.region, table.id, table.region, now, now, now))


def _end(replication: Replication, source_id: str) -> None:
    """Lets nothing more come from a table; what is on its way still arrives."""
    way = replication.incoming.get(source_id)
    if way is not None:
        way.is_ended = True
        replication.tidy()


def arrive(table: Table, definition: ChangesArrived, now: float) -> None:
    """Applies the changes that win. One that has arrived is no removal by time to live, whatever it was elsewhere.

    Developer guide, time to live and streams: only the region of the removal says who did it.
    """
    replication = table.replication
    assert replication is not None
    for change in replication.arrive(definition.source_id, definition.count):
        apply(Commit(change.version, now, [planned_change(table, change.key, change.item)]))
    replication.planned.clear()


def set_link(catalog: Catalog, definition: LinkSet) -> None:
    """Sets the way between two regions. Changes on their way keep their times."""
    source_region, target_region = definition.source_region, definition.target_region
    link = catalog.link(source_region, target_region)
    if definition.bounds_seconds is not None:
        link.delay = catalog.settings.replica_delay(source_region, target_region, definition.bounds_seconds)
        link.bounds_seconds = definition.bounds_seconds
    link.is_cut = definition.is_cut
    for table in catalog.by_id.values():
        if table.global_table is not None and table.global_table.is_strong:
            isolate(catalog, table.global_table)
