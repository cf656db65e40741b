"""The clock in the admin API: read it, turn it forward, freeze it, change its rate."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from thermodynamo.admin.json_body import json_body
from thermodynamo.admin.problem import Problem
from thermodynamo.admin.turning import Turning
from thermodynamo.settings.bounds import is_number, shown
from thermodynamo.settings.clock import INSTANT_MAX, VirtualClock, parse_instant

CHANGES = ("advance", "set", "rate", "freeze")
HINT = 'send one of {"advance": seconds}, {"set": instant}, {"rate": seconds per second}, {"freeze": true}'


class Refused(Problem):
    """A change that cannot be made; the text says why."""

    def __init__(self, error: str) -> None:
        super().__init__(error, HINT)


def routes(clock: VirtualClock, turning: Turning) -> list[Route]:
    async def read(request: Request) -> JSONResponse:
        return JSONResponse(describe(clock))

    async def change(request: Request) -> JSONResponse:
        await apply(await json_body(request, HINT), clock, turning)
        return JSONResponse(describe(clock))

    return [Route("/_admin/clock", read), Route("/_admin/clock", change, methods=["POST"])]


def describe(clock: VirtualClock) -> dict[str, Any]:
    return {"now": round(clock.now(), 6), "mode": clock.mode, "rate": clock.rate}


async def apply(body: Any, clock: VirtualClock, turning: Turning) -> None:
    """Makes the one change that the body asks for, with all that follows from it. Raises Refused."""
    if not isinstance(body, dict) or len(body) != 1 or next(iter(body)) not in CHANGES:
        raise Refused(f"the body must have exactly one of {', '.join(CHANGES)}")
    name, value = next(iter(body.items()))
    if name == "freeze":
        if value is not True:
            raise Refused("freeze can only be true; a rate sets a frozen clock going again")
        turning.run(0.0)
    elif name == "rate":
        turning.run(_amount(name, value))
    elif name == "advance":
        seconds = _amount(name, value)
        if clock.now() + seconds > INSTANT_MAX:
            raise Refused("advance leads beyond the year 9999")
        await turning.advance(seconds)
    else:
        await turning.turn(_instant(value, clock))


def _instant(value: Any, clock: VirtualClock) -> float:
    try:
        instant = parse_instant(value)
    except (ValueError, TypeError):
        raise Refused(f"set is {shown(value)}: it must be epoch seconds or a date in ISO 8601") from None
    if instant < clock.now():
        raise Refused(f"set is before the clock's {clock.now():.6f}: time only goes forward")
    return instant


def _amount(name: str, value: Any) -> float:
    if not is_number(value) or value < 0:
        raise Refused(f"{name} is {shown(value)}: it must be a number, 0 or more")
    return float(value)
