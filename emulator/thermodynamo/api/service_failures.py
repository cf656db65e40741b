"""What the service itself answers with 500, and so this server does, on purpose.

Such an answer is nobody's failure here: it is not logged, and the fuzz tests know these cases by name.
"""

from enum import Enum

from thermodynamo.api import errors, messages


class ServiceFailure(Enum):
    """The cases; the value says what the request has that the service fails on, and how that is known."""

    UNREADABLE_BODY = (
        "A body that is not what its Content-Encoding says, or an encoding other than gzip and deflate. "
        "Tried against the service: scylladb pull requests 27049, 27080 and 27917"
    )

    def error(self) -> errors.ApiError:
        return errors.internal_server_error(messages.INTERNAL_SERVER_ERROR)
