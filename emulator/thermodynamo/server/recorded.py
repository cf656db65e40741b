"""The data plane of a server that records what it is asked."""

from typing import TYPE_CHECKING

from thermodynamo.api.call import Perform, perform
from thermodynamo.api.caller import LOCAL, Connection
from thermodynamo.api.client_retries import Headers
from thermodynamo.api.slices import Slices
from thermodynamo.server.arrivals.long_request import LongRequest
from thermodynamo.server.data_plane import DataPlane

if TYPE_CHECKING:
    from thermodynamo.foresight.traces.recording import Recording


class Recorded:
    """Stands around the answers of a data plane."""

    def __init__(self, plane: DataPlane, recording: "Recording") -> None:
        self.answered = plane.answer
        self.recording = recording

    def answer(
        self,
        target: bytes,
        headers: Headers,
        query: bytes,
        body: bytes,
        carry_out: Perform = perform,
        connection: Connection = LOCAL,
    ) -> tuple[int, bytes | Slices[bytes]]:
        """As `DataPlane.answer`."""
        recorded = self.recording.around(carry_out, is_long=isinstance(body, LongRequest))
        return self.answered(target, headers, query, body, recorded, connection)
