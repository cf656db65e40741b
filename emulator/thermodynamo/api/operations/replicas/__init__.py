"""Global tables: those of version 2019.11.21, and the operations on those of 2017, of which there are none any more.

replica_actions                 ReplicaUpdates of an UpdateTable, with the rules that need no table
replica_creation, replica_deletion, replica_overrides   whether one may be carried out, and what it does
members, supported_regions      the replicas while they change; where they can be
replica_description             what a table's description says of them
replica_scaling                 auto scaling in each region, of which are `describe_table_replica_auto_scaling` and
                                `update_table_replica_auto_scaling`
create_global_table, update_global_table, describe_global_table, list_global_tables,
describe_global_table_settings, update_global_table_settings   the operations of version 2017.11.29
"""
