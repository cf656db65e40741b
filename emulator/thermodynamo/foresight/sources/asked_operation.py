"""What an operation asks of an item, by its name in DynamoDB or in the traces of caches.

Twitter's cache traces name get, gets, set, add, replace, cas, append, prepend, delete, incr and decr.
"""

from typing import NamedTuple

from thermodynamo.foresight.traces.event import Kind


class Asked(NamedTuple):
    """An operation of DynamoDB, and the kind of its accesses."""

    operation: str
    kind: Kind
    deletes: bool = False

    @property
    def is_single(self) -> bool:
        """Whether a request asks for one item, by its key."""
        return self.kind in ("read", "write") and not self.operation.startswith("Batch")


OPERATIONS: dict[str, Asked] = {
    "getitem": Asked("GetItem", "read"),
    "batchgetitem": Asked("BatchGetItem", "read"),
    "query": Asked("Query", "page"),
    "scan": Asked("Scan", "page"),
    "putitem": Asked("PutItem", "write"),
    "updateitem": Asked("UpdateItem", "write"),
    "deleteitem": Asked("DeleteItem", "write", deletes=True),
    "batchwriteitem": Asked("BatchWriteItem", "write"),
    "transactgetitems": Asked("TransactGetItems", "transacted read"),
    "transactwriteitems": Asked("TransactWriteItems", "transacted write"),
    "delete": Asked("DeleteItem", "write", deletes=True),
    **dict.fromkeys(("get", "gets", "read"), Asked("GetItem", "read")),
    **dict.fromkeys(("put", "set", "add", "replace", "cas", "write"), Asked("PutItem", "write")),
    **dict.fromkeys(("update", "append", "prepend", "incr", "decr"), Asked("UpdateItem", "write")),
}


NAMES = tuple(dict.fromkeys(each.operation for each in OPERATIONS.values()))
"""Those of DynamoDB."""
SINGLE_NAMES = tuple(dict.fromkeys(each.operation for each in OPERATIONS.values() if each.is_single))


def asked(name: str) -> Asked | None:
    """What the operation of a name asks, `_` and case aside; None where it asks nothing of items."""
    return OPERATIONS.get(name.replace("_", "").strip().lower())
