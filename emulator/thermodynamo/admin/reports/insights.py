"""Contributor Insights: the keys that used the most of a table or an index, and those that were throttled most.

From the sketches of the partitions' meters, those split meanwhile among them: they cover the last one to two minutes.
A write of the table that an index refused counts for the index, not for the table. A key of the first kind is counted
by `3 × write units + read units`, as the service counts it (developer guide, contributorinsights_HowItWorks).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from heapq import nsmallest
from itertools import islice
from typing import Any

from thermodynamo.admin.reports import descriptions
from thermodynamo.admin.reports.keyspaces import Place
from thermodynamo.api.operations.table_settings import insights_summary
from thermodynamo.api.slices import Slices
from thermodynamo_storage.partitions.heat import GENERATION_SECONDS
from thermodynamo_storage.values.schema import KeySchema

CONTRIBUTORS_MAX = 25
METERS_AT_ONCE = 8
"""Meters that one slice adds up: about four milliseconds."""
KEYS_AT_ONCE = 5_000
"""Keys that one slice looks through for the heaviest: about four milliseconds."""
UNITS = 0.5
"""Meters count half units."""

Contributors = list[dict[str, Any]]


@dataclass(slots=True)
class Sums:
    """What several meters say of keys: weights, and by how much each may be off."""

    weights: Counter[bytes] = field(default_factory=Counter)
    errors: Counter[bytes] = field(default_factory=Counter)

    def add(self, found: Iterable[tuple[bytes, int]], error: int = 0) -> None:
        for key, weight in found:
            self.weights[key] += weight
            self.errors[key] += error

    def top(self, schema: KeySchema, metric: str, scale: float = 1) -> Slices[Contributors]:
        heaviest: list[tuple[bytes, int]] = []
        entries = iter(self.weights.items())
        while some := list(islice(entries, KEYS_AT_ONCE)):
            heaviest = nsmallest(CONTRIBUTORS_MAX, [*heaviest, *some], key=lambda entry: (-entry[1], entry[0]))
            yield
        return [{"key": descriptions.key(schema, key), metric: weight * scale} for key, weight in heaviest]


def report(place: Place, now: float) -> Slices[dict[str, Any]]:
    """The contributors of each rule, enabled or not: PKC and PKT by partition key, SKC and SKT by the whole key."""
    accessed, accessed_collections, throttled, throttled_collections = Sums(), Sums(), Sums(), Sums()
    for number, meter in enumerate(list(place.keyspace.meters(now - 2 * GENERATION_SECONDS))):
        if number and number % METERS_AT_ONCE == 0:
            yield
        accessed.add(*meter.heaviest(now))
        accessed_collections.add(*meter.heaviest_collections(now))
        throttled.add(meter.most_refused(now))
        throttled_collections.add(meter.most_refused_collections(now))
    schema = place.key_schema
    partition_schema = KeySchema(schema.partition)
    rules = {
        "PKC": (yield from accessed_collections.top(partition_schema, "ConsumedThroughputUnits", UNITS)),
        "PKT": (yield from throttled_collections.top(partition_schema, "ThrottleCount")),
    }
    if schema.sort:
        rules["SKC"] = yield from accessed.top(schema, "ConsumedThroughputUnits", UNITS)
        rules["SKT"] = yield from throttled.top(schema, "ThrottleCount")
    setting = place.table.insights.get(place.index_name)
    return {
        "table": place.table.schema.name,
        "index": place.index_name,
        "status": insights_summary.status(place.table, place.index_name, now),
        "enabled_rules": setting.rules(bool(schema.sort)) if setting is not None else [],
        "rules": rules,
        "error_units": UNITS * max((*accessed.errors.values(), *accessed_collections.errors.values()), default=0),
    }
