"""Heat for people at a terminal: a report in plain text, and a heat map in colours, time from left to right."""

from collections.abc import Iterator
from typing import Any

from thermodynamo.admin.plain_text import shown_key
from thermodynamo.api.key_text import fitted, places, printable
from thermodynamo.api.slices import Slices

SHADES = " ░▒▓█"
COLOURS = (236, 18, 25, 31, 37, 71, 106, 178, 208, 202, 196)
"""Of the 256 terminal colours, from cold to hot."""
THROTTLED = "×"
SPLIT_FOR = {"heat": "for heat", "size": "for size", "throughput": "for throughput", "manual": "by hand"}
LINES_MAX = 40
KEY_WIDTH = 28
HOTTEST_KEY_WIDTH = 60
KEY_SHARE_SHOWN = 0.25
"""A key with less of the load than this is not shown, but its partition key."""

Described = dict[str, Any]


def report(heat: Described) -> Slices[str]:
    """What `curl -H 'Accept: text/plain' .../_admin/heat` shows; nothing where there is no table."""
    texts = []
    for each in heat["tables"]:
        texts.append("\n".join(_table(each)) + "\n")
        yield
    return "\n".join(texts)


def title(each: Described) -> str:
    return each["table"] if each["index"] is None else f"{each['table']} index {each['index']}"


def _table(each: Described) -> Iterator[str]:
    rates = each["units_per_second"]
    yield f"{title(each)}: {each['diagnosis'].upper()}. {each['advice']}"
    if each["limits"] is not None:
        yield f"  last 10 s: {rates['read']['10']:,.1f} read and {rates['write']['10']:,.1f} write units a second"
    begun = each["second_so_far"]
    if any(begun.values()) and not rates["read"]["10"] and not rates["write"]["10"]:
        yield f"  the second that has begun: {begun['read']:,.1f} read and {begun['write']:,.1f} write units"
    if each["limits"] is not None:
        for kind in ("read", "write"):
            pool = each["limits"][kind]
            yield (
                f"  {kind}: {pool['units_left']:,.0f} of {pool['units_kept_at_most']:,.0f} units left, "
                f"{pool['units_per_second']:,.0f} more each second ({pool['limit']})"
            )
    buffer = each["buffer"]
    if buffer is not None and (buffer["changes_waiting"] or buffer["units_owed"]):
        yield (
            f"  buffer: {buffer['changes_waiting']:,} changes wait, the oldest for {buffer['oldest_seconds']:,.1f} s; "
            f"{buffer['units_owed']:,.0f} write units owed of {buffer['units_owed_at_most']:,.0f}"
        )
    for reason, count in sorted(each["throttles"].items()):
        yield f"  throttled {count:,} times: {reason}"
    for retries in each["retries"]:
        yield f"  {retries['operation']}: {retries['summary']}"
    for split in each["splits"][-5:]:
        yield f"  partition {split['id']} was split {SPLIT_FOR[split['reason']]}"
    yield "  partition      items        bytes   read/s    %  write/s    %  throttled  hottest key"
    for partition in each["partitions"][:LINES_MAX]:
        yield _partition(partition)
    if len(each["partitions"]) > LINES_MAX:
        yield f"  ... and {len(each['partitions']) - LINES_MAX} more"


def _partition(partition: Described) -> str:
    read, write = partition["read"], partition["write"]
    hottest = ""
    if partition["hottest_keys"]:
        first = partition["hottest_keys"][0]
        if partition["hottest_partition_keys"] and first["share"] < KEY_SHARE_SHOWN:
            first = partition["hottest_partition_keys"][0]
        hottest = f"{fitted(printable(shown_key(first['key']) or ''), HOTTEST_KEY_WIDTH)} ({first['share']:.0%})"
    text = (
        f"  {partition['id']:>9} {partition['items']:>10,} {partition['bytes']:>12,}"
        f" {read['units_per_second']['10']:>8,.1f} {read['share_of_limit']:>4.0%}"
        f" {write['units_per_second']['10']:>8,.1f} {write['share_of_limit']:>4.0%}"
        f" {sum(partition['throttles'].values()):>10,}  {hottest}"
    )
    return text + (
        f"\n            not split: {partition['not_split_because']}" if partition["not_split_because"] else ""
    )


def heat_map(timeline: Described, is_coloured: bool, partition_count: int) -> str:
    """One line a partition in key order, one cell a second: how near the partition was to a limit.

    The first partitions have lines, of the others it is told how many there are.
    """
    served = timeline["served"]
    seconds = timeline["until"] - timeline["from"]
    lines = [f"{title(timeline)}: the last {seconds} s, oldest to the left; {THROTTLED} is a second with throttling"]
    for partition in timeline["partitions"][:LINES_MAX]:
        shares = [
            max(read / served["read"], write / served["write"])
            for read, write in zip(partition["read"], partition["write"], strict=True)
        ]
        cells = "".join(
            _cell(share, refused > 0, is_coloured)
            for share, refused in zip(shares, partition["throttles"], strict=True)
        )
        reset = "\x1b[0m" if is_coloured else ""
        label = fitted(printable(shown_key(partition["begins_with"]) or partition["low"] or "lowest key"), KEY_WIDTH)
        label += " " * (KEY_WIDTH - places(label))
        last = shares[-1] if shares else 0.0
        lines.append(f"{partition['id']:>5} {label} |{cells}{reset}| {last:>4.0%}")
    if partition_count > LINES_MAX:
        lines.append(f"      ... and {partition_count - LINES_MAX} more partitions")
    return "\n".join(lines) + "\n"


def _cell(share: float, is_throttled: bool, is_coloured: bool) -> str:
    if is_coloured:
        colour = COLOURS[min(len(COLOURS) - 1, round(share * (len(COLOURS) - 1)))]
        return f"\x1b[48;5;{colour}m\x1b[97m{THROTTLED if is_throttled else ' '}"
    if is_throttled:
        return THROTTLED
    level = 0 if share <= 0 else min(len(SHADES) - 1, 1 + int(share * (len(SHADES) - 1)))
    return SHADES[level]
