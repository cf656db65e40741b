"""Foresight: what traffic that was recorded would meet on tables that are planned.

recorder   for clients of boto3 in production
traces     what was asked of tables, access by access: recorded here or in production, written and read
sources    what others have written down of requests, as traces
scenarios  the tables that are planned, and how traffic is to differ
arrivals   models of traffic that is known in sums, as traces
replays    a trace driven through the keyspaces, limits, splits and queues of the server, on a virtual clock
runs       scenarios replayed in processes or on a cluster, and what is kept of them
prices     what it costs, by a dated file
advice     what can be done better, with its evidence, for replays and for running servers
reports    what came of it

It drives `service.py` and storage, and never the server.
"""
