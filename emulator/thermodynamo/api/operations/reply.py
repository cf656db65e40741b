"""Reply bodies spliced from bytes: items are stored as wire JSON, so most replies need no serialising."""

from typing import Any

import orjson

EMPTY = b"{}"


def body(members: dict[bytes, Any]) -> bytes:
    """A JSON object of the members that are not None. A bytes value is JSON already, anything else is serialised."""
    parts = [
        b'"' + name + b'":' + (value if type(value) is bytes else orjson.dumps(value))
        for name, value in members.items()
        if value is not None
    ]
    return b"{" + b",".join(parts) + b"}"


def array(blobs: list[bytes]) -> bytes:
    """A JSON array of what is JSON already."""
    return b"[" + b",".join(blobs) + b"]"
