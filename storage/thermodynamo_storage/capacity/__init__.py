"""Capacity: what reads and writes cost, and what there is to pay them with.

units               read and write capacity units as half units; the token bucket
routed_bucket       a token bucket as many request routers see it
pool                the units of a whole keyspace, for reads or for writes
on_demand           the previous peak of an on-demand keyspace, and what it serves at once
policy              the settings that admission follows
refusals            what a limit refused, and the error Throttled
throughput_history  how throughput has changed, and when it may change next
"""
