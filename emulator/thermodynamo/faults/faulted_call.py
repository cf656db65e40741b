"""A request that faults may befall: what the rules make of it before it is answered, and of its answer."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from thermodynamo.api import errors
from thermodynamo.faults import targets, unprocessed
from thermodynamo.faults.plan import Outcome

if TYPE_CHECKING:
    from thermodynamo.server.data_plane import DataPlane, Headers


@dataclass(slots=True)
class FaultedCall:
    """A request with its outcome; `body` is without the members that were `taken` out of a batch."""

    plane: "DataPlane"
    outcome: Outcome
    body: bytes
    taken: unprocessed.RequestItems

    def answer(self, target: bytes, headers: "Headers", query: bytes, body: bytes) -> tuple[int, bytes]:
        """As `DataPlane.answer`, but with the error of a fault, or with the members that were taken handed back."""
        if self.outcome.error is not None:
            return self._inject(self.outcome.error, target, headers, query)
        status, reply = self.plane.answer(target, headers, query, body)
        if status == 200 and self.taken:
            reply = unprocessed.hand_back(self.plane.operations[target].name, reply, self.taken)
        return status, reply

    def _inject(self, error: errors.ApiError, target: bytes, headers: "Headers", query: bytes) -> tuple[int, bytes]:
        """The error is counted for the tables that the request names, as if they had made it."""
        namespace = self.plane.namespace_for(headers, query)
        names = [targets.table_name(name) for name, _ in targets.targets_of(orjson.loads(self.body))]
        namespace.counts.operation = self.plane.operations[target].name
        namespace.asked.update((namespace.tables[name], None) for name in names if name in namespace.tables)
        return self.plane.refuse(error, namespace, headers)


def meet(plane: "DataPlane", headers: "Headers", query: bytes, body: bytes) -> FaultedCall:
    """What the rules in force make of a request. One that cannot be read, or that its checks refuse, meets no fault."""
    operation = plane.operations.get(dict(headers).get(b"x-amz-target", b""))
    unharmed = FaultedCall(plane, Outcome(), body, {})
    if operation is None or not operation.is_dynamodb:
        return unharmed
    try:
        request = orjson.loads(body)
        namespace = plane.namespace_for(headers, query)
        operation.check(request)
    except (orjson.JSONDecodeError, errors.ApiError):
        return unharmed
    outcome = plane.faults.outcome(operation.name, namespace, request)
    if not outcome.cut:
        return FaultedCall(plane, outcome, body, {})
    kept, taken = unprocessed.cut(request, outcome.cut)
    return FaultedCall(plane, outcome, orjson.dumps(kept), taken)
