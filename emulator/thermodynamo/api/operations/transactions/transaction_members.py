"""What transactions are made of: the actions of a request, and what became of each."""

from typing import Any, Literal

from thermodynamo.api.expressions.projection import Projection
from thermodynamo.api.operations.items import item_update, single_write
from thermodynamo.api.operations.transactions.cancellation import Reason
from thermodynamo_storage.changes.commit import Change
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.item import Item, encode

Attributes = dict[str, Any]


@dataclass(slots=True)
class Member:
    """One action of a writing transaction.

    `attributes` is the item to put, canonical and of `size_bytes`, or else the canonical key. An Update has its
    condition in `update`, the others in `guard`; a ConditionCheck must have one. An Insert is a Put that replaces
    nothing.
    """

    kind: Literal["Put", "Insert", "Update", "Delete", "ConditionCheck"]
    table_name: str
    attributes: Attributes
    guard: single_write.Guard | None = None
    update: item_update.ItemUpdate | None = None
    size_bytes: int = 0
    shows_item_on_failure: bool = False
    refusal: Reason | None = None
    """Why it is known already that this cannot be carried out; `attributes` mean nothing then."""

    encoded: Item | None = None
    """The item to put as it is stored, once `image` was asked for it."""

    @property
    def image(self) -> Item | None:
        """What is put; None where nothing is."""
        if self.encoded is None and self.is_item:
            self.encoded = encode(self.attributes, self.size_bytes)
        return self.encoded

    @property
    def is_item(self) -> bool:
        """Whether `attributes` is an item rather than a key."""
        return self.kind in ("Put", "Insert")


@dataclass(slots=True)
class Get:
    """One action of a reading transaction; `key` is canonical. `refusal` is as of a Member."""

    table_name: str
    key: Attributes
    projection: Projection | None = None
    refusal: Reason | None = None


@dataclass(slots=True)
class Once:
    """A client request token, and the fingerprint of the request it came with.

    `token` begins with the operation: each has tokens of its own (nubo-db/dynoxide pull request 125, on the service).
    """

    token: str
    fingerprint: bytes


@dataclass(slots=True)
class Written:
    """What a member did to its item. `new` is `old` for a ConditionCheck, which has no change."""

    table_name: str
    table: Table
    key: bytes
    old: Item | None
    new: Item | None
    change: Change | None


@dataclass(slots=True)
class Read:
    """What a Get found, and its cost: twice that of a strongly consistent read."""

    table_name: str
    item: Item | None
    half_units: int
