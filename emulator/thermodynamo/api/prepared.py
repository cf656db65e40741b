"""A request that was checked and validated before it is performed, perhaps in another thread.

Both look at the request alone, so it does not matter when they happen. What they raise is raised when the request is
performed, so that it is counted and answered like any other refusal.
"""

from typing import Any

from thermodynamo.api.errors import ApiError
from thermodynamo.api.operations import Operation


class Prepared(Operation):
    """An operation for one request, to be given to `call.perform` in place of the request's own."""

    __slots__ = ("checked", "failure")

    def __init__(self, operation: Operation, request: Any) -> None:
        """Checks and validates the request, which belongs to the operation from here on."""
        super().__init__(operation.name, operation.family)
        self.checked: Any = None
        self.failure = self._prepare(operation, request)
        """What either raised, as `call.perform` would have had it."""
        self._facts = operation.facts
        self.execute = operation.execute
        self.check = self._check
        self.validate = self._validated

    def _prepare(self, operation: Operation, request: Any) -> Exception | None:
        try:
            operation.check(request)
            try:
                self.checked = operation.validate(request)
            except ApiError as error:
                return operation.restate(error)
        except Exception as failure:
            return failure
        return None

    def _check(self, request: Any) -> None:
        if self.failure is not None:
            raise self.failure

    def _validated(self, request: Any) -> Any:
        return self.checked
