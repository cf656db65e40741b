"""Admission of changes by what is changing: whether a request can go on beside the jobs that its table has.

The table's status does not decide. Each kind of change is refused by some kinds of jobs, in words that name both:
ack-api-quirks, DDB-TABLE-002, 119, 120, 149, 163, 175, 286, 369, 370, 375, 376, 450, 452, 458 and 459, October 2026.
Where no probe met a pair, a change of throughput, stream, class or indexes is refused, and any other is admitted, as in
all pairs that were met.
"""

from thermodynamo.api import errors, messages
from thermodynamo.api.service_failures import ServiceFailure
from thermodynamo_storage.facets.jobs import Job, Kind
from thermodynamo_storage.tables.table import Table


class Admission:
    """The jobs of one table that are running at `now`."""

    def __init__(self, table: Table, now: float) -> None:
        self.table = table
        self.name = table.schema.name
        self.is_replica = table.is_replica(now)
        self.jobs = [job for job in table.jobs if job.is_running(now)]

    def find(self, *kinds: Kind) -> Job | None:
        """The first job of some kinds that is the table's own."""
        return next((job for job in self.jobs if job.kind in kinds and job.owner is None), None)

    def indexes(self, kind: Kind) -> list[str]:
        return [job.owner for job in self.jobs if job.kind == kind and job.owner is not None]

    @property
    def throughput(self) -> Job | None:
        return self.find("throughput", "billing")

    def refuse_table_change(self) -> None:
        """No table that is being created or deleted is changed. Raises ResourceInUseException."""
        if self.table.transition == "CREATING":
            raise errors.resource_in_use(messages.TABLE_BEING_CREATED.format(self.name))
        if self.table.transition == "DELETING":
            raise errors.resource_in_use(messages.TABLE_BEING_DELETED.format(self.name))

    def for_throughput(self) -> None:
        """Of the table: provisioned throughput and the billing mode."""
        if self.throughput is not None:
            raise self._in_use(messages.THROUGHPUT_CHANGING.format(self.name))
        self._refuse(messages.CHANGE_THROUGHPUT, self._stream(), self._class(), self._creation(), self._deletion())

    def for_resent_mode(self) -> None:
        """What only waits for other changes of throughput: the mode that the table has, and throughput of indexes."""
        if self.throughput is not None:
            raise self._in_use(messages.THROUGHPUT_CHANGING.format(self.name))

    def for_stream(self) -> None:
        stream = self.find("stream")
        if stream is not None:
            raise self._in_use(messages.STREAM_CHANGING.format(self.name, stream.name, stream.operation))
        self._refuse(messages.SWITCH_STREAM, self._throughput())
        self._refuse(messages.CHANGE_STREAM, self._class(), self._creation(), self._deletion())

    def for_class(self) -> None:
        """A change of the class that a change of the encryption hides refuses no other (DDB-TABLE-287)."""
        running = self.find("class")
        if running is None or not running.is_quiet:
            self._refuse(messages.CHANGE_CLASS, self._class())
        self._refuse(messages.CHANGE_CLASS, self._stream(), self._throughput(), self._creation(), self._deletion())

    def for_encryption(self) -> None:
        if self.find("encryption") is not None:
            raise errors.resource_in_use(messages.ENCRYPTION_CHANGING)

    def for_warm(self) -> None:
        """A state that the service answers with an error of its own."""
        if self._allocating():
            raise ServiceFailure.WARM_BESIDE_NEW_INDEX.error()

    def for_maxima(self) -> None:
        """Of the table. Those of an index only wait for the index."""
        running = self.find("class")
        creating, deleting = self._allocating(), self.indexes("index deletion")
        for is_met, text in (
            (self.find("billing") is not None, messages.MAXIMA_WHILE_BILLING),
            (self.find("stream") is not None, messages.MAXIMA_WHILE_STREAM),
            (
                running is not None and not running.is_quiet,
                messages.MAXIMA_WHILE_CLASS.format(running.name if running is not None else ""),
            ),
            (bool(creating), messages.MAXIMA_WHILE_INDEX_CREATED.format(", ".join(creating))),
            (bool(deleting), messages.MAXIMA_WHILE_INDEX_DELETED.format(", ".join(deleting))),
        ):
            if is_met:
                raise self._in_use(messages.MAXIMA_CANNOT.format(text))

    def for_index_update(self, index_name: str) -> None:
        if index_name in self.indexes("index deletion"):
            raise self._in_use(messages.INDEX_GOING.format(self.name, index_name))
        if index_name in self._allocating():
            raise self._in_use(messages.INDEX_NOT_FILLING.format(self.name, index_name))
        if any(job.is_shown_by_index(index_name) and job.kind != "class" for job in self.jobs):
            raise self._in_use(messages.INDEX_CHANGING.format(self.name, index_name))

    def for_index_change(self, index_name: str, *, deletes: bool) -> None:
        """To create or delete a global or a vector index: one after the other, or LimitExceededException is raised."""
        if index_name in self.indexes("index deletion"):
            raise self._in_use(messages.INDEX_GOING.format(self.name, index_name))
        if deletes and index_name in self._allocating():
            raise self._in_use(messages.INDEX_BEING_ALLOCATED.format(self.name, index_name))
        others = [name for name in self._changing() if not deletes or name != index_name]
        if others:
            raise errors.limit_exceeded(messages.ONE_INDEX_CHANGE)
        if deletes and any(job.is_shown_by_index(index_name) and job.kind != "class" for job in self.jobs):
            raise self._in_use(messages.INDEX_CHANGING.format(self.name, index_name))
        self._refuse(messages.CHANGE_INDEXES, self._throughput())
        self._refuse(messages.CHANGE_INDEX, self._stream(), self._class())

    def for_deletion(self, now: float) -> None:
        """To delete the table, which nothing may be busy with."""
        if self.find("stream") is not None:
            raise self._in_use(messages.DELETE_WHILE_STREAM_CHANGES)
        if self._changing() or any(
            job.owner is not None and job.is_shown_by_index(job.owner) for job in self.jobs if job.kind != "billing"
        ):
            raise self._in_use(messages.DELETE_WHILE_INDEXES_CHANGE)
        if self.jobs:
            raise self._in_use(messages.TABLE_BEING_UPDATED.format(self.name))
        if now < self.table.tags_settled_at:
            raise self._in_use(messages.DELETE_WHILE_TAGS_CHANGE.format(self.name))

    def _refuse(self, wanted: str, *in_the_way: str | None) -> None:
        """Raises ResourceInUseException for the first thing that is in the way."""
        for text in in_the_way:
            if text is not None:
                raise self._in_use(messages.CANNOT.format(wanted, text))

    def _in_use(self, text: str) -> errors.ApiError:
        """What a replica is told has no details, except about its encryption (DDB-TABLE-444 and 309)."""
        return errors.resource_in_use(messages.RESOURCE_IN_USE if self.is_replica else text)

    def _throughput(self) -> str | None:
        return messages.WHILE_THROUGHPUT.format(self.name) if self.throughput is not None else None

    def _stream(self) -> str | None:
        job = self.find("stream")
        return messages.WHEN_STREAM.format(self.name, job.name, job.operation) if job is not None else None

    def _class(self) -> str | None:
        job = self.find("class")
        return messages.WHEN_CLASS.format(self.name, job.name) if job is not None and not job.is_quiet else None

    def _creation(self) -> str | None:
        """Only until the index has its resources: while it is being filled, the table can be changed."""
        names = self._allocating()
        return messages.WHEN_INDEX_CREATED.format(self.name, ", ".join(names)) if names else None

    def _deletion(self) -> str | None:
        names = self.indexes("index deletion")
        return messages.WHEN_INDEX_DELETED.format(self.name, ", ".join(names)) if names else None

    def _changing(self) -> list[str]:
        """The global and vector indexes that are being created or deleted."""
        found = [name for name, index in self.table.indexes.items() if index.transition is not None]
        return found + [name for name, index in self.table.vector_indexes.items() if index.transition is not None]

    def _allocating(self) -> list[str]:
        return self.indexes("index creation")
