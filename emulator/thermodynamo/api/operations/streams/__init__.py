"""The operations on streams: `list_streams`, `describe_stream`, `get_shard_iterator`, `get_records`.

shard_iterator   a position in a shard, as a text
stream_records   records as GetRecords returns them
"""
