"""The routes of the admin API, one module a subject.

access        who may call, and what was denied
advice        what could be done better, by what was counted
calls         DynamoDB's operations, for the console where access is controlled
capacity      heat, refusals, partitions, metrics; splits, drained and filled buckets
clock         reads it, turns it, freezes it
console       the page for browsers and its files
events        what open pages are told each second
faults        makes, lists and removes rules
foresight     the last report of what is foreseen, and its page in the console
indexes       how far a global index may be behind its table
replication   lag between regions, and regions cut off
seeds         tables and items brought in without a charge, and taken out
snapshots     take, restore and delete them; forks and resets
streams       shards, how far they are read, and the last records
transactions  how long they hold their items
"""
