"""Which export or import goes on next: all that are in progress take turns, a step each."""

from collections.abc import Callable

from thermodynamo.api.namespace import Namespace
from thermodynamo.settings.config import Config
from thermodynamo.transfers.buckets import Buckets
from thermodynamo.transfers.job import Job
from thermodynamo_storage.database import Database
from thermodynamo_storage.facets.transfer import Transfer

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
        self.loaded: dict[str, Callable[[Transfer, Namespace, Buckets, float], Job]] = {}
        """What makes the jobs of each kind that there has been."""
        self.is_threaded = False
        """Whether a task takes the steps, whose thread reads and writes the files."""
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
        """As `step`, where files do not make their reader wait. While a thread is at work there is more to do."""
        if not self.buckets.is_local:
            return False
        return any(job.is_running for job in self.jobs.values()) or self.step(now)

    def look(self, now: float) -> None:
        """Takes some steps, for a client that looks whether its transfer is over; where a task does, none."""
        if self.is_threaded:
            return
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
        config = self.config
        delays = {"export": config.export_delay_seconds, "bulk-operation": config.bulk_delay_seconds}
        self.load()
        make = self.loaded[kind]
        job = self.jobs[key] = make(transfer, namespace, self.buckets, delays.get(kind, config.import_delay_seconds))
        return job

    @property
    def is_loaded(self) -> bool:
        """Whether everything is loaded that the running transfers need."""
        return all(kind in self.loaded for _, kind, _ in self.database.catalog.running)

    def load(self) -> None:
        """Loads what the running transfers need: without it, a server that transfers nothing starts sooner.

        That takes tens of milliseconds, and any thread may do it.
        """
        for kind in {kind for _, kind, _ in list(self.database.catalog.running)}.difference(self.loaded):
            if kind == "export":
                from thermodynamo.transfers.export_job import ExportJob

                self.loaded[kind] = ExportJob
            elif kind == "bulk-operation":
                from thermodynamo.transfers.bulk_job import BulkJob

                self.loaded[kind] = BulkJob
            else:
                from thermodynamo.transfers.import_job import ImportJob

                self.loaded[kind] = ImportJob

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
