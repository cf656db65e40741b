"""Which export or import goes on next: all that are in progress take turns, a step each."""

from collections.abc import Callable

from thermodynamo.api.namespace import Namespace
from thermodynamo.settings.config import Config
from thermodynamo.transfers.buckets import Buckets
from thermodynamo.transfers.job import Job
from thermodynamo_storage.database import Database

Key = tuple[tuple[str, str], str, str]
"""An account and region, the kind of a transfer, and its id."""
LOOK_STEPS = 8
"""Steps that describing a transfer takes: about ten milliseconds."""


class Transfers:
    """What is in progress in a database. `namespace_of` gives the namespace of an account and a region."""

    def __init__(
        self, database: Database, config: Config, buckets: Buckets, namespace_of: Callable[[str, str], Namespace]
    ) -> None:
        self.database = database
        self.config = config
        self.buckets = buckets
        self.namespace_of = namespace_of
        self.jobs: dict[Key, Job] = {}
        self.last: Key | None = None
        """The transfer of the last step: the others have their turn before it."""

    def step(self, now: float) -> bool:
        """Takes the next step, and waits for its files; returns whether there was one to take."""
        job = self.next_job(now)
        if job is None:
            return False
        job.prepare(now)
        job.run()
        self.finish(job, now)
        return True

    def step_local(self, now: float) -> bool:
        """As `step`, where files do not make their reader wait."""
        return self.buckets.is_local and self.step(now)

    def look(self, now: float) -> None:
        """Takes some steps, for a client that looks whether its transfer is over."""
        for _ in range(LOOK_STEPS):
            if not self.step_local(now):
                return

    def next_job(self, now: float) -> Job | None:
        """The job whose turn it is, and which may take a step now; None where there is none."""
        running = self.database.catalog.running
        if not running and not self.jobs:
            return None
        self._forget_gone()
        keys = list(running)
        position = keys.index(self.last) + 1 if self.last in running else 0
        for key in (*keys[position:], *keys[:position]):
            job = self.jobs.get(key) or self._new_job(key)
            if job.due_at <= now and not job.is_running:
                self.last = key
                return job
        return None

    def finish(self, job: Job, now: float) -> None:
        """Takes note of what the files said, unless the transfer is gone by now."""
        if self._is_current(job):
            job.finish(now)

    def next_at(self, now: float) -> float | None:
        """When, after `now`, the next step of any job is due; None where none waits for its time."""
        self._forget_gone()
        jobs = [self.jobs.get(key) or self._new_job(key) for key in self.database.catalog.running]
        return min((job.due_at for job in jobs if job.due_at > now), default=None)

    def _new_job(self, key: Key) -> Job:
        (account, region), kind, id = key
        transfer = self.database.catalog.transfers[account, region][kind, id]
        namespace = self.namespace_of(account, region)
        # A server that transfers nothing starts sooner without what only jobs need.
        job: Job
        if kind == "export":
            from thermodynamo.transfers.export_job import ExportJob

            job = ExportJob(transfer, namespace, self.buckets, self.config.export_delay_seconds)
        elif kind == "bulk-operation":
            from thermodynamo.transfers.bulk_job import BulkJob

            job = BulkJob(transfer, namespace, self.buckets, self.config.bulk_delay_seconds)
        else:
            from thermodynamo.transfers.import_job import ImportJob

            job = ImportJob(transfer, namespace, self.buckets, self.config.import_delay_seconds)
        self.jobs[key] = job
        return job

    def _forget_gone(self) -> None:
        """Forgets the jobs of transfers that have ended, or that are others since a snapshot was brought back."""
        for key, job in list(self.jobs.items()):
            if not self._is_current(job) and not job.is_running:
                del self.jobs[key]
                job.abandon()

    def _is_current(self, job: Job) -> bool:
        namespace, transfer = job.namespace, job.transfer
        known = self.database.catalog.transfers.get((namespace.account, namespace.region), {})
        return known.get((transfer.kind, transfer.id)) is transfer
