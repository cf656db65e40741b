"""What the routes answer with, from the tables of a namespace at one moment.

keyspaces           the tables and global indexes that are told of
overview            the first page of the console: load, limits, size, lag, and what is wrong
descriptions        keys, partitions and refusals in JSON
heat, heat_text     the heat of every keyspace, as JSON, text or a map in colours
diagnosis           what ails a table, and a sentence of advice
insights            the keys that used the most, and those that were throttled most
consumption, usage  the units that were used; all that was counted, as advice takes it
retries             what clients did about throttling
streams             the shards of a table's streams, how far each is read, and the last records
"""
