"""The limits by the settings, and the one log line that a table's first refusal gets."""

import logging
from random import Random

from thermodynamo.api import arn, key_text
from thermodynamo.settings.config import Config
from thermodynamo_storage.capacity.policy import Policy
from thermodynamo_storage.capacity.refusals import Limit, Refusal, Throttles
from thermodynamo_storage.metering.limits import Limits
from thermodynamo_storage.values.keyspace_name import KeyspaceName
from thermodynamo_storage.values.schema import Throughput

log = logging.getLogger("thermodynamo")

LOGGED_KEY_WIDTH = 100
MEANINGS: dict[Limit, str] = {
    "KeyRangeThroughput": "what one partition serves in a second is used up, or the table has yet to scale",
    "ProvisionedThroughput": "the provisioned units and their burst are used up",
    "AccountLimit": "the quota of units a second of one table is used up",
    "MaxOnDemandThroughput": "the maximum configured in OnDemandThroughput is used up",
}


def limits_of(config: Config) -> Limits | None:
    """What the database meters and refuses by; None for nothing."""
    if config.capacity == "off":
        return None
    policy = Policy(
        is_enforced=config.capacity == "enforce",
        split_after=lambda name: config.split_after.near_each_other(f"{config.seed}/splits/{place(name)}"),
        partition_throughput=Throughput(config.partition_read_units_max, config.partition_write_units_max),
        partition_bytes_max=config.partition_megabytes * 1024**2,
        table_read_units_max=config.table_read_units_max,
        table_write_units_max=config.table_write_units_max,
        index_buffer_bytes=config.index_buffer_bytes,
        chance=Random(config.seed).random if config.profile == "realistic" else None,
    )
    return Limits(policy, Throttles(report))


def place(name: KeyspaceName) -> str:
    """What chance about a table or an index starts from: the same name begins with the same."""
    return f"{name.account}/{name.region}/{name.table_name}/{name.index_name or ''}"


def report(refusal: Refusal) -> None:
    """Says once for each table which limit refused, where, and how to turn that off."""
    place = f"index {refusal.index_name} of table" if refusal.index_name else "table"
    verb = "would have been throttled" if refusal.is_observed else "is throttled"
    log.warning(
        "%s %s %s: %s (%s); partition %d, key %s. Seen once for each table; /_admin/heat shows the rest. "
        "--capacity observe counts without refusing, --capacity off turns limits off.",
        place,
        refusal.table_name,
        verb,
        refusal.reason,
        MEANINGS[refusal.limit],
        refusal.partition_id,
        key_text.fitted(key_text.of_key(refusal.key_schema, refusal.key), LOGGED_KEY_WIDTH),
    )


def resource(refusal: Refusal) -> str:
    """The ARN of the table or the index that refused."""
    place = str(arn.TableArn(refusal.region, refusal.account, refusal.table_name))
    return place if refusal.index_name is None else f"{place}/index/{refusal.index_name}"
