"""A trace without its keys and values: each is replaced by a keyed hash, so that equal ones stay equal.

salted  keys go to partitions of their own (the default)
placed  keys keep the hash by which partitions are found: a reader with a list of possible keys can hash them, and find
        out which of them are in the trace

What stays: times, sizes, units, the partitions of a Scan to 1/65,536 of their order, and the names of tables, indexes
and attributes. What goes: where within an index or a partition a Query read, splits by hand, and of requests about
tables all but their keys and capacity.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import orjson

from thermodynamo.foresight.traces.event import Event
from thermodynamo.foresight.traces.location import Location
from thermodynamo.foresight.traces.sketch import CHANGES, REMAINS
from thermodynamo.foresight.traces.trace_error import TraceError
from thermodynamo.foresight.traces.trace_reader import Trace
from thermodynamo.foresight.traces.trace_writer import TraceWriter, finished
from thermodynamo_storage.values import keys

DIGEST_BYTES = 12
SALT_BYTES_MAX = 64
LOW_BYTES = 2
"""So much of where a partition begins is kept: a partition may begin at a key."""
CREATE_TABLE, UPDATE_TABLE = "DynamoDB_20120810.CreateTable", "DynamoDB_20120810.UpdateTable"
CALLS_KEPT = (CREATE_TABLE, UPDATE_TABLE, "DynamoDB_20120810.DeleteTable")
SCALING = "AnyScaleFrontendService."
MEMBERS_KEPT = frozenset((
    "TableName", "KeySchema", "AttributeDefinitions", "BillingMode", "ProvisionedThroughput", "OnDemandThroughput",
    "WarmThroughput", "GlobalSecondaryIndexes", "LocalSecondaryIndexes", "GlobalSecondaryIndexUpdates", "TableClass",
))  # fmt: skip
"""Tags, policies and encryption keys are left out."""


@dataclass(slots=True)
class Anonymiser:
    """Hashes the keys and values of events."""

    salt: bytes
    keeps_placement: bool = False
    key_counts: dict[str, int] = field(default_factory=dict)
    """How many key attributes each index has, as table/index."""
    left_out: int = 0

    def event(self, event: Event) -> Event | None:
        """The event without what it would tell; None where nothing is left of it."""
        if event.kind == "call":
            return self._call(event)
        if event.kind == "split":
            self.left_out += 1
            return None
        if event.kind in ("settings", "scaling", "due", "reset", "reads", "source"):
            return event
        key = self._key(event) if event.key else event.key
        if event.kind == "page" and event.operation == "Scan":
            return event._replace(key=None, detail=_scanned(event.detail))
        detail = None if event.detail is None or event.kind == "page" else self._sketch(event.detail)
        return event._replace(key=key, detail=detail)

    def _key(self, event: Event) -> bytes | None:
        """The key bytes with hashed parts. Of the beginning of a key, the partition key is kept."""
        assert event.key is not None
        count = self.key_counts.get(f"{event.table_name}/{event.index_name}") if event.index_name else None
        try:
            token, parts = keys.split(event.key, count)
        except (ValueError, IndexError):
            try:
                token, parts = keys.split(event.key, 1)
            except (ValueError, IndexError):
                return None
        if not parts:
            return None
        hashed = [keys.part("S", self._digest(part)) for part in parts]
        made = keys.item_key(hashed[0], b"".join(hashed[1:]))
        return token + made[keys.TOKEN_BYTES :] if self.keeps_placement else made

    def _sketch(self, detail: str) -> str:
        """The sketch of an item, its values hashed as keys are."""
        made: dict[str, Any] = {}
        for name, kept in orjson.loads(detail).items():
            if isinstance(kept, dict):
                ((kind, content),) = kept.items()
                made[name] = {"S": self._digest(keys.split(bytes(keys.TOKEN_BYTES) + keys.part(kind, content))[1][0])}
            else:
                digest = kept[1] if kept[1] in (CHANGES, REMAINS) else self._digest(str(kept[1]).encode())[:8]
                made[name] = [kept[0], digest]
        return orjson.dumps(made).decode()

    def _call(self, event: Event) -> Event | None:
        """A request about a table: its keys, which are strings now, and its capacity."""
        if event.operation.startswith(SCALING):
            return event
        if event.operation not in CALLS_KEPT:
            self.left_out += 1
            return None
        request = {name: value for name, value in orjson.loads(event.detail or "{}").items() if name in MEMBERS_KEPT}
        if not request.keys() - {"TableName", "AttributeDefinitions"} and event.operation == UPDATE_TABLE:
            self.left_out += 1
            return None
        for each in request.get("AttributeDefinitions", ()):
            each["AttributeType"] = "S"
        created = [each.get("Create", {}) for each in request.get("GlobalSecondaryIndexUpdates", ())]
        for member in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
            created += request.get(member) or []
        for each in created:
            if "KeySchema" in each:
                self.key_counts[f"{request.get('TableName')}/{each.get('IndexName')}"] = len(each["KeySchema"])
        return event._replace(detail=orjson.dumps(request).decode())

    def _digest(self, content: bytes) -> str:
        return blake2b(content, digest_size=DIGEST_BYTES, key=self.salt[:SALT_BYTES_MAX]).hexdigest()


def _scanned(detail: str | None) -> str | None:
    """Which partitions a Scan read, by the first bytes of their lowest keys."""
    if detail is None:
        return None
    return orjson.dumps([[low[: 2 * LOW_BYTES], "", blocks] for low, _, blocks in orjson.loads(detail)]).decode()


def anonymise(trace: Trace, target: Location, salt: str, keeps_placement: bool = False) -> Anonymiser:
    """Writes a trace without its keys and values. Raises TraceError."""
    if not salt:
        raise TraceError("the salt is empty: with none, possible keys can be hashed and compared")
    if target.resolve() == trace.path.resolve():
        raise TraceError(f"{target} is the trace itself: give another name")
    anonymiser = Anonymiser(salt.encode(), keeps_placement)
    with finished(target) as made, TraceWriter(made) as writer:
        for events in trace.events():
            writer.write(_of(anonymiser, events))
    return anonymiser


def _of(anonymiser: Anonymiser, events: list[Event]) -> Iterator[Event]:
    for each in events:
        made = anonymiser.event(Event(*each))
        if made is not None:
            yield made
