"""Changes: what one write does to an item and to its index entries, and the commit that makes it happen.

index           secondary indexes, and the change of an entry
propagation     how those changes reach a global index, and how far they are behind
commit          changes, commits, and the code that applies them
request_tokens  the client request tokens of transactions
request_counts  what is counted of the requests to a table or a stream
read_shapes     reads that are alike, and what they found for their units
"""
