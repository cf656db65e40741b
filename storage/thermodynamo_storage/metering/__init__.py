"""Metering: the admission of a keyspace that has limits.

metered  asks the pools and partitions for tokens, charges them, and counts refusals
heard    the admission that a listener hears of, and which of the two a keyspace gets
supply   the units that a keyspace serves in a second, and the partitions that it takes
limits   what all keyspaces share: the policy, the refusals, the splits that are due
"""
