"""What can go wrong in the data model, as types. Wording and HTTP statuses belong to `emulator/errors.py`."""


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
