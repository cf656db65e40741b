"""Advice: what can be done better, with the evidence and the requests that it follows from. One model for all sources.

evidence  what is known of the traffic of one table or index
finding   one piece of advice
keys      hot keys, and over how many they must be spread
limits    units and quotas that were used up
reads     scans, filters that drop most, large items that are read for little
indexes   indexes that are never read, or written far more often than read
spending  modes, table classes, reserved capacity, savings plans
advisor   all of it, in one order
wording   for the terminal

A replay makes evidence of its outcome (`reports/observed.py`), a running server of its counts
(`admin/reports/usage.py`).
Nothing here reads a trace or asks a server.
"""
