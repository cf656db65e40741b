"""HTTP. The only floor that knows requests as bytes with headers.

application     one ASGI callable: the data plane at `/`, the admin API, the health page
data_plane      from the target header to the reply's bytes, on a Service
http_protocol   for uvicorn: answers the data plane within the call that completes a request
cross_origin    what browsers ask before a page may send a request
background      the only asyncio task: runs the steps of upkeep
"""
