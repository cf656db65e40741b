"""The JSON body of an admin request: strict JSON, in which NaN and endless nesting are errors like any other."""

from typing import Any

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from thermodynamo.admin.problem import Problem
from thermodynamo.api.model import json_pieces

BODY_BYTES_MAX = 1024 * 1024
"""A list of fault rules is the longest body, and it takes thousands of them to be so long."""
LONG_BYTES = 128 * 1024
"""A longer body is parsed beside the event loop: 16 MB of the smallest values take a quarter of a second."""


async def json_body(request: Request, hint: str, bytes_max: int = BODY_BYTES_MAX) -> Any:
    """Raises Problem for what is not JSON, and for what is longer than `bytes_max`, of which no more is kept."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > bytes_max:
            raise Problem(f"the body is longer than {bytes_max} bytes", hint, 413)
    try:
        if len(body) > LONG_BYTES:
            return await run_in_threadpool(json_pieces.loads, bytes(body))
        return orjson.loads(body)
    except ValueError:
        raise Problem("the body is not JSON", hint) from None
