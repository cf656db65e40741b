"""`/_admin/transactions`: how long transactions hold their items after they are carried out.

`POST {"hold_seconds": 0.5}` or `{"hold_seconds": [0.1, 2]}` sets it for a namespace, in place of the setting that the
server was started with. Both answer `{"hold_seconds": [low, high]}`.
"""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from thermodynamo.admin.json_body import json_body
from thermodynamo.admin.problem import Problem
from thermodynamo.api.namespace import Namespace
from thermodynamo.settings.bounds import is_number, shown
from thermodynamo.settings.delays import NO_DELAY, Delay, DelayError

HINT = 'hold_seconds is a number of seconds, or a range [low, high]; for example {"hold_seconds": [0.1, 2]}'


def routes(namespace_of: Callable[[Request], Namespace]) -> list[Route]:
    async def answer(request: Request) -> JSONResponse:
        namespace = namespace_of(request)
        if request.method == "POST":
            namespace.set_transaction_hold(delay_of(await json_body(request, HINT)))
        hold = namespace.transaction_hold.delay if namespace.transaction_hold is not None else NO_DELAY
        return JSONResponse({"hold_seconds": [hold.low_seconds, hold.high_seconds]})

    return [Route("/_admin/transactions", answer, methods=["GET", "POST"])]


def delay_of(body: Any) -> Delay:
    """The time that a request's body sets. Raises Problem."""
    given = body.get("hold_seconds") if isinstance(body, dict) else None
    bounds: list[Any] = given if isinstance(given, list) else [given, given]
    if len(bounds) != 2 or not all(map(is_number, bounds)):
        raise Problem(f"hold_seconds is {shown(given)}", HINT)
    try:
        return Delay(float(bounds[0]), float(bounds[1]))
    except DelayError as error:
        raise Problem(f"hold_seconds is {shown(given)}: {error}", HINT) from None
