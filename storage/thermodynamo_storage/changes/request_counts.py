"""What is counted of the requests to one table or one stream, with limits or without: CloudWatch's figures by request.

A table or a stream keeps its own tally, so what is kept for it goes with it. Requests are told apart by the name of the
operation; the operations on statements add a word to it, as in "ExecuteStatement PartiQLInsert".
"""

from collections import Counter

from thermodynamo_storage.changes.read_shapes import ReadShapes


class Latency:
    """How many requests were answered, and the seconds that answering them took."""

    __slots__ = ("count", "seconds")

    def __init__(self) -> None:
        self.count = 0
        self.seconds = 0.0


class Tally:
    """The counts since the table or the stream was made, by operation where a dictionary has them."""

    __slots__ = (
        "condition_failures",
        "conflicts",
        "expired_items",
        "latencies",
        "reads",
        "returned_bytes",
        "returned_items",
        "system_errors",
        "throttled",
    )

    def __init__(self) -> None:
        self.latencies: dict[str, Latency] = {}
        """Of the requests that succeeded."""
        self.returned_items: Counter[str] = Counter()
        """Items of pages, or records of a stream."""
        self.returned_bytes = 0
        """The sizes of a stream's records that were returned."""
        self.throttled: Counter[str] = Counter()
        """Requests that were refused as a whole by a limit."""
        self.system_errors: Counter[str] = Counter()
        self.condition_failures = 0
        """Writes that their conditions refused, each member of a transaction or a batch for itself."""
        self.expired_items = 0
        """Items that time to live has removed."""
        self.conflicts = 0
        """Requests on an item that a transaction holds, each member of a transaction or a batch for itself."""
        self.reads = ReadShapes()
        """Of pages, and of items read with a projection: what they found, and what they cost."""
