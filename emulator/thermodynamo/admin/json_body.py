"""The JSON body of an admin request: strict JSON, in which NaN and endless nesting are errors like any other."""

from typing import Any

import orjson
from starlette.requests import Request

from thermodynamo.admin.problem import Problem


async def json_body(request: Request, hint: str) -> Any:
    """Raises Problem for what is not JSON."""
    try:
        return orjson.loads(await request.body())
    except ValueError:
        raise Problem("the body is not JSON", hint) from None
