"""Definitions: what a table is, as values. Each kind is one change of it, and holds what comes of the change.

A definition is frozen and plain: texts, numbers, bytes, None, tuples, maps by text, and frozen dataclasses of these. It
names its table by id, so that it means the same in a journal, in a snapshot and in a fork. The last kinds are not about
one table: they set the clock, and are about whole namespaces. A change that time brings is
a definition, too: it is made when it is due, by the first request or step of upkeep that comes then.
"""

from collections.abc import Mapping

from thermodynamo_storage.capacity.throughput_history import ThroughputHistory
from thermodynamo_storage.facets.backup_label import BackupLabel
from thermodynamo_storage.facets.change_times import ChangeTimes
from thermodynamo_storage.facets.insights import Insights
from thermodynamo_storage.facets.jobs import Job
from thermodynamo_storage.facets.origin import Origin
from thermodynamo_storage.facets.recovery import PointInTimeRecovery
from thermodynamo_storage.facets.scaling import ScalingSet
from thermodynamo_storage.facets.transfer import Transfer
from thermodynamo_storage.followers.expiry import TimeToLive
from thermodynamo_storage.followers.kinesis_destination import KinesisDestination
from thermodynamo_storage.values.dataclass import dataclass
from thermodynamo_storage.values.resource_policy import ResourcePolicy
from thermodynamo_storage.values.schema import (
    IndexSchema,
    ScalarKind,
    TableSchema,
    Throughput,
    VectorIndexSchema,
    ViewType,
)

Owner = str | None
"""Who has throughput: None stands for the table, a name for its global index."""
Histories = tuple[tuple[Owner, ThroughputHistory], ...]


@dataclass(frozen=True, slots=True)
class TableCreated:
    """A new, empty table, which is CREATING until `settled_at`."""

    table_id: str
    account: str
    region: str
    schema: TableSchema
    """Without a stream: StreamEnabled begins it."""
    histories: Histories
    partition_counts: tuple[tuple[Owner, int], ...]
    """How many partitions each keyspace begins with."""
    settled_at: float
    tags: Mapping[str, str]
    is_whole: bool = True
    """False for a table that gets its items before it is ACTIVE: it is CREATING until TableFilled, too."""


@dataclass(frozen=True, slots=True)
class TableFilled:
    """A new table has all the items that it begins with."""

    table_id: str


@dataclass(frozen=True, slots=True)
class TableUpdated:
    """What the table is from now on, and all the jobs that it has from now on."""

    table_id: str
    schema: TableSchema
    histories: Histories
    jobs: tuple[Job, ...]
    change_times: ChangeTimes


@dataclass(frozen=True, slots=True)
class ChangeEnded:
    """What the table was busy with until now is over, and takes effect: it is created, or some of its jobs are done."""

    table_id: str


@dataclass(frozen=True, slots=True)
class TableDeleted:
    """The table's deletion was asked for; it is DELETING until `settled_at`."""

    table_id: str
    settled_at: float


@dataclass(frozen=True, slots=True)
class TableDropped:
    """The table's deletion is over: everything in it is gone. Its streams stay readable for a day."""

    table_id: str


@dataclass(frozen=True, slots=True)
class IndexAdded:
    """A new global index, which is CREATING until it is filled. A TableUpdated goes with it."""

    table_id: str
    schema: IndexSchema
    attribute_kinds: Mapping[str, ScalarKind]
    """The table's attribute definitions with those of the index."""
    history: ThroughputHistory
    partition_count: int


@dataclass(frozen=True, slots=True)
class VectorIndexAdded:
    """A new vector index, which is CREATING until it is filled. A TableUpdated goes with it."""

    table_id: str
    schema: VectorIndexSchema
    attribute_kinds: Mapping[str, ScalarKind]
    """The table's attribute definitions with those of the index."""


@dataclass(frozen=True, slots=True)
class IndexFilled:
    """The items below the key bytes `end` have their entries; None stands for all items: the index is ACTIVE."""

    table_id: str
    index_name: str
    end: bytes | None


@dataclass(frozen=True, slots=True)
class IndexDeleted:
    """A global or a vector index is DELETING, until the change of its table is over. A TableUpdated goes with it."""

    table_id: str
    index_name: str


@dataclass(frozen=True, slots=True)
class IndexDelayed:
    """How many seconds the entries of a global or a vector index take to become visible: drawn between two bounds."""

    table_id: str
    index_name: str
    low_seconds: float
    high_seconds: float


@dataclass(frozen=True, slots=True)
class TagsSet:
    """All tags that the table has from now on. Until `settled_at` those before are listed."""

    table_id: str
    tags: Mapping[str, str]
    settled_at: float


@dataclass(frozen=True, slots=True)
class RecoverySet:
    """Point-in-time recovery from now on; None turns it off."""

    table_id: str
    setting: PointInTimeRecovery | None


@dataclass(frozen=True, slots=True)
class BackupCreated:
    """A backup of the table as it is now."""

    table_id: str
    label: BackupLabel


@dataclass(frozen=True, slots=True)
class BackupDeleted:
    """A backup of an account and region is gone, which outlived its table perhaps."""

    account: str
    region: str
    table_name: str
    backup_id: str


@dataclass(frozen=True, slots=True)
class RestoreBegun:
    """A table, which a TableCreated has just made, gets what a backup or another table has, and is CREATING meanwhile.

    Of another table it gets the items of now. What has changed since the second in its past is then taken back.
    """

    table_id: str
    origin: Origin
    index_names: tuple[tuple[str, str], ...]
    """The name of each index, with that of the index there."""


@dataclass(frozen=True, slots=True)
class RestoreStepped:
    """So many changes of the source, the latest ones that are left, are taken back in a table that is restored."""

    table_id: str
    count: int


@dataclass(frozen=True, slots=True)
class TimeToLiveSet:
    """Time to live is enabled or disabled."""

    table_id: str
    setting: TimeToLive


@dataclass(frozen=True, slots=True)
class InsightsSet:
    """Contributor Insights of the table or of a global index are enabled or disabled."""

    table_id: str
    index_name: Owner
    setting: Insights


@dataclass(frozen=True, slots=True)
class DestinationSet:
    """A Kinesis destination is enabled, disabled or changed, or it turns out that it cannot be enabled."""

    table_id: str
    destination: KinesisDestination


@dataclass(frozen=True, slots=True)
class ChangesDelivered:
    """A stream of Kinesis has the changes of the table up to a number of its feed."""

    table_id: str
    """The table's, which need not be there any more."""
    stream_arn: str
    through: int


@dataclass(frozen=True, slots=True)
class ResourcePolicySet:
    """The resource policy of the table is put or deleted, or that of its stream with a label."""

    table_id: str
    stream_label: str | None
    policy: ResourcePolicy


@dataclass(frozen=True, slots=True)
class StreamEnabled:
    """A stream begins; it is ENABLING until `settled_at`."""

    table_id: str
    view_type: ViewType
    label: str
    settled_at: float


@dataclass(frozen=True, slots=True)
class StreamDisabled:
    """The table's stream ends; it is DISABLING until `settled_at`."""

    table_id: str
    settled_at: float


@dataclass(frozen=True, slots=True)
class StreamSettled:
    """The stream's shards that were due are rolled over, and its records past the retention are gone."""

    table_id: str
    """The table's, which need not be there any more."""
    label: str


@dataclass(frozen=True, slots=True)
class ThroughputWarmed:
    """A table or a global index has served so much that it is warm for it."""

    table_id: str
    owner: Owner
    throughput: Throughput


@dataclass(frozen=True, slots=True)
class PartitionSplit:
    """A partition of the table or of a global index is split in two, which meet at the key bytes `at`."""

    table_id: str
    index_name: Owner
    partition_id: int
    at: bytes
    reason: str


@dataclass(frozen=True, slots=True)
class ReplicaAdded:
    """A table, which a TableCreated has just made, becomes a replica of another one, whose items it is filled with.

    The other replicas show it from `shown_at` on, and its own region from `visible_at` on.
    """

    table_id: str
    replica_id: str
    shown_at: float
    visible_at: float
    settled_at: float
    is_strong: bool = False


@dataclass(frozen=True, slots=True)
class WitnessAdded:
    """A region becomes the witness of the table's global table, which is strongly consistent."""

    table_id: str
    region: str
    shown_at: float
    settled_at: float


@dataclass(frozen=True, slots=True)
class ReplicaFilled:
    """The items below the key bytes `end` of its source are in a new replica; None stands for all items."""

    table_id: str
    end: bytes | None


@dataclass(frozen=True, slots=True)
class ReplicaRemoved:
    """The replica or the witness of a region leaves the global table of a table.

    From now on no change is sent to it. It is shown as DELETING from `leaving_at` on, and not at all from `left_at` on.
    """

    table_id: str
    region: str
    leaving_at: float
    left_at: float


@dataclass(frozen=True, slots=True)
class ChangesArrived:
    """So many changes that another replica has sent arrive at the table, in their order."""

    table_id: str
    source_id: str
    count: int


@dataclass(frozen=True, slots=True)
class LinkSet:
    """How long changes take from one region to another, and whether they stay on their way until that ends.

    The seconds are drawn between the bounds; no bounds leave them as they are.
    """

    source_region: str
    target_region: str
    bounds_seconds: tuple[float, float] | None
    is_cut: bool


@dataclass(frozen=True, slots=True)
class ClockSet:
    """The clock is turned, or given another rate. It stands at `instant` when the machine's clock says `machine_at`."""

    instant: float
    rate: float
    """How many of its seconds pass in each second; 0 for a clock that stands still."""
    machine_at: float


@dataclass(frozen=True, slots=True)
class TransferBegun:
    """An export or an import begins. What it exports is what the table held then, whatever becomes of it."""

    account: str
    region: str
    transfer: Transfer


@dataclass(frozen=True, slots=True)
class TransferProgressed:
    """A bulk operation has come further; `progress` is JSON of how far it is."""

    account: str
    region: str
    kind: str
    id: str
    progress: str


@dataclass(frozen=True, slots=True)
class TransferCancelled:
    """A bulk operation is to stop."""

    account: str
    region: str
    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class TransferEnded:
    """An export or an import is over; `outcome` is JSON of what came of it."""

    account: str
    region: str
    kind: str
    id: str
    outcome: str


@dataclass(frozen=True, slots=True)
class SnapshotTaken:
    """A snapshot of all namespaces of an account, a region, or both (None: all), in the place of one of its name."""

    name: str
    account: str | None
    region: str | None


@dataclass(frozen=True, slots=True)
class SnapshotRestored:
    """All namespaces that the snapshot is of are what they were when it was taken; one that was not there is empty."""

    name: str


@dataclass(frozen=True, slots=True)
class SnapshotDeleted:
    """The snapshot is gone."""

    name: str


@dataclass(frozen=True, slots=True)
class NamespacesCleared:
    """All namespaces of an account, a region, or both are empty; None stands for every one. Snapshots stay."""

    account: str | None
    region: str | None


@dataclass(frozen=True, slots=True)
class NamespaceForked:
    """An account and region hold copies of what another holds now, in place of what they held."""

    source: tuple[str, str]
    target: tuple[str, str]
    table_ids: tuple[tuple[str, str], ...]
    """The id of each table of the source, with that of its copy."""


OfIndexes = IndexAdded | VectorIndexAdded | IndexFilled | IndexDeleted | IndexDelayed
OfReplicas = ReplicaAdded | WitnessAdded | ReplicaFilled | ReplicaRemoved | ChangesArrived | LinkSet
Definition = (
    TableCreated
    | TableFilled
    | TableUpdated
    | ChangeEnded
    | TableDeleted
    | TableDropped
    | TagsSet
    | RecoverySet
    | BackupCreated
    | BackupDeleted
    | RestoreBegun
    | RestoreStepped
    | TimeToLiveSet
    | InsightsSet
    | DestinationSet
    | ChangesDelivered
    | ResourcePolicySet
    | StreamEnabled
    | StreamDisabled
    | StreamSettled
    | ThroughputWarmed
    | PartitionSplit
    | ClockSet
    | TransferBegun
    | TransferProgressed
    | TransferCancelled
    | TransferEnded
    | ScalingSet
    | SnapshotTaken
    | SnapshotRestored
    | SnapshotDeleted
    | NamespacesCleared
    | NamespaceForked
    | OfIndexes
    | OfReplicas
)


@dataclass(frozen=True, slots=True)
class Defined:
    """Definitions that happen together, at one point of the commit sequence."""

    sequence: int
    now: float
    definitions: tuple[Definition, ...]
