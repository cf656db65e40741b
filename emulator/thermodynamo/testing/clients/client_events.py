"""Answers the requests of one botocore client in this process, by botocore's own events.

`before-call` comes before a request is signed and sent: a reply that is given there is returned at once. One that
botocore might retry is not given there but kept for `before-send`, which stands where the request would go out: so
attempts, back-off, the retry quota and what an error says of them are botocore's own. For the same reason a client in
adaptive mode, which measures every request that it sends, has all of its replies there.

What `current` returns is asked for each request. Where it is None the request goes where it would without this.
"""

import time
from collections.abc import Callable
from functools import lru_cache, partial
from itertools import count
from typing import Any

from botocore import UNSIGNED
from botocore.awsrequest import AWSResponse
from botocore.credentials import RefreshableCredentials
from botocore.exceptions import ConnectionClosedError

from thermodynamo.access import credentials
from thermodynamo.api.caller import Caller
from thermodynamo.service import Dropped
from thermodynamo.testing.clients import replies
from thermodynamo.testing.clients.replies import NEVER_RETRIED, GivenResponse, Raw
from thermodynamo.testing.shared_service import Exchange, Reply, SharedService

KEPT_HEADER = "x-thermodynamo-kept"
"""Names, in a request that is never sent, the reply that is kept for it."""

Current = Callable[[], SharedService | None]
Answer = tuple[GivenResponse, dict[str, Any]]


class ClientEvents:
    """The handlers of one client's events."""

    response_class: Callable[..., AWSResponse] = AWSResponse
    raw_class: type[Raw] = Raw

    def __init__(self, client: Any, current: Current, acting: str | None = None) -> None:
        """`acting` is the caller of the access file whose client this is, whatever its key."""
        self.client = client
        self.current = current
        self.acting = acting
        self.parser = replies.parser(
            client._endpoint._response_parser_factory, client.meta.service_model.resolved_protocol
        )
        self.is_adaptive = (client.meta.config.retries or {}).get("mode") == "adaptive"
        self.kept: dict[str, Reply | None] = {}
        """Replies for the first attempt at sending, by the number in its header; None for a dropped connection."""
        self.numbers = count(1)

    def register(self) -> None:
        """From now on the client's requests are answered here. Handlers of others for `before-call` go first."""
        events = self.client.meta.events
        service = self.client.meta.service_model.service_id.hyphenize()
        events.register_last("before-call", self.before_call)
        events.register_first(f"before-send.{service}", self.before_send)
        events.register_first(f"choose-signer.{service}", self.choose_signer)

    def before_call(self, model: Any, params: dict[str, Any], **_: Any) -> Any:
        """The response and its parsed form; None for a request that goes on to be sent."""
        exchange = self.begin(params)
        if exchange is None:
            return None
        if exchange.delay_seconds:
            time.sleep(exchange.delay_seconds)
        return self.give(exchange, model, params)

    def before_send(self, request: Any, **_: Any) -> Any:
        """The response to an attempt. Raises ConnectionClosedError where its connection is dropped."""
        number = _text(request.headers.get(KEPT_HEADER))
        if number in self.kept:
            return self.sent(request.url, self.kept.pop(number))
        exchange = self.begin_sent(request)
        if exchange is None:
            return None
        if exchange.delay_seconds:
            time.sleep(exchange.delay_seconds)
        return self.sent(request.url, reply_of(exchange))

    def choose_signer(self, **_: Any) -> Any:
        """Without credentials a request is not signed: its signature is not looked at."""
        if self.client._request_signer._credentials is None and self.current() is not None:
            return UNSIGNED
        return None

    def begin(self, params: dict[str, Any]) -> Exchange | None:
        """The exchange of a request that has been made of the caller's parameters."""
        shared = self.current()
        if shared is None or self.is_adaptive:
            return None
        return shared.begin(_bytes(params["headers"]["X-Amz-Target"]), _bytes(params["body"]), self.caller(shared))

    def begin_sent(self, request: Any) -> Exchange | None:
        """The exchange of a request that is about to be sent."""
        shared = self.current()
        if shared is None:
            return None
        return shared.begin(_bytes(request.headers["X-Amz-Target"]), _bytes(request.body), self.caller(shared))

    def give(self, exchange: Exchange, model: Any, params: dict[str, Any]) -> Answer | None:
        """The reply, or None where it is kept for the first attempt at sending."""
        reply = reply_of(exchange)
        if reply is not None and reply[0] < 500:
            status, body = reply
            headers, url = replies.headers(body), params["url"]
            result = replies.parsed(self.parser, reply, headers, model)
            if status == 200 or result["Error"]["Code"] in NEVER_RETRIED:
                make = partial(self.response_class, url, status, headers, self.raw_class(body))
                return GivenResponse(status, make), result
        number = str(next(self.numbers))
        self.kept[number] = reply
        params["headers"][KEPT_HEADER] = number
        return None

    def sent(self, url: str, reply: Reply | None) -> AWSResponse:
        """The response to what was sent, before botocore parses it."""
        if reply is None:
            raise ConnectionClosedError(endpoint_url=url)
        status, body = reply
        return self.response_class(url, status, replies.headers(body), self.raw_class(body))

    def caller(self, shared: SharedService) -> Caller:
        """Whose request it is: as for a server, an access key id of 12 digits names the account."""
        found = self.client._request_signer._credentials
        # To read those of a role may mean to fetch them.
        key = found.access_key if found is not None and not isinstance(found, RefreshableCredentials) else ""
        region = self.client.meta.region_name or shared.service.config.region
        caller = caller_of(key, region)
        callers = shared.callers
        if callers is None:
            return caller
        return callers.named(self.acting, region) if self.acting is not None else callers.of_key(caller, key)


@lru_cache(maxsize=256)
def caller_of(key: str, region: str) -> Caller:
    """The caller that an access key id and a region name, as in the scope of a signature."""
    return credentials.parse_scope(f"{key}//{region}", region)


def reply_of(exchange: Exchange) -> Reply | None:
    """The reply, or None where its connection is dropped."""
    try:
        return exchange.reply()
    except Dropped:
        return None


def _bytes(value: Any) -> bytes:
    return value.encode() if isinstance(value, str) else bytes(value)


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else value or ""
