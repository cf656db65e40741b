"""Faults in the admin API: make rules, read how often each fired, remove them."""

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from thermodynamo.admin import chosen_namespace
from thermodynamo.admin.json_body import json_body
from thermodynamo.admin.problem import Problem
from thermodynamo.faults.plan import Fault, FaultPlan
from thermodynamo.faults.rule import FaultError

RULE_ID = re.compile(r"[0-9]{1,18}").fullmatch


def routes(plan: FaultPlan) -> list[Route]:
    async def read(request: Request) -> JSONResponse:
        return JSONResponse(shown(list(plan.faults.values())))

    async def make(request: Request) -> JSONResponse:
        """One rule, or a list of which all or none are made. `?account=` and `?region=` limit them to a namespace."""
        given = await json_body(request, "send a rule or a list of rules")
        query = request.query_params
        chosen_namespace.of_query(query, "")  # For its errors alone: a rule that names no account or region is for all.
        try:
            made = plan.add_all(
                given if isinstance(given, list) else [given], query.get("account"), query.get("region")
            )
        except FaultError as refusal:
            raise Problem(str(refusal), refusal.hint) from None
        return JSONResponse(shown(made) if isinstance(given, list) else made[0].describe())

    async def remove(request: Request) -> JSONResponse:
        wanted = request.path_params.get("id")
        if wanted is None:
            return JSONResponse(shown(plan.remove()))
        removed = plan.remove(int(wanted)) if RULE_ID(wanted) else []
        if not removed:
            raise Problem(f"no rule {wanted}", "GET /_admin/faults lists the rules", 404)
        return JSONResponse(shown(removed))

    return [
        Route("/_admin/faults", read),
        Route("/_admin/faults", make, methods=["POST"]),
        Route("/_admin/faults", remove, methods=["DELETE"]),
        Route("/_admin/faults/{id}", remove, methods=["DELETE"]),
    ]


def shown(faults: list[Fault]) -> dict[str, Any]:
    return {"faults": [fault.describe() for fault in faults]}
