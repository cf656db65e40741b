"""For tests in Python against a running server. Code that is not a test never imports this.

server_clock   the server's clock: read, turned, frozen
"""

from thermodynamo.testing.server_clock import ClockError, ServerClock, turned_clock

__all__ = ["ClockError", "ServerClock", "turned_clock"]
