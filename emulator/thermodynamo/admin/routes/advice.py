"""`/_admin/advice`: what could be done better, by what the server has counted, with what it has counted."""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from thermodynamo.admin.json_reply import JSONReply
from thermodynamo.admin.routes.capacity import nothing, wants_text
from thermodynamo.admin.sliced import finished
from thermodynamo.api.namespace import Namespace
from thermodynamo.settings.clock import Clock

Advice = dict[str, Any]


def routes(namespace: Callable[[Request], Namespace], clock: Clock) -> list[Route]:
    async def advice(request: Request) -> Response:
        """Of a namespace; as text for a person."""
        # Imported here: it takes tens of milliseconds, which a start without advice need not spend.
        from thermodynamo.admin.reports import usage
        from thermodynamo.foresight.advice import advisor, wording
        from thermodynamo.foresight.prices import price_file

        chosen = namespace(request)
        found = await finished(usage.of_namespace(chosen, clock.now()))
        report = advisor.report(found, price_file.shipped(chosen.region))
        if wants_text(request):
            return PlainTextResponse(wording.text(report) if found else nothing(chosen))
        return JSONReply(report)

    return [Route("/_admin/advice", advice)]
