"""Replays: a trace driven through the keyspaces, limits, splits and queues of the server.

exact     every event in order
target    where events of one table or index go
groups    the events of one request that are admitted together
outcome   what came of a replay, second by second
"""
