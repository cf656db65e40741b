"""DynamoDB inside this process, for the time of a block, a function or a class of tests.

    with local_dynamodb():
        boto3.client("dynamodb").list_tables()   # answered here: no port, no thread, no HTTP

Every client of boto3 or aiobotocore for DynamoDB, its streams or Application Auto Scaling that is made or used
meanwhile is answered here, by whichever thread or task. Clients of other services are left alone.
"""

import dataclasses
import inspect
import os
import unittest
from collections.abc import Callable, Mapping
from functools import lru_cache, wraps
from types import TracebackType
from typing import Any, TypeVar, overload

import botocore.session

from thermodynamo.access.explanation import Explanation
from thermodynamo.settings.config import SETTINGS, Config, ConfigError
from thermodynamo.testing import assertions, callers, failure_report, seed_tables
from thermodynamo.testing.access_assertions import AccessAssertions
from thermodynamo.testing.assertions import Kind
from thermodynamo.testing.callers import Callers
from thermodynamo.testing.clients import interception
from thermodynamo.testing.clients.client_events import caller_of
from thermodynamo.testing.local_clock import LocalClock
from thermodynamo.testing.local_faults import LocalFaults
from thermodynamo.testing.requests import Requests
from thermodynamo.testing.seed_tables import Tables
from thermodynamo.testing.shared_service import SharedService

NOT_HERE = (
    *("host", "port", "log_level", "tls", "tls_cert", "tls_key", "plain_port", "front_page", "cors"),
    *("admin", "admin_hosts", "admin_token", "request_timeout_seconds", "arriving_bytes_max", "unsent_bytes_max"),
    *("data_dir", "durability", "seed_files", "seed_parameters"),
)
"""Settings that only a server has."""
KEYS = ("aws_access_key_id", "aws_secret_access_key")

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


class LocalDynamoDB(AccessAssertions):
    """One DynamoDB in this process, with tables, a clock and faults of its own.

    Entered again, it is as it was at first. `client` and `resource` make clients that belong to it, before the block
    and after it, too.
    """

    def __init__(self, tables: Tables | None = None, **settings: Any) -> None:
        """`settings` are those of a server by name, as `capacity="off"`. Raises ConfigError."""
        self.tables = tables
        self.settings = settings
        self.config = configured(settings)
        self.entered = 0
        """How many blocks of it are being carried out, one in another."""
        self.is_left = False
        self.shared = self._empty()

    def __enter__(self) -> "LocalDynamoDB":
        if self.is_left:
            self.reset()
        interception.enter(self._current)
        self.entered += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.entered -= 1
        self.is_left = not self.entered
        interception.leave(self._current)
        if self.is_left:
            self.shared.close()

    def start(self) -> "LocalDynamoDB":
        """Enters the block where a `with` statement cannot stand, until `stop`."""
        return self.__enter__()

    def stop(self) -> None:
        """Leaves the block that `start` entered."""
        self.__exit__(None, None, None)

    def __call__(self, target: Decorated) -> Decorated:
        """Decorates a function, a coroutine function or a class of tests: each call has an empty DynamoDB."""
        if isinstance(target, type):
            _decorate_class(target, self._another)
            return target
        return _decorated(target, self._another)

    def client(self, service_name: str = "dynamodb", **named: Any) -> Any:
        """A botocore client, of `dynamodb`, `dynamodbstreams` or `application-autoscaling`, that belongs to this."""
        return self._client(service_name, named, None)

    def resource(self, **named: Any) -> Any:
        """A boto3 resource that belongs to this. Raises ModuleNotFoundError where boto3 is not installed."""
        return self._resource(named, None)

    def as_caller(self, name: str) -> "LocalCaller":
        """A caller of the access file, by its name or ARN: a block in which every client acts as it, and its clients.

        Raises ConfigError where there is none, or where `access` is off.
        """
        self._callers().identity(name)
        return LocalCaller(self, name)

    @property
    def clock(self) -> LocalClock:
        """Turns the time, freezes it, changes its rate."""
        return LocalClock(self.shared)

    @property
    def faults(self) -> LocalFaults:
        """Makes requests fail, wait, or lose their reply."""
        return LocalFaults(self.shared)

    @property
    def requests(self) -> Requests:
        """What was asked so far."""
        return self.shared.requests

    def load(self, tables: Tables) -> list[str]:
        """Makes tables with their items; returns the names. Raises SeedError, and has then made none."""
        with self.shared.lock:
            self.shared.used = None
            return self._load(self.shared, tables)

    def reset(self) -> None:
        """Makes everything as it was at first: the tables that were given, no request, no fault, the clock."""
        self.shared = self._empty()
        self.is_left = False

    def report(self) -> str:
        """Throttles, conflicts, heat and the slowest requests, as the report of a failed test shows them."""
        return failure_report.of_service(self.shared)

    def advice(self) -> list[dict[str, Any]]:
        """What the requests so far could do better, as `thermodynamo advise` says it of a server: see docs/foresee.md.

        Each has what it is `about`, the `table` and `index`, the `text`, the figures (`evidence`) and the `requests`.
        """
        from thermodynamo.testing import advice

        return advice.of_service(self.shared)

    def assert_no_scans(self) -> None:
        """No table was read from end to end. Raises AssertionError, which names the requests that did so."""
        __tracebackhide__ = True
        assertions.no_scans(self.requests)

    def assert_consumed(self, *, at_most: float, kind: Kind | None = None) -> None:
        """No more capacity units were used, of both kinds or of one. Raises AssertionError, ConfigError.

        Only the latest 10,000 requests count; `requests.clear()` begins anew.
        """
        __tracebackhide__ = True
        self._refuse_unmetered()
        assertions.consumed(self.requests, at_most, kind)

    def assert_no_hot_key(self, *, share: float = 0.5) -> None:
        """No partition key has more than `share` of the load of its table or index, of the last minute or two.

        Raises AssertionError, which names the key and the request that asked for it last; ConfigError.
        """
        __tracebackhide__ = True
        self._refuse_unmetered()
        assertions.no_hot_key(self.shared, share)

    def _callers(self) -> Callers:
        return callers.controlled(self.shared.callers)

    def _denied(self) -> list[str]:
        return callers.denials(self._callers().gate.observations.describe())

    def _explain(self, caller: str, operation: str, request: Mapping[str, Any]) -> Explanation:
        with self.shared.lock:
            return self._callers().explain(caller, operation, request, self.config.region)

    def _client(self, service_name: str, named: dict[str, Any], acting: str | None) -> Any:
        if service_name not in interception.SERVICES:
            raise ValueError(f"no client of {service_name} here: there are {', '.join(sorted(interception.SERVICES))}")
        made = _session().create_client(service_name, **self._completed(named))
        interception.attach(made, self._current, acting)
        return made

    def _resource(self, named: dict[str, Any], acting: str | None) -> Any:
        import boto3

        made = boto3.Session(botocore_session=_session()).resource("dynamodb", **self._completed(named))
        interception.attach(made.meta.client, self._current, acting)
        return made

    def _refuse_unmetered(self) -> None:
        if self.config.capacity == "off":
            raise ConfigError("capacity is 'off', so nothing is counted: it must be 'enforce' or 'observe'")

    def _current(self) -> SharedService:
        return self.shared

    def _empty(self) -> SharedService:
        shared = SharedService(self.config)
        if self.tables is not None:
            self._load(shared, self.tables)
        return shared

    def _load(self, shared: SharedService, tables: Tables) -> list[str]:
        caller = caller_of(_key_id(), self.config.region)
        if shared.callers is not None:
            caller = dataclasses.replace(shared.callers.of_key(caller, _key_id()), permission=None)
        return seed_tables.load(shared.service, caller, tables)

    def _completed(self, named: dict[str, Any]) -> dict[str, Any]:
        """The arguments of a new client, which needs neither credentials nor a region."""
        given = {name: value for name, value in named.items() if value is not None}
        return {"region_name": self.config.region, **dict.fromkeys(KEYS, _key_id()), **given}

    def _another(self) -> "LocalDynamoDB":
        return LocalDynamoDB(self.tables, **self.settings)


class LocalCaller:
    """A caller of the access file. In a block of it every request is its own; its clients belong to it at any time."""

    def __init__(self, local: LocalDynamoDB, name: str) -> None:
        self.local = local
        self.name = name
        self.entered: list[Callers] = []

    def __enter__(self) -> "LocalCaller":
        self.entered.append(self.local._callers())
        self.entered[-1].acting.append(self.name)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.entered.pop().acting.pop()

    def client(self, service_name: str = "dynamodb", **named: Any) -> Any:
        """As `LocalDynamoDB.client` makes it."""
        return self.local._client(service_name, named, self.name)

    def resource(self, **named: Any) -> Any:
        """As `LocalDynamoDB.resource` makes it."""
        return self.local._resource(named, self.name)


def configured(settings: dict[str, Any]) -> Config:
    """The settings; the region is that of the environment, as for a client. Raises ConfigError for one that is none."""
    known = [setting.name for setting in SETTINGS if setting.name not in NOT_HERE]
    unknown = next((name for name in settings if name not in known), None)
    if unknown is not None:
        raise ConfigError(f"{unknown} is no setting here: there are tables, {', '.join(known)}")
    region = os.environ.get("AWS_DEFAULT_REGION") or Config().region
    return Config(**{"region": region, **settings})


@overload
def local_dynamodb(target: Decorated, /) -> Decorated: ...


@overload
def local_dynamodb(target: None = None, /, *, tables: Tables | None = None, **settings: Any) -> LocalDynamoDB: ...


def local_dynamodb(target: Any = None, /, *, tables: Tables | None = None, **settings: Any) -> Any:
    """A DynamoDB in this process: a context manager, or a decorator, with or without parentheses.

    `tables` are made on entering: definitions, or the path of a file with them (`seed_tables`). `settings` are those
    of a server by name, such as `capacity="off"`, `profile="realistic"`, `seed=7`. Raises ConfigError, SeedError.
    """
    made = LocalDynamoDB(tables, **settings)
    return made if target is None else made(target)


@lru_cache(maxsize=1)
def _session() -> botocore.session.Session:
    """One for all clients: it holds the parsed service models."""
    return botocore.session.get_session()


def _key_id() -> str:
    return os.environ.get("AWS_ACCESS_KEY_ID") or interception.KEY_ID


def _decorated(function: Decorated, make: Callable[[], LocalDynamoDB]) -> Decorated:
    if inspect.iscoroutinefunction(function):

        @wraps(function)
        async def call_later(*given: Any, **named: Any) -> Any:
            with make():
                return await function(*given, **named)

        return call_later  # type: ignore[return-value]

    @wraps(function)
    def call(*given: Any, **named: Any) -> Any:
        with make():
            return function(*given, **named)

    return call  # type: ignore[return-value]


def _decorate_class(target: type, make: Callable[[], LocalDynamoDB]) -> None:
    """Each test of the class, with what is set up for it, has an empty DynamoDB."""
    if issubclass(target, unittest.TestCase):
        target.run = _decorated(target.run, make)  # type: ignore[method-assign]
        return
    entered: dict[int, LocalDynamoDB] = {}
    begin, end = getattr(target, "setup_method", None), getattr(target, "teardown_method", None)

    def setup_method(self: Any, method: Any) -> None:
        entered[id(self)] = make().start()
        if begin is not None:
            _call(begin, self, method)

    def teardown_method(self: Any, method: Any) -> None:
        try:
            if end is not None:
                _call(end, self, method)
        finally:
            entered.pop(id(self)).stop()

    target.setup_method = setup_method  # type: ignore[attr-defined]
    target.teardown_method = teardown_method  # type: ignore[attr-defined]


def _call(function: Callable[..., Any], owner: Any, method: Any) -> None:
    """As pytest does: the method under test is handed on where it is asked for."""
    if len(inspect.signature(function).parameters) > 1:
        function(owner, method)
    else:
        function(owner)
