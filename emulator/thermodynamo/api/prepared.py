"""A request that was checked and validated before it is performed, perhaps in another thread.

Both look at the request alone, so it does not matter when they happen. What they raise is raised when the request is
performed, so that it is counted and answered like any other refusal.
"""

from typing import Any

from thermodynamo.api import errors
from thermodynamo.api.errors import ApiError
from thermodynamo.api.operations import Operation


class Prepared(Operation):
    """An operation for one request, to be given to `call.perform` once in place of the request's own.

    Nothing here stands in a circle of references, which would hold a million values until all garbage is collected.
    """

    __slots__ = ()

    def __init__(self, operation: Operation, request: Any) -> None:
        """Checks and validates the request, which belongs to the operation from here on."""
        super().__init__(operation.name, operation.family)
        checked, failures = _prepared(operation, request)

        def check(request: Any) -> None:
            if failures:
                raise failures.pop()  # What is raised comes to hold the frames that hold this.

        self._facts = operation.facts
        self.execute = operation.execute
        self.check = check
        self.validate = lambda request: checked


def _prepared(operation: Operation, request: Any) -> tuple[Any, list[Exception]]:
    """The validated request, or what was raised in its place."""
    try:
        operation.check(request)
        try:
            return operation.validate(request), []
        except ApiError as error:
            raise operation.restate(error) from None
    except Exception as failure:
        return None, [errors.without_frames(failure)]
