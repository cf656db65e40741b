"""The routes of the admin API, one module a subject.

capacity   heat, refusals, partitions, metrics; splits, drained and filled buckets
clock      reads it, turns it, freezes it
faults     makes, lists and removes rules
snapshots  take, restore and delete them; forks and resets
indexes    how far a global index may be behind its table
"""
