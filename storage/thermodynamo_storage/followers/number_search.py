"""One number of a stored item, found in its JSON without reading all of it.

To read an item of 190,000 values as a whole takes tens of milliseconds. An attribute of a known name with a number has
one text in canonical JSON, whose place is found at once. What remains is whether it belongs to the item or to a map in
it: the braces before it are counted, those outside strings, a bounded part of the text in each step.
"""

import orjson

from thermodynamo_storage.values.item import Item
from thermodynamo_storage.values.long_items import unescaped

READ_BYTES = 128 * 1024
"""Of the JSON that one step reads: about a millisecond."""
PLACE_BYTES = 200
"""What a look at one place costs, in such bytes."""


class NumberSearch:
    """The search for the number that an item's attribute is; None where it is anything else, or is not there."""

    __slots__ = ("depth", "is_in_string", "item", "number", "opening", "place", "read_to")

    def __init__(self, item: Item, name: str) -> None:
        self.item = item
        self.opening = orjson.dumps(name) + b':{"N":"'
        self.place = self._find(0)
        """Where the text stands that may be the attribute; negative once there is none."""
        self.read_to = self.depth = 0
        """How much has been read, and how many braces are open there."""
        self.is_in_string = False
        self.number: str | None = None

    def _find(self, start: int) -> int:
        return self.item[0].find(self.opening, start)

    def step(self) -> bool:
        """Reads on; returns whether the search is over. Then `number` says what it has found."""
        data, left = self.item[0], READ_BYTES
        while self.place >= 0:
            # No escaped quote stands behind these, and one that ends a string would leave a bare N in the JSON.
            if data[self.place - 1] in b"{,":
                left -= self._read(min(self.place, self.read_to + left))
                if self.read_to < self.place:
                    return False
                if self.depth == 1:
                    start = self.place + len(self.opening)
                    self.number = data[start : data.index(b'"', start)].decode()
                    break
            left -= PLACE_BYTES
            self.place = self._find(self.place + 1)
            if left <= 0:
                return self.place < 0
        return True

    def _read(self, end: int) -> int:
        """Counts the braces up to a place, or one byte further where that would part an escape; returns the bytes."""
        text = self.item[0][self.read_to : end]
        if text.endswith(b"\\") and (len(text) - len(text.rstrip(b"\\"))) % 2:
            text = self.item[0][self.read_to : end + 1]
        size_bytes = len(text)
        self.read_to += size_bytes
        parts = unescaped(text).split(b'"')
        outside = b"".join(parts[1 if self.is_in_string else 0 :: 2])
        self.depth += outside.count(b"{") - outside.count(b"}")
        self.is_in_string ^= len(parts) % 2 == 0
        return size_bytes
