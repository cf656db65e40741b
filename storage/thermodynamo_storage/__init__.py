"""The data model: what tables hold, what they may serve, and how both change. No HTTP, no clock, no chance.

    values       numbers, keys, items, schemas and errors, as immutable values
    capacity     capacity units, token buckets, policies and refusals
    partitions   partitions, their heat and splits, and the keyspace that they make
    metering     the limits of a keyspace: admission that counts
    changes      what one write changes: the item, its index entries, the commit
    followers    what follows each change of a table: streams, expiry, item collections
    facets       what a table is set to and busy with, as values
    tables       tables, and what a write costs them
    durability   where commits go before they are applied
    removal.py   the removal of a long item whose time is over, worked out in steps
    database.py  all tables of all namespaces, and the commit sequence

Each package may import those above it, and none below.
"""
