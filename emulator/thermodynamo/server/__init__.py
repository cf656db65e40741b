"""HTTP. The only floor that knows requests as bytes with headers.

application     one ASGI callable: the data plane at `/`, the admin API, the health page
data_plane      from the target header to the reply's bytes, on a Service
http_protocol   for uvicorn: answers the data plane within the call that completes a request
arrivals        requests as they arrive: in pieces, at a glance, with very many values
cross_origin    what browsers ask before a page may send a request
compression     bodies in gzip and deflate, both ways
turns           replies that take long, a slice at a time
slow_readers    replies that clients leave unread, and the memory they may take
recorded        the data plane of a server that records what it is asked
request_log     `--log requests`: a line for each request
process         uvicorn's server, which starts and ends without noise
handshakes      tells of plain HTTP where TLS is spoken
connection_notices  what the log says of connections that cannot be served
collector       full collections of garbage, while no request comes
held_replies    what one turn of the loop records, and the replies that wait for it
held_transport  keeps replies until their turn is over
background      the task that runs the steps of upkeep
delivering      the tasks that send changes to Kinesis, and read and write files in buckets
"""
