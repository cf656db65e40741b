"""The default receiver: a file to which each record is appended as a line of JSON.

A line has the members StreamArn, PartitionKey and Data, and Data is the record itself, readable as it is.
"""

from collections.abc import Sequence
from pathlib import Path

import orjson

from thermodynamo.deliveries.change_record import ChangeRecord
from thermodynamo.deliveries.receiver import Unavailable


class FileReceiver:
    """Appends to the file at `path`, which is made with the first record."""

    is_local = True

    def __init__(self, path: str) -> None:
        self.path = Path(path)

    def failure(self, stream_arn: str) -> str | None:
        """Every stream is there."""
        return None

    def put(self, stream_arn: str, records: Sequence[ChangeRecord]) -> list[ChangeRecord]:
        """Writes the records, all or none. Raises Unavailable."""
        arn = orjson.dumps(stream_arn)
        lines = b"".join(
            b'{"StreamArn":%b,"PartitionKey":"%b","Data":%b}\n' % (arn, record.partition_key.encode(), record.data)
            for record in records
        )
        try:
            with self.path.open("ab") as file:
                length = file.tell()
                try:
                    file.write(lines)
                    file.flush()
                except OSError:
                    file.truncate(length)
                    raise
        except OSError as error:
            raise Unavailable(f"{self.path}: {error.strerror or error}") from error
        return []
