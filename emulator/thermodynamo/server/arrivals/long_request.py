"""A request that is read beside the event loop: what is made of it there, and what is left to carry out.

Faults are met and signatures compared in the loop, as for any request. What either needs of the whole body is found out
in the thread: what the request names, and the digest of what was signed.
"""

from collections.abc import Sequence
from typing import Any

import orjson

from thermodynamo.access.signatures.body_digest import Digested, digested
from thermodynamo.api import call
from thermodynamo.api.call import Reply
from thermodynamo.api.caller import Caller
from thermodynamo.api.client_retries import Headers
from thermodynamo.api.errors import ApiError
from thermodynamo.api.model import json_pieces
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations import Operation
from thermodynamo.api.prepared import Prepared
from thermodynamo.faults import faulted_call, unprocessed
from thermodynamo.faults.plan import Outcome
from thermodynamo.faults.targets import Target, targets_of


class LongRequest(bytes):
    """A parsed request in the place of its body: it has no bytes. `read` and `prepare` are for the thread."""

    def __new__(cls, operation: Operation, body: bytes) -> "LongRequest":
        return super().__new__(cls)

    def __init__(self, operation: Operation, body: bytes) -> None:
        self.operation = operation
        self.body = body
        self.request: Any = None
        self.digest: Digested | None = None
        """Of the body as it was sent, where somebody compares signatures."""
        self.targets: Sequence[Target] | None = None
        """What it names, where it may meet a fault."""
        self.outcome = Outcome()
        """What the faults in force make of it."""
        self.prepared: Prepared | None = None
        self.taken: unprocessed.RequestItems = {}
        """The members that a fault takes out of it."""

    def read(self, signed: bytes | None, may_meet_faults: bool) -> bool:
        """Parses it, and prepares it where no fault may befall it; False for what is no JSON.

        `signed` is the body as it was sent. One that its checks refuse, or another service's, meets no fault.
        """
        if signed is not None:
            self.digest = digested(signed)
        try:
            self.request = json_pieces.loads(self.body)
        except orjson.JSONDecodeError:
            return False
        finally:
            self.body = b""
        if may_meet_faults and self.operation.is_dynamodb:
            try:
                self.operation.check(self.request)
                self.targets = targets_of(self.request)
            except ApiError:
                pass
        if self.targets is None:
            self.prepare()
        return True

    def prepare(self) -> None:
        """Takes out what faults leave unprocessed, and validates the rest."""
        if self.outcome.cut:
            self.request, self.taken = unprocessed.cut(self.request, self.outcome.cut)
        self.prepared = Prepared(self.operation, self.request)

    def release(self) -> list[object]:
        """What was parsed and compiled of a request that is answered, for a thread to let go.

        Nothing here refers to it any more.
        """
        made = [self.request, self.prepared, self.taken, self.targets]
        self.request = self.prepared = self.targets = None
        self.taken = {}
        return made

    def carry_out(
        self,
        namespace: Namespace,
        operation: Operation,
        request: Any,
        caller: Caller,
        now: float,
        headers: Headers = (),
    ) -> Reply:
        """As `call.perform`, but with what faults make of it; the operation and the request are its own."""
        if self.outcome.error is not None:
            raise faulted_call.inject(self.outcome.error, namespace, operation, request, now, headers)
        assert self.prepared is not None
        begun = call.perform(namespace, self.prepared, self.request, caller, now, headers)
        return faulted_call.hand_back(begun, operation, self.taken)
