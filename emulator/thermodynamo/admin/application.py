"""The admin API: what a person or a script asks the emulator about itself. JSON in and out.

`?region=` and `?account=` choose the namespace. Errors are `{"error": ..., "hint": ...}`.
"""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from thermodynamo.admin import chosen_namespace
from thermodynamo.admin.problem import Problem
from thermodynamo.admin.routes.access import routes as access_routes
from thermodynamo.admin.routes.capacity import CapacityRoutes
from thermodynamo.admin.routes.clock import routes as clock_routes
from thermodynamo.admin.routes.faults import routes as fault_routes
from thermodynamo.admin.routes.indexes import routes as index_routes
from thermodynamo.admin.turning import Turning
from thermodynamo.api.namespace import Namespace
from thermodynamo.service import Service
from thermodynamo.settings.config import VERSION


def build(service: Service) -> Starlette:
    """The Starlette application below `/_admin`."""
    clock = service.clock

    def namespace(request: Request) -> Namespace:
        """The namespace that the request chooses, as the next request to the data plane would find it."""
        found = service.namespace(chosen_namespace.of_query(request.query_params, service.config.region))
        now = clock.now()
        found.settled_names(now)
        if found.due:
            found.database.carry_out_splits(now)
        return found

    async def health(request: Request) -> JSONResponse:
        uptime_seconds = round(clock.now() - service.started_at, 3)
        return JSONResponse({"status": "ok", "version": VERSION, "uptime_seconds": uptime_seconds})

    async def problem(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, Problem)
        return JSONResponse({"error": error.error, "hint": error.hint}, error.status)

    async def unknown(request: Request, error: Exception) -> JSONResponse:
        status = getattr(error, "status_code", 500)
        text = "no such path or method" if status in (404, 405) else "internal error"
        return JSONResponse({"error": text, "hint": "GET /_admin/health answers when the server is up"}, status)

    return Starlette(
        routes=[
            Route("/_admin/health", health),
            *clock_routes(clock, Turning(service.upkeep)),
            *fault_routes(service.faults),
            *CapacityRoutes(namespace, clock).routes(),
            *index_routes(namespace, clock),
            *access_routes(service),
        ],
        exception_handlers={Problem: problem, 404: unknown, 405: unknown, 500: unknown},
    )
