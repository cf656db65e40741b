"""Replays: a trace driven through the keyspaces, limits, splits and queues of the server.

simulation  one scenario of one trace
exact     every event in order
target    where events of one table or index go
groups    the events of one request that are admitted together
clients   what clients do about throttling
aggregate  half units by second, key and kind
slices     what is added up of some seconds
plan       what an aggregate replay is made of
engines    where slices are added up: processes, or a cluster
outcome   what came of a replay, second by second
kept       outcomes in a folder, for a run that is interrupted
heat_map   what each range of keys was asked for in each part of the time
"""
