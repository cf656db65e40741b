"""Read and write capacity units, counted as integer half units so that sums are exact.

A strongly consistent read of up to 4 KB is one read unit, an eventually consistent one half of that, a transactional
one twice; a write of up to 1 KB is one write unit, a transactional one two. Sizes are rounded up per item, but per
page for Query and Scan. Source: developer guide, read-write-operations.
"""

READ_UNIT_BYTES = 4096
WRITE_UNIT_BYTES = 1024


def read_half_units(size_bytes: int, is_consistent: bool) -> int:
    """The half units of reading `size_bytes`; reading nothing costs the minimum."""
    blocks = (size_bytes + READ_UNIT_BYTES - 1) // READ_UNIT_BYTES or 1
    return blocks * 2 if is_consistent else blocks


def write_half_units(old_bytes: int, new_bytes: int) -> int:
    """The half units of replacing an item: the larger image counts, and the least is one unit."""
    size_bytes = old_bytes if old_bytes > new_bytes else new_bytes
    return ((size_bytes + WRITE_UNIT_BYTES - 1) // WRITE_UNIT_BYTES or 1) * 2
