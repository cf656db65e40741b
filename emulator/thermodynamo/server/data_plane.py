"""The data plane: one raw ASGI callable from the target header to the reply bytes.

Every reply, good or bad, is made by `reply`, with its CRC-32 (SDKs check it) and request id. The service looks at a
request in this order: target, JSON, signature, and then as `api.call` says.
"""

import asyncio
import itertools
import logging
import re
from collections.abc import Awaitable, Callable, MutableMapping
from functools import partial
from typing import Any
from zlib import crc32

import orjson

from thermodynamo.access import credentials
from thermodynamo.api import auto_scaling, errors, messages, operations, slices
from thermodynamo.api.call import Perform, perform
from thermodynamo.api.caller import LOCAL, Caller, Connection
from thermodynamo.api.client_retries import Headers
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.service_failures import ServiceFailure
from thermodynamo.api.slices import Slices
from thermodynamo.faults import faulted_call
from thermodynamo.faults.faulted_call import FaultedCall
from thermodynamo.faults.plan import Outcome
from thermodynamo.server import compression
from thermodynamo.server.arrivals.head_scan import Head
from thermodynamo.server.arrivals.letting_go import let_go
from thermodynamo.server.arrivals.long_request import LongRequest
from thermodynamo.server.arrivals.validation import Place, Validation, is_laborious
from thermodynamo.server.cross_origin import Sharing
from thermodynamo.server.slow_readers import SlowReaders
from thermodynamo.server.turns import Turns
from thermodynamo.service import Service

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Reply = tuple[int, bytes, bytes]
"""The status, the header lines and the body."""
Asked = tuple[bytes, bytes, bytes | None, bytes]
"""The target, the content type, the type of the reply (None where there is no answer), and its lines for a web page."""

JSON_1_0 = b"application/x-amz-json-1.0"
JSON_1_1 = b"application/x-amz-json-1.1"
"""What Application Auto Scaling speaks; DynamoDB does not."""
FORM = b"application/x-www-form-urlencoded"
"""What AWS's query protocol speaks, and so STS."""
CONTENT_TYPES = {JSON_1_0: JSON_1_0, b"application/json": b"application/json"}
BODY_BYTES_MAX = 16 * 1024 * 1024
"""The largest request the service reads (developer guide, Constraints: 16 MB for a batch)."""
CODED_BYTES = 1_024
"""A shorter compressed body is at most a megabyte."""
COMPRESSED_FROM_BYTES = compression.COMPRESSED_FROM_BYTES
LONG_BYTES = 2 * 1024 * 1024
"""Others have their turn between the making and the sending of a longer reply: each takes milliseconds."""
CHECKED_BYTES = 8 * 1024 * 1024
"""What a slice takes the checksum of, in two to four milliseconds."""
CREDENTIALS_CACHED_MAX = 1024
UNKNOWN_TARGET = re.compile(rb"DynamoDB(?:Streams)?_20120810\.([A-Za-z]{1,64})").fullmatch
UNKNOWN_LOGGED_MAX = 100
DROP = "thermodynamo.drop"
"""The ASGI extension by which a connection is dropped."""
REST = "thermodynamo.rest"
"""The ASGI extension that is told how many bytes of a reply the application keeps. Without it, it keeps none."""
SENT_BYTES = 1024 * 1024
"""How much is sent at once where there is: TLS encrypts that in two to four milliseconds."""
BEGUN = "thermodynamo.begun"
"""The ASGI extension that holds the slices left of a reply which was begun before the application was called."""
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
        self.gate = service.gate
        self.known = service.known
        self.slow_readers = slow_readers
        self.turns = Turns(service.clock.now, slow_readers)
        self.validation = Validation()
        self.sharing = Sharing(service.config.cors)
        self.request_numbers = itertools.count(1)
        self.unknown_logged: set[bytes] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one POST to `/`."""
        begun = scope.get("extensions", {}).get(BEGUN)
        message = await receive()
        if begun is not None:
            return await self._send(begun, scope, receive, send)
        body: bytes = message.get("body", b"")
        if message.get("more_body"):
            parts = [body]
            length = len(body)
            while message.get("more_body") and length <= BODY_BYTES_MAX:
                message = await receive()
                parts.append(message.get("body", b""))
                length += len(parts[-1])
            if message["type"] != "http.disconnect":
                body = b"".join(parts)
            del parts
        if message["type"] == "http.disconnect":
            return
        connection = connection_of(scope, body)
        body, refused = await self._decoded(scope["headers"], body)
        await self.slow_readers.room()
        if refused is None and self.is_long(scope["headers"], body):
            target, _, reply_type, _ = self._read(scope["headers"])
            operation = self.operations.get(target)
            if operation is not None and reply_type is not None:
                place = self.validation.place(len(body))
                async with place:
                    long = LongRequest(operation, body)
                    finished = await self._finish_long(long, place, scope, receive, connection)
                    outcome = long.outcome
                    await self.validation.run(partial(let_go, long.release()))
                return None if finished is None else await self._send_or_drop(finished, outcome, scope, receive, send)
        if refused is not None or not self.faults.active:
            answered = self.reply(scope["headers"], scope["query_string"], body, perform, connection, refused)
            return await self._send(answered, scope, receive, send)
        faulted = self.meet(scope["headers"], scope["query_string"], body)
        await asyncio.sleep(faulted.outcome.delay_seconds)
        await self.slow_readers.room()
        if faulted.outcome.drop == "before":
            return await drop(scope, receive)
        answered = self.reply(scope["headers"], scope["query_string"], body, faulted.perform, connection)
        await self._send_or_drop(answered, faulted.outcome, scope, receive, send)

    async def _decoded(self, headers: Headers, body: bytes) -> tuple[bytes, errors.ApiError | None]:
        """As `decoded`; a body that may become long is decompressed beside the event loop."""
        if len(body) > CODED_BYTES and any(name == b"content-encoding" for name, _ in headers):
            return await self.validation.run(partial(decoded, headers, body))
        return decoded(headers, body)

    def is_long(self, headers: Headers, body: bytes) -> bool:
        """Whether another thread is to look at a request first."""
        return len(body) <= BODY_BYTES_MAX and is_laborious(headers, body)

    async def _finish_long(
        self, long: LongRequest, place: Place, scope: Scope, receive: Receive, connection: Connection
    ) -> Reply | None:
        """The reply to a request that another thread looks at first; None where none is sent.

        It meets the faults that are in force then. Sending it needs no place: a client may take long to read.
        """
        headers, query = scope["headers"], scope["query_string"]
        signed = connection[2] if self.gate is not None else None
        is_json = await self.validation.run(partial(long.read, signed, bool(self.faults.active)))
        if long.targets is not None:
            long.outcome = self._outcome(long, headers, query)
            if long.outcome.delay_seconds:
                await place.leave_for(long.outcome.delay_seconds)
            await self.slow_readers.room()
            if long.outcome.drop == "before":
                await drop(scope, receive)
                return None
            if long.outcome.error is None:
                await self.validation.run(long.prepare)
        connection = *connection[:2], long.digest or connection[2]
        answered = self.reply(headers, query, long if is_json else b"", long.carry_out, connection)
        return answered if isinstance(answered, tuple) else await self.turns.finish(answered, receive)

    def _outcome(self, long: LongRequest, headers: Headers, query: bytes) -> Outcome:
        """What the faults in force make of a request whose targets are known."""
        try:
            _, namespace = self.identify(headers, query)
        except errors.ApiError:
            return Outcome()
        return self.faults.outcome(long.operation, namespace, long.request, long.targets)

    async def _send_or_drop(
        self, answered: Reply | Slices[Reply], outcome: Outcome, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Sends a reply, unless a fault drops the connection now that the request was carried out."""
        if outcome.drop != "after":
            return await self._send(answered, scope, receive, send)
        if not isinstance(answered, tuple):
            await self.turns.finish(answered, receive)
        await drop(scope, receive)

    async def _send(self, answered: Reply | Slices[Reply], scope: Scope, receive: Receive, send: Send) -> None:
        """Sends a reply once all of it is made, unless its client is gone by then."""
        if not isinstance(answered, tuple):
            finished = await self.turns.finish(answered, receive)
            if finished is None:
                return
            answered = finished
        status, head, reply = answered
        # They are written as text for `thermodynamo.server.http_protocol`, which sends nearly all replies.
        headers = [tuple(line.split(b": ", 1)) for line in head.splitlines()]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        tell_rest = scope.get("extensions", {}).get(REST) if len(reply) > SENT_BYTES else None
        if tell_rest is None:
            return await send({"type": "http.response.body", "body": reply})
        for end in range(SENT_BYTES, len(reply) + SENT_BYTES, SENT_BYTES):
            tell_rest["tell"](max(0, len(reply) - end))
            piece = reply[end - SENT_BYTES : end]
            await send({"type": "http.response.body", "body": piece, "more_body": end < len(reply)})
            await asyncio.sleep(0)

    def reply(
        self,
        headers: Headers,
        query: bytes,
        body: bytes,
        carry_out: Perform = perform,
        connection: Connection = LOCAL,
        refused: errors.ApiError | None = None,
    ) -> Reply | Slices[Reply]:
        """The reply to a POST to `/`, or the slices that are left of making it. Header names are lower case.

        `carry_out` is `api.call.perform`, or what stands in for it. A body that could not be read is `refused`.
        """
        reply: bytes | Slices[bytes]
        asked = headers.asked if type(headers) is Head else None
        target, content_type, reply_type, shared = asked if asked is not None else self._read(headers)
        if reply_type is None:
            status, reply, reply_type = 404, messages.UNKNOWN_OPERATION_XML, JSON_1_0
            if content_type.startswith(FORM):
                status, reply, reply_type = self.identify_caller(b"POST", headers, query, body)
        elif len(body) > BODY_BYTES_MAX:
            status, reply = 413, orjson.dumps(errors.request_too_large().body())
        elif refused is not None:
            status, reply = refused.status, orjson.dumps(refused.body())
            self._namespace_at_fault(headers, query).counts.fail(refused)
        else:
            status, reply = self.answer(target, headers, query, body, carry_out, connection)
        if not isinstance(reply, bytes):
            return self._finish(status, reply_type, shared, headers, reply)
        if len(reply) >= COMPRESSED_FROM_BYTES and (len(reply) >= LONG_BYTES or compression.coding_of(headers)):
            return slices.begin(self._finish(status, reply_type, shared, headers, reply))
        return status, REPLY_HEADERS % (reply_type, len(reply), next(self.request_numbers), crc32(reply), shared), reply

    def _read(self, headers: Headers) -> Asked:
        """What the headers ask for. A head keeps it for the next ones of its connection."""
        target = content_type = shared = b""
        for name, value in headers:
            if name == b"x-amz-target":
                target = value
            elif name == b"content-type":
                content_type = value
            elif name == b"origin":
                shared = self.sharing.lines(value)
        asked = target, content_type, CONTENT_TYPES.get(content_type) or content_type_of(content_type, target), shared
        if type(headers) is Head:
            headers.asked = asked
        return asked

    def _finish(
        self, status: int, reply_type: bytes, shared: bytes, headers: Headers, begun: bytes | Slices[bytes]
    ) -> Slices[Reply]:
        """Makes what is left of a reply that is long, or takes long."""
        if isinstance(begun, bytes):
            reply = begun
        else:
            made: bytes | Slices[bytes]
            try:
                made = yield from begun
            except errors.ApiError as error:
                status, made = error.status, errors.without_frames(error).reply()
            reply = made if isinstance(made, bytes) else (yield from made)
        if len(reply) >= LONG_BYTES:
            yield
        if len(reply) >= COMPRESSED_FROM_BYTES:
            reply, coding = yield from compression.encoded(headers, reply)
            shared += coding
        checksum = (yield from _checksum(reply)) if len(reply) >= LONG_BYTES else crc32(reply)
        return status, REPLY_HEADERS % (reply_type, len(reply), next(self.request_numbers), checksum, shared), reply

    def requests_seen(self) -> str | None:
        """What changes with each request; None while one takes long."""
        is_busy = self.turns.count or self.validation.lock.locked()
        return None if is_busy else repr(self.request_numbers)

    def commit_failed(self) -> tuple[int, bytes, bytes]:
        """What answers a request whose changes could not be brought into the journal: status, header lines, body."""
        error = errors.internal_server_error(messages.COMMIT_FAILED)
        self.service.namespace(self.service.caller).counts.fail(error)
        body = orjson.dumps(error.body())
        return error.status, self.head(JSON_1_0, body), body

    def no_room(self, headers: Headers) -> tuple[int, bytes, bytes]:
        """What answers a request that there is no memory to receive, as a service does that has too much to do."""
        error = errors.service_unavailable(messages.NO_ROOM_TO_ARRIVE)
        self._namespace_at_fault(headers, b"").counts.fail(error)
        body = orjson.dumps(error.body())
        return error.status, self.head(JSON_1_0, body), body

    def head(self, content_type: bytes, body: bytes) -> bytes:
        """The header lines of a page beside the data plane: it has a request id and a checksum, too."""
        return REPLY_HEADERS % (content_type, len(body), next(self.request_numbers), crc32(body), b"")

    def answer(
        self,
        target: bytes,
        headers: Headers,
        query: bytes,
        body: bytes,
        carry_out: Perform = perform,
        connection: Connection = LOCAL,
    ) -> tuple[int, bytes | Slices[bytes]]:
        """The HTTP status and the body of the reply to one request, or the slices that make it. Never raises."""
        namespace = None
        try:
            operation = self.operations.get(target)
            if operation is None:
                self._log_unknown(target)
                raise operations.unknown(target)
            try:
                request = orjson.loads(body)
            except orjson.JSONDecodeError:
                if not isinstance(body, LongRequest):
                    raise errors.serialization(None) from None
                request = body.request
            now = self.clock.now()
            if self.gate is None:
                caller, namespace = self.identify(headers, query)
            else:
                admit = self.gate.admit if operation.is_dynamodb else self.gate.admit_scaling
                caller = admit(headers, query, body, now, connection)
                namespace = self.service.owner(caller, operation.name, request)
            return 200, carry_out(namespace, operation, request, caller, now, headers)
        except errors.ApiError as error:
            if namespace is None:
                # It was refused before `carry_out`, which counts what it refuses.
                self._namespace_at_fault(headers, query).counts.fail(error)
            return error.status, errors.without_frames(error).reply()
        except Exception:
            log.exception("%s failed; the request is answered with an internal error", target.decode("latin-1"))
            answer = errors.internal_server_error(messages.INTERNAL_FAILURE)
            (namespace or self._namespace_at_fault(headers, query)).counts.fail(answer)
            return answer.status, orjson.dumps(answer.body())

    def identify_caller(self, method: bytes, headers: Headers, query: bytes, body: bytes) -> tuple[int, bytes, bytes]:
        """The status, the body and its type of the reply to a request for STS, which tools ask who they are."""
        from thermodynamo.access import caller_identity

        try:
            action = caller_identity.action_of(query if method == b"GET" else body)
            if self.gate is not None:
                caller, identity = self.gate.identify(
                    method, headers, query, body, caller_identity.SERVICE, self.clock.now()
                )
            else:
                caller, identity = credentials.authenticate(headers, query, self.default_region), None
            reply = caller_identity.reply(action, caller, identity, next(self.request_numbers))
        except errors.ApiError as error:
            reply = caller_identity.refusal(error, next(self.request_numbers))
        return *reply, caller_identity.XML

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
        Nothing is verified: see `access.gate`.
        """
        if self.gate is not None:
            caller = self.gate.named(headers, query)
            return caller, self.service.namespace(caller)
        scope = headers.scope if type(headers) is Head else None
        if scope is None:
            complete = None
            has_date = False
            for name, value in headers:
                if name == b"authorization":
                    complete = credentials.SIGNATURE(value)
                elif name == b"x-amz-date" or name == b"date":
                    has_date = True
            if complete is None or not has_date or query:
                caller = credentials.authenticate(headers, query, self.default_region)
                return caller, self.service.namespace(caller)
            scope = complete[1]
            if type(headers) is Head:
                headers.scope = scope
        found = self.known.get(scope)
        if found is None:
            if len(self.known) >= CREDENTIALS_CACHED_MAX:
                self.known.clear()
            caller = credentials.authenticate(headers, query, self.default_region)
            found = self.known[scope] = caller, self.service.namespace(caller)
        return found


def _checksum(reply: bytes) -> Slices[int]:
    """The CRC-32 of a long reply, a piece in a slice."""
    checksum = 0
    with memoryview(reply) as whole:
        for start in range(0, len(whole), CHECKED_BYTES):
            checksum = crc32(whole[start : start + CHECKED_BYTES], checksum)
            yield
    return checksum


def content_type_of(given: bytes, target: bytes) -> bytes | None:
    """The type of the reply to a request of this type, as rare as it may be; None for one that is not answered."""
    plain = given.split(b";")[0].strip().lower()
    if plain == JSON_1_1 and target.startswith(auto_scaling.TARGET_PREFIX):
        return JSON_1_1
    return CONTENT_TYPES.get(plain)


def connection_of(scope: Scope, body: bytes) -> Connection:
    """Who is on the other side, and the body as it was sent, which is what a signature is of."""
    client = scope.get("client")
    return client[0] if client else None, scope.get("scheme") == "https", body


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
