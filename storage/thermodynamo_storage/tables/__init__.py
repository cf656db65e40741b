"""Tables: what they are, and how a write of one is planned, admitted and charged.

table            a table: its schema, its keyspace, its state, and the plan of a write
write_admission  what a write costs, and which keyspaces are asked for it
definition       what a table is, as values: one kind for each change of it
defining         the code that applies definitions
global_table     the replicas of a global table
replicating      the code that applies what definitions say of global tables
delivery         what a change that arrives does to a replica, and what it can take of those that are due
point_in_time    point-in-time recovery of a table: its history begun and ended, and what is asked of it
table_stream     the stream of a table, begun and ended
catalog          all tables by name and id, gone streams, indexes being filled, request tokens, snapshots
table_copy       copies of a table that share its runs
restoration      backups made and let go of; tables restored from them, and to points in time
snapshot         what namespaces held at one instant, and what tables held when a backup was made
ties             what ties tables to one another and to Kinesis, copied and tied anew
restoring        takes snapshots and brings them back, forks and clears namespaces
settings         what a server gives every table beside its definition
backfill         the filling of a new index with the items that are there
"""
