"""Leads every client of DynamoDB in this process, made before or meanwhile, to the local one that is in force.

Two methods of botocore are stood in for while there is one, and the same two of aiobotocore where it is installed:
`Session.create_client`, so that a client can be made where neither credentials nor a region are configured, and the
method that every operation of a client comes through, where handlers of the client's events are registered.
"""

import importlib
import importlib.util
import os
from collections.abc import Callable
from functools import lru_cache, wraps
from threading import Lock
from typing import Any
from weakref import WeakSet

from botocore.client import BaseClient
from botocore.session import Session

from thermodynamo.testing.clients.client_events import ClientEvents, Current
from thermodynamo.testing.shared_service import SharedService

SERVICES = frozenset(("dynamodb", "dynamodbstreams", "application-autoscaling"))
KEY_ID = "local"

_in_force: list[Current] = []
_attached: "WeakSet[Any]" = WeakSet()
_originals: list[tuple[type, str, Callable[..., Any], Callable[..., Any]]] = []
_lock = Lock()
_servers: set[str] = set()


def current() -> SharedService | None:
    """The service that answers now: that of the innermost block; None outside of all."""
    in_force = _in_force[-1:]
    return in_force[0]() if in_force else None


def enter(service: Current) -> None:
    """From now on `service` answers every client."""
    with _lock:
        if not _in_force:
            _install()
        _in_force.append(service)


def leave(service: Current) -> None:
    """Ends what `enter` began."""
    with _lock:
        del _in_force[len(_in_force) - 1 - _in_force[::-1].index(service)]
        if not _in_force:
            _uninstall()


def let_through(endpoint: str) -> None:
    """Clients with this endpoint go there: a server that is made for tests is not stood in for."""
    _servers.add(endpoint)


def attach(client: Any, service: Current, acting: str | None = None) -> None:
    """Answers the client's requests by `service`, once and for all: later calls for the same client do nothing."""
    with _lock:
        if client not in _attached:
            _attached.add(client)
            _events_of(client, service, acting).register()


def _events_of(client: Any, service: Current, acting: str | None) -> ClientEvents:
    if any(each.__module__.startswith("aiobotocore.") for each in type(client).__mro__):
        from thermodynamo.testing.clients.async_events import AsyncClientEvents

        return AsyncClientEvents(client, service, acting)
    return ClientEvents(client, service, acting)


def _install() -> None:
    for owner, name, make in _methods():
        original = getattr(owner, name)
        wrapped = make(original)
        setattr(owner, name, wrapped)
        _originals.append((owner, name, original, wrapped))


@lru_cache(maxsize=1)
def _methods() -> list[tuple[type, str, Callable[[Callable[..., Any]], Callable[..., Any]]]]:
    """What is stood in for: where it is, its name, and what makes the one that stands in."""
    found: list[tuple[type, str, Callable[[Callable[..., Any]], Callable[..., Any]]]] = [
        (Session, "create_client", _creating),
        (BaseClient, "_make_api_call", _calling),
    ]
    if importlib.util.find_spec("aiobotocore") is not None:
        found.append((importlib.import_module("aiobotocore.session").AioSession, "create_client", _creating))
        found.append((importlib.import_module("aiobotocore.client").AioBaseClient, "_make_api_call", _calling))
    return found


def _uninstall() -> None:
    while _originals:
        owner, name, original, wrapped = _originals.pop()
        if getattr(owner, name) is wrapped:  # else something else has stood in for it since, and calls ours
            setattr(owner, name, original)


def _creating(original: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(original)
    def create_client(self: Session, *given: Any, **named: Any) -> Any:
        service = given[0] if given else named.get("service_name")
        if service in SERVICES and len(given) <= 1 and (shared := current()) is not None:
            complete(self, named, shared.service.config.region)
        return original(self, *given, **named)

    return create_client


def complete(session: Session, named: dict[str, Any], region: str) -> None:
    """Adds a region and credentials where none are configured: to look for some takes seconds on most machines.

    Credentials of a profile are not looked for either: no request is ever sent.
    """
    config = named.get("config")
    if named.get("region_name") is None and getattr(config, "region_name", None) is None:
        named["region_name"] = session.get_config_variable("region") or region
    if (
        named.get("aws_access_key_id") is None
        and session._credentials is None
        and not os.environ.get("AWS_ACCESS_KEY_ID")
    ):
        named["aws_access_key_id"] = named["aws_secret_access_key"] = KEY_ID


def _calling(original: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(original)
    def make_api_call(self: Any, operation_name: str, api_params: Any) -> Any:
        if self not in _attached and self.meta.service_model.service_name in SERVICES:
            if self.meta.endpoint_url not in _servers:
                attach(self, current)
            else:
                _attached.add(self)
        return original(self, operation_name, api_params)

    return make_api_call
