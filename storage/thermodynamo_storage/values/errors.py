"""What can go wrong in the data model, as types. Wording and HTTP statuses belong to the API.

`Throttled` stands in `capacity/refusals.py`, beside the refusal that it carries.
"""


class StorageError(Exception):
    """The parent of every error storage raises."""


class TableNotFound(StorageError):
    """No table of that name exists in the namespace."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class TableInUse(StorageError):
    """The table exists already, or is in a state that does not admit the change."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class ConditionFailed(StorageError):
    """The condition of a write is false for the item as it stands. `blob` is that item's wire JSON, if there is one."""

    def __init__(self, blob: bytes | None) -> None:
        super().__init__()
        self.blob = blob


class IndexKeyMismatch(StorageError):
    """An item's attribute is a key of an index, but of another kind than the index's schema says."""

    def __init__(self, index: str, attribute: str, expected: str, actual: str) -> None:
        super().__init__(index, attribute)
        self.index = index
        self.attribute = attribute
        self.expected = expected
        self.actual = actual


class IndexKeyEmpty(StorageError):
    """An item's attribute is a key of an index, but empty."""

    def __init__(self, index: str, attribute: str, kind: str) -> None:
        super().__init__(index, attribute)
        self.index = index
        self.attribute = attribute
        self.kind = kind


class IndexKeyTooLarge(StorageError):
    """An item's attribute is a key of an index, but larger than a key may be."""

    def __init__(self, index: str, attribute: str, size_bytes: int, limit_bytes: int) -> None:
        super().__init__(index, attribute)
        self.index = index
        self.attribute = attribute
        self.size_bytes = size_bytes
        self.limit_bytes = limit_bytes


class VectorMismatch(StorageError):
    """An item's attribute is the vector of an index, but no list of numbers. `parameter` names it, or its element."""

    def __init__(self, index: str, parameter: str, expected: str, actual: str) -> None:
        super().__init__(index, parameter)
        self.index = index
        self.parameter = parameter
        self.expected = expected
        self.actual = actual


class VectorSizeMismatch(StorageError):
    """An item's vector has another number of elements than its index has dimensions."""

    def __init__(self, index: str, attribute: str, expected: int, actual: int) -> None:
        super().__init__(index, attribute)
        self.index = index
        self.attribute = attribute
        self.expected = expected
        self.actual = actual


class VectorOverflow(StorageError):
    """An element of an item's vector is too large for 32-bit floating point."""

    def __init__(self, index: str, parameter: str, value: str) -> None:
        super().__init__(index, parameter)
        self.index = index
        self.parameter = parameter
        self.value = value


class VectorsUnavailable(StorageError):
    """There are vector indexes, and numpy, which searches them, is not installed."""


class JournalStalled(StorageError):
    """The journal cannot be written: nothing more is changed until it can, and reads go on."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"the journal {path} cannot be written: {reason}")
        self.path = path
        self.reason = reason


class CannotSplit(StorageError):
    """A partition cannot be split; the message says why."""


class ItemHeld(StorageError):
    """The item is held by a transaction that is not over yet."""

    def __init__(self, table: str, key: bytes) -> None:
        super().__init__(table)
        self.table = table
        self.key = key


class ItemUnderWay(StorageError):
    """A write of the item in another region of a strongly consistent global table is still under way."""


class ReplicaIsolated(StorageError):
    """A strongly consistent replica reaches no other member of its global table."""


class ItemCollectionTooLarge(StorageError):
    """A write would make an item collection of a table with a local index larger than it may be."""


class ItemTooLarge(StorageError):
    """An item and its entry in a local index are together larger than an item may be."""


class Laborious(StorageError):
    """A write of a large item would take too long to plan at once: it is to be drafted first, in steps."""
