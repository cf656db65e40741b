"""The admin API: what a person or a script asks the emulator about itself. JSON in and out.

`?region=` and `?account=` choose the namespace. Errors are `{"error": ..., "hint": ...}`.
"""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from thermodynamo.admin import chosen_namespace, plain_text
from thermodynamo.admin.guard import Guard
from thermodynamo.admin.json_reply import JSONReply
from thermodynamo.admin.live.ticker import Ticker
from thermodynamo.admin.problem import Problem
from thermodynamo.admin.routes import console, foresight
from thermodynamo.admin.routes.access import routes as access_routes
from thermodynamo.admin.routes.advice import routes as advice_routes
from thermodynamo.admin.routes.calls import routes as call_routes
from thermodynamo.admin.routes.capacity import CapacityRoutes, wants_text
from thermodynamo.admin.routes.clock import routes as clock_routes
from thermodynamo.admin.routes.events import routes as event_routes
from thermodynamo.admin.routes.faults import routes as fault_routes
from thermodynamo.admin.routes.foresight import Foresight
from thermodynamo.admin.routes.indexes import routes as index_routes
from thermodynamo.admin.routes.replication import routes as replication_routes
from thermodynamo.admin.routes.seeds import SeedRoutes
from thermodynamo.admin.routes.snapshots import SnapshotRoutes
from thermodynamo.admin.routes.streams import routes as stream_routes
from thermodynamo.admin.routes.transactions import routes as transaction_routes
from thermodynamo.admin.turning import Turning
from thermodynamo.api.namespace import Namespace
from thermodynamo.service import Service
from thermodynamo.settings.config import VERSION
from thermodynamo_storage.values.errors import JournalStalled

MEANINGS = {
    "/_admin": "this list",
    "/_admin/health": "whether the server is up, its version and its age",
    "/_admin/clock": 'the time; POST {"advance": seconds}, {"set": instant}, {"rate": number} or {"freeze": true}',
    "/_admin/snapshots": 'snapshots; POST {"name": text} takes one, of everything or of ?account= and ?region=',
    "/_admin/snapshots/{name}": "one snapshot; DELETE deletes it",
    "/_admin/snapshots/{name}/restore": "POST brings back what a snapshot holds",
    "/_admin/fork": 'POST {"from": {"account", "region"}, "to": {...}} copies a namespace to another',
    "/_admin/reset": "POST makes everything as it was at the beginning, or empties ?account= and ?region=",
    "/_admin/seed": 'POST {"definition": {}} makes a table, {"table": name, "items": []} puts items; no limit is asked',
    "/_admin/tables/{name}/definition": "what CreateTable would take for a table",
    "/_admin/tables/{name}/items": "the items of a table by the page; ?after= what the last one said is next",
    "/_admin/console": "the console, a page for browsers",
    "/_admin/events": "server-sent events for open pages, each second; ?topic= several times",
    "/_admin/overview": "the tables and global indexes with load, limits, size, lag and diagnosis",
    "/_admin/faults": "the fault rules and how often each fired; POST makes one or a list, DELETE removes all",
    "/_admin/faults/{id}": "removes one fault rule",
    "/_admin/access": "who may call, and what was denied or would have been; ?caller=",
    "/_admin/access/denied": "DELETE forgets what was denied",
    "/_admin/access/explain": 'which statement decides: POST {"caller": name, "operation": name, "request": {}}',
    "/_admin/call": "POST carries out ?operation= in ?account= and ?region=, or as ?caller= of the access file",
    "/_admin/advice": "what could be done better, by what was counted, and the counts",
    "/_admin/foresight": "the last report of thermodynamo foresee that was sent: POST one; ask for text/html to see it",
    "/_admin/heat": "the load of each partition and a diagnosis; ?table= and ?index=",
    "/_admin/heat/timeline": "the load of each second; ?table=, ?index= and ?seconds=",
    "/_admin/throttles": "the last refusals and their reasons",
    "/_admin/metrics": "CloudWatch's metrics for Prometheus",
    "/_admin/insights/{name}": "the most used and most throttled keys of a table",
    "/_admin/replication": 'the lag between regions, and regions cut off: {"region": "eu-west-1", "is_cut": true}',
    "/_admin/tables/{name}/partitions": "the partitions of a table and of its indexes",
    "/_admin/tables/{name}/stream": "the shards of a table's streams, how far they are read, and the last records",
    "/_admin/transactions": 'how long transactions hold their items: {"hold_seconds": [0.1, 2]}',
    "/_admin/tables/{name}/split": 'splits a partition: {"partition": 0, "by": "load"}',
    "/_admin/tables/{name}/capacity": 'drains or fills a bucket: {"drain": "write"}',
    "/_admin/tables/{name}/indexes/{index}": 'how far an index may lag behind its table: {"delay_seconds": [0.1, 2]}',
}


def listed(routes: Sequence[Route]) -> list[dict[str, str]]:
    """Each path once, with its methods and what it is for."""
    methods: dict[str, set[str]] = {}
    for route in routes:
        methods.setdefault(route.path, set()).update((route.methods or set()) - {"HEAD"})
    return [
        {"path": path, "methods": ", ".join(sorted(methods[path])), "meaning": MEANINGS[path]}
        for path in sorted(methods)
    ]


def build(service: Service) -> Guard:
    """The application below `/_admin`."""
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
        return JSONResponse({"error": text, "hint": "GET /_admin lists what there is"}, status)

    async def listing(request: Request) -> Response:
        entries = listed(routes)
        if wants_text(request):
            return PlainTextResponse(
                plain_text.aligned(("path", "methods", "meaning"), [[*e.values()] for e in entries])
            )
        return JSONReply({"routes": entries})

    async def stalled(request: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"error": str(error), "hint": "it is tried again at each write; reads go on"}, 503)

    turning = Turning(service.upkeep)
    routes = [
        Route("/_admin", listing),
        Route("/_admin/health", health),
        *clock_routes(clock, turning),
        *SnapshotRoutes(service, turning).routes(),
        *SeedRoutes(service).routes(),
        *fault_routes(service.faults),
        *CapacityRoutes(namespace, clock).routes(),
        *advice_routes(namespace, clock),
        *Foresight().routes(),
        *index_routes(namespace, clock),
        *event_routes(namespace, clock, Ticker(service)),
        *console.routes(),
        *stream_routes(namespace, clock),
        *transaction_routes(namespace),
        *replication_routes(namespace, clock),
        *access_routes(service),
        *call_routes(service),
    ]
    handlers = {Problem: problem, JournalStalled: stalled, 404: unknown, 405: unknown, 500: unknown}
    mounts = [foresight.files(), console.files()]
    return Guard(Starlette(routes=[*routes, *mounts], exception_handlers=handlers), service.config)
