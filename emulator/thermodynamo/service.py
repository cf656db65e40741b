"""The whole emulator without a server: its database, its clock, its faults, and the namespaces of its callers.

`Service.call` answers one request in this process as the server would, and `Service.answer` does so with the bytes of
HTTP bodies. `Service.turn` does what the server does in the background; nothing else here does. A service is for one
thread at a time.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

import orjson

from thermodynamo.access import owners
from thermodynamo.access.gate import Gate
from thermodynamo.api import auto_scaling, errors, operations, table_settings, throttle_report
from thermodynamo.api.call import Perform, complete, perform
from thermodynamo.api.caller import DEFAULT_ACCOUNT, Caller
from thermodynamo.api.errors import ApiError
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations import NAMED, OPERATIONS, TARGET_PREFIX, Operation
from thermodynamo.faults import faulted_call
from thermodynamo.faults.faulted_call import FaultedCall
from thermodynamo.faults.plan import FaultPlan
from thermodynamo.settings.clock import VirtualClock
from thermodynamo.settings.config import Config
from thermodynamo.upkeep import Upkeep
from thermodynamo_storage.database import Database
from thermodynamo_storage.durability.journal import Durability


class Dropped(ConnectionError):
    """A fault drops the connection of this call: it has no reply. The request may have been carried out or not."""


class Service:
    """An emulator with these settings, empty at first. `caller` is who asks where a call does not say.

    Its clock stands at `config.clock_start` until it is turned, or tells the machine's time where `config.clock` is
    `system`.
    """

    def __init__(self, config: Config, durability: Durability | None = None) -> None:
        """Commits and definitions go to `durability`, if it is given."""
        self.config = config
        self.durability = durability
        self.operations: dict[bytes, Operation] = {**OPERATIONS, **auto_scaling.OPERATIONS}
        """By the whole target header that asks for them."""
        self.caller = Caller(DEFAULT_ACCOUNT, config.region)
        self.clock = VirtualClock(config.first_instant)
        self.faults = FaultPlan(config.seed)
        self.database = self._empty_database()
        self.namespaces: dict[tuple[str, str], Namespace] = {}
        """By account and region. All share one database and one clock."""
        self.upkeep = Upkeep(self.database, self.clock, config.ttl_delay, self.namespaces)
        self.known: dict[bytes, tuple[Caller, Namespace]] = {}
        """What the server remembers of callers, by the scope of their credentials."""
        self.gate = Gate(config) if config.access != "off" else None
        """Asked who may call; None where any caller may."""
        self.started_at = self.clock.now()

    def call(self, operation: str, request: Mapping[str, Any], caller: Caller | None = None) -> dict[str, Any]:
        """The reply to a request of DynamoDB or its streams, both as the JSON of the API: binary values are base 64.

        The request stays as it is. Raises ApiError, which has the error's `name`, `message` and `status`; Dropped;
        and TypeError for what is no JSON.
        """
        found = NAMED.get(operation)
        given = orjson.loads(orjson.dumps(dict(request)))
        caller = caller or self.caller
        if found is None:
            raise self._refuse(operations.unknown(TARGET_PREFIX + operation.encode()), caller)
        reply: dict[str, Any] = orjson.loads(self._carry_out(found, given, caller) or b"{}")
        return reply

    def meet(self, target: bytes, body: bytes, caller: Caller) -> FaultedCall | None:
        """What the faults in force make of a request; None where there are none, or it cannot be read.

        For a caller that waits out the delay in its own way: its `perform` is what `answer` takes as `carry_out`.
        """
        operation = self.operations.get(target)
        if not self.faults.active or operation is None:
            return None
        try:
            request = orjson.loads(body)
        except orjson.JSONDecodeError:
            return None
        return faulted_call.meet(self.faults, self.namespace(caller), operation, request)

    def answer(
        self, target: bytes, body: bytes, caller: Caller | None = None, carry_out: Perform | None = None
    ) -> tuple[int, bytes]:
        """The HTTP status and the body of the reply to a request, given as its header X-Amz-Target and its body.

        With `carry_out`, which stands in for `api.call.perform`, no fault is met here. Raises Dropped alone: the body
        of an error names it in `__type`.
        """
        caller = caller or self.caller
        try:
            operation = self.operations.get(target)
            if operation is None:
                raise self._refuse(operations.unknown(target), caller)
            try:
                request = orjson.loads(body)
            except orjson.JSONDecodeError:
                raise self._refuse(errors.serialization(None), caller) from None
            if carry_out is not None:
                reply = carry_out(self.namespace(caller), operation, request, caller, self.clock.now(), ())
                return 200, complete(reply)
            return 200, self._carry_out(operation, request, caller)
        except ApiError as error:
            return error.status, orjson.dumps(error.body())

    def namespace(self, caller: Caller) -> Namespace:
        """The namespace of the caller's account and region, made when it is first asked for."""
        place = (caller.account, caller.region)
        namespace = self.namespaces.get(place)
        if namespace is None:
            namespace = Namespace(self.database, self.config, *place, self._peers(caller.account))
            self.namespaces[place] = namespace
        return namespace

    def _peers(self, account: str) -> Callable[[str], Namespace]:
        """The namespaces of an account by region."""
        return lambda region: self.namespace(Caller(account, region))

    def owner(self, caller: Caller, operation: str, request: Any) -> Namespace:
        """The namespace of the tables that a request names: the caller's, but for ARNs of another account."""
        if caller.permission is not None:
            account = owners.other_account(operation, request, caller.account)
            found = self.namespaces.get((account, caller.region)) if account is not None else None
            if found is not None:
                return found
        return self.namespace(caller)

    def caller_named(self, name: str, region: str | None = None) -> Caller:
        """A caller of the access file by its name, whose requests are asked about. Raises KeyError.

        Nothing needs to be signed in this process.
        """
        if self.gate is None:
            raise KeyError(name)
        return self.gate.caller(self.gate.file.callers[name], region or self.config.region)

    def turn(self, seconds: float) -> None:
        """Turns the clock forward; everything due until then has happened when this returns.

        Expired items are removed, each at its time; new indexes are filled, and those that lag have caught up; streams
        are trimmed. With 0 seconds this is done for what is due already.
        """
        for _ in self.upkeep.advance(seconds):
            pass
        for _ in self.upkeep.discard():
            pass

    def reset(self) -> None:
        """Makes everything as it was at the beginning: no table, no count, no fault, and the clock as it started."""
        self.clock.restart(self.config.first_instant)
        self.faults.reset()
        self.database = self._empty_database()
        self.upkeep.database = self.database
        self.namespaces.clear()
        self.known.clear()
        if self.gate is not None:
            self.gate.observations.clear()
        self.started_at = self.clock.now()

    def _empty_database(self) -> Database:
        limits, settings = throttle_report.limits_of(self.config), table_settings.of_config(self.config)
        return Database(self.durability, limits, settings)

    def _carry_out(self, operation: Operation, request: Any, caller: Caller) -> bytes:
        namespace = self.owner(caller, operation.name, request)
        if not self.faults.active:
            return complete(perform(namespace, operation, request, caller, self.clock.now()))
        faulted = faulted_call.meet(self.faults, namespace, operation, request)
        time.sleep(faulted.outcome.delay_seconds)
        if faulted.outcome.drop == "before":
            raise Dropped("before the request was carried out")
        try:
            return complete(faulted.perform(namespace, operation, request, caller, self.clock.now()))
        finally:
            if faulted.outcome.drop == "after":
                raise Dropped("after the request was carried out")

    def _refuse(self, error: ApiError, caller: Caller) -> ApiError:
        """The error of a request that no operation has seen, which is counted here."""
        self.namespace(caller).counts.fail(error)
        return error
