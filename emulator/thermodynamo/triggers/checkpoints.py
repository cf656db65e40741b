"""What a trigger has done: the last record of each shard, kept in a file so that a restart goes on from there."""

import json
import os
import threading
from pathlib import Path

SHARD_END = "SHARD_END"
FROM_TIME = "AT_TIMESTAMP "
"""With seconds of the epoch: a shard that nothing is done of yet, and that is read from then on."""


class UnusableFile(Exception):
    """A file of the trigger's that cannot be read or written; the text says which, and why."""


def check_writable(path: str | None, option: str) -> None:
    """Raises UnusableFile for one that nothing can be added to: what a handler does would be done again and again."""
    if path is None:
        return
    try:
        with open(path, "a", encoding="utf-8"):
            pass
    except (OSError, ValueError) as error:
        raise UnusableFile(f"{option} is '{path}': {getattr(error, 'strerror', None) or error}") from None


class Checkpoints:
    """By shard a sequence number, SHARD_END where it is done, or FROM_TIME. Without a path they live in memory only.

    Raises UnusableFile.
    """

    def __init__(self, stream_arn: str, path: str | None) -> None:
        self.stream_arn = stream_arn
        self.path = Path(path) if path is not None else None
        self.lock = threading.Lock()
        self.done: dict[str, str] = {}
        if self.path is None:
            return
        try:
            if self.path.exists():
                self.done = dict(json.loads(self.path.read_text(encoding="utf-8")).get(stream_arn, {}))
            self._write()
        except OSError as error:
            raise UnusableFile(f"checkpoint is '{path}': {error.strerror}") from None
        except (ValueError, AttributeError, TypeError):
            raise UnusableFile(f"checkpoint is '{path}': the file is none that a trigger has written") from None

    def get(self, shard_id: str) -> str | None:
        return self.done.get(shard_id)

    def set(self, shard_id: str, sequence_number: str) -> None:
        """Remembers that a shard is done up to and including a record."""
        with self.lock:
            self.done[shard_id] = sequence_number
            self._write()

    def _write(self) -> None:
        """Writes aside and renames: a process that is killed meanwhile leaves a whole file."""
        if self.path is not None:
            aside = self.path.with_suffix(self.path.suffix + ".new")
            aside.write_text(json.dumps({self.stream_arn: self.done}, indent=1), encoding="utf-8")
            os.replace(aside, self.path)
