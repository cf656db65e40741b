"""Values that everything else is made of. Nothing here changes.

numbers        numbers as DynamoDB takes, stores and orders them
keys           item keys and index entry keys as bytes whose order is DynamoDB's
item           stored items, and the size of items and attribute values
long_items     long items decoded, measured and compared in steps
long_images    the images of a long item before and after a write
schema         key schemas, projections, throughput, index and table schemas
resource_policy  the policy of a table or a stream
keyspace_name  what a keyspace is called: its table and global index
errors         what can go wrong, as types
dataclass      the decorator that these classes are made with
"""
