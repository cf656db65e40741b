"""Refusals: what limit was met, where, by which key; the last of them; and the error that a refused request gets."""

from collections import deque
from collections.abc import Callable
from functools import cache
from typing import Literal, NamedTuple, get_args

from thermodynamo_storage.values.errors import StorageError
from thermodynamo_storage.values.schema import KeySchema

Limit = Literal["ProvisionedThroughput", "KeyRangeThroughput", "AccountLimit", "MaxOnDemandThroughput"]
"""Provisioned units, a partition (or an on-demand table that has not grown yet), the quota, a configured maximum."""
LIMITS: tuple[Limit, ...] = get_args(Limit)
REFUSALS_KEPT = 1_000


@cache
def reason(is_index: bool, is_write: bool, limit: Limit) -> str:
    """Such as TableWriteKeyRangeThroughputExceeded: one of sixteen (API reference, ThrottlingReason)."""
    return f"{'Index' if is_index else 'Table'}{'Write' if is_write else 'Read'}{limit}Exceeded"


class Refusal(NamedTuple):
    """One request that a limit refused, or would have refused where limits are only observed.

    It names the table and does not hold it: a dropped table is not kept by its refusals. To make a frozen dataclass of
    so many members took two and a half times as long, and an overloaded table refuses most of what it is asked.
    """

    time: float
    operation: str
    account: str
    region: str
    table_name: str
    table_id: str
    index_name: str | None
    key_schema: KeySchema
    """Of the table or the index that refused."""
    is_write: bool
    limit: Limit
    partition_id: int
    """The partition that was asked for, whichever limit refused."""
    key: bytes
    tokens: float
    """The half units left under the limit; negative is debt."""
    is_on_demand: bool
    """How the table or index that refused is billed."""
    is_observed: bool
    attempt: int | None = None
    """Which attempt of its client the request was, where it says so."""

    @property
    def reason(self) -> str:
        return reason(self.index_name is not None, self.is_write, self.limit)


class Throttled(StorageError):
    """A limit has no tokens left for the request. Nothing was written."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.reason)
        self.refusal = refusal


class Throttles:
    """The refusals of a database. `on_first` hears of each table's first one."""

    __slots__ = ("count", "last", "on_first", "operation", "seen")

    def __init__(self, on_first: Callable[[Refusal], None] | None = None) -> None:
        self.last: deque[Refusal] = deque(maxlen=REFUSALS_KEPT)
        self.count = 0
        """How many there ever were."""
        self.operation = ""
        """The operation that is being executed."""
        self.on_first = on_first
        self.seen: set[str] = set()

    def forget(self, table_id: str) -> None:
        """Drops what is kept for a table that is gone; its refusals stay among the last ones."""
        self.seen.discard(table_id)

    def note_attempt(self, refusal: Refusal, attempt: int | None) -> None:
        """Says which attempt of its client the request was that has just been refused."""
        if attempt is not None and self.last and self.last[-1] is refusal:
            self.last[-1] = refusal._replace(attempt=attempt)

    def add(self, refusal: Refusal) -> None:
        self.last.append(refusal)
        self.count += 1
        if refusal.table_id not in self.seen:
            self.seen.add(refusal.table_id)
            if self.on_first is not None:
                self.on_first(refusal)
