"""Seeds in the admin API: tables and items come in without being charged, and definitions and items go out.

No limit is asked and no policy: who may call the admin API may do this. A place in a table is the hexadecimal
form of key bytes.
"""

from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from thermodynamo.admin import chosen_namespace
from thermodynamo.admin.json_body import json_body
from thermodynamo.admin.problem import Problem
from thermodynamo.admin.routes.snapshots import members
from thermodynamo.admin.sliced import finished
from thermodynamo.api.operations import NAMED
from thermodynamo.seeds.seed import Definition, Place, SeedError, TableSetting
from thermodynamo.seeds.service_soil import ServiceSoil, validated
from thermodynamo.service import Service
from thermodynamo.settings.bounds import shown

BODY_BYTES_MAX = 16 * 1024**2
HINT = 'send {"definition": a request of CreateTable, "settings": [{"operation", "request"}]} or {"table", "items"}'
PLACE_HINT = "a place is what the page before said is next"


class SeedRoutes:
    """The routes, on one service."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def routes(self) -> list[Route]:
        return [
            Route("/_admin/seed", self.take, methods=["POST"]),
            Route("/_admin/tables/{name}/definition", self.definition),
            Route("/_admin/tables/{name}/items", self.items),
        ]

    async def take(self, request: Request) -> JSONResponse:
        kinds = {"definition": dict, "settings": list, "table": str, "items": list}
        given = members(await json_body(request, HINT, BODY_BYTES_MAX), kinds, HINT)
        soil = self._soil(request)
        try:
            if "definition" in given:
                soil.create(_definition(given))
                return JSONResponse({"made": given["definition"]["TableName"]})
            if not {"table", "items"} <= given.keys():
                raise Problem("the body has neither a definition, nor a table and items", HINT)
            soil.require(given["table"])
            checked = await run_in_threadpool(validated, given["table"], given["items"])
            await finished(soil.putting(given["table"], checked))
        except SeedError as error:
            raise Problem(str(error), "what was sent is not there, the table of a definition perhaps is") from None
        return JSONResponse({"table": given["table"], "items": len(given["items"])})

    async def definition(self, request: Request) -> JSONResponse:
        name = request.path_params["name"]
        found = self._soil(request).definition_of(name)
        if found is None:
            raise _no_table(name)
        return JSONResponse(found)

    async def items(self, request: Request) -> Response:
        name = request.path_params["name"]
        try:
            after = bytes.fromhex(request.query_params.get("after", ""))
        except ValueError:
            raise Problem(f"after is {shown(request.query_params['after'])}", PLACE_HINT) from None
        page = self._soil(request).page(name, after)
        if page is None:
            raise _no_table(name)
        items, place = page
        following = b"null" if place is None else b'"%s"' % place.hex().encode()
        body = b'{"items":[%s],"next":%s}' % (b",".join(items), following)
        return Response(body, media_type="application/json")

    def _soil(self, request: Request) -> ServiceSoil:
        caller = chosen_namespace.of_query(request.query_params, self.service.config.region)
        return ServiceSoil(self.service, caller)


def _definition(given: dict[str, Any]) -> Definition:
    """Raises Problem."""
    if not isinstance(given["definition"].get("TableName"), str):
        raise Problem("the definition has no TableName", HINT)
    settings = []
    for each in given.get("settings", ()):
        found = members(each, {"operation": str, "request": dict}, HINT)
        if len(found) != 2 or found["operation"] not in NAMED:
            raise Problem(f"{shown(each)} is no setting", HINT)
        settings.append(TableSetting(found["operation"], found["request"]))
    return Definition(given["definition"], Place("the definition"), tuple(settings))


def _no_table(name: str) -> Problem:
    return Problem(f"there is no table {name}", "?account= and ?region= choose the namespace", 404)
