"""Tables: what they are, and how a write of one is planned, admitted and charged.

table            a table: its schema, its keyspace, its state, and the plan of a write
write_admission  what a write costs, and which keyspaces are asked for it
backfill         the filling of a new index with the items that are there
holds            the items that a transaction holds
insights         Contributor Insights of a table or an index
"""
