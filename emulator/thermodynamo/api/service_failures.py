"""What the service itself answers with 500, and so this server does, on purpose.

Such an answer is no failure of this server: it is not logged, and the fuzz tests know these cases by name.
"""

from enum import Enum

from thermodynamo.api import errors, messages
from thermodynamo.api.errors import ApiError


class ServiceFailure(Enum):
    """The cases; the value says what the request has that the service fails on, and how that is known."""

    UNREADABLE_BODY = (
        "A body that is not what its Content-Encoding says, or an encoding other than gzip and deflate. "
        "Tried against the service: scylladb pull requests 27049, 27080 and 27917"
    )
    EMPTY_THROUGHPUT = (
        "An UpdateTable that has a setting of throughput without members, and nothing else. "
        "Met again and again by live probes: ack-api-quirks, DDB-TABLE-448, October 2026"
    )
    WARM_UNKNOWN_INDEX = (
        "Warm throughput of an index that the table does not have. Met again and again: DDB-TABLE-448, October 2026"
    )
    WARM_BESIDE_NEW_INDEX = (
        "Warm throughput of a table while a new index of it is given its resources. "
        "Met again and again: DDB-TABLE-458, October 2026"
    )
    UNKNOWN_REGION = (
        "ListGlobalTables with a RegionName that is no region. Met again and again: DDB-TABLE-448, October 2026"
    )

    def error(self) -> ApiError:
        """The answer: an InternalFailure without words where one of the service's own checks fails."""
        if self in (ServiceFailure.EMPTY_THROUGHPUT, ServiceFailure.WARM_UNKNOWN_INDEX):
            return errors.internal_failure()
        if self is ServiceFailure.WARM_BESIDE_NEW_INDEX:
            return errors.internal_server_error(messages.TABLE_UNDER_MAINTENANCE)
        return errors.internal_server_error(messages.INTERNAL_SERVER_ERROR)
