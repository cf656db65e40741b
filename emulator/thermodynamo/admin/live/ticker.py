"""Makes the events of each second while anyone listens, and wakes the listeners.

What several listeners ask for is encoded once. A listener that is slower than the seconds misses some of them: an event
says which seconds it has, so that a page knows and reads the report again.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from typing import Any, Protocol

from thermodynamo.admin.live.event import encoded
from thermodynamo.admin.live.heat import HeatEvents
from thermodynamo.admin.live.tables import TableEvents
from thermodynamo.admin.live.topics import Topic
from thermodynamo.admin.sliced import finished
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.slices import Slices
from thermodynamo.service import Service

TICK_SECONDS = 1.0
LATE_SECONDS = 0.02
"""How long after a whole second an event is made, on a clock that runs like the machine's."""

log = logging.getLogger("thermodynamo")


class Events(Protocol):
    """The events of one topic."""

    @property
    def namespace(self) -> Namespace:
        """The namespace that they are of."""
        ...

    def data(self, now: float) -> Slices[dict[str, Any]]:
        """What happened since the last call."""
        ...


class Ticker:
    """The events of one server."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.listeners: Counter[Topic] = Counter()
        self.events: dict[Topic, Events] = {}
        self.latest: dict[Topic, bytes] = {}
        """The last event of each topic that is listened to."""
        self.clock_event = b""
        self.tick = 0
        self.ticked = asyncio.Event()
        self.task: asyncio.Task[None] | None = None

    async def listen(self, topics: Sequence[Topic]) -> AsyncGenerator[bytes]:
        """The events of each second, for one page: those of the clock, then one of each topic."""
        self.listeners.update(topics)
        if self.task is None:
            self.task = asyncio.create_task(self._run(), name="console events")
        try:
            yield encoded("clock", self.clock())
            while True:
                await self.ticked.wait()
                yield self.clock_event + b"".join(self.latest.get(topic, b"") for topic in topics)
        finally:
            self.listeners.subtract(topics)
            self.listeners = +self.listeners
            if not self.listeners and self.task is not None:
                self.task.cancel()
                self.task = None

    def clock(self) -> dict[str, Any]:
        """The server's time, and what else every page shows."""
        clock, plan = self.service.clock, self.service.faults
        rules = [fault for fault in plan.faults.values() if not fault.is_spent]
        return {"now": round(clock.now(), 3), "mode": clock.mode, "rate": clock.rate, "faults": len(rules)}

    async def make(self) -> None:
        """Makes the events of this second, while requests go on."""
        self.tick += 1
        now = self.service.clock.now()
        self.clock_event = encoded("clock", self.clock())
        for topic in [topic for topic in self.events if topic not in self.listeners]:
            self.events.pop(topic)
            self.latest.pop(topic, None)
        for topic in list(self.listeners):
            namespace = self.service.namespace(topic.caller)
            if topic not in self.events or self.events[topic].namespace is not namespace:  # A reset makes new ones.
                self.events[topic] = _events(namespace, topic)
            name = "tables" if topic.table_name is None else "heat"
            data = await finished(self.events[topic].data(now))
            self.latest[topic] = encoded(name, {"topic": topic.text, **data})

    async def _run(self) -> None:
        while True:
            try:
                await self.make()
            except Exception:
                log.exception("the events of this second cannot be told")
            ticked, self.ticked = self.ticked, asyncio.Event()
            ticked.set()
            await asyncio.sleep(self._pause_seconds())

    def _pause_seconds(self) -> float:
        """Until the clock's next second has begun, where that is a second of the machine's."""
        clock = self.service.clock
        if clock.rate != 1:
            return TICK_SECONDS
        left = 1 - clock.now() % 1
        return left + LATE_SECONDS if left > LATE_SECONDS else left + TICK_SECONDS


def _events(namespace: Namespace, topic: Topic) -> Events:
    if topic.table_name is None:
        return TableEvents(namespace)
    return HeatEvents(namespace, topic.table_name, topic.index_name)
