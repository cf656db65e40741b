"""The JSON body of an admin request: strict JSON, in which NaN and endless nesting are errors like any other."""

from typing import Any

import orjson
from starlette.requests import Request

from thermodynamo.admin.problem import Problem

BODY_BYTES_MAX = 1024 * 1024
"""A list of fault rules is the longest body, and it takes thousands of them to be so long."""


async def json_body(request: Request, hint: str, bytes_max: int = BODY_BYTES_MAX) -> Any:
    """Raises Problem for what is not JSON, and for what is longer than `bytes_max`, of which no more is kept."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > bytes_max:
            raise Problem(f"the body is longer than {bytes_max} bytes", hint, 413)
    try:
        return orjson.loads(body)
    except ValueError:
        raise Problem("the body is not JSON", hint) from None
