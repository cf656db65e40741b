"""`/_admin/events`: server-sent events for open pages, and `/_admin/overview`: what they begin with.

`?topic=` may be given several times. Each second brings an event `clock`, and for each topic `tables` or `heat`.
"""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from thermodynamo.admin.json_reply import JSONReply
from thermodynamo.admin.live import topics
from thermodynamo.admin.live.ticker import Ticker
from thermodynamo.admin.reports import overview
from thermodynamo.admin.sliced import finished
from thermodynamo.api.namespace import Namespace
from thermodynamo.settings.clock import Clock

EVENT_STREAM = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def routes(namespace_of: Callable[[Request], Namespace], clock: Clock, ticker: Ticker) -> list[Route]:
    async def events(request: Request) -> Response:
        wanted = topics.parse_all(request.query_params.getlist("topic"))
        return StreamingResponse(ticker.listen(wanted), media_type="text/event-stream", headers=EVENT_STREAM)

    async def tables(request: Request) -> Response:
        return JSONReply(await finished(overview.report(namespace_of(request), clock)))

    return [Route("/_admin/events", events), Route("/_admin/overview", tables)]
