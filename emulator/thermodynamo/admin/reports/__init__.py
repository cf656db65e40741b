"""What the routes answer with, from the tables of a namespace at one moment.

keyspaces        the tables and global indexes that are told of
descriptions     keys, partitions and refusals in JSON
heat, heat_text  the heat of every keyspace, as JSON, text or a map in colours
diagnosis        what ails a table, and a sentence of advice
insights         the keys that used the most, and those that were throttled most
"""
