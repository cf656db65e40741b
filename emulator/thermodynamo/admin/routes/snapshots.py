"""Snapshots in the admin API: take, list, restore and delete them; fork a namespace; reset everything or a namespace.

Without `?account=` and `?region=` a snapshot or a reset is of everything; with them, of the namespaces that they name.
A snapshot is `{"name", "taken_at", "account", "region", "tables", "items", "bytes"}`; null stands for every account or
region.
"""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from thermodynamo.admin import chosen_namespace
from thermodynamo.admin.json_body import json_body
from thermodynamo.admin.problem import Problem
from thermodynamo.admin.sliced import finished
from thermodynamo.admin.turning import Turning
from thermodynamo.api.caller import Caller
from thermodynamo.api.slices import Slices
from thermodynamo.service import Service, SnapshotError
from thermodynamo.settings.bounds import shown
from thermodynamo_storage.tables.snapshot import Scope, Snapshot

SNAPSHOT_HINT = 'send {"name": text}, and "replace": true for one that takes the place of an older one'
TABLES_AT_ONCE = 500
"""Tables whose items one slice adds up: a millisecond."""
FORK_HINT = 'send {"from": {"account": digits, "region": name}, "to": {...}}, and "replace": true over what is there'


class SnapshotRoutes:
    """The routes, on one service. The clock is not turned while one of them works."""

    def __init__(self, service: Service, turning: Turning) -> None:
        self.service = service
        self.turning = turning

    def routes(self) -> list[Route]:
        return [
            Route("/_admin/snapshots", self.listing),
            Route("/_admin/snapshots", self.take, methods=["POST"]),
            Route("/_admin/snapshots/{name}", self.read),
            Route("/_admin/snapshots/{name}", self.delete, methods=["DELETE"]),
            Route("/_admin/snapshots/{name}/restore", self.restore, methods=["POST"]),
            Route("/_admin/fork", self.fork, methods=["POST"]),
            Route("/_admin/reset", self.reset, methods=["POST"]),
        ]

    async def listing(self, request: Request) -> JSONResponse:
        snapshots = list(self.service.snapshots.values())
        return JSONResponse({"snapshots": [await finished(described(each)) for each in snapshots]})

    async def take(self, request: Request) -> JSONResponse:
        given = members(await json_body(request, SNAPSHOT_HINT), {"name": str, "replace": bool}, SNAPSHOT_HINT)
        if "name" not in given:
            raise Problem("the body has no name", SNAPSHOT_HINT)
        scope = chosen_scope(request.query_params)
        async with self.turning.lock:
            try:
                taken = await finished(self.service.snapshotting(given["name"], scope, given.get("replace", False)))
            except SnapshotError as error:
                raise Problem(error.error, error.hint, 409) from None
        return JSONResponse(await finished(described(taken)))

    async def read(self, request: Request) -> JSONResponse:
        return JSONResponse(await finished(described(self._found(request))))

    async def restore(self, request: Request) -> JSONResponse:
        async with self.turning.lock:
            try:
                restored = await finished(self.service.restoring(self._found(request).name))
            except SnapshotError as error:
                raise Problem(error.error, error.hint, 409) from None
        return JSONResponse(await finished(described(restored)))

    async def delete(self, request: Request) -> JSONResponse:
        found = self._found(request)
        answer = await finished(described(found))  # Before what is in it is taken out, to be freed in steps.
        self.service.delete_snapshot(self._found(request).name)
        return JSONResponse(answer)

    async def fork(self, request: Request) -> JSONResponse:
        kinds = {"from": dict, "to": dict, "replace": bool}
        given = members(await json_body(request, FORK_HINT), kinds, FORK_HINT)
        if not {"from", "to"} <= given.keys():
            raise Problem("the body has not both from and to", FORK_HINT)
        source, target = (self._place(given[name]) for name in ("from", "to"))
        async with self.turning.lock:
            try:
                await finished(self.service.forking(source, target, given.get("replace", False)))
            except SnapshotError as error:
                raise Problem(error.error, error.hint, 409) from None
        names = sorted(self.service.namespace(target).tables)
        return JSONResponse({"account": target.account, "region": target.region, "tables": names})

    async def reset(self, request: Request) -> JSONResponse:
        scope = chosen_scope(request.query_params)
        async with self.turning.lock:
            self.service.reset(scope)
        return JSONResponse({"account": scope.account, "region": scope.region})

    def _found(self, request: Request) -> Snapshot:
        try:
            return self.service.found_snapshot(request.path_params["name"])
        except SnapshotError as error:
            raise Problem(error.error, error.hint, 404) from None

    def _place(self, given: Any) -> Caller:
        place = members(given, {"account": str, "region": str}, FORK_HINT)
        return chosen_namespace.of_query(place, self.service.config.region)


def chosen_scope(query: Mapping[str, str]) -> Scope:
    """The namespaces that a query names; all of them where it names none. Raises Problem."""
    chosen_namespace.of_query(query, "")  # For its errors alone.
    return Scope(query.get("account"), query.get("region"))


def members(given: Any, kinds: Mapping[str, type], hint: str) -> dict[str, Any]:
    """A JSON object with these members or some of them. Raises Problem."""
    if not isinstance(given, dict):
        raise Problem("the body is no JSON object", hint)
    for name, value in given.items():
        if name not in kinds:
            raise Problem(f"{name} is no member", hint)
        if not isinstance(value, kinds[name]):
            raise Problem(f"{name} is {shown(value)}", hint)
    return given


def described(snapshot: Snapshot) -> Slices[dict[str, Any]]:
    tables = snapshot.tables
    item_count = size_bytes = 0
    for number, table in enumerate(tables, start=1):
        item_count += table.keyspace.item_count
        size_bytes += table.keyspace.size_bytes
        if number % TABLES_AT_ONCE == 0:
            yield
    return {
        "name": snapshot.name,
        "taken_at": snapshot.taken_at,
        "account": snapshot.scope.account,
        "region": snapshot.scope.region,
        "tables": len(tables),
        "items": item_count,
        "bytes": size_bytes,
    }
