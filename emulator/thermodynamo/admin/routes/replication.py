"""`/_admin/replication`: how long writes take from one region to another, and which regions are cut off.

`POST {"from": "us-east-1", "to": "eu-west-1", "lag_seconds": 2}` sets the time that writes of global tables take on
the way, fixed or drawn from a range `[0.5, 2.5]`; those on their way keep theirs. `{"from": ..., "to": ..., "is_cut":
true}` lets none arrive until `"is_cut": false`; `{"region": "eu-west-1", "is_cut": true}` cuts a region off from all
others that have replicas or witnesses now. `GET` shows all ways: `{"links": [{"from", "to", "lag_seconds": [low, high],
"is_cut", "pending_changes"}]}`, and so do both posts.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from thermodynamo.admin.json_body import json_body
from thermodynamo.admin.problem import Problem
from thermodynamo.api.namespace import ARRIVALS_MAX, Namespace
from thermodynamo.settings.bounds import is_number, shown
from thermodynamo.settings.clock import Clock
from thermodynamo.settings.delays import NO_DELAY, Delay, DelayError, Sampler
from thermodynamo_storage.database import Database
from thermodynamo_storage.tables.definition import LinkSet

HINT = (
    'POST {"from": "us-east-1", "to": "eu-west-1", "lag_seconds": [0.5, 2.5], "is_cut": false} or '
    '{"region": "eu-west-1", "is_cut": true}'
)


def routes(namespace_of: Callable[[Request], Namespace], clock: Clock) -> list[Route]:
    """The routes. The ways between regions are those of all accounts."""

    async def answer(request: Request) -> JSONResponse:
        database = namespace_of(request).database
        if request.method == "POST":
            settings = settings_of(await json_body(request, HINT), database)
            await arrive(database, clock)
            database.define_all(settings, clock.now())
        return JSONResponse({"links": links(database)})

    return [Route("/_admin/replication", answer, methods=["GET", "POST"])]


async def arrive(database: Database, clock: Clock) -> None:
    """Lets everything arrive that is due, so that a cut keeps back only what had not arrived by then.

    Other requests have their turn between the steps.
    """
    while any(database.deliver(table, ARRIVALS_MAX, clock.now()) for table in list(database.tables_of_all())):
        await asyncio.sleep(0)


def settings_of(body: Any, database: Database) -> list[LinkSet]:
    """What a request sets. Raises Problem."""
    given = body if isinstance(body, dict) else {}
    is_cut = given.get("is_cut")
    if is_cut is not None and not isinstance(is_cut, bool):
        raise Problem(f"is_cut is {shown(is_cut)}", HINT)
    region = given.get("region")
    if isinstance(region, str) and is_cut is not None and given.keys() == {"region", "is_cut"}:
        others = sorted(regions(database) - {region})
        pairs = [pair for other in others for pair in ((region, other), (other, region))]
        return [LinkSet(source, target, None, is_cut) for source, target in pairs]
    source, target = given.get("from"), given.get("to")
    if not isinstance(source, str) or not isinstance(target, str) or source == target:
        raise Problem("no way between two regions is named", HINT)
    if unknown := given.keys() - {"from", "to", "lag_seconds", "is_cut"}:
        raise Problem(f"{sorted(unknown)[0]} is no setting", HINT)
    if is_cut is None:
        link = database.catalog.links.get((source, target))
        is_cut = link is not None and link.is_cut
    return [LinkSet(source, target, bounds_of(given.get("lag_seconds")), is_cut)]


def bounds_of(given: Any) -> tuple[float, float] | None:
    """The bounds of a lag; None where none is given."""
    if given is None:
        return None
    bounds = given if isinstance(given, list) else [given, given]
    if len(bounds) != 2 or not all(map(is_number, bounds)):
        raise Problem(f"lag_seconds is {shown(given)}", HINT)
    try:
        delay = Delay(float(bounds[0]), float(bounds[1]))
    except DelayError as error:
        raise Problem(f"lag_seconds is {shown(given)}: {error}", HINT) from None
    return delay.low_seconds, delay.high_seconds


def regions(database: Database) -> set[str]:
    """The regions that have replicas or witnesses of any global table."""
    found: set[str] = set()
    for table in database.tables_of_all():
        if table.global_table is not None:
            found.update((table.region, *table.global_table.staying_regions()))
    return found


def links(database: Database) -> list[dict[str, object]]:
    """All ways that a global table has used, or that were ever set."""
    pending: dict[tuple[str, str], int] = {}
    for table in database.tables_of_all():
        for source_id, way in table.replication.incoming.items() if table.replication is not None else ():
            source = database.catalog.by_id.get(source_id)
            if source is not None:
                pair = source.region, table.region
                pending[pair] = pending.get(pair, 0) + len(way.changes)
    found: list[dict[str, object]] = []
    for (source_region, target_region), link in sorted(database.catalog.links.items()):
        delay = link.delay.delay if isinstance(link.delay, Sampler) else NO_DELAY
        found.append(
            {
                "from": source_region,
                "to": target_region,
                "lag_seconds": [delay.low_seconds, delay.high_seconds],
                "is_cut": link.is_cut,
                "pending_changes": pending.get((source_region, target_region), 0),
            }
        )
    return found
