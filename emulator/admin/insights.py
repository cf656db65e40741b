"""Contributor Insights: the keys that used the most of a table or an index, and those that were throttled most.

From the sketches of the partitions' meters, which cover the last one to two minutes. A key of the first kind is counted
by `3 × write units + read units`, as the service counts it (developer guide, contributorinsights_HowItWorks).
"""

from typing import Any

from emulator.admin import described
from emulator.admin.heat import Place
from emulator.operations.insights_summary import OFF
from storage.schema import KeySchema
from storage.splitting import collection_of

CONTRIBUTORS_MAX = 25

Contributors = list[dict[str, Any]]


def report(place: Place, now: float) -> dict[str, Any]:
    """The contributors of each rule, enabled or not: PKC and PKT by partition key, SKC and SKT by the whole key."""
    accessed: dict[bytes, float] = {}
    throttled: dict[bytes, float] = {}
    error = 0
    for partition in place.keyspace.partitions:
        meter = partition.meter
        if meter is None:
            continue
        keys, partition_error = meter.heaviest(now)
        error = max(error, partition_error)
        for key, weight in keys:
            accessed[key] = accessed.get(key, 0) + weight / 2
        for key, count in meter.most_refused(now):
            throttled[key] = throttled.get(key, 0) + count
    schema = place.key_schema
    partition_schema = KeySchema(schema.partition)
    rules = {
        "PKC": top(partition_schema, by_partition_key(accessed), "ConsumedThroughputUnits"),
        "PKT": top(partition_schema, by_partition_key(throttled), "ThrottleCount"),
    }
    if schema.sort:
        rules["SKC"] = top(schema, accessed, "ConsumedThroughputUnits")
        rules["SKT"] = top(schema, throttled, "ThrottleCount")
    setting = place.table.insights.get(place.index_name, OFF)
    return {
        "table": place.table.schema.name,
        "index": place.index_name,
        "status": setting.status,
        "enabled_rules": setting.rules(bool(schema.sort)),
        "rules": rules,
        "error_units": error / 2,
    }


def by_partition_key(weights: dict[bytes, float]) -> dict[bytes, float]:
    """The sums by item collection."""
    sums: dict[bytes, float] = {}
    for key, weight in weights.items():
        collection = collection_of(key)
        sums[collection] = sums.get(collection, 0) + weight
    return sums


def top(schema: KeySchema, weights: dict[bytes, float], metric: str) -> Contributors:
    heaviest = sorted(weights.items(), key=lambda entry: (-entry[1], entry[0]))[:CONTRIBUTORS_MAX]
    return [{"key": described.key(schema, key), metric: weight} for key, weight in heaviest]
