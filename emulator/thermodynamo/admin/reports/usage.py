"""What the server has seen of each table and index, as advice takes it: see `thermodynamo.foresight.advice`.

Units, refusals and reads are counted since a table was made. The busiest second is one of the last five minutes, and
the keys are those of the last one to two: a meter keeps no more. A partition key is told where no single item of it has
half of its load. What a key was asked for in one second is reckoned
from its share of what its partition was asked for.
"""

from collections import Counter
from collections.abc import Iterator

from thermodynamo.admin.reports import keyspaces
from thermodynamo.admin.reports.keyspaces import Place
from thermodynamo.api import key_text
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.slices import Slices
from thermodynamo.foresight.advice.evidence import Evidence, KeyEvidence, ReadEvidence
from thermodynamo.foresight.advice.finding import REQUESTS_SHOWN, counted
from thermodynamo.foresight.prices import features
from thermodynamo.foresight.prices.cost import HOUR_SECONDS
from thermodynamo.foresight.prices.use import Use
from thermodynamo_storage.changes.request_counts import Tally
from thermodynamo_storage.partitions.heat import GENERATION_SECONDS, RING_SECONDS, HeatMeter
from thermodynamo_storage.values.keys import collection_of
from thermodynamo_storage.values.schema import KeySchema

INFREQUENT = "STANDARD_INFREQUENT_ACCESS"
METERS_AT_ONCE = 8
"""Meters that one slice reads: about four milliseconds."""
KEYS_SHOWN = 10
KEYS_OF_METER = 3
"""So many keys of each partition are looked at: no more of them can each have a share that matters."""
KEY_WIDTH = 60
SHARE_MIN = 0.1
"""A key with less of its partition's load than this is not told."""
UNITS = 0.5
"""Meters count half units."""


def of_namespace(namespace: Namespace, now: float) -> Slices[list[Evidence]]:
    """The evidence on all tables of a namespace and their global indexes."""
    found = []
    for table in keyspaces.tables(namespace, now):
        for place in keyspaces.of_table(table):
            found.append((yield from of_place(namespace, place, now)))
            yield
    return found


def of_place(namespace: Namespace, place: Place, now: float) -> Slices[Evidence]:
    """The evidence on one table or global index."""
    table, index = place.table, place.index_name
    report = place.keyspace.admission.report(now)
    peaks, keys = yield from _heat(namespace, place, now)
    provisioned = table.schema.throughputs[index]
    seconds = max(1.0, now - table.created_at)
    units = (provisioned.read_units, provisioned.write_units)
    use = Use(
        seconds,
        report.reads.total * UNITS if report is not None else 0.0,
        report.writes.total * UNITS if report is not None else 0.0,
        peaks[0] * UNITS,
        peaks[1] * UNITS,
        (units[0] * seconds / HOUR_SECONDS, units[1] * seconds / HOUR_SECONDS) if units[0] else None,
        units if units[0] else None,
        (),
        place.keyspace.item_count,
        place.keyspace.size_bytes,
        table.schema.table_class == INFREQUENT,
        features.of_table(namespace.database, table, now) if index is None else features.NONE,
    )
    return Evidence(
        table.schema.name,
        index,
        use,
        dict(sorted(report.refused.items())) if report is not None else {},
        tuple(keys),
        tuple(_reads(table.tally)) if index is None else (),
        _operations(table.tally),
    )


def _operations(tally: Tally) -> dict[str, int]:
    """How many requests of each operation asked for the table, those that were throttled among them."""
    found = Counter({name: latency.count for name, latency in tally.latencies.items()})
    found.update(tally.throttled)
    return dict(sorted(found.items()))


def _reads(tally: Tally) -> Iterator[ReadEvidence]:
    for (operation, index, filtered, projected, is_scan), counts in tally.reads.items():
        yield ReadEvidence(
            operation,
            index,
            tuple(sorted(filtered)),
            projected,
            is_scan,
            counts.requests,
            counts.evaluated,
            counts.returned,
            counts.half_units * UNITS,
            counts.read_bytes,
            counts.returned_bytes,
        )


def _heat(namespace: Namespace, place: Place, now: float) -> Slices[tuple[tuple[int, int], list[KeyEvidence]]]:
    """The half units of reads and of writes in the busiest second of each, and the busiest keys."""
    reads, writes = [0] * RING_SECONDS, [0] * RING_SECONDS
    schema, parts = place.key_schema, len(place.key_schema.partition)
    found: list[tuple[int, int, int, bytes]] = []
    collections: list[tuple[int, int, int, bytes]] = []
    refused = Counter[bytes]()
    for number, meter in enumerate(list(place.keyspace.meters(now - RING_SECONDS))):
        if number and number % METERS_AT_ONCE == 0:
            yield
        seconds = _seconds(meter, now)
        for second, (read, written, _) in enumerate(seconds):
            reads[second] += read
            writes[second] += written
        refused.update(dict(meter.most_refused(now)))
        found += _keys(meter, *meter.heaviest(now), seconds, now)
        if schema.sort:
            most = Counter[bytes]()
            for weight, _, _, key in found:
                most[collection_of(key, parts)] = max(most[collection_of(key, parts)], weight)
            hot = _keys(meter, *meter.heaviest_collections(now), seconds, now)
            collections += (each for each in hot if each[0] > 2 * most[each[3]])
            refused.update(dict(meter.most_refused_collections(now)))
    keys = []
    for several, key_schema in ((found, schema), (collections, KeySchema(schema.partition))):
        for _, read, written, key in sorted(several, key=lambda each: (-each[0], each[3]))[:KEYS_SHOWN]:
            keys.append(
                KeyEvidence(
                    key_text.fitted(key_text.of_key(key_schema, key), KEY_WIDTH),
                    read * UNITS,
                    written * UNITS,
                    refused[key],
                    True,
                    several is collections,
                    _asking(namespace, place, key),
                )
            )
    return (max(reads), max(writes)), keys


def _seconds(meter: HeatMeter, now: float) -> list[tuple[int, int, int]]:
    """Reads, writes (half units) and refusals of the last seconds, that of `now` the last."""
    return [*meter.seconds(now, RING_SECONDS - 1), meter.current(now)]


def _keys(
    meter: HeatMeter, weights: list[tuple[bytes, int]], error: int, seconds: list[tuple[int, int, int]], now: float
) -> Iterator[tuple[int, int, int, bytes]]:
    """The weight, the reads and the writes that keys of one partition were asked for in its busiest second.

    A refused request counts as one of the least cost, of the kind that its reason says.
    """
    lately = seconds[-2 * GENERATION_SECONDS :]
    refused_writes = sum(count for reason, count in meter.refused_total.items() if "Write" in reason)
    is_write = 2 * refused_writes >= sum(meter.refused_total.values())
    read_peak = max(read + (0 if is_write else refused) for read, _, refused in lately)
    write_peak = max(written + (2 * refused if is_write else 0) for _, written, refused in lately)
    total = sum(weight for _, weight in weights)
    for key, weight in weights[:KEYS_OF_METER]:
        share = (weight - error) / total if total else 0.0
        if share >= SHARE_MIN:
            yield weight, round(share * read_peak), round(share * write_peak), key


def _asking(namespace: Namespace, place: Place, key: bytes) -> tuple[str, ...]:
    """The operations that were refused for a key, of the last refusals that are kept."""
    table = place.table
    owner = (table.account, table.region, table.schema.name, place.index_name)
    counts = Counter(
        each.operation
        for each in namespace.throttles.last
        if each.key.startswith(key) and (each.account, each.region, each.table_name, each.index_name) == owner
    )
    return tuple(f"{name}: {counted(count, 'request')} refused" for name, count in counts.most_common(REQUESTS_SHOWN))
