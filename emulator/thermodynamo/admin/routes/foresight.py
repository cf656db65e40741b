"""`/_admin/foresight`: the last report of `thermodynamo foresee` that was sent here, as JSON or as a page.

`/_admin/console/foresight/` is the page of the console that sends one and shows it. It lies beside the console's own
files, which are bounded in size.
"""

from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route

from thermodynamo.admin.json_body import json_body
from thermodynamo.admin.json_reply import JSONReply
from thermodynamo.admin.problem import Problem
from thermodynamo.admin.routes import console
from thermodynamo.foresight.reports.page.style import POLICY, SOURCE

FOLDER = Path(__file__).parents[1] / "foresight"
BODY_BYTES_MAX = 8 * 1024 * 1024
HINT = "send what `thermodynamo foresee --json` prints, or let it send that with --console"
TYPE = "text/html"


class Foresight:
    """The handlers, and the report that is kept; `made` is its page."""

    def __init__(self) -> None:
        self.report: Any = None
        self.made = ""

    def routes(self) -> list[Route]:
        return [
            Route("/_admin/foresight", self.show),
            Route("/_admin/foresight", self.keep, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        if self.report is None:
            raise Problem("there is no report yet", HINT, 404)
        if TYPE in request.headers.get("accept", ""):
            return HTMLResponse(
                self.made, headers={"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff"}
            )
        return JSONReply(self.report)

    async def keep(self, request: Request) -> Response:
        """Takes a report in place of the one before, and makes its page in a thread: a long one takes a while."""
        from thermodynamo.foresight.reports.page.page import page

        report = await json_body(request, HINT, BODY_BYTES_MAX)
        try:
            made = await run_in_threadpool(page, report)
            scenarios = [str(each["name"]) for each in report["scenarios"]]
        except (ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError):
            raise Problem("the body is no report of thermodynamo foresee", HINT) from None
        self.report, self.made = report, made
        return JSONReply({"scenarios": scenarios})


def files() -> Mount:
    """The page of the console, which may show reports in a frame: their style is known by its hash."""
    policy = console.POLICY.replace("style-src 'self'", f"style-src 'self' {SOURCE}") + "; frame-src blob:"
    return Mount(f"{console.PATH}/foresight", console.ConsoleFiles(policy, directory=FOLDER, html=True))
