"""Followers: what takes notice of each change of a table, after it has happened.

stream               the stream of a table, in shards that follow its partitions
shard                a shard and the stream records in it
expiry               time to live: which items expire when
number_search        one number of a stored item, found without reading all of it
lagging_reads        what an eventually consistent read may find in place of the latest items
replication          what is on its way between the replicas of a global table
item_collections     the sizes of item collections, which local indexes limit
kinesis_destination  the state of a Kinesis destination
change_feed          what is still to be sent to one
item_history         what each change has replaced, while point-in-time recovery is on
undoing              what is left to be taken back of a table's changes, while it is restored
past_items           what a table held at a second of the past, and what has changed between two
vector_indexes       the vector indexes of a table, made and filled
vector_index         a vector index: the items that have a vector, by the value of its partition key
vector_text          vectors read out of the text of stored items
vector_matrix        the items of one value, their vectors as 32-bit floats, and how far each is from another
vector_search        the nearest items to a vector, in slices
"""
