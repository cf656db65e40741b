"""Read and write capacity units, counted as integer half units so that sums are exact.

A strongly consistent read of up to 4 KB is one read unit, an eventually consistent one half of that, a transactional
one twice; a write of up to 1 KB is one write unit, a transactional one two. Sizes are rounded up per item, but per
page for Query and Scan. Source: developer guide, read-write-operations.
"""

READ_UNIT_BYTES = 4096
WRITE_UNIT_BYTES = 1024
TRACE = 0.1
"""What rounding of times may leave in a bucket, in half units: no more than this is nothing."""


def read_half_units(size_bytes: int, is_consistent: bool) -> int:
    """The half units of reading `size_bytes`; reading nothing costs the minimum."""
    blocks = (size_bytes + READ_UNIT_BYTES - 1) // READ_UNIT_BYTES or 1
    return blocks * 2 if is_consistent else blocks


def read_blocks(size_bytes: int) -> int:
    """The 4 KB blocks of reading `size_bytes`, at least one; each is half a unit, or a unit if consistent."""
    return (size_bytes + READ_UNIT_BYTES - 1) // READ_UNIT_BYTES or 1


def write_half_units(old_bytes: int, new_bytes: int) -> int:
    """The half units of replacing an item: the larger image counts, and the least is one unit."""
    size_bytes = old_bytes if old_bytes > new_bytes else new_bytes
    return ((size_bytes + WRITE_UNIT_BYTES - 1) // WRITE_UNIT_BYTES or 1) * 2


class TokenBucket:
    """Half units that are supplied at a rate, kept up to a depth, and spent into debt if need be.

    Nothing runs between two uses: the supply is `(now - origin) * rate`, and `spent` counts against it. Costs are whole
    half units, so `spent` is exact; a bucket that overflows spends the excess.
    """

    __slots__ = ("depth", "origin", "rate", "spent")

    def __init__(self, rate: float, depth: float) -> None:
        """A new bucket is full, whenever it is first used."""
        self.rate = rate
        self.depth = depth
        self.origin = 0.0
        self.spent = -depth

    def has(self, now: float) -> bool:
        """Whether tokens are left."""
        return (now - self.origin) * self.rate - self.spent > TRACE

    def take(self, half_units: float, now: float) -> bool:
        """Charges if tokens are left; whether they were. One call in place of two on the way of every request."""
        supply = (now - self.origin) * self.rate
        if supply - self.spent <= TRACE:
            return False
        floor = supply - self.depth
        self.spent = (self.spent if self.spent > floor else floor) + half_units
        return True

    def take_with(
        self, part: "TokenBucket", half_units: float, part_half_units: float, now: float
    ) -> "TokenBucket | None":
        """Charges this bucket and that of a part of it if both have tokens left, this one being asked first.

        Returns the one that has none, and None where both were charged. One call in place of four on the way of every
        request.
        """
        supply = (now - self.origin) * self.rate
        if supply - self.spent <= TRACE:
            return self
        part_supply = (now - part.origin) * part.rate
        if part_supply - part.spent <= TRACE:
            return part
        floor = part_supply - part.depth
        part.spent = (part.spent if part.spent > floor else floor) + part_half_units
        floor = supply - self.depth
        self.spent = (self.spent if self.spent > floor else floor) + half_units
        return None

    def charge(self, half_units: float, now: float) -> None:
        """Spends what was used, also beyond what is left."""
        floor = (now - self.origin) * self.rate - self.depth
        self.spent = (self.spent if self.spent > floor else floor) + half_units

    def copy(self) -> "TokenBucket":
        """Another bucket with what is in this one. They share the numbers as long as these are the same."""
        copied = TokenBucket(self.rate, self.depth)
        copied.origin, copied.spent = self.origin, self.spent
        return copied

    def tokens(self, now: float) -> float:
        """The half units left at `now`; negative is debt."""
        return min((now - self.origin) * self.rate - self.spent, self.depth)

    def set_tokens(self, half_units: float, now: float) -> None:
        """Drains, fills, or anything between."""
        self.origin = now
        self.spent = -min(half_units, self.depth)

    def set_rate(self, rate: float, depth: float, now: float) -> None:
        """Changes the supply from `now` on; what is in the bucket stays, as far as the new depth holds it."""
        tokens = self.tokens(now)
        self.rate = rate
        self.depth = depth
        self.set_tokens(tokens, now)
