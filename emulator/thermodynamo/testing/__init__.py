"""For tests in Python against a running server."""

from thermodynamo.testing.server_clock import ClockError, ServerClock, turned_clock

__all__ = ["ClockError", "ServerClock", "turned_clock"]
