"""The data plane: one raw ASGI callable from the target header to the reply bytes.

Every reply, good or bad, is made by `reply`, with its CRC-32 (SDKs check it) and request id. The service looks at a
request in this order: target, JSON, signature, and then as `api.call` says.
"""

import asyncio
import itertools
import logging
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from zlib import crc32

import orjson

from thermodynamo.access import credentials
from thermodynamo.api import auto_scaling, errors, messages, operations
from thermodynamo.api.call import Perform, perform
from thermodynamo.api.caller import Caller
from thermodynamo.api.client_retries import Headers
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.service_failures import ServiceFailure
from thermodynamo.faults import faulted_call
from thermodynamo.faults.faulted_call import FaultedCall
from thermodynamo.server import compression, cross_origin
from thermodynamo.server.slow_readers import SlowReaders
from thermodynamo.service import Service

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

JSON_1_0 = b"application/x-amz-json-1.0"
JSON_1_1 = b"application/x-amz-json-1.1"
"""What Application Auto Scaling speaks; DynamoDB does not."""
CONTENT_TYPES = {JSON_1_0: JSON_1_0, b"application/json": b"application/json"}
BODY_BYTES_MAX = 16 * 1024 * 1024
"""The largest request the service reads (developer guide, Constraints: 16 MB for a batch)."""
COMPRESSED_FROM_BYTES = compression.COMPRESSED_FROM_BYTES
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
    """Routes each request to its operation and to the namespace of its caller."""

    def __init__(self, service: Service, slow_readers: SlowReaders) -> None:
        self.operations = service.operations
        self.service = service
        self.clock = service.clock
        self.default_region = service.config.region
        self.faults = service.faults
        self.known = service.known
        self.slow_readers = slow_readers
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
        body, refused = decoded(scope["headers"], body)
        await self.slow_readers.room()
        if refused is not None or not self.faults.active:
            status, head, reply = self.reply(scope["headers"], scope["query_string"], body, refused=refused)
        else:
            faulted = self.meet(scope["headers"], scope["query_string"], body)
            await asyncio.sleep(faulted.outcome.delay_seconds)
            await self.slow_readers.room()
            if faulted.outcome.drop == "before":
                return await drop(scope, receive)
            status, head, reply = self.reply(scope["headers"], scope["query_string"], body, faulted.perform)
            if faulted.outcome.drop == "after":
                return await drop(scope, receive)
        # They are written as text for `thermodynamo.server.http_protocol`, which sends nearly all replies.
        headers = [tuple(line.split(b": ", 1)) for line in head.splitlines()]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": reply})

    def reply(
        self,
        headers: Headers,
        query: bytes,
        body: bytes,
        carry_out: Perform = perform,
        refused: errors.ApiError | None = None,
    ) -> tuple[int, bytes, bytes]:
        """The status, the header lines and the body of the reply to a POST to `/`. Header names are lower case.

        `carry_out` is `api.call.perform`, or what stands in for it. A body that could not be read is `refused`.
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
        elif refused is not None:
            status, reply = refused.status, orjson.dumps(refused.body())
            self._namespace_at_fault(headers, query).counts.fail(refused)
        else:
            status, reply = self.answer(target, headers, query, body, carry_out)
        if len(reply) >= COMPRESSED_FROM_BYTES:
            reply, coding = compression.encoded(headers, reply)
            shared += coding
        return status, REPLY_HEADERS % (reply_type, len(reply), next(self.request_numbers), crc32(reply), shared), reply

    def commit_failed(self) -> tuple[int, bytes, bytes]:
        """What answers a request whose changes could not be brought into the journal: status, header lines, body."""
        error = errors.internal_server_error(messages.COMMIT_FAILED)
        self.service.namespace(self.service.caller).counts.fail(error)
        body = orjson.dumps(error.body())
        return error.status, self.head(JSON_1_0, body), body

    def head(self, content_type: bytes, body: bytes) -> bytes:
        """The header lines of a page beside the data plane: it has a request id and a checksum, too."""
        return REPLY_HEADERS % (content_type, len(body), next(self.request_numbers), crc32(body), b"")

    def answer(
        self, target: bytes, headers: Headers, query: bytes, body: bytes, carry_out: Perform = perform
    ) -> tuple[int, bytes]:
        """The HTTP status and the body of the reply to one request. Never raises."""
        namespace = None
        try:
            operation = self.operations.get(target)
            if operation is None:
                self._log_unknown(target)
                raise operations.unknown(target)
            try:
                request = orjson.loads(body)
            except orjson.JSONDecodeError:
                raise errors.serialization(None) from None
            caller, namespace = self.identify(headers, query)
            return 200, carry_out(namespace, operation, request, caller, self.clock.now(), headers)
        except errors.ApiError as error:
            if namespace is None:
                # It was refused before `carry_out`, which counts what it refuses.
                self._namespace_at_fault(headers, query).counts.fail(error)
            return error.status, orjson.dumps(error.body())
        except Exception:
            log.exception("%s failed; the request is answered with an internal error", target.decode("latin-1"))
            answer = errors.internal_server_error(messages.INTERNAL_FAILURE)
            (namespace or self._namespace_at_fault(headers, query)).counts.fail(answer)
            return answer.status, orjson.dumps(answer.body())

    def meet(self, headers: Headers, query: bytes, body: bytes) -> FaultedCall:
        """What the faults in force make of a request. One that cannot be read meets none."""
        operation = self.operations.get(dict(headers).get(b"x-amz-target", b""))
        if operation is None:
            return FaultedCall()
        try:
            request = orjson.loads(body)
            _, namespace = self.identify(headers, query)
        except (orjson.JSONDecodeError, errors.ApiError):
            return FaultedCall()
        return faulted_call.meet(self.faults, namespace, operation, request)

    def _namespace_at_fault(self, headers: Headers, query: bytes) -> Namespace:
        """The namespace that counts a refused request: the default one where no signature names any."""
        try:
            return self.identify(headers, query)[1]
        except errors.ApiError:
            return self.service.namespace(self.service.caller)

    def _log_unknown(self, target: bytes) -> None:
        """Names an operation that is not here, once."""
        name = UNKNOWN_TARGET(target)
        if name is None or target in self.unknown_logged or len(self.unknown_logged) >= UNKNOWN_LOGGED_MAX:
            return
        self.unknown_logged.add(target)
        log.warning("%s was asked for and is not here; the README lists its differences from AWS", name[1].decode())

    def identify(self, headers: Headers, query: bytes) -> tuple[Caller, Namespace]:
        """Who signed a request, and the namespace that the signature names. Raises ApiError.

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
            caller = credentials.authenticate(headers, query, self.default_region)
            return caller, self.service.namespace(caller)
        scope = complete[1]
        found = self.known.get(scope)
        if found is None:
            if len(self.known) >= CREDENTIALS_CACHED_MAX:
                self.known.clear()
            caller = credentials.authenticate(headers, query, self.default_region)
            found = self.known[scope] = caller, self.service.namespace(caller)
        return found


def content_type_of(given: bytes, target: bytes) -> bytes | None:
    """The type of the reply to a request of this type, as rare as it may be; None for one that is not answered."""
    plain = given.split(b";")[0].strip().lower()
    if plain == JSON_1_1 and target.startswith(auto_scaling.TARGET_PREFIX):
        return JSON_1_1
    return CONTENT_TYPES.get(plain)


def decoded(headers: Headers, body: bytes) -> tuple[bytes, errors.ApiError | None]:
    """The body without its Content-Encoding; where that cannot be had, the error that answers the request."""
    for name, coding in headers:
        if name == b"content-encoding" and coding != b"identity" and len(body) <= BODY_BYTES_MAX:
            try:
                body = compression.decoded(coding, body, BODY_BYTES_MAX)
            except compression.TooLong:
                return body, errors.request_too_large()
            except compression.Unreadable:
                return body, ServiceFailure.UNREADABLE_BODY.error()
    return body, None


async def drop(scope: Scope, receive: Receive) -> None:
    """Closes the connection without an answer, where the server lets an application do so."""
    extension = scope.get("extensions", {}).get(DROP)
    if extension is not None:
        extension["abort"]()
        while (await receive())["type"] != "http.disconnect":
            pass
