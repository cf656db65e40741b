"""Global tables: those of version 2019.11.21, and the operations on those of 2017, of which there are none any more.

`describe_table_replica_auto_scaling` and `update_table_replica_auto_scaling` are of the first, all others of 2017.

replica_actions                 ReplicaUpdates of an UpdateTable, with the rules that need no table
replica_creation, replica_deletion, replica_overrides   whether one may be carried out, and what it does
disassociation                  a replica that leaves its global table and is a table of its own
members, supported_regions      the replicas while they change; where they can be
replica_description             what a table's description says of them
replica_scaling                 auto scaling in each region
"""
