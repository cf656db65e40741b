"""Traces: what was asked of tables, access by access, in the order of time.

event           one access, and the names and types of what is kept of it
batch           events in brief, some at a time
location        where a file is: a path, or a URL
origin          where a trace comes from, and what it does not have
sketch          an item without its data: sizes, keys and what tells changes apart
recorder        hears what keyspaces are asked for, and makes events of it
existing_tables  the tables that are there when a recording begins
recording       the recorder of a service, from its start to its end
columnar        DuckDB, which reads traces and makes Parquet of them
client_accesses  what a request of a client asks of tables
anonymising     a trace without its keys and values
trace_writer    events into a file: JSON lines, or Parquet made of them at the end
trace_reader    events out of a file, in order and in bounded memory
trace_error     what is wrong with a file, a source or a scenario
"""
