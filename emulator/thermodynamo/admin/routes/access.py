"""Access control in the admin API: who may call, and what was denied or would have been."""

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from thermodynamo.access import explanation, scaling
from thermodynamo.admin.json_body import json_body
from thermodynamo.admin.problem import Problem
from thermodynamo.api.errors import ApiError
from thermodynamo.service import Service

ASKED = {"caller", "operation", "request", "region"}


def routes(service: Service) -> list[Route]:
    gate = service.gate

    async def read(request: Request) -> JSONResponse:
        """The callers, the file's problem if it has one, and the denials. `?caller=` chooses those of one ARN."""
        if gate is None:
            return JSONResponse({"mode": "off", "file": None, "problem": None, "callers": [], "denied": []})
        gate.watched.refresh()
        described = dict(gate.describe())
        caller = request.query_params.get("caller")
        if caller is not None:
            described["denied"] = [each for each in described["denied"] if each["caller"] == caller]
        return JSONResponse(described)

    async def forget(request: Request) -> JSONResponse:
        """Forgets the denials, and answers with them."""
        if gate is None:
            raise Problem("access control is off", "start the server with --access observe and --access-file")
        denied = list(gate.observations.describe())
        gate.observations.clear()
        return JSONResponse({"denied": denied})

    async def explain(request: Request) -> JSONResponse:
        """Which statement decides a request of a caller, and why. The body names `caller`, `operation`, `request`."""
        if gate is None:
            raise Problem("access control is off", "start the server with --access observe and --access-file")
        given = await json_body(request, "send caller, operation and request")
        if not isinstance(given, dict) or not given.keys() <= ASKED or not {"caller", "operation"} <= given.keys():
            raise Problem("the body is not what to explain", "send caller, operation, request and perhaps region")
        identity = gate.watched.refresh().find(str(given["caller"]))
        operation = scaling.named(str(given["operation"]))
        if identity is None or operation is None:
            what = "caller" if identity is None else "operation"
            raise Problem(f"there is no {what} {given[what]}", "GET /_admin/access lists the callers", 404)
        asked = given.get("request", {})
        caller = gate.caller(identity, str(given.get("region") or service.config.region))
        try:
            found = explanation.explain(
                identity, operation, asked, service.owner(caller, operation.name, asked), service.clock.now()
            )
        except ApiError as error:
            raise Problem(f"{error.name}: {error.message}", "send a request that the operation understands") from None
        return JSONResponse({"allowed": found.is_allowed, "explanation": list(found.lines)})

    return [
        Route("/_admin/access", read),
        Route("/_admin/access/denied", forget, methods=["DELETE"]),
        Route("/_admin/access/explain", explain, methods=["POST"]),
    ]
