"""What a receiver of changes is, and how it says no."""

from collections.abc import Sequence
from typing import Protocol

from thermodynamo.deliveries.change_record import ChangeRecord


class Unavailable(Exception):
    """The receiver takes nothing now. The same call may succeed later."""


class Rejected(Exception):
    """The receiver will never take these records as they are."""


class Receiver(Protocol):
    """Takes changes for streams. Its methods may wait, and know nothing of tables."""

    is_local: bool
    """Whether a call takes no longer than a step of upkeep may."""

    def failure(self, stream_arn: str) -> str | None:
        """Why nothing can be sent to the stream; None where it can. Raises Unavailable."""
        ...

    def put(self, stream_arn: str, records: Sequence[ChangeRecord]) -> list[ChangeRecord]:
        """Sends records of different keys; returns those to be sent again. Raises Unavailable and Rejected."""
        ...
