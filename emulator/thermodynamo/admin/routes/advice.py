"""`/_admin/advice`: what could be done better, by what the server has counted, with what it has counted."""

import asyncio
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from thermodynamo.admin.json_reply import JSONReply
from thermodynamo.admin.routes.capacity import nothing, wants_text
from thermodynamo.admin.sliced import finished, packed
from thermodynamo.api.namespace import Namespace
from thermodynamo.settings.clock import Clock

TABLES_AT_ONCE = 16
"""Tables and indexes that are advised on before other requests have their turn: about two milliseconds."""


def routes(namespace: Callable[[Request], Namespace], clock: Clock) -> list[Route]:
    async def advice(request: Request) -> Response:
        """Of a namespace; as text for a person."""
        # Imported here: it takes tens of milliseconds, which a start without advice need not spend.
        from thermodynamo.admin.reports import usage
        from thermodynamo.foresight.advice import advisor, wording
        from thermodynamo.foresight.prices import price_file

        chosen = namespace(request)
        found = await finished(usage.of_namespace(chosen, clock.now()))
        prices = price_file.shipped(chosen.region)
        report = advisor.begin(prices)
        for number, each in enumerate(found):
            advisor.add(report, each, prices)
            if number % TABLES_AT_ONCE == 0:
                await asyncio.sleep(0)
        if wants_text(request):
            return PlainTextResponse(wording.text(report) if found else nothing(chosen))
        await finished(packed(report["tables"]))
        return JSONReply(report)

    return [Route("/_admin/advice", advice)]
