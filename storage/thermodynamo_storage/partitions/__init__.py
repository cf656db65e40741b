"""Partitions: ranges of item keys, and the keyspace that they make together.

sorted_items   items in key order, in runs
key_sketch     which keys of many are asked for most
heat           what a partition served and refused in each of the last seconds
split_reasons  why a partition is split, or is not
partition      one range of item keys with its items, buckets and heat
split_points   where a partition is split
admission      what a keyspace asks before it serves a request; this one admits everything
directory      which of many partitions holds all keys that begin alike
keyspace       the partitions of a table or an index, in key order
discards       what is gone and is freed in steps
"""
