"""What the server's settings give every table beside its definition: limits, delays and lags, with their chance."""

from typing import TYPE_CHECKING

from thermodynamo.settings import delays
from thermodynamo.settings.config import Config
from thermodynamo.settings.delays import Delay, Sampler
from thermodynamo_storage.changes.index import SecondaryIndex
from thermodynamo_storage.followers.lagging_reads import LaggingReads
from thermodynamo_storage.followers.stream import StreamLimits
from thermodynamo_storage.tables.settings import Bounds, TableSettings
from thermodynamo_storage.tables.table import Table

if TYPE_CHECKING:
    from thermodynamo_storage.followers.vector_index import VectorIndex


def of_config(config: Config) -> TableSettings:
    """The settings of all tables of a database."""

    def index_delay(table: Table, index: "SecondaryIndex | VectorIndex", bounds: Bounds | None) -> Sampler | None:
        delay = Delay(*bounds) if bounds is not None else delays.parse(config.index_delay_seconds)
        return delay.sampler(f"{_seed(config, table)}/{index.schema.name}") if delay.high_seconds else None

    def replica_delay(source_region: str, target_region: str, bounds: Bounds | None) -> Sampler | None:
        delay = Delay(*bounds) if bounds is not None else delays.parse(config.replica_lag)
        return delay.sampler(f"{config.seed}/{source_region}/{target_region}") if delay.high_seconds else None

    def lagging_reads(table: Table) -> LaggingReads | None:
        if not config.replication_lag:
            return None
        return LaggingReads(config.replication_lag, Delay(0, config.replication_lag).sampler(_seed(config, table)))

    return TableSettings(
        stream_limits=StreamLimits(config.shard_rollover_seconds, config.stream_bytes_max),
        item_collection_bytes_max=config.item_collection_bytes_max,
        history_bytes_max=config.recovery_bytes_max,
        index_delay=index_delay,
        replica_delay=replica_delay,
        lagging_reads=lagging_reads,
    )


def _seed(config: Config, table: Table) -> str:
    """What random choices about a table start from."""
    return f"{config.seed}/{table.account}/{table.region}/{table.schema.name}"
