"""A call that faults may befall: what the rules make of it before it is carried out, and of its reply."""

from dataclasses import field
from typing import Any

from thermodynamo.api import call
from thermodynamo.api.call import Reply
from thermodynamo.api.caller import Caller
from thermodynamo.api.client_retries import Headers
from thermodynamo.api.errors import ApiError
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations import Operation
from thermodynamo.api.slices import Slices
from thermodynamo.faults import targets, unprocessed
from thermodynamo.faults.plan import FaultPlan, Outcome
from thermodynamo_storage.values.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class FaultedCall:
    """A call with its outcome. Its delay, and the drop of its connection, are left to the caller of `perform`."""

    outcome: Outcome = field(default_factory=Outcome)

    def perform(
        self,
        namespace: Namespace,
        operation: Operation,
        request: Any,
        caller: Caller,
        now: float,
        headers: Headers = (),
    ) -> Reply:
        """As `call.perform`, but with the error of a fault, or with the members that it cut handed back."""
        if self.outcome.error is not None:
            raise inject(self.outcome.error, namespace, operation, request, now, headers)
        if not self.outcome.cut:
            return call.perform(namespace, operation, request, caller, now, headers)
        operation.check(request)  # The positions in `cut` count members without null ones, which the check removes.
        kept, taken = unprocessed.cut(request, self.outcome.cut)
        return hand_back(call.perform(namespace, operation, kept, caller, now, headers), operation, taken)


def hand_back(begun: Reply, operation: Operation, taken: unprocessed.RequestItems) -> Reply:
    """The reply to a batch with what was taken out of it, or the slices that make it."""
    member = operation.facts.unprocessed
    if not taken or member is None:
        return begun
    if isinstance(begun, bytes):
        return unprocessed.hand_back(member, begun, taken)
    return _handed_back(begun, member, taken)


def _handed_back(begun: Slices[bytes], member: str, taken: unprocessed.RequestItems) -> Slices[bytes]:
    reply = yield from begun
    yield
    return unprocessed.hand_back(member, reply, taken)


def inject(
    error: ApiError, namespace: Namespace, operation: Operation, request: Any, now: float, headers: Headers
) -> ApiError:
    """The error, counted for the tables that the request names, as if they had made it."""
    names = [targets.table_name(name) for name, _ in targets.targets_of(request)]
    namespace.counts.operation = operation.name
    namespace.asked.update((namespace.tables[name], None) for name in names if name in namespace.tables)
    return call.refuse(namespace, error, now, headers)


def meet(plan: FaultPlan, namespace: Namespace, operation: Operation, request: Any) -> FaultedCall:
    """What the rules in force make of a request. One that its checks refuse, or another service's, meets no fault."""
    if not operation.is_dynamodb:
        return FaultedCall()
    try:
        operation.check(request)
    except ApiError:
        return FaultedCall()
    return FaultedCall(plan.outcome(operation, namespace, request))
