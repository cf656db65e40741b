"""A recorder for clients of boto3 in production: each attempt at a call becomes events of a trace.

    recorder = ClientRecorder("orders.jsonl", salt=os.environ["TRACE_SALT"])
    recorder.attach(boto3.client("dynamodb"))

Nothing of an item is kept but its size, its key and the attributes that are named. Keys are kept in one of three ways:

salted  a keyed hash in place of each value: equal keys stay equal, and go to partitions of their own (the default)
placed  as salted, with the hash that DynamoDB's partitions are found by here: so the trace shows which keys lie
        together, and a reader with a list of possible keys can find out which of them are in it
plain   as they are

A recorder never disturbs a call: what goes wrong is counted in `errors`, and logged once. It has one file
for all threads of a process.
"""

import logging
import re
import time
from collections.abc import Collection, Mapping
from hashlib import blake2b
from itertools import count
from pathlib import Path
from threading import Lock
from typing import Any

import orjson

from thermodynamo.foresight.traces import client_accesses
from thermodynamo.foresight.traces.client_accesses import ClientAccess
from thermodynamo.foresight.traces.event import Event, microseconds
from thermodynamo.foresight.traces.sketch import sketch
from thermodynamo.foresight.traces.trace_error import TraceError
from thermodynamo.foresight.traces.trace_writer import TraceWriter
from thermodynamo_storage.values import keys, numbers
from thermodynamo_storage.values.errors import StorageError

SALTED, PLACED, PLAIN = "salted", "placed", "plain"
THROTTLING = frozenset(("ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"))
CONDITION_FAILED = "ConditionalCheckFailedException"
DIGEST_BYTES = 12
BODY = "thermodynamo.recorder.body"
"""Where the request of a call is kept in its context until its first attempt is over."""
KeyNames = tuple[str, ...]

log = logging.getLogger("thermodynamo")


class ClientRecorder:
    """Records the calls of clients that it is attached to, until it is closed."""

    def __init__(
        self,
        path: str | Path,
        *,
        salt: str | None = None,
        key_mode: str = SALTED,
        attributes: Collection[str] = (),
        key_names: Mapping[str, KeyNames] | None = None,
        asks_for_capacity: bool = False,
    ) -> None:
        """`attributes` of items are kept besides their keys, salted as keys are. Raises TraceError.

        `key_names` are the key attributes by table name, the partition key first; of others a client describes the
        table once. With `asks_for_capacity` each request asks for its consumed capacity, so that units are known.
        """
        if key_mode not in (SALTED, PLACED, PLAIN):
            raise TraceError(f"key_mode is {key_mode!r}: it must be {SALTED}, {PLACED} or {PLAIN}")
        if key_mode != PLAIN and not salt:
            raise TraceError(f"keys are {key_mode}: give a salt, the same one for all processes of a trace")
        self.writer = TraceWriter(Path(path))
        self.salt = (salt or "").encode()
        self.key_mode = key_mode
        self.attributes = frozenset(attributes)
        self.key_names: dict[tuple[str, str | None], KeyNames] = {
            (table, None): tuple(names) for table, names in (key_names or {}).items()
        }
        self.asks_for_capacity = asks_for_capacity
        self.numbers = count(1)
        self.errors = 0
        self.lock = Lock()

    def attach(self, client: Any) -> None:
        """Records a client's calls from now on."""
        events = client.meta.events
        if self.asks_for_capacity:
            events.register("provide-client-params.dynamodb.*", self._ask)

        def begun(params: dict[str, Any], **_: Any) -> None:
            params["context"][BODY] = params["body"]

        def attempted(response: Any, operation: Any, attempts: int, request_dict: Any, **_: Any) -> None:
            body = request_dict["context"].pop(BODY, request_dict["body"])
            if response is not None:
                self._try_to_record(client, operation.name, response[1], attempts, body)

        def ended(parsed: Any, model: Any, context: Any, **_: Any) -> None:
            body = context.pop(BODY, None)
            if body is not None:
                self._try_to_record(client, model.name, parsed, 1, body)

        events.register_first("before-call.dynamodb", begun)
        # Before botocore decides whether it tries again: so each attempt is seen.
        events.register_first("needs-retry.dynamodb", attempted)
        # A call that was answered without being sent, as in `local_dynamodb`, has no attempt.
        events.register("after-call.dynamodb", ended)

    def close(self) -> None:
        """Ends the file. Raises TraceError."""
        with self.lock:
            self.writer.close()

    def _ask(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        if "ReturnConsumedCapacity" in model.input_shape.members:
            params.setdefault("ReturnConsumedCapacity", "INDEXES")

    def _try_to_record(self, client: Any, operation: str, reply: Any, attempt: int, body: bytes) -> None:
        try:
            self._record(client, operation, reply, attempt, body)
        except Exception:
            self.errors += 1
            if self.errors == 1:
                log.exception("a call was not recorded; further ones are counted in silence")

    def _record(self, client: Any, operation: str, reply: Any, attempt: int, body: bytes) -> None:
        accesses_of = getattr(client_accesses, re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower(), None)
        if accesses_of is None:
            return
        error = reply.get("Error", {}).get("Code")
        if error is not None and error != CONDITION_FAILED and error not in THROTTLING:
            return
        at = microseconds(time.time())
        request = orjson.loads(body)
        accesses = list(accesses_of(request, reply))
        reason = _reason(reply, error) if error in THROTTLING else None
        region = client.meta.region_name
        with self.lock:
            number = next(self.numbers)
        made = [self._event(client, each, at, number, operation, region, attempt, reason, error) for each in accesses]
        with self.lock:
            self.writer.write(made)

    def _event(
        self,
        client: Any,
        access: ClientAccess,
        at: int,
        number: int,
        operation: str,
        region: str,
        attempt: int,
        reason: str | None,
        error: str | None,
    ) -> Event:
        names = self._names(client, access.table_name, access.index_name)
        key = self._key(access.key, names)
        half_units = round(2 * access.units) if access.units is not None else None
        is_failed = error == CONDITION_FAILED
        detail = None
        if access.item is not None and self.attributes and not is_failed:
            kept = {name: value for name, value in access.item.items() if name in self.attributes or name in names}
            detail = sketch({name: self._value(value) for name, value in kept.items()}, names)
        if access.is_unprocessed:
            reason = "Unprocessed"
        place = "000000000000", region, access.table_name, access.index_name
        sizes = access.size, None, half_units, access.is_consistent
        kind = "failed" if is_failed and access.kind == "write" else access.kind
        return Event(at, number, kind, operation, *place, key, *sizes, attempt, reason, detail)

    def _names(self, client: Any, table: str, index: str | None) -> KeyNames:
        """The key attributes of a table or an index, the partition key first; the table is described once."""
        found = self.key_names.get((table, index))
        if found is None:
            described = client.describe_table(TableName=table)["Table"]
            self.key_names[table, None] = tuple(each["AttributeName"] for each in described["KeySchema"])
            indexes = described.get("GlobalSecondaryIndexes", []) + described.get("LocalSecondaryIndexes", [])
            for each in indexes:
                self.key_names[table, each["IndexName"]] = tuple(name["AttributeName"] for name in each["KeySchema"])
            found = self.key_names.get((table, index), ())
        return found

    def _key(self, attributes: Mapping[str, Any], names: KeyNames) -> bytes | None:
        """The key bytes, as far as the attributes are there; None where the partition key is not."""
        parts: list[bytes] = []
        token = b""
        for name in names:
            value = attributes.get(name)
            if value is None:
                break
            try:
                plain = _part(value)
            except (StorageError, ValueError, KeyError, TypeError):
                return None
            token = token or keys.token(plain)
            parts.append(plain if self.key_mode == PLAIN else keys.part("S", self._digest(plain)))
        if not parts:
            return None
        made = keys.item_key(parts[0], b"".join(parts[1:]))
        return token + made[keys.TOKEN_BYTES :] if self.key_mode == PLACED else made

    def _value(self, value: dict[str, Any]) -> dict[str, Any]:
        """An attribute value as it is kept: salted, it is the same where it is a key and where it is none."""
        if self.key_mode == PLAIN:
            return value
        try:
            plain = _part(value)
        except (StorageError, ValueError, KeyError, TypeError):
            # A list, a map or a set is no key.
            plain = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
        return {"S": self._digest(plain)}

    def _digest(self, content: bytes) -> str:
        return blake2b(content, digest_size=DIGEST_BYTES, key=self.salt[:64]).hexdigest()


def _part(value: Mapping[str, Any]) -> bytes:
    """A value as it is part of a key. Raises StorageError, ValueError or KeyError for one that cannot be."""
    ((kind, content),) = value.items()
    return keys.part(kind, numbers.canonical(content) if kind == "N" else content)


def _reason(reply: Mapping[str, Any], error: str) -> str:
    """Why a limit refused: as the reply says, or by the name of the error."""
    for reasons in (reply.get("ThrottlingReasons"), reply.get("throttlingReasons")):
        if reasons:
            return str(reasons[0].get("reason", error))
    return error
