"""The HTTP protocol for uvicorn: answers the data plane within the call that completes a request's body.

The data plane is raw ASGI for every server that runs the application. Under uvicorn this shorter way skips what ASGI
asks for and a synchronous answer does not need: a scope, a cycle object, a task and four messages for each request.
Measured on one core with 16 connections, GetItem reaches 0.92 of a bare ASGI echo this way and 0.56 behind ASGI.

Whatever is not a plain POST to `/` goes the ordinary way: the admin API, other methods and paths, query strings,
compressed bodies, `Expect: 100-continue`, a request that must wait for an earlier one of its connection or for slow
readers, and every request while a fault may befall it: only there can an answer be late. A reply that takes long is
begun here and finished there. Of many requests that come in one piece the first few are answered here: each may take
as long as a slice, and others have their turn between those that go the ordinary way.

The head of a plain POST that comes whole is scanned by `head_scan`, and httptools sees none of it.

A request that arrives in several pieces is watched: its head has a bound in bytes and all of it one in seconds. A head
that comes whole in one piece of less than the bound cannot be too long, so nothing is counted for it.
"""

import asyncio
import re
from typing import TYPE_CHECKING, Any, cast

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from thermodynamo.api import messages
from thermodynamo.api.call import perform
from thermodynamo.api.caller import LOCAL
from thermodynamo.api.slices import Slices
from thermodynamo.server.arrivals.arrival import DISCARDED_BYTES_MAX, HEAD_END, Arrival, Discarding, HeadTooLong
from thermodynamo.server.arrivals.arriving_bodies import ArrivingBodies
from thermodynamo.server.arrivals.head_scan import HeadScan
from thermodynamo.server.arrivals.validation import LARGE_BYTES, LONG_BYTES, is_laborious
from thermodynamo.server.connection_notices import TLS_RECORD, ConnectionNotices
from thermodynamo.server.data_plane import BEGUN, BODY_BYTES_MAX, DROP, REST, DataPlane, Reply
from thermodynamo.server.slow_readers import SlowReaders

if TYPE_CHECKING:
    from thermodynamo.server.held_replies import HeldReplies

Header = tuple[bytes, bytes]
HEAD_BYTES_MAX = 16 * 1024
"""The longest request line with headers; the service answers longer ones with 400, too (scylladb issue 23438)."""
PIECE_ANSWERS_MAX = 2
"""So many requests of one piece are answered at once: a piece of 256 KB has room for a thousand, of 3 ms each."""
ENDED_SECONDS = 1.0
"""How long a client that sends no more may wait for answers: it has either left, or only shut down its side."""
PARTS_MAX = 1_024
"""So many parts of a body are kept apart. A body of 16 MB may come in as many chunks of a byte each."""
LINGER_SECONDS = 2.0
"""How long a client that was refused may send on."""
SPECIAL_HEADERS = frozenset((b"expect", b"content-encoding"))
"""Those whose requests go the ordinary way."""
UNKNOWN_METHOD = re.compile(rb"[A-Za-z]+ /").match
REFUSAL_HEADERS = b"server: Server\r\ncontent-type: text/plain\r\ncontent-length: %d\r\nconnection: close\r\n\r\n"
UPGRADE_HEADERS = (b"upgrade", b"connection", b"http2-settings")


class DataPlaneProtocol(HttpToolsProtocol):
    """One connection."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.plane: DataPlane = config.loaded_app.data_plane
        self.slow_readers: SlowReaders = config.loaded_app.slow_readers
        self.arriving_bodies: ArrivingBodies = config.loaded_app.arriving_bodies
        self.notices: ConnectionNotices = config.loaded_app.connection_notices
        self.held_replies: HeldReplies | None = config.loaded_app.held_replies
        self.arrival_seconds = config.loaded_app.config.request_timeout_seconds
        self.faults = self.plane.faults
        self.connection = LOCAL
        self.is_direct = False
        self.piece_answers = 0
        """The requests of the piece at hand that were answered at once."""
        self.body: list[bytes | bytearray] = []
        self.body_bytes = 0
        self.active_at = 0.0
        self.default_headers: list[Header] | None = None
        self.head = b""
        self.is_receiving = False
        self.is_in_head = False
        self.is_watched = False
        self.is_upgrade = False
        self.has_special_header = False
        self.is_ended = False
        """Whether the client sends no more."""
        self.idle_timer: asyncio.TimerHandle | None = None
        self.arrival: Arrival | None = None
        self.answering: RequestResponseCycle | None = None
        self.refusal = b""
        self.rest_bytes = 0
        """What the application keeps of the reply that it is sending."""
        self.scan = HeadScan()
        self.begun: Slices[Reply] | None = None
        """The reply to a request that was scanned, while the parser reads that request for the ordinary way."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        if self.held_replies is not None:
            from thermodynamo.server.held_transport import HeldTransport

            transport = cast(asyncio.Transport, HeldTransport(transport, self.held_replies, self._refusal_of_commit))
        super().connection_made(transport)
        self.connection = self.client[0] if self.client else None, self.scheme == "https", None
        self.active_at = self.loop.time()
        self.idle_timer = self.loop.call_later(self.timeout_keep_alive, self._close_if_idle)
        if (used := transport.get_extra_info("socket")) is not None:
            self.notices.descriptor(used.fileno(), len(self.connections))

    def connection_lost(self, exc: Exception | None) -> None:
        if self.idle_timer is not None:
            self.idle_timer.cancel()
        self._end_arrival()
        self.slow_readers.resume(self)
        for cycle in (self.answering, *(cycle for cycle, _ in self.pipeline)):
            if cycle is not None and not cycle.response_complete:
                cycle.disconnected = True
                cycle.message_event.set()
        self.pipeline.clear()
        super().connection_lost(exc)

    def eof_received(self) -> bool:  # type: ignore[override]
        """Keeps the connection open for the answers that a client waits for which sends no more; not with TLS."""
        if self.scheme == "https" or not (self._is_answering() or self._is_held()):
            return False
        self.is_ended = True
        if self._is_answering():
            self.loop.call_later(ENDED_SECONDS, self.transport.close)
        else:
            self.transport.close()
        return True

    def _is_held(self) -> bool:
        """Whether a reply may wait for the journal, after which the transport closes."""
        return self.held_replies is not None and self.held_replies.is_open

    def abort(self) -> None:
        """Ends the connection, and with it the requests that still wait for an answer."""
        self.transport.abort()

    def pause_writing(self) -> None:
        super().pause_writing()
        self.slow_readers.pause(self)

    def resume_writing(self) -> None:
        super().resume_writing()
        if not self.rest_bytes:
            self.slow_readers.resume(self)

    def tell_rest(self, rest_bytes: int) -> None:
        """The application has sent a piece of its reply, and keeps so much."""
        self.rest_bytes = rest_bytes
        if not rest_bytes and not self.flow.write_paused:
            self.slow_readers.resume(self)

    def get_write_buffer_size(self) -> int:
        """How much the client has not taken of what it asked for."""
        return self.transport.get_write_buffer_size() + self.rest_bytes

    def data_received(self, data: bytes) -> None:
        if self.timeout_keep_alive_task is not None:
            self._unset_keepalive_if_required()
        if not self.is_receiving and not self.refusal and self._may_answer_now():
            scanned = self.scan.read(data)
            if scanned is not None and (len(scanned) <= LONG_BYTES or self._is_light(scanned)):
                self.headers = self.scan.headers
                return self._answer(scanned, data)
        was_receiving = self.is_receiving
        self.is_watched = was_receiving or len(data) > HEAD_BYTES_MAX
        self.piece_answers = 0
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            return self._decline_upgrade(data[upgrade.args[0] :])
        except httptools.HttpParserInvalidMethodError:
            return self._refuse_method(data)
        except httptools.HttpParserError as error:
            too_long = isinstance(error.__context__, HeadTooLong)
            return self._refuse(400, messages.HEAD_TOO_LONG if too_long else messages.MALFORMED_HTTP)
        if self.is_receiving:
            self._watch_arrival(data, was_receiving)
            if self.is_receiving and self.body_bytes and not self.is_in_head:
                self.arriving_bodies.hold(self, min(self.body_bytes, BODY_BYTES_MAX), self.loop.time())

    def on_message_begin(self) -> None:
        self.url = b""
        self.has_special_header = False
        self.headers = []
        self.is_receiving = self.is_in_head = True

    def on_header(self, name: bytes, value: bytes) -> None:
        name = name.lower()
        if name in SPECIAL_HEADERS:
            self.has_special_header = True
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        self.is_in_head = False
        if self.is_watched:
            self._check_head()
        self.is_upgrade = self.parser.should_upgrade()
        if self.is_upgrade:
            self.is_direct = False
            return
        self.is_direct = self.begun is not None or (
            self.url == b"/"
            and self.parser.get_method() == b"POST"
            and not self.has_special_header
            and self.piece_answers < PIECE_ANSWERS_MAX
            and self._may_answer_now()
        )
        if self.is_direct:
            self.body = []
            self.body_bytes = 0
        else:
            self._begin_scope()
            super().on_headers_complete()

    def _is_light(self, scanned: bytes) -> bool:
        return len(scanned) <= LARGE_BYTES and not is_laborious(self.scan.headers, scanned)

    def _may_answer_now(self) -> bool:
        """Whether a request of this connection need not wait for anything."""
        cycle = self.cycle
        return (
            (cycle is None or cycle.response_complete)
            and not self.flow.write_paused
            and not self.faults.active
            and not self.slow_readers.is_full
        )

    def on_body(self, body: bytes) -> None:
        so_far = self.body_bytes
        if not self.is_direct:
            super().on_body(body)
        elif so_far <= BODY_BYTES_MAX:
            self.body.append(body)
            if len(self.body) > PARTS_MAX:
                self._gather()
        self.body_bytes = so_far + len(body)

    def _gather(self) -> None:
        """Puts the parts of the body so far into one. Joining millions takes 80 bytes for each."""
        first, *others = self.body
        gathered = first if isinstance(first, bytearray) else bytearray(first)
        gathered += b"".join(others)
        self.body = [gathered]

    def on_message_complete(self) -> None:
        if self.is_upgrade:
            return
        self.is_receiving = False
        self._end_arrival()
        if not self.is_direct:
            super().on_message_complete()
            return
        body = b"".join(self.body)
        self.body = []
        if self.begun is not None:
            begun, self.begun = self.begun, None
            self._answer_later(begun)
        elif self.body_bytes > LONG_BYTES and self.plane.is_long(self.headers, body):
            self._go_the_ordinary_way(body)
        else:
            self.piece_answers += 1
            self._answer(body)

    def _answer(self, body: bytes, scanned: bytes | None = None) -> None:
        """Answers the request at hand; `scanned` is all of it where the parser has not read it."""
        answered = self.plane.reply(self.headers, b"", body, perform, self.connection)
        if not isinstance(answered, tuple):
            if scanned is None:
                return self._answer_later(answered)
            self.begun = answered
            return self.parser.feed_data(scanned)
        status, reply_headers, reply = answered
        keeps_alive = scanned is not None or self.parser.should_keep_alive()
        end = b"\r\n" if keeps_alive else b"connection: close\r\n\r\n"
        if self.server_state.default_headers is not self.default_headers:
            self._renew_head()
        self.transport.write(b"%b%b%b%b%b" % (STATUS_LINE[status], self.head, reply_headers, end, reply))
        self.active_at = self.loop.time()
        if not keeps_alive:
            self.transport.close()

    def _refusal_of_commit(self) -> bytes:
        """The reply to a request whose changes could not be brought into the journal."""
        self._renew_head()
        status, head, body = self.plane.commit_failed()
        return b"%b%b%bconnection: close\r\n\r\n%b" % (STATUS_LINE[status], self.head, head, body)

    def _answer_later(self, begun: Slices[Reply]) -> None:
        """Lets the ordinary way send a reply that takes long, and makes the connection's next requests wait for it."""
        self._go_the_ordinary_way(b"", begun)

    def _go_the_ordinary_way(self, body: bytes, begun: Slices[Reply] | None = None) -> None:
        """Gives the application a request that is complete, and what is begun of its reply."""
        self._begin_scope()
        self.scope["extensions"][BEGUN] = begun  # type: ignore[assignment]
        super().on_headers_complete()
        super().on_body(body)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self.active_at = self.loop.time()
        if self._is_answering() or self.transport.is_closing():
            return
        if self.refusal:
            self._send_refusal()
        elif self.is_ended:
            self.transport.close()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self.answering = cycle
        super()._start_asgi_task(cycle, app)

    def _is_answering(self) -> bool:
        return self.answering is not None and not self.answering.response_complete

    def _begin_scope(self) -> None:
        """What the ordinary way expects to have been made when the message began."""
        url, headers = self.url, self.headers
        super().on_message_begin()
        self.url = url
        self.body_bytes = 0
        self.expect_100_continue = self.has_special_header and any(
            name == b"expect" and value.lower() == b"100-continue" for name, value in headers
        )
        self.headers.extend(headers)
        self.scope["extensions"] = {DROP: {"abort": self.transport.abort}}
        if self.scheme == "https":
            # What TLS is given, it encrypts in one piece. A plain transport copies nothing, and takes all at once.
            self.scope["extensions"][REST] = {"tell": self.tell_rest}

    def _renew_head(self) -> None:
        """Writes out uvicorn's default headers (the date), of which it makes a new list every second."""
        self.default_headers = self.server_state.default_headers
        self.head = b"".join(name + b": " + value + b"\r\n" for name, value in self.default_headers)

    def _decline_upgrade(self, rest: bytes) -> None:
        """Reads a request that asks for another protocol as if it had not asked, as RFC 9110 section 7.8 allows.

        The parser stops at such a request's headers, so a new one is fed with them, less the wish, and with the rest.
        """
        if self.parser.get_method() == b"CONNECT":
            return self._refuse(404, messages.UNKNOWN_OPERATION_XML)
        lines = [self.parser.get_method() + b" " + self.url + b" HTTP/1.1"]
        lines += [name + b": " + value for name, value in self.headers if name not in UPGRADE_HEADERS]
        self.parser = httptools.HttpRequestParser(self)
        self.data_received(b"\r\n".join(lines) + b"\r\n\r\n" + rest)

    def _check_head(self) -> None:
        """Raises HeadTooLong, which the parser hands on. Before each header stand `: ` and a new line."""
        if len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers) > HEAD_BYTES_MAX:
            raise HeadTooLong

    def _watch_arrival(self, data: bytes, was_receiving: bool) -> None:
        """Counts a piece after which a request is not complete, and refuses what has too much of a head or of framing.

        The parser does not say where in a piece a request began: what of it follows the last blank line and cannot be
        an earlier body counts.
        """
        arrival = self.arrival
        if arrival is None:
            timer = self.loop.call_later(self.arrival_seconds, self._give_up_receiving)
            arrival = self.arrival = Arrival(timer, self.body_bytes)
            if was_receiving:
                return
            if HEAD_END in data:
                after_bytes = len(data) - data.rindex(HEAD_END) - len(HEAD_END) - self.body_bytes
                if self.is_in_head and after_bytes > HEAD_BYTES_MAX:
                    self._refuse(400, messages.HEAD_TOO_LONG)
                return
        if arrival.count(len(data), self.body_bytes) > HEAD_BYTES_MAX:
            self._refuse(400, messages.HEAD_TOO_LONG)

    def _give_up_receiving(self) -> None:
        """Refuses a request that has not arrived in its time, unless it waits for the answer to an earlier one."""
        if self.transport.is_closing() or self.arrival is None:
            return
        if self.flow.read_paused:
            self.arrival.timer = self.loop.call_later(self.arrival_seconds, self._give_up_receiving)
        else:
            self._refuse(408, messages.REQUEST_TOO_SLOW)

    def _end_arrival(self) -> None:
        """A request has arrived, or never will."""
        if self.arrival is not None:
            self.arrival.timer.cancel()
            self.arrival = None
            self.arriving_bodies.release(self)

    def is_held_up(self) -> bool:
        return self.flow.read_paused

    def refuse_for_room(self) -> None:
        """Answers a request whose body there is no memory for, and lets the body go. A client may send all of it."""
        self._end_arrival()
        self._renew_head()
        status, head, body = self.plane.no_room(self.headers)
        refusal = b"%b%b%bconnection: close\r\n\r\n%b" % (STATUS_LINE[status], self.head, head, body)
        self._refuse_as(refusal, BODY_BYTES_MAX)

    def _refuse_method(self, data: bytes) -> None:
        """A method that HTTP does not know is as good as one that the service does not; other bytes are no request."""
        if data.startswith(TLS_RECORD):
            self.notices.tls(self.client[0] if self.client else "a client")
        if UNKNOWN_METHOD(data):
            self._refuse(404, messages.UNKNOWN_OPERATION_XML)
        else:
            self._refuse(400, messages.MALFORMED_HTTP)

    def _refuse(self, status: int, body: bytes) -> None:
        """Answers what cannot be read, after all that came before it; nothing after it can be understood."""
        self._renew_head()
        self._refuse_as(STATUS_LINE[status] + self.head + REFUSAL_HEADERS % len(body) + body)

    def _refuse_as(self, refusal: bytes, discarded_bytes_max: int = DISCARDED_BYTES_MAX) -> None:
        self.refusal = refusal
        self.is_receiving = False
        self.body = []
        self.parser = Discarding(self.transport, discarded_bytes_max)  # type: ignore[assignment]
        self._end_arrival()
        cycle = self.cycle
        is_own = cycle is not None and cycle.scope["headers"] is self.headers
        if is_own and self.pipeline and self.pipeline[0][0] is cycle:
            self.pipeline.popleft()
        elif is_own and cycle is self.answering:
            cycle.disconnected = True  # What waits for the rest of the body is told that there is none.
            cycle.message_event.set()
            self.answering = None
            if cycle.response_started:
                return self.transport.close()
        if not self._is_answering():
            self._send_refusal()

    def _send_refusal(self) -> None:
        """Sends it, and closes the connection when the client has stopped sending.

        A socket that is closed with something unread throws away what is unsent, and the client would see no answer.
        """
        self.transport.write(self.refusal)
        self.refusal = b""
        self.flow.resume_reading()
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(LINGER_SECONDS, self.transport.close)

    def _close_if_idle(self) -> None:
        """Closes a connection that has been silent for the keep-alive time; one timer serves a connection's life."""
        if self.transport.is_closing():
            return
        idle_seconds = self.loop.time() - self.active_at
        is_busy = self.is_receiving or self._is_answering()
        if idle_seconds >= self.timeout_keep_alive and not is_busy:
            self.transport.close()
        else:
            again_seconds = max(1.0, self.timeout_keep_alive - idle_seconds)
            self.idle_timer = self.loop.call_later(again_seconds, self._close_if_idle)
