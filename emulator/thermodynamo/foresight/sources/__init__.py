"""Sources: what others have written down of requests, as events.

mapped_lines     accesses out of any CSV, JSON lines or Parquet, by a map
cloudtrail       accesses out of CloudTrail's data events
opentelemetry    accesses out of spans and logs of OpenTelemetry
stream_records   writes out of the records of a stream, of DynamoDB or of Kinesis
file_lines       the lines of a file, whatever its format
json_records     the records of a file of JSON
key_names        the key attributes of tables as a command line names them
asked_operation  what an operation asks of an item, by its name
source_values    times, keys and sizes of sources as events have them
passed_over      what of a source became no event
conversion       a trace out of the accesses of a source
"""
