"""An outcome as plain values: what the text, the JSON and the page show, and what advice and prices are made of.

All units are whole capacity units, not halves; all times are seconds of the epoch.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from thermodynamo.api import key_text
from thermodynamo.foresight.advice.keys import shards
from thermodynamo.foresight.replays.heat_map import BANDS, HeatMap
from thermodynamo.foresight.replays.outcome import KeyLoad, KeyspaceOutcome, Outcome, RetryOutcome, Split
from thermodynamo.foresight.traces.event import MICROSECONDS
from thermodynamo.foresight.traces.trace_reader import Summary
from thermodynamo_storage.values.keys import TOKEN_BYTES, collection_of

KEYS_SHOWN = 10
SPLITS_SHOWN = 20
KEY_WIDTH = 60
FEW_ITEMS = 10
"""Of no more items each is told by itself."""
NO_KEY = "no key in particular, as a Scan has none"
Facts = dict[str, Any]


def report(path: str, summary: Summary, outcomes: Sequence[Outcome]) -> Facts:
    """All of it. The bytes of its JSON are the same for the same trace, scenarios and seed."""
    return {
        "trace": {
            "file": path,
            "events": summary.events,
            "accesses": summary.accesses,
            "bad_lines": summary.bad_lines,
            "first_bad_line": summary.first_bad_line,
            "first": _seconds(summary.first_access_at),
            "last": _seconds(summary.last_at),
        },
        "scenarios": [of_outcome(outcome) for outcome in outcomes],
    }


def of_outcome(outcome: Outcome) -> Facts:
    """One scenario."""
    keyspaces = [of_keyspace(each) for _, each in sorted(outcome.keyspaces.items(), key=_place) if each.is_used]
    return {
        "name": outcome.scenario,
        "method": outcome.method,
        "error_units": outcome.error_half_units / 2,
        "seconds": max(0, (outcome.last_at - outcome.first_at) // MICROSECONDS) + 1,
        "first": outcome.first_at / MICROSECONDS,
        "events": outcome.events,
        "throttled": sum(outcome.refused.values()),
        "tables": keyspaces,
        "clients": of_retries(outcome.retries),
        "notes": outcome.notes,
    }


def of_keyspace(found: KeyspaceOutcome) -> Facts:
    """One table or index."""
    refused = {number: second.refused for number, second in sorted(found.seconds.items()) if second.refused}
    worst = max(refused, key=lambda number: (refused[number], -number), default=None)
    return {
        "table": found.table_name,
        "index": found.index_name,
        "read_units": found.read_half_units / 2,
        "write_units": found.write_half_units / 2,
        "read_units_peak": max((second.read for second in found.seconds.values()), default=0) / 2,
        "write_units_peak": max((second.write for second in found.seconds.values()), default=0) / 2,
        "provisioned": [
            {"from": second, "read_units": units.read_units, "write_units": units.write_units}
            for second, units in found.provisioned.items()
        ],
        "throttled": sum(found.refused.values()),
        "reasons": dict(sorted(found.refused.items())),
        "throttled_seconds": len(refused),
        "first_throttle": next(iter(refused), None),
        "last_throttle": next(reversed(refused), None),
        "worst_second": {"at": worst, "throttled": refused[worst]} if worst is not None else None,
        "throttled_keys": throttled_keys(found),
        "busiest_keys": busiest(found),
        "partitions": {"first": found.partitions_first, "last": found.partitions_last},
        "splits": [of_split(found, split) for split in found.splits[:SPLITS_SHOWN]],
        "split_count": len(found.splits),
        "lag_seconds_max": round(found.lag_seconds_max, 3),
        "waiting_max": found.waiting_max,
        "items": found.item_count,
        "bytes": found.size_bytes,
        "heat": of_heat(found.heat),
        "by_second": [
            [number, second.read / 2, second.write / 2, second.refused]
            for number, second in sorted(found.seconds.items())
        ],
    }


def of_heat(heat: HeatMap) -> Facts:
    """The heat map: parts of so many `seconds`; cells of a part, a band, units of reads and writes, and refusals."""
    return {
        "first": heat.first,
        "seconds": heat.width,
        "bands": BANDS,
        "cells": [
            [part, band, read / 2, write / 2, refused]
            for (part, band), (read, write, refused) in sorted(heat.cells.items())
        ],
    }


def throttled_keys(found: KeyspaceOutcome) -> list[Facts]:
    """The keys that were refused most. Entries of an index with one key count together, and so do many items of one
    partition key, where none of them by itself is hot.
    """
    counts: Counter[str] = Counter()
    for key, count in _together(found).items():
        counts[key_of(found, key) if len(key) > TOKEN_BYTES else NO_KEY] += count
    most = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:KEYS_SHOWN]
    return [{"key": key, "throttled": count} for key, count in most]


def _together(found: KeyspaceOutcome) -> Mapping[bytes, int]:
    """What was refused by key, of collections in which no item has a tenth of it as a whole."""
    if not found.key_schema.sort:
        return found.refused_keys
    parts = len(found.key_schema.partition)
    by_collection: dict[bytes, Counter[bytes]] = {}
    for key, count in found.refused_keys.items():
        try:
            collection = collection_of(key, parts)
        except ValueError:
            collection = key  # A Scan asks for no key, and a Query of an index may ask for a part of one.
        by_collection.setdefault(collection, Counter())[key] = count
    counts: dict[bytes, int] = {}
    for collection, items in by_collection.items():
        if max(items.values()) * FEW_ITEMS < items.total():
            counts[collection] = items.total()
        else:
            counts |= items
    return counts


def busiest(found: KeyspaceOutcome) -> list[Facts]:
    """The keys that were asked for most in one second, and over how many keys each must be spread to be served."""
    return [
        {
            "key": key_of(found, key),
            "read_units_peak": load.read_peak / 2,
            "write_units_peak": load.write_peak / 2,
            "shards": shards(load.read_peak / 2, load.write_peak / 2),
        }
        for key, load in busiest_loads(found)
    ]


def busiest_loads(found: KeyspaceOutcome) -> list[tuple[bytes, KeyLoad]]:
    """The key bytes that were asked for most in one second, the busiest first."""
    loads = sorted(found.busiest_keys.items(), key=lambda item: (-3 * item[1].write_peak - item[1].read_peak, item[0]))
    return loads[:KEYS_SHOWN]


def of_split(found: KeyspaceOutcome, split: Split) -> Facts:
    return {
        "at": round(split.at, 6),
        "partition": split.partition_id,
        "reason": split.reason,
        "point": key_of(found, split.point),
    }


def of_retries(retries: RetryOutcome) -> Facts:
    """What clients did; everything is 0 where the attempts are those of the trace."""
    tried = retries.got_through + retries.gave_up
    return {
        "calls": retries.calls,
        "retries": retries.retries,
        "got_through": retries.got_through,
        "gave_up": retries.gave_up,
        "out_of_quota": retries.out_of_quota,
        "wait_seconds_mean": round(retries.waited_seconds / tried, 3) if tried else 0,
        "wait_seconds_max": round(retries.waited_seconds_max, 3),
        "error_calls": retries.error_calls,
    }


def key_of(found: KeyspaceOutcome, key: bytes) -> str:
    """The key for people."""
    return key_text.fitted(key_text.of_key(found.key_schema, key), KEY_WIDTH)


def _place(item: tuple[tuple[str, str, str, str | None], KeyspaceOutcome]) -> tuple[str, str, str, str]:
    account, region, table, index = item[0]
    return account, region, table, index or ""


def _seconds(at: int | None) -> float | None:
    return at / MICROSECONDS if at is not None else None
