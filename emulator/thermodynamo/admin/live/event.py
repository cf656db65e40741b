"""A server-sent event as bytes (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

from typing import Any

import orjson


def encoded(name: str, data: Any) -> bytes:
    """JSON has no line breaks of its own, so that its data are one line."""
    return b"event: %b\ndata: %b\n\n" % (name.encode(), orjson.dumps(data))
