"""For tests in Python: the clock of a running server.

    with turned_clock("http://127.0.0.1:8000") as clock:
        clock.advance(hours=25)  # what is due by then has happened when this returns

The server's time goes on from wherever it was turned to, at the rate it had: it never goes back.
"""

import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

TIMEOUT_SECONDS = 300.0


class ClockError(Exception):
    """The clock cannot be turned so, be it a server's or one in this process; the message says why."""


@dataclass(frozen=True, slots=True)
class ServerClock:
    """The clock of the server at an address such as http://127.0.0.1:8000."""

    endpoint: str
    token: str | None = None
    """The server's --admin-token; what THERMODYNAMO_ADMIN_TOKEN says where none is given."""

    def now(self) -> float:
        """Seconds since the epoch, as the server has them."""
        return float(self._call(None)["now"])

    def rate(self) -> float:
        """How many seconds pass in each second; 0 while the clock stands still."""
        return float(self._call(None)["rate"])

    def advance(self, seconds: float = 0.0, *, minutes: float = 0.0, hours: float = 0.0, days: float = 0.0) -> float:
        """Lets so much time pass at once; returns the new time."""
        return self._change("advance", seconds + 60 * minutes + 3600 * hours + 86_400 * days)

    def set(self, instant: float | str) -> float:
        """Turns the clock forward to epoch seconds or a date in ISO 8601."""
        return self._change("set", instant)

    def freeze(self) -> float:
        """Stops the clock until it is turned or given a rate."""
        return self._change("freeze", True)

    def run(self, rate: float = 1.0) -> float:
        """Lets `rate` seconds pass in each second."""
        return self._change("rate", rate)

    def _change(self, name: str, value: float | str | bool) -> float:
        return float(self._call({name: value})["now"])

    def _call(self, body: dict[str, Any] | None) -> dict[str, Any]:
        data = json.dumps(body).encode() if body is not None else None
        headers = {"Content-Type": "application/json"}
        if token := self.token or os.environ.get("THERMODYNAMO_ADMIN_TOKEN"):
            headers["Authorization"] = f"Bearer {token}"
        request = urllib.request.Request(f"{self.endpoint.rstrip('/')}/_admin/clock", data, headers)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:
                reply: dict[str, Any] = json.load(response)
                return reply
        except urllib.error.HTTPError as error:
            reply = json.load(error)
            raise ClockError(f"{reply.get('error')} ({reply.get('hint')})") from None


@contextmanager
def turned_clock(endpoint: str, instant: float | str | None = None, token: str | None = None) -> Iterator[ServerClock]:
    """The server's clock, frozen while the block runs, first turned to `instant` if given.

    Then it runs on at the rate it had before, which is none for a clock that stood still.
    """
    clock = ServerClock(endpoint, token)
    rate = clock.rate()
    clock.freeze()
    try:
        if instant is not None:
            clock.set(instant)
        yield clock
    finally:
        clock.run(rate)
