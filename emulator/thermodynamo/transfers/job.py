"""What the jobs of exports and imports share: a job goes on by steps, and knows when the next one is due.

A step has three parts. `prepare` and `finish` look at tables and change them, in the thread that answers requests;
`run` reads and writes files alone, and may wait in another thread.
"""

import logging
from typing import Any

import orjson

from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.transfers import transfer_names
from thermodynamo.transfers.buckets import BucketError
from thermodynamo.transfers.extras import MissingExtra
from thermodynamo_storage.facets.transfer import Transfer
from thermodynamo_storage.tables.definition import TransferEnded

EXTRA_MISSING = "ExtraNotInstalled"
"""What fails for the lack of a package; the service knows no such failure."""
UNEXPECTED = "InternalServerError"

log = logging.getLogger("thermodynamo")


class Job:
    """One export or import that is in progress. It begins from its beginning again after a restart."""

    def __init__(self, transfer: Transfer, namespace: Namespace) -> None:
        self.transfer = transfer
        self.namespace = namespace
        self.request: dict[str, Any] = orjson.loads(transfer.request)
        self.due_at = transfer.begun_at
        """When the next step may be taken."""
        self.is_running = False
        """Whether a thread is in `run`."""
        self.failure: tuple[str, str] | None = None
        """The code and the message of what the files said no with."""

    @property
    def arn(self) -> str:
        return transfer_names.transfer_arn(self.namespace, self.transfer)

    def prepare(self, now: float) -> None:
        """Takes out of tables what `run` needs."""

    def run(self) -> None:
        """Reads or writes files, as much as a step of upkeep may; a failure is kept for `finish`."""
        try:
            self.transmit()
        except BucketError as error:
            self.fail(error.code, error.message)
            log.warning("%s fails: %s %s", self.arn, error.message, error.hint and f"({error.hint})")
        except MissingExtra as error:
            self.fail(EXTRA_MISSING, str(error))
            log.error("%s fails: %s", self.arn, error)
        except Exception as error:
            self.fail(UNEXPECTED, f"{type(error).__name__}: {error}")
            log.exception("%s fails", self.arn)

    def transmit(self) -> None:
        """What `run` does. Raises BucketError and MissingExtra."""
        raise NotImplementedError

    def finish(self, now: float) -> None:
        """Makes of what was read what it means for tables."""
        raise NotImplementedError

    def abandon(self) -> None:
        """Lets go of files: the transfer is gone."""

    def fail(self, code: str, message: str) -> None:
        if self.failure is None:
            self.failure = code, message

    def end(self, outcome: dict[str, Any], now: float) -> None:
        """Defines what came of the transfer."""
        text = orjson.dumps({**outcome, "EndTime": int(now * 1000) / 1000}).decode()
        place = self.namespace.account, self.namespace.region
        self.namespace.define(now, TransferEnded(*place, self.transfer.kind, self.transfer.id, text))
