"""Replays: a trace driven through the keyspaces, limits, splits and queues of the server.

exact             every event in order
target            where events of one table or index go
repeats           what writes have changed whose copies may still come
groups            the events of one request that are admitted together
clients           what clients do about throttling
aggregate         half units by second, key and kind
slices            what is added up of some seconds
laid_out          a trace on the tables of a scenario, where keys are others or indexes have entries
plan              what an aggregate replay is made of
offers            what one key asks for in one second
sharing           that, shared out among all limits
index_queues      what waits for indexes
expected_clients  what clients do about throttling, on average
outcome           what came of a replay, second by second
heat_map          what each range of keys was asked for in each part of the time
"""
