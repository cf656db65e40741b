"""`/_admin/tables/<name>/indexes/<index>`: how far a global or a vector index lags its table, and how far it may.

`POST {"delay_seconds": 0.5}` or `{"delay_seconds": [0.1, 2]}` sets the time that writes take to show, fixed
or drawn anew for each write; writes on their way keep theirs. `GET` shows it. Both answer
`{"table", "index", "status", "delay_seconds": [low, high], "pending_changes", "oldest_seconds"}`.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from thermodynamo.admin.json_body import json_body
from thermodynamo.admin.problem import Problem
from thermodynamo.api.namespace import Namespace
from thermodynamo.settings.bounds import is_number, shown
from thermodynamo.settings.clock import Clock
from thermodynamo.settings.delays import NO_DELAY, Delay, DelayError, Sampler
from thermodynamo_storage.changes.index import SecondaryIndex
from thermodynamo_storage.tables.definition import IndexDelayed
from thermodynamo_storage.tables.table import Table

if TYPE_CHECKING:
    from thermodynamo_storage.followers.vector_index import VectorIndex

DELAY_HINT = 'delay_seconds is a number of seconds, or a range [low, high]; for example {"delay_seconds": [0.1, 2]}'


def routes(namespace_of: Callable[[Request], Namespace], clock: Clock) -> list[Route]:
    """The routes; `namespace_of` gives the namespace that a request is about."""

    async def answer(request: Request) -> JSONResponse:
        namespace = namespace_of(request)
        name, index_name = request.path_params["name"], request.path_params["index"]
        body = await json_body(request, DELAY_HINT) if request.method == "POST" else None
        now = clock.now()
        table = namespace.tables[name] if namespace.exists(name, now) else None
        index = lagging_index(table, index_name) if table is not None else None
        if table is None or index is None:
            hint = "local indexes have no delay; ?region= and ?account= choose the namespace"
            raise Problem(f"no global or vector index {index_name} of a table {name}", hint, 404)
        if request.method == "POST":
            delay = delay_of(body)
            namespace.define(now, IndexDelayed(table.id, index_name, delay.low_seconds, delay.high_seconds))
        index.catch_up(now)
        return JSONResponse(describe(table, index, now))

    return [Route("/_admin/tables/{name}/indexes/{index}", answer, methods=["GET", "POST"])]


def lagging_index(table: Table, name: str) -> "SecondaryIndex | VectorIndex | None":
    """The index of a name, if it can lag."""
    index = table.indexes.get(name)
    return index if index is not None and index.schema.is_global else table.vector_indexes.get(name)


def delay_of(body: Any) -> Delay:
    """The delay that a request's body sets. Raises Problem."""
    given = body.get("delay_seconds") if isinstance(body, dict) else None
    bounds: list[Any] = given if isinstance(given, list) else [given, given]
    if len(bounds) != 2 or not all(map(is_number, bounds)):
        raise Problem(f"delay_seconds is {shown(given)}", DELAY_HINT)
    try:
        return Delay(float(bounds[0]), float(bounds[1]))
    except DelayError as error:
        raise Problem(f"delay_seconds is {shown(given)}: {error}", DELAY_HINT) from None


def describe(table: Table, index: "SecondaryIndex | VectorIndex", now: float) -> dict[str, object]:
    propagation = index.propagation if isinstance(index, SecondaryIndex) else index
    delay = propagation.delay.delay if isinstance(propagation.delay, Sampler) else NO_DELAY
    return {
        "table": table.schema.name,
        "index": index.schema.name,
        "status": index.transition or "ACTIVE",
        "delay_seconds": [delay.low_seconds, delay.high_seconds],
        "pending_changes": len(propagation.pending),
        "oldest_seconds": round(propagation.age_seconds(now), 3),
    }
