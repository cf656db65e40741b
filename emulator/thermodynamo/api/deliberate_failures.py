"""Where this server answers with an internal error on purpose, because the service does: all such cases, by name.

Each is a reply that live probes met again and again for one and the same kind of request (ack-api-quirks, DDB-TABLE-448
and 458, October 2026). None is a failure of this server, so nothing is logged, and no test of hostile requests minds.
"""

from thermodynamo.api import errors
from thermodynamo.api.errors import CORAL_SERVICE, MODEL, ApiError


class DeliberateFailure(ApiError):
    """An internal error that is the service's own; `case` names it."""

    def __init__(self, case: str, error: str, message: str) -> None:
        prefix = CORAL_SERVICE if error == "InternalFailure" else MODEL
        super().__init__(error, message, status=errors.INTERNAL, prefix=prefix)
        self.case = case


CASES = {
    "update of empty throughput": ("InternalFailure", ""),
    "warm throughput of an unknown index": ("InternalFailure", ""),
    "warm throughput while an index is given its resources": (
        "InternalServerError",
        "Table is under system maintenance, please try again later",
    ),
    "global tables of an unknown region": ("InternalServerError", "Internal server error"),
}
"""The error and the message of each case."""


def failure(case: str) -> DeliberateFailure:
    return DeliberateFailure(case, *CASES[case])
