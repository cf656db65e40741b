"""One namespace as the operations see it: its tables and the settings."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from time import perf_counter
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from thermodynamo.api import arn, errors, messages
from thermodynamo.api.client_retries import ClientRetries
from thermodynamo.api.request_counts import RequestCounts
from thermodynamo.api.scaling.auto_scaling import AutoScaling
from thermodynamo.api.stream_readers import StreamReaders
from thermodynamo.settings import delays
from thermodynamo.settings.config import Config
from thermodynamo.settings.delays import Delay, Sampler
from thermodynamo_storage.capacity.refusals import Throttles
from thermodynamo_storage.database import Database
from thermodynamo_storage.facets.scaling import ScalingSet
from thermodynamo_storage.followers.stream import Stream
from thermodynamo_storage.tables.definition import Definition, StreamEnabled
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.schema import ViewType

if TYPE_CHECKING:
    # Loaded with the first scalable target.
    from thermodynamo.api.scaling.resource import Resource

_TABLE_IDS = UUID("6f0d6a9c-3f0e-5a55-9c1e-7d3b8f4f2f10")
_BACKUP_IDS = UUID("5d0c0f8a-8f1b-5c55-b0a2-3a3f4c1d9e27")
_KEY_IDS = UUID("0f6a3a52-5f2c-5d0b-8f5e-3c1f0c8f7a55")

BULK = "bulk-operation"
"""The kind of transfer that a bulk operation is."""
ARRIVALS_MAX = 1_024
"""Changes from each other replica that a look at a table lets arrive: about ten milliseconds."""
BACKFILL_ITEMS = 256
"""Items that describing a table adds to each new index: about two milliseconds."""


def is_only_described(table: Table) -> bool:
    """Whether a table is known to hardly more than DescribeTable: while it is restored, or becomes a replica."""
    return table.is_being_restored or (table.replication is not None and table.transition == "CREATING")


class Namespace:
    """The tables of one (account, region) and everything an operation needs to work on them."""

    __slots__ = (
        "_peer",
        "account",
        "asked",
        "auto_scaling",
        "by_guide",
        "client_retries",
        "config",
        "counts",
        "database",
        "drafts",
        "due",
        "region",
        "request_tokens",
        "stopwatch",
        "stream_readers",
        "tables",
        "throttled_calls",
        "throttles",
        "transaction_hold",
        "transfer",
    )

    def __init__(
        self,
        database: Database,
        config: Config,
        account: str,
        region: str,
        peer: "Callable[[str], Namespace] | None" = None,
    ) -> None:
        """`peer` gives the namespace of the account in another region; without it there are no others."""
        self._peer = peer
        self.database = database
        self.due = database.due
        """The splits to carry out before the next request."""
        self.drafts: dict[tuple[Table, bytes], Any] = {}
        """The drafted writes of the request at hand, by table and key: mostly none. See `operations.items.draft`."""
        self.throttles = database.limits.throttles if database.limits is not None else Throttles()
        self.counts = RequestCounts()
        self.stopwatch: Callable[[], float] = perf_counter if config.clock == "system" else _standing
        """What latencies are read off, in seconds. While a virtual clock stands, no request takes any time."""
        self.asked = self.counts.asked
        """What the request at hand has asked for; see `RequestCounts`."""
        self.config = config
        self.by_guide = config.throttle_errors == "guide"
        """Whether errors of throttling are those of the developer guide where recorded replies differ."""
        self.account = account
        self.region = region
        self.tables = database.tables((account, region))
        self.auto_scaling = self._kept_scaling()
        self.client_retries = ClientRetries()
        self.throttled_calls = self.client_retries.open
        """The calls that were throttled and may be tried again: mostly none."""
        self.request_tokens = database.tokens((account, region))
        self.stream_readers = StreamReaders()
        self.transfer: Callable[[float], object] | None = None
        """Takes exports and imports a bounded step further at a time; None where nothing carries them out."""
        self.transaction_hold: Sampler | None = None
        """Draws how long a transaction holds its items; None where none does."""
        self.set_transaction_hold(delays.parse(config.transaction_hold))

    def set_transaction_hold(self, hold: Delay) -> None:
        """Says how long the transactions from now on hold their items."""
        seed = f"{self.config.seed}/{self.account}/{self.region}"
        self.transaction_hold = hold.sampler(seed) if hold.high_seconds else None

    def begin_anew(self) -> None:
        """Takes up what the database has of this place now, which is not what it had, and counts anew."""
        self.auto_scaling = self._kept_scaling()
        self.forget_counts()

    def forget_counts(self) -> None:
        """Begins to count anew: the tables are others now."""
        self.counts = RequestCounts()
        self.asked = self.counts.asked

    def table(self, name: str, now: float) -> Table:
        """The table to read or write items in, by name or ARN.

        Raises ResourceNotFoundException where there is none, or one that is not yet or no longer there for items.
        """
        table = self.tables.get(name) or self.tables.get(self.table_name(name))
        if table is None:
            raise errors.resource_not_found(messages.RESOURCE_NOT_FOUND)
        if table.transition is not None and self.settle(table, now) in ("CREATING", "DELETING", None):
            raise errors.resource_not_found(messages.RESOURCE_NOT_FOUND)
        if table.replication is not None:
            self.database.deliver(table, ARRIVALS_MAX, now, is_asked=True)
        self.asked[table] = None
        return table

    def defined_table(self, name: str, now: float, *, knows_restored: bool = False) -> Table:
        """The table to describe or change, in whatever state it is.

        Raises ResourceNotFoundException, and what `own_name` raises. Until a table is restored, or filled as a
        replica, only the operations that say so know it (ack-api-quirks, DDB-TABLE-217 and 298, October 2026).
        """
        short_name = self.own_name(name)
        table = self.tables.get(short_name)
        if table is None or self.settle(table, now) is None or (is_only_described(table) and not knows_restored):
            raise errors.resource_not_found(messages.TABLE_NOT_FOUND.format(short_name))
        return table

    def tagged_table(self, resource: str, now: float) -> Table:
        """The table that a tagging operation names by its ARN, in whatever state. Raises ResourceNotFoundException."""
        name = arn.parse_table(resource)
        table = self.tables.get(name.table_name) if name else None
        if table is None or str(self.arn(table)) != resource or self.settle(table, now) is None:
            raise errors.resource_not_found(messages.TAGGED_RESOURCE_NOT_FOUND.format(resource))
        if is_only_described(table):
            raise errors.resource_not_found(messages.TABLE_NOT_FOUND.format(table.schema.name))
        return table

    def stream(self, resource: str, now: float) -> Stream:
        """The stream with an ARN. Raises ValidationException for what is not one, ResourceNotFoundException."""
        name = arn.parse_stream(resource)
        if name is None:
            raise errors.validation(messages.STREAM_ARN_INVALID)
        table = self.tables.get(name.table.table_name)
        if table is not None:
            self.settle(table, now)
        stream = None
        if (name.table.account, name.table.region) == (self.account, self.region):
            stream = self.database.stream((self.account, self.region), name.table.table_name, name.label, now)
        if stream is None:
            raise errors.resource_not_found(messages.STREAM_NOT_FOUND.format(resource))
        return stream

    def settle(self, table: Table, now: float) -> str | None:
        """The status of a table at `now`, or None for one whose deletion has ended. What has ended is defined.

        A new replica is not known in its region at once.
        """
        if table.replication is not None:
            self.database.deliver(table, ARRIVALS_MAX, now, is_asked=True)
        if now < table.visible_at:
            return None
        if self.database.settle_table(table, now):
            return table.status(now)
        self.client_retries.forget(table)
        return None

    def exists(self, name: str, now: float) -> bool:
        """Whether there is a table of that name, in whatever state, at `now`."""
        table = self.tables.get(name)
        return table is not None and self.settle(table, now) is not None

    def settled_names(self, now: float) -> list[str]:
        """The names of all tables that exist at `now`, sorted."""
        return sorted(table.schema.name for table in list(self.tables.values()) if self.settle(table, now))

    def refuse_existing(self, name: str, now: float) -> None:
        """Raises ResourceInUseException where the name is taken, and says so where its table is being created."""
        namesake = self.tables.get(name)
        if namesake is not None and now < namesake.visible_at:
            raise errors.resource_in_use(messages.TABLE_BEING_CREATED.format(name))
        if namesake is not None and self.settle(namesake, now) is not None:
            if namesake.is_being_restored:
                raise errors.resource_in_use(messages.TABLE_BEING_USED.format(name))
            if namesake.transition == "CREATING":
                raise errors.resource_in_use(messages.TABLE_BEING_CREATED.format(name))
            raise errors.resource_in_use(messages.TABLE_EXISTS.format(name))

    def _kept_scaling(self) -> AutoScaling:
        kept = self.database.catalog.scaling.get((self.account, self.region))
        if kept is None:
            return AutoScaling(self.account, self.region)
        from thermodynamo.api.scaling import keeping

        return keeping.made_of(kept, self.account, self.region)

    def keep_scaling(self, resource: "Resource", now: float) -> None:
        """Lets the database keep what auto scaling of a resource is now. To be called after every change of it."""
        from thermodynamo.api.scaling import keeping

        value = keeping.value_of(self.auto_scaling, resource)
        self.define(now, ScalingSet(self.account, self.region, value))

    def define(self, now: float, *definitions: Definition) -> None:
        """Makes changes of what tables are, all at once."""
        self.database.define_all(definitions, now)

    def new_table_id(self, name: str, now: float) -> str:
        return str(uuid5(_TABLE_IDS, f"{self.account}/{self.region}/{name}/{now!r}"))

    def new_backup_id(self, table_id: str, now: float) -> str:
        """14 digits of the millisecond, and 8 hexadecimal digits (ack-api-quirks, DDB-BACKUP-006, October 2026)."""
        digits = uuid5(_BACKUP_IDS, f"{table_id}/{now!r}/{self.database.sequence}").hex[:8]
        return f"{int(now * 1000):014}-{digits}"

    def settled_at(self, now: float) -> float:
        """When a change of a table that begins at `now` is over."""
        return now + self.config.table_delay_seconds

    def stream_enabled(self, table_id: str, view_type: ViewType, now: float) -> StreamEnabled:
        """A new stream, whose label is the time; a stream that began within the same millisecond keeps its own."""
        labels = {stream.label for stream in self.database.streams((self.account, self.region), now)}
        milliseconds = int(now * 1000)
        while (label := _label(milliseconds)) in labels:
            milliseconds += 1
        return StreamEnabled(table_id, view_type, label, self.settled_at(now))

    def stream_arn(self, stream: Stream) -> arn.StreamArn:
        return arn.StreamArn(arn.TableArn(self.region, self.account, stream.table_name), stream.label)

    def fill_indexes(self, now: float) -> None:
        """Takes the filling of new indexes, replicas and restored tables a bounded step further.

        A client that waits for one of them describes its table: so the filling ends without a background task.
        """
        self.database.step_restores(BACKFILL_ITEMS, now)
        self.database.step_replicas(BACKFILL_ITEMS, now)
        self.database.step_backfill(BACKFILL_ITEMS, now)

    def written_in_bulk(self) -> list[str]:
        """The ids of the tables that bulk operations in progress write to."""
        place = self.account, self.region
        catalog = self.database.catalog
        known = catalog.transfers.get(place, {})
        running = [(kind, id) for its_place, kind, id in catalog.running if its_place == place]
        return [known[kind, id].table_id for kind, id in running if kind == BULK]

    def carry_on(self, now: float) -> None:
        """Takes exports and imports a bounded step further.

        A client that waits for one describes it: so it ends without a background task.
        """
        if self.transfer is not None:
            self.transfer(now)

    def other_replicas(self, table: Table, now: float) -> "Iterator[tuple[Namespace, Table]]":
        """The tables of the other replicas of a global table at `now`, each with its namespace.

        A replica that is being deleted hears of no change any more.
        """
        if table.global_table is None:
            return
        for replica in table.global_table.others(table.region, now):
            other = self.database.catalog.by_id.get(replica.table_id)
            if other is not None and replica.leaving_at is None:
                yield self.peer(replica.region), other

    def peer(self, region: str) -> "Namespace":
        """The namespace of the account in another region, to change a replica there."""
        return (
            self._peer(region)
            if self._peer is not None
            else Namespace(self.database, self.config, self.account, region)
        )

    def arn(self, table: Table) -> arn.TableArn:
        return arn.TableArn(self.region, self.account, table.schema.name)

    def table_name(self, name: str) -> str:
        """The table name in a name or an ARN. An ARN of another account or region names nothing here."""
        if not arn.is_arn(name):
            return name
        parsed = arn.parse_table(name)
        if parsed is None or (parsed.account, parsed.region) != (self.account, self.region):
            return name
        return parsed.table_name

    def own_name(self, name: str) -> str:
        """The table name in a name or an ARN of this account and region.

        Raises ValidationException for any other ARN, AccessDeniedException for one of another account: ack-api-quirks,
        DDB-TABLE-011 and 442, October 2026.
        """
        if not arn.is_arn(name):
            return name
        parts = name.split(":", 5)
        if not parts[1].startswith("aws"):
            raise errors.validation(messages.ARN_PARTITION.format(name))
        if len(parts) > 3 and parts[3] != self.region:
            raise errors.validation(messages.ARN_REGION.format(name))
        parsed = arn.parse_table(name)
        if parsed is None:
            raise errors.validation(messages.ARN_RESOURCE_TYPE.format(name))
        if parsed.account != self.account:
            raise errors.access_denied(messages.ARN_OF_OTHER_ACCOUNT)
        return parsed.table_name

    def encryption_key_arn(self, key: str) -> str:
        """The ARN of an encryption key that a request names by its ARN or id, or by those of an alias.

        An alias always means the same key.
        """
        place, _, name = key.rpartition(":")
        place = place or f"arn:aws:kms:{self.region}:{self.account}"
        if name.startswith("alias/"):
            return f"{place}:key/{uuid5(_KEY_IDS, f'{place}/{name}')}"
        return key if arn.is_arn(key) else f"{place}:key/{name}"


def _standing() -> float:
    return 0.0


def _label(milliseconds: int) -> str:
    """A stream's label: the time in ISO 8601, to the millisecond."""
    moment = datetime.fromtimestamp(milliseconds // 1000, UTC).replace(tzinfo=None)
    return f"{moment.isoformat()}.{milliseconds % 1000:03d}"
