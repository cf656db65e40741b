"""DynamoDB's operations by way of the admin API, for the console where access is controlled, and for curl.

Who may use the admin API may do anything, so no policy is asked; unless `?caller=` names a caller of the access file,
whose policies then decide, as if it had signed the request. The reply is DynamoDB's own, errors and all.
"""

import asyncio

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from thermodynamo.access.permission import Permission
from thermodynamo.admin import chosen_namespace
from thermodynamo.admin.json_body import json_body
from thermodynamo.admin.problem import Problem
from thermodynamo.admin.sliced import finished
from thermodynamo.api.caller import Caller
from thermodynamo.api.errors import ApiError
from thermodynamo.api.operations import NAMED
from thermodynamo.faults import faulted_call
from thermodynamo.faults.faulted_call import FaultedCall
from thermodynamo.service import Service

HINT = "send the request of ?operation= as DynamoDB's JSON"
BODY_BYTES_MAX = 16 * 1024 * 1024
"""As much as DynamoDB takes."""


def routes(service: Service) -> list[Route]:
    def caller_of(request: Request) -> Caller:
        """The caller that is named, or one of the chosen namespace who may do anything. Raises Problem."""
        given = chosen_namespace.of_query(request.query_params, service.config.region)
        name = request.query_params.get("caller")
        if not name:
            return given
        if service.gate is None:
            raise Problem("access control is off", "leave ?caller= out, or start the server with --access-file")
        identity = service.gate.watched.refresh().find(name)
        if identity is None:
            raise Problem(f"there is no caller {name}", "GET /_admin/access lists the callers", 404)
        caller = service.gate.caller(identity, given.region)
        if isinstance(caller.permission, Permission):
            transport = caller.permission.transport
            transport.headers = request.headers.raw
            transport.source_ip = request.client.host if request.client is not None else None
            transport.is_secure = request.url.scheme == "https"
        return caller

    async def call(request: Request) -> Response:
        """Carries one operation out. The query names it, and the namespace or the caller."""
        operation = NAMED.get(request.query_params.get("operation", ""))
        if operation is None:
            raise Problem("?operation= names no operation", "it is one such as GetItem", 404)
        caller = caller_of(request)
        asked = await json_body(request, HINT, BODY_BYTES_MAX)
        namespace = service.owner(caller, operation.name, asked)
        is_faulted = service.faults.active
        faulted = faulted_call.meet(service.faults, namespace, operation, asked) if is_faulted else FaultedCall()
        await asyncio.sleep(faulted.outcome.delay_seconds)
        status = 200
        try:
            if faulted.outcome.drop != "before":
                reply = faulted.perform(namespace, operation, asked, caller, service.clock.now())
                reply = reply if isinstance(reply, bytes) else await finished(reply)
        except ApiError as error:
            status, reply = error.status, orjson.dumps(error.body())
        if faulted.outcome.drop is not None:
            raise Problem("a fault took the reply away", "GET /_admin/faults lists the rules", 502)
        return Response(reply or b"{}", status, media_type="application/json")

    return [Route("/_admin/call", call, methods=["POST"])]
