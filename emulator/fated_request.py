"""A request that faults may befall: what the rules make of it before it is answered, and of its answer."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from emulator import batch_cut, errors, request_targets
from emulator.faults import Fate

if TYPE_CHECKING:
    from emulator.dispatch import DataPlane, Headers


@dataclass(slots=True)
class FatedRequest:
    """A request with its fate; `body` is without the members that were `taken` out of a batch."""

    plane: "DataPlane"
    fate: Fate
    body: bytes
    taken: batch_cut.RequestItems

    def answer(self, target: bytes, headers: "Headers", query: bytes, body: bytes) -> tuple[int, bytes]:
        """As `DataPlane.answer`, but with the error of a fault, or with the members that were taken handed back."""
        if self.fate.error is not None:
            return self._inject(self.fate.error, target, headers, query)
        status, reply = self.plane.answer(target, headers, query, body)
        if status == 200 and self.taken:
            reply = batch_cut.hand_back(self.plane.operations[target].name, reply, self.taken)
        return status, reply

    def _inject(self, error: errors.ApiError, target: bytes, headers: "Headers", query: bytes) -> tuple[int, bytes]:
        """The error is counted for the tables that the request names, as if they had made it."""
        engine = self.plane.engine_for(headers, query)
        names = [request_targets.table_name(name) for name, _ in request_targets.targets_of(orjson.loads(self.body))]
        engine.counts.operation = self.plane.operations[target].name
        engine.asked.update((engine.tables[name], None) for name in names if name in engine.tables)
        return self.plane.refuse(error, engine, headers)


def meet(plane: "DataPlane", headers: "Headers", query: bytes, body: bytes) -> FatedRequest:
    """What the rules in force make of a request. One that cannot be read, or that its checks refuse, meets no fault."""
    operation = plane.operations.get(dict(headers).get(b"x-amz-target", b""))
    unharmed = FatedRequest(plane, Fate(), body, {})
    if operation is None or not operation.is_dynamodb:
        return unharmed
    try:
        request = orjson.loads(body)
        engine = plane.engine_for(headers, query)
        operation.check(request)
    except (orjson.JSONDecodeError, errors.ApiError):
        return unharmed
    fate = plane.faults.fate(operation.name, engine, request)
    if not fate.cut:
        return FatedRequest(plane, fate, body, {})
    kept, taken = batch_cut.cut(request, fate.cut)
    return FatedRequest(plane, fate, orjson.dumps(kept), taken)
