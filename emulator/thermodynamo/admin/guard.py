"""Who may call the admin API: programs that reach this server by its own address, and no page of another origin.

A page that a developer has open can send requests to this machine. A browser tells of such a request in `Origin` and
`Sec-Fetch-Site` (https://fetch.spec.whatwg.org, https://www.w3.org/TR/fetch-metadata), and sends a body of JSON only
after a preflight that nothing here answers. A page whose own name was made to lead here (DNS rebinding) is of the same
origin as what it asks for, so only the name in `Host` gives it away.

What is refused gets `{"error", "hint"}`: the reason, and the setting by which it can be allowed.
"""

import hmac
import re
from collections.abc import Sequence
from contextlib import suppress
from ipaddress import ip_address

from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from thermodynamo.admin.problem import Problem
from thermodynamo.settings.config import Config

AUTHORITY = re.compile(r"(\[[0-9a-f:.]+\]|[^\s:/@\[\]]+)(?::[0-9]*)?").fullmatch
JSON_TYPE = re.compile(r"application/(?:json|[\w.-]+\+json)").fullmatch
OWN_SITES = ("same-origin", "none")
"""What browsers say of a request by a page of this server, and of one by the person before the browser."""
READING = ("GET", "HEAD", "OPTIONS")
UNTYPED = ("DELETE",)
"""Methods that need no content type: no page can send them without a preflight."""
HOSTS_HINT = "--admin-hosts (THERMODYNAMO_ADMIN_HOSTS) names further hosts, with commas between them"
TYPE_HINT = "send JSON and say so, as in: curl -H 'Content-Type: application/json' -d '{...}'"
TOKEN_HINT = "send the value of --admin-token (THERMODYNAMO_ADMIN_TOKEN) in the header Authorization: Bearer <token>"

CONSOLE_PREFIX = "/_admin/console/"
"""The console's own files tell nothing of what is here, and a link on another site may lead to them."""

Headers = dict[str, list[str]]
"""The values of each header, by its lower-case name."""


class Guard:
    """An ASGI application that lets requests through to `inner`, or refuses them."""

    def __init__(self, inner: ASGIApp, config: Config) -> None:
        self.inner = inner
        self.config = config
        self.further_hosts = frozenset(filter(None, (each.strip().lower() for each in config.admin_hosts.split(","))))
        self.own_hosts = self.further_hosts | {"localhost", config.host.lower()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            self.check(scope)
        except Problem as problem:
            more = {"WWW-Authenticate": "Bearer"} if problem.status == 401 else None
            reply = JSONResponse({"error": problem.error, "hint": problem.hint}, problem.status, more)
            return await reply(scope, receive, send)
        with suppress(ClientDisconnect):  # Who left in the middle of a request wants no answer.
            await self.inner(scope, receive, send)

    def check(self, scope: Scope) -> None:
        """Raises Problem for a request that may not be answered."""
        if self.config.admin == "off":
            raise Problem("the admin API is off", "start the server with --admin on (THERMODYNAMO_ADMIN)", 404)
        headers: Headers = {}
        for name, value in scope["headers"]:
            headers.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
        self._check_host(headers.get("host", []), (scope.get("server") or ("",))[0])
        if scope["method"] in ("GET", "HEAD") and f"{scope.get('path')}/".startswith(CONSOLE_PREFIX):
            return
        self._check_site(headers)
        if self.config.admin_token:
            self._check_token(headers.get("authorization", []))
        if scope["method"] not in READING:
            check_type(scope["method"], headers.get("content-type", []))

    def _check_host(self, hosts: Sequence[str], own_address: str) -> None:
        """A request without a Host is no browser's."""
        for host in hosts:
            name = host_name(host)
            if name is None or not (name in self.own_hosts or name == own_address or is_loopback(name)):
                hint = f"call it by localhost or by this server's address; {HOSTS_HINT}"
                raise Problem(f"the Host {host} is not this server's", hint, 403)

    def _check_site(self, headers: Headers) -> None:
        own = [host.lower() for host in headers.get("host", [])]
        origins = [origin.lower().partition("://")[2] for origin in headers.get("origin", [])]
        if origins and all(host_name(origin) in self.further_hosts for origin in origins):
            return
        hint = f"only pages of this server may; {HOSTS_HINT}"
        if any(origin not in own for origin in origins):
            raise Problem(f"a page of {headers['origin'][0]} may not call the admin API (Origin)", hint, 403)
        for site in headers.get("sec-fetch-site", []):
            if site.lower() not in OWN_SITES:
                raise Problem(
                    f"a page of another origin may not call the admin API (Sec-Fetch-Site: {site})", hint, 403
                )

    def _check_token(self, given: Sequence[str]) -> None:
        wanted = f"Bearer {self.config.admin_token}".encode()
        if len(given) != 1 or not hmac.compare_digest(given[0].encode("latin-1"), wanted):
            raise Problem("the admin API wants this server's token", TOKEN_HINT, 401)


def check_type(method: str, given: Sequence[str]) -> None:
    """Raises Problem for a content type that a page could have sent to another origin unasked."""
    if not given and method in UNTYPED:
        return
    kinds = [each.partition(";")[0].strip().lower() for each in given]
    if not kinds or not all(map(JSON_TYPE, kinds)):
        shown = f"not {', '.join(given)}" if given else "and this has none"
        raise Problem(f"what changes something must have the content type application/json, {shown}", TYPE_HINT, 403)


def host_name(authority: str) -> str | None:
    """The host of an authority such as localhost:8000 or [::1]:8000, in lower case; None for what is none."""
    found = AUTHORITY(authority.strip().lower())
    return found[1].strip("[]").rstrip(".") if found else None


def is_loopback(name: str) -> bool:
    """Whether this is an address of the machine itself, such as 127.0.0.1 or ::1."""
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
