"""Triggers: handlers that are called with the records of a stream, as Lambda's event source mappings call functions.

A client of any server: of the emulator it imports `settings` alone.

trigger              the options of one, from flags or a TOML file
runner               finds the stream, and follows the lineage of its shards
shards, batch        reads one shard to batches; invokes, retries, bisects, gives up
filters, event       which records are for the handler, and how it gets them
targets, worker      a Python handler in processes of its own, or a URL
checkpoints          what is done, in a file
client, server_time  the server's endpoints and its time
"""
