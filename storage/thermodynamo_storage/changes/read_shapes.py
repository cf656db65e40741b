"""What reads of one table are alike, and what each such kind of read was given for its units.

Reads are alike that come by one operation, of the table or of one index, with filters on the same attributes and
projections of the same. No value of a request is kept, so that a shape shows nothing of an item.
"""

SHAPES_MAX = 200
"""So many shapes of reads a table tells apart; reads of further ones are not counted."""


ReadShape = tuple[str, str | None, frozenset[str], tuple[str, ...], bool]
"""The operation; the index, if it is one's; the attributes that the filter looks at; those that are asked for, none
standing for all; and whether the read goes from end to end, by no partition key."""
NO_NAMES = frozenset[str]()


class ReadCounts:
    """What the reads of one shape found and cost."""

    __slots__ = ("evaluated", "half_units", "read_bytes", "requests", "returned", "returned_bytes")

    def __init__(self) -> None:
        self.requests = 0
        self.evaluated = 0
        """Items that were read and paid for."""
        self.returned = 0
        """Items that the filter kept."""
        self.half_units = 0
        self.read_bytes = 0
        """The sizes of the items that were read."""
        self.returned_bytes = 0
        """The JSON of what a projection left of them; 0 without a projection."""


class ReadShapes(dict[ReadShape, ReadCounts]):
    """The counts by shape, in the order in which the shapes came."""

    def open(self, shape: ReadShape) -> ReadCounts:
        """The counts of a shape that is new; of one too many they are kept nowhere."""
        counts = ReadCounts()
        if len(self) < SHAPES_MAX:
            self[shape] = counts
        return counts

    def count(self, shape: ReadShape, items: int, half_units: int, read_bytes: int, returned_bytes: int) -> None:
        """Counts a request that reads items by their keys with a projection."""
        counts = self.get(shape)
        if counts is None:
            counts = self.open(shape)
        counts.requests += 1
        counts.evaluated += items
        counts.returned += items
        counts.half_units += half_units
        counts.read_bytes += read_bytes
        counts.returned_bytes += returned_bytes
