"""The data plane: one raw ASGI callable from the target header to the reply bytes.

Every reply, good or bad, is made by `reply`, with its CRC-32 (SDKs check it) and request id; every error is caught
in the one `except` ladder of `answer`. The service looks at a request in this order: target, JSON, signature, types,
constraints, the operation's own rules.
"""

import asyncio
import itertools
import logging
import re
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from time import perf_counter
from typing import Any
from zlib import crc32

import orjson

from thermodynamo.api import auto_scaling, errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations import Operation
from thermodynamo.faults import faulted_call, unprocessed
from thermodynamo.faults.plan import FaultPlan
from thermodynamo.server import credentials, cross_origin
from thermodynamo_storage.capacity.refusals import Refusal
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.errors import StorageError, Throttled

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = Sequence[tuple[bytes, bytes]]
Answer = Callable[[bytes, Headers, bytes, bytes], tuple[int, bytes]]
"""Makes the HTTP status and the body of a reply from the target, the headers, the query string and the body."""

JSON_1_0 = b"application/x-amz-json-1.0"
JSON_1_1 = b"application/x-amz-json-1.1"
"""What Application Auto Scaling speaks; DynamoDB does not."""
CONTENT_TYPES = {JSON_1_0: JSON_1_0, b"application/json": b"application/json"}
BODY_BYTES_MAX = 16 * 1024 * 1024
"""The largest request the service reads (developer guide, Constraints: 16 MB for a batch)."""
CREDENTIALS_CACHED_MAX = 1024
SIGNATURE = re.compile(rb"AWS4-HMAC-SHA256 Credential=([^,\s]+), ?SignedHeaders=[^,\s]+, ?Signature=[^,\s]+").fullmatch
UNKNOWN_TARGET = re.compile(rb"DynamoDB(?:Streams)?_20120810\.([A-Za-z]{1,64})").fullmatch
UNKNOWN_LOGGED_MAX = 100
DROP = "thermodynamo.drop"
"""The ASGI extension by which a connection is dropped."""
REPLY_HEADERS = (
    b"server: Server\r\n"
    b"content-type: %b\r\n"
    b"content-length: %d\r\n"
    b"x-amzn-requestid: THERMODYNAMO%040d\r\n"
    b"x-amz-crc32: %d\r\n"
    b"%b"
)

log = logging.getLogger("thermodynamo")


class DataPlane:
    """Routes each request to its operation and its namespace's namespace."""

    def __init__(
        self,
        operations: dict[bytes, Operation],
        namespace_of: Callable[[credentials.Credential], Namespace],
        default_region: str,
        faults: FaultPlan,
    ) -> None:
        self.operations = operations
        self.namespace_of = namespace_of
        self.default_region = default_region
        self.faults = faults
        self.namespaces: dict[bytes, Namespace] = {}
        self.request_numbers = itertools.count(1)
        self.unknown_logged: set[bytes] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one POST to `/`."""
        message = await receive()
        body: bytes = message.get("body", b"")
        if message.get("more_body"):
            parts = [body]
            length = len(body)
            while message.get("more_body") and length <= BODY_BYTES_MAX:
                message = await receive()
                parts.append(message.get("body", b""))
                length += len(parts[-1])
            body = b"".join(parts)
        if message["type"] == "http.disconnect":
            return
        if not self.faults.active:
            status, head, reply = self.reply(scope["headers"], scope["query_string"], body)
        else:
            faulted = faulted_call.meet(self, scope["headers"], scope["query_string"], body)
            await asyncio.sleep(faulted.outcome.delay_seconds)
            if faulted.outcome.drop == "before":
                return await drop(scope, receive)
            status, head, reply = self.reply(scope["headers"], scope["query_string"], faulted.body, faulted.answer)
            if faulted.outcome.drop == "after":
                return await drop(scope, receive)
        # They are written as text for `thermodynamo.server.http_protocol`, which sends nearly all replies.
        headers = [tuple(line.split(b": ", 1)) for line in head.splitlines()]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": reply})

    def reply(
        self, headers: Headers, query: bytes, body: bytes, answer: Answer | None = None
    ) -> tuple[int, bytes, bytes]:
        """The status, the header lines and the body of the reply to a POST to `/`. Header names are lower case.

        `answer` stands in for the method of that name.
        """
        target = content_type = shared = b""
        for name, value in headers:
            if name == b"x-amz-target":
                target = value
            elif name == b"content-type":
                content_type = value
            elif name == b"origin":
                shared = cross_origin.SHARED
        reply_type = CONTENT_TYPES.get(content_type) or content_type_of(content_type, target)
        if reply_type is None:
            status, reply, reply_type = 404, messages.UNKNOWN_OPERATION_XML, JSON_1_0
        elif len(body) > BODY_BYTES_MAX:
            status, reply = 413, orjson.dumps(errors.request_too_large().body())
        else:
            status, reply = (answer or self.answer)(target, headers, query, body)
        return status, REPLY_HEADERS % (reply_type, len(reply), next(self.request_numbers), crc32(reply), shared), reply

    def head(self, content_type: bytes, body: bytes) -> bytes:
        """The header lines of a page beside the data plane: it has a request id and a checksum, too."""
        return REPLY_HEADERS % (content_type, len(body), next(self.request_numbers), crc32(body), b"")

    def answer(self, target: bytes, headers: Headers, query: bytes, body: bytes) -> tuple[int, bytes]:
        """The HTTP status and the body of the reply to one request. Never raises."""
        started = perf_counter()
        namespace = None
        try:
            operation = self.operations.get(target)
            if operation is None:
                self._log_unknown(target)
                raise errors.unknown_operation()
            try:
                request = orjson.loads(body)
            except orjson.JSONDecodeError:
                raise errors.serialization(None) from None
            namespace = self.namespace_for(headers, query)
            counts = namespace.counts
            counts.operation = operation.name
            operation.check(request)
            try:
                checked = operation.validate(request)
            except errors.ApiError as error:
                raise operation.restate(error) from None
            namespace.throttles.operation = operation.name
            if namespace.due:
                namespace.database.carry_out_splits(namespace.clock.now())
            result = operation.execute(namespace, checked)
            reply = result if type(result) is bytes else orjson.dumps(result)
            counts.succeed(perf_counter() - started)
            if namespace.throttled_calls:
                namespace.client_retries.pass_limits(headers, namespace.clock.now())
            return 200, reply
        except errors.ApiError as error:
            return self.refuse(error, namespace or self._namespace_at_fault(headers, query), headers)
        except StorageError as error:
            answer = errors.from_storage(error)
            if answer.status >= 500:
                log.exception("%s met an error of storage that has no answer", target.decode("latin-1"))
            namespace = namespace or self._namespace_at_fault(headers, query)
            return self.refuse(answer, namespace, headers, error.refusal if isinstance(error, Throttled) else None)
        except Exception:
            log.exception("%s failed; the request is answered with an internal error", target.decode("latin-1"))
            answer = errors.internal_server_error(messages.INTERNAL_FAILURE)
            return self.refuse(answer, namespace or self._namespace_at_fault(headers, query), headers)

    def refuse(
        self, error: errors.ApiError, namespace: Namespace, headers: Headers, refusal: Refusal | None = None
    ) -> tuple[int, bytes]:
        """The status and the body of an error, which is counted.

        A throttled request counts for the table that refused it, and a batch for all of its tables: all refused it.
        """
        table = (
            namespace.tables.get(refusal.table_name)
            if refusal and refusal.operation not in unprocessed.BATCHES
            else None
        )
        throttling = namespace.counts.fail(error, table)
        if throttling:
            tables = [each for each in throttling if isinstance(each, Table)]
            namespace.client_retries.throttle(headers, namespace.counts.operation, tables, namespace.clock.now())
        elif namespace.throttled_calls:
            namespace.client_retries.pass_limits(headers, namespace.clock.now())
        return error.status, orjson.dumps(error.body())

    def _namespace_at_fault(self, headers: Headers, query: bytes) -> Namespace:
        """The namespace that counts a request which nobody has looked at: the default one where no signature names any."""
        try:
            return self.namespace_for(headers, query)
        except errors.ApiError:
            return self.namespace_of(credentials.Credential(credentials.DEFAULT_ACCOUNT, self.default_region))

    def _log_unknown(self, target: bytes) -> None:
        """Names an operation that is not here, once: the service's answer, and so the client's error, does not."""
        name = UNKNOWN_TARGET(target)
        if name is None or target in self.unknown_logged or len(self.unknown_logged) >= UNKNOWN_LOGGED_MAX:
            return
        self.unknown_logged.add(target)
        log.warning("%s was asked for and is not here; the README lists its differences from AWS", name[1].decode())

    def namespace_for(self, headers: Headers, query: bytes) -> Namespace:
        """The namespace of the namespace that the signature names.

        The credential scopes seen last are remembered: a client signs every request anew, but always as the same
        identity. Only a complete signature in the form that SDKs write is looked up, or remembered, by its scope.
        """
        complete = None
        has_date = False
        for name, value in headers:
            if name == b"authorization":
                complete = SIGNATURE(value)
            elif name == b"x-amz-date" or name == b"date":
                has_date = True
        if complete is None or not has_date or query:
            return self.namespace_of(credentials.authenticate(headers, query, self.default_region))
        scope = complete[1]
        namespace = self.namespaces.get(scope)
        if namespace is None:
            if len(self.namespaces) >= CREDENTIALS_CACHED_MAX:
                self.namespaces.clear()
            namespace = self.namespace_of(credentials.authenticate(headers, query, self.default_region))
            self.namespaces[scope] = namespace
        return namespace


def content_type_of(given: bytes, target: bytes) -> bytes | None:
    """The type of the reply to a request of this type, as rare as it may be; None for one that is not answered."""
    plain = given.split(b";")[0].strip().lower()
    if plain == JSON_1_1 and target.startswith(auto_scaling.TARGET_PREFIX):
        return JSON_1_1
    return CONTENT_TYPES.get(plain)


async def drop(scope: Scope, receive: Receive) -> None:
    """Closes the connection without an answer, where the server lets an application do so."""
    extension = scope.get("extensions", {}).get(DROP)
    if extension is not None:
        extension["abort"]()
        while (await receive())["type"] != "http.disconnect":
            pass
