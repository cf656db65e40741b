"""What open pages are told each second: server-sent events, each encoded once for all who listen.

event       one event as bytes
topics      what a page listens to: a namespace's tables, or the heat of one table or index
tables      the events of a namespace: the tables that changed since the last one
heat        the events of a table or an index: what its partitions served since the last one
ticker      makes the events while anyone listens, and wakes the listeners
"""
