"""The whole emulator without a server: its database, its clock, its faults, and the namespaces of its callers.

`Service.call` answers one request in this process as the server would, and `Service.answer` does so with the bytes of
HTTP bodies. `Service.turn` does what the server does in the background; nothing else here does. A service is for one
thread at a time.
"""

import re
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import orjson

from thermodynamo.api import auto_scaling, errors, operations, table_settings, throttle_report
from thermodynamo.api.call import Perform, complete, perform
from thermodynamo.api.caller import DEFAULT_ACCOUNT, Caller
from thermodynamo.api.errors import ApiError
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations import NAMED, OPERATIONS, TARGET_PREFIX, Operation
from thermodynamo.api.slices import Slices, finish
from thermodynamo.deliveries.deliveries import Deliveries
from thermodynamo.deliveries.file_receiver import FileReceiver
from thermodynamo.deliveries.kinesis_receiver import KinesisReceiver
from thermodynamo.faults import faulted_call
from thermodynamo.faults.faulted_call import FaultedCall
from thermodynamo.faults.plan import FaultPlan
from thermodynamo.settings.bounds import shown
from thermodynamo.settings.clock import VirtualClock
from thermodynamo.settings.config import Config
from thermodynamo.transfers.s3 import buckets_at
from thermodynamo.transfers.transfers import Transfers
from thermodynamo.upkeep import Upkeep
from thermodynamo_storage.database import Database
from thermodynamo_storage.durability import copying_ahead
from thermodynamo_storage.durability.journal import Durability
from thermodynamo_storage.metering.limits import Limits
from thermodynamo_storage.partitions.admission import Listener
from thermodynamo_storage.tables.definition import (
    NamespaceForked,
    NamespacesCleared,
    SnapshotDeleted,
    SnapshotRestored,
    SnapshotTaken,
)
from thermodynamo_storage.tables.snapshot import EVERYTHING, Scope, Snapshot
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.errors import JournalStalled

if TYPE_CHECKING:
    from thermodynamo.access.gate import Gate
    from thermodynamo.data_folder import DataFolder, Told

NAME = re.compile(r"[A-Za-z0-9_.-]{1,255}").fullmatch
NAME_HINT = "it has 1 to 255 letters, digits, points, hyphens and underscores"


class Dropped(ConnectionError):
    """A fault drops the connection of this call: it has no reply. The request may have been carried out or not."""


class SnapshotError(Exception):
    """What was asked of snapshots and forks cannot be done; `hint` says what can."""

    def __init__(self, error: str, hint: str) -> None:
        super().__init__(error)
        self.error = error
        self.hint = hint


class Service:
    """An emulator with these settings, empty at first. `caller` is who asks where a call does not say.

    Its clock stands at `config.clock_start` until it is turned, or tells the machine's time where `config.clock` is
    `system`.
    """

    def __init__(
        self,
        config: Config,
        durability: Durability | None = None,
        told: "Told | None" = None,
        listener: Listener | None = None,
    ) -> None:
        """Commits and definitions go to `durability`, if it is given and there is no `config.data_dir`.

        With one, the service is what that folder keeps; `told` hears how far its loading is. `listener` hears what
        its tables are asked for. Raises FileError.
        """
        self.config = config
        self.operations: dict[bytes, Operation] = {**OPERATIONS, **auto_scaling.OPERATIONS}
        """By the whole target header that asks for them."""
        self.caller = Caller(DEFAULT_ACCOUNT, config.region)
        self.shared_place = (DEFAULT_ACCOUNT, config.region) if config.namespace == "shared" else None
        """The account and region of the only namespace, where all callers share one."""
        self.clock = VirtualClock(config.first_instant)
        self.faults = FaultPlan(config.seed)
        self.listener = listener
        self.database = Database(durability, self._limits(), table_settings.of_config(config))
        self.folder: DataFolder | None = None
        """None where data is kept in memory alone."""
        if config.data_dir:
            from thermodynamo import data_folder

            self.folder = data_folder.DataFolder(config)
            self.folder.load(self.database, self.clock, told)
        self.namespaces: dict[tuple[str, str], Namespace] = {}
        """By account and region. All share one database and one clock."""
        endpoint = config.kinesis_endpoint
        receiver = KinesisReceiver(endpoint) if endpoint is not None else FileReceiver(config.kinesis)
        self.deliveries = Deliveries(self.database, receiver)
        self.transfers = Transfers(self.database, config, buckets_at(config.s3), self._placed)
        self.upkeep = Upkeep(
            self.database, self.clock, config.ttl_delay, self.namespaces, self.deliveries, self.transfers
        )
        self.around: Callable[[Perform], Perform] | None = None
        """Makes what carries a request out and records it; None where nothing is recorded."""
        self.known: dict[bytes, tuple[Caller, Namespace]] = {}
        """What the server remembers of callers, by the scope of their credentials."""
        self.gate: Gate | None = None
        """Asked who may call; None where any caller may."""
        if config.access != "off":
            from thermodynamo.access import gate

            self.gate = gate.Gate(config)
        self.started_at = self.clock.now()
        self._take_up(EVERYTHING)

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
                if self.around is not None:
                    carry_out = self.around(carry_out)
                try:
                    namespace = self.owner(caller, operation.name, request)
                    reply = carry_out(namespace, operation, request, caller, self.clock.now(), ())
                    return 200, complete(reply)
                finally:
                    self._end_request()
            return 200, self._carry_out(operation, request, caller)
        except ApiError as error:
            return error.status, orjson.dumps(error.body())

    @property
    def perform(self) -> Perform:
        """What carries a request out here: `api.call.perform`, with what records it where something does."""
        return perform if self.around is None else self.around(perform)

    def namespace(self, caller: Caller) -> Namespace:
        """The namespace of the caller's account and region, made when it is first asked for; or the one of all."""
        place = self.shared_place or (caller.account, caller.region)
        namespace = self.namespaces.get(place)
        if namespace is None:
            namespace = Namespace(self.database, self.config, *place, self._peers(caller.account))
            namespace.transfer = self.transfers.look
            self.namespaces[place] = namespace
        return namespace

    def _placed(self, account: str, region: str) -> Namespace:
        """The namespace of an account and region."""
        return self.namespace(Caller(account, region))

    def _peers(self, account: str) -> Callable[[str], Namespace]:
        """The namespaces of an account by region."""
        return lambda region: self.namespace(Caller(account, region))

    def owner(self, caller: Caller, operation: str, request: Any) -> Namespace:
        """The namespace of the tables that a request names: the caller's, but for ARNs of another account."""
        if caller.permission is not None:
            from thermodynamo.access import owners

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
        are trimmed; what is owed to Kinesis is sent, until the receiver refuses some; exports and imports go on. With 0
        seconds this is done for what is due already.
        """
        for _ in self.upkeep.advance(seconds):
            pass
        for _ in self.upkeep.discard():
            pass
        while self.deliveries.step(self.clock.now()):
            pass
        while self.transfers.step(self.clock.now()):
            pass
        self._end_turn()

    def close(self) -> None:
        """Lets another service have the data folder. Nothing may be asked of this one any more."""
        if self.folder is not None:
            self.folder.close()

    def reset(self, scope: Scope = EVERYTHING) -> None:
        """Makes everything as it was at the beginning: no table, no count, no fault, and the clock as it started.

        With a scope, its namespaces alone: they are empty then. Snapshots stay, whatever is reset.
        """
        if not scope.is_everything:
            self._refuse_split(scope, "reset all regions of the account, or delete the replica first")
        self.database.define(NamespacesCleared(*scope), self.clock.now())
        if scope.is_everything:
            self.clock.restart(self.config.first_instant)
            self.upkeep.note_clock()
            self.faults.reset()
            self.deliveries.reset(self.database)
            self.database.limit(self._limits())
            self.started_at = self.clock.now()
        for place in [place for place in self.namespaces if scope.holds(place)]:
            del self.namespaces[place]
        self.known.clear()
        if self.gate is not None:
            self.gate.observations.clear()
        self._flush()

    def _limits(self) -> Limits | None:
        """What the database meters and refuses by; None for nothing."""
        limits = throttle_report.limits_of(self.config)
        if limits is not None:
            limits.listener = self.listener
        return limits

    def _refuse_split(self, scope: Scope, hint: str) -> None:
        """Raises SnapshotError for a scope that has some replicas of a global table, and not all of them."""
        now = self.clock.now()
        for table in self.database.tables_of_all():
            if table.global_table is None or not scope.holds((table.account, table.region)):
                continue
            for replica in table.global_table.others(table.region, now):
                if not scope.holds((table.account, replica.region)):
                    raise SnapshotError(
                        f"table {table.schema.name} in {table.region} has a replica in {replica.region}, "
                        "which is not part of this",
                        hint,
                    )

    def snapshot(self, name: str, scope: Scope = EVERYTHING, replaces: bool = False) -> Snapshot:
        """Keeps what all namespaces, or those of a scope, hold now and are. Raises SnapshotError."""
        return finish(self.snapshotting(name, scope, replaces))

    def snapshotting(self, name: str, scope: Scope, replaces: bool) -> Slices[Snapshot]:
        """As `snapshot`, in slices. The snapshot is of the instant of the last one."""
        self._refuse_snapshot(name, scope, replaces)
        with self.database.copies_ahead() as ready:
            yield from copying_ahead.keep(self.database.catalog, ready, scope, self.clock.now)
            self._refuse_snapshot(name, scope, replaces)
            self.database.define(SnapshotTaken(name, *scope), self.clock.now())
        self._flush()
        return self.snapshots[name]

    def _refuse_snapshot(self, name: str, scope: Scope, replaces: bool) -> None:
        """Raises SnapshotError where no snapshot can be taken."""
        if NAME(name) is None:
            raise SnapshotError(f"{shown(name)} is no name of a snapshot", NAME_HINT)
        if name in self.snapshots and not replaces:
            raise SnapshotError(f"there is a snapshot {name} already", "delete it first, or ask to replace it")
        self._refuse_split(scope, "take a snapshot of all regions of the account")

    @property
    def snapshots(self) -> Mapping[str, Snapshot]:
        """All snapshots by name, oldest first."""
        return self.database.catalog.snapshots

    def restore(self, name: str) -> Snapshot:
        """Makes everything that a snapshot is of what it was then; one of everything turns the clock back, too.

        One of some namespaces turns a clock that stands before its instant forward to it: nothing that is brought back
        is of the future. Faults stay, and so does what namespaces hold that the snapshot is not of. Raises
        SnapshotError.
        """
        return finish(self.restoring(name))

    def restoring(self, name: str) -> Slices[Snapshot]:
        """As `restore`, in slices. All of it happens in the last one."""
        asked = self.found_snapshot(name)
        self._refuse_split(asked.scope, "delete the replica first")
        if not asked.scope.is_everything and self.clock.now() < asked.taken_at:
            yield from self.upkeep.turn(asked.taken_at)
        with self.database.copies_ahead() as ready:
            yield from copying_ahead.enliven(self.database.catalog, ready, self.found_snapshot(name))
            snapshot = self.found_snapshot(name)
            self._refuse_split(snapshot.scope, "delete the replica first")
            self.database.define(SnapshotRestored(name), self.clock.now())
        if snapshot.scope.is_everything:
            if snapshot.clock is None:
                self.clock.restart(self.config.first_instant)
            else:
                self.clock.resume(snapshot.taken_at, snapshot.clock.rate)
            self.upkeep.note_clock()
        self._take_up(snapshot.scope)
        self._flush()
        return snapshot

    def delete_snapshot(self, name: str) -> None:
        """Raises SnapshotError where there is none of that name."""
        self.found_snapshot(name)
        self.database.define(SnapshotDeleted(name), self.clock.now())
        self._flush()

    def found_snapshot(self, name: str) -> Snapshot:
        """Raises SnapshotError where there is none of that name."""
        snapshot = self.snapshots.get(name)
        if snapshot is None:
            raise SnapshotError(f"there is no snapshot {name}", f"there is {', '.join(self.snapshots) or 'none'}")
        return snapshot

    def fork(self, source: Caller, target: Caller, replaces: bool = False) -> None:
        """Makes the namespace of `target` what that of `source` is now: its tables, streams and settings.

        Raises SnapshotError where `target` has tables and they are not to be replaced.
        """
        finish(self.forking(source, target, replaces))

    def forking(self, source: Caller, target: Caller, replaces: bool) -> Slices[None]:
        """As `fork`, in slices. The fork is of the instant of the last one."""
        began_at = self.clock.now()
        here, there = self.namespace(source), self.namespace(target)
        origin, goal = (source.account, source.region), (target.account, target.region)
        ids: dict[str, str] = {}

        def id_of(table: Table) -> str:
            if table.id not in ids:
                ids[table.id] = there.new_table_id(table.schema.name, began_at)
            return ids[table.id]

        self._refuse_fork(source, target, replaces)
        with self.database.copies_ahead() as ready:
            yield from copying_ahead.fork(
                self.database.catalog, ready, Scope(*origin), lambda table: (*goal, id_of(table)), self.clock.now
            )
            self._refuse_fork(source, target, replaces)
            forked = NamespaceForked(origin, goal, tuple((table.id, id_of(table)) for table in here.tables.values()))
            self.database.define(forked, self.clock.now())
        self._take_up(Scope(*goal))
        self._flush()

    def _refuse_fork(self, source: Caller, target: Caller, replaces: bool) -> None:
        """Raises SnapshotError where no fork can be made."""
        if source == target:
            raise SnapshotError("a fork of a namespace to itself changes nothing", "name another account or region")
        self._refuse_split(Scope(target.account, target.region), "delete the replica first")
        taken = self.namespace(target).settled_names(self.clock.now())
        if taken and not replaces:
            raise SnapshotError(
                f"account {target.account} has tables in {target.region}, such as {taken[0]}",
                "reset it first, or ask to replace them",
            )

    def _take_up(self, scope: Scope) -> None:
        """Takes up what there is now where tables were replaced. What is scaled goes on without a request."""
        for place, namespace in self.namespaces.items():
            if scope.holds(place):
                namespace.begin_anew()
        for place in self.database.catalog.scaling:
            if scope.holds(place):
                self._placed(*place)

    def _flush(self) -> None:
        """Brings what was recorded into the data folder. Raises JournalStalled."""
        if self.folder is not None:
            self.folder.flush()

    def _end_turn(self) -> None:
        """Does what a server does after each turn of its loop. Raises JournalStalled."""
        if self.folder is not None:
            self.folder.flush()
            self.folder.tidy(self.database, self.clock.now())

    def _carry_out(self, operation: Operation, request: Any, caller: Caller) -> bytes:
        """The reply's JSON, once what the request has changed is in the data folder."""
        try:
            return self._answered(operation, request, caller)
        finally:
            self._end_request()

    def _end_request(self) -> None:
        """Ends a turn of one request. Raises ApiError where the journal cannot be written."""
        try:
            self._end_turn()
        except JournalStalled as stalled:
            raise errors.from_storage(stalled) from None

    def _answered(self, operation: Operation, request: Any, caller: Caller) -> bytes:
        namespace = self.owner(caller, operation.name, request)
        if not self.faults.active:
            return complete(self.perform(namespace, operation, request, caller, self.clock.now(), ()))
        faulted = faulted_call.meet(self.faults, namespace, operation, request)
        time.sleep(faulted.outcome.delay_seconds)
        if faulted.outcome.drop == "before":
            raise Dropped("before the request was carried out")
        try:
            carry_out = faulted.perform if self.around is None else self.around(faulted.perform)
            return complete(carry_out(namespace, operation, request, caller, self.clock.now(), ()))
        finally:
            if faulted.outcome.drop == "after":
                raise Dropped("after the request was carried out")

    def _refuse(self, error: ApiError, caller: Caller) -> ApiError:
        """The error of a request that no operation has seen, which is counted here."""
        self.namespace(caller).counts.fail(error)
        return error
