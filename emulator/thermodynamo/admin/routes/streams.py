"""`/_admin/tables/<name>/stream`: the shards of a table's streams, how far they are read, and the last records.

`?records=` says how many records at most, `?after=` after which sequence number. To look does not count as reading.
"""

import re
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from thermodynamo.admin.json_reply import JSONReply
from thermodynamo.admin.problem import Problem
from thermodynamo.admin.reports import streams
from thermodynamo.api.namespace import Namespace
from thermodynamo.settings.bounds import shown
from thermodynamo.settings.clock import Clock

NUMBER = re.compile(r"[0-9]{1,40}").fullmatch
SEVERAL = re.compile(r"[0-9]{1,3}").fullmatch


def routes(namespace_of: Callable[[Request], Namespace], clock: Clock) -> list[Route]:
    async def read(request: Request) -> Response:
        after, count = request.query_params.get("after", "0"), request.query_params.get("records", "0")
        if not NUMBER(after):
            raise Problem(f"after is {shown(after)}", "it is the sequence number of a record")
        if not SEVERAL(count) or int(count) > streams.RECORDS_MAX:
            raise Problem(f"records is {shown(count)}", f"it must be a whole number from 0 to {streams.RECORDS_MAX}")
        name = request.path_params["name"]
        return JSONReply(streams.report(namespace_of(request), name, clock.now(), int(after), int(count)))

    return [Route("/_admin/tables/{name}/stream", read)]
