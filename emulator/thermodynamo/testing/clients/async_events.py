"""Answers the requests of one aiobotocore client in this process. What waits lets the loop go on."""

import asyncio
from typing import Any

from aiobotocore.awsrequest import AioAWSResponse

from thermodynamo.testing.clients.client_events import Answer, ClientEvents, reply_of
from thermodynamo.testing.clients.replies import Raw
from thermodynamo.testing.shared_service import Exchange


class AsyncRaw(Raw):
    """The body of a response as aiobotocore reads it."""

    async def read(self) -> bytes:
        return self.body


class AsyncClientEvents(ClientEvents):
    """The handlers of one client's events. aiobotocore awaits what they return if it can be awaited."""

    response_class = AioAWSResponse
    raw_class = AsyncRaw

    def before_call(self, model: Any, params: dict[str, Any], **_: Any) -> Any:
        exchange = self.begin(params)
        if exchange is None:
            return None
        if exchange.delay_seconds:
            return self._give_late(exchange, model, params)
        return self.give(exchange, model, params)

    async def before_send(self, request: Any, **_: Any) -> Any:
        number = request.headers.get("x-thermodynamo-kept")
        number = number.decode() if isinstance(number, bytes) else number
        if number in self.kept:
            return self.sent(request.url, self.kept.pop(number))
        exchange = self.begin_sent(request)
        if exchange is None:
            return None
        await asyncio.sleep(exchange.delay_seconds)
        return self.sent(request.url, reply_of(exchange))

    async def _give_late(self, exchange: Exchange, model: Any, params: dict[str, Any]) -> Answer | None:
        await asyncio.sleep(exchange.delay_seconds)
        return self.give(exchange, model, params)
