"""A report for the terminal: the scenarios side by side, then what each table and index met."""

from datetime import UTC, datetime
from typing import Any

from thermodynamo.foresight.reports.facts import Facts

KEYS_LISTED = 5
SPLITS_LISTED = 5
BARS = " ▁▂▃▄▅▆▇█"
CURVE_WIDTH = 60


def text(report: Facts) -> str:
    """The whole report."""
    parts = [_trace(report["trace"]), _side_by_side(report["scenarios"])]
    parts += [_scenario(scenario) for scenario in report["scenarios"]]
    if "prices" in report:
        prices = report["prices"]
        parts.append(
            f"a month like this time, by the prices of {prices['region']} of {prices['date']}; storage is that of the "
            "items in the trace"
        )
    return "\n\n".join(part for part in parts if part) + "\n"


def _trace(trace: Facts) -> str:
    line = f"{trace['file']}: {trace['accesses']:,} accesses"
    if trace["first"] is not None:
        line += f", {_moment(trace['first'])} to {_moment(trace['last'])}"
    if trace["bad_lines"]:
        first = f", the first of them line {trace['first_bad_line']:,}" if trace["first_bad_line"] else ""
        line += f"\n{trace['bad_lines']:,} lines are no events and were passed over{first}"
    return line


def _side_by_side(scenarios: list[Facts]) -> str:
    """One line for each scenario."""
    head = ["scenario", "read units", "write units", "throttled", "splits", "gave up"]
    lines = [head]
    for each in scenarios:
        tables = each["tables"]
        lines.append(
            [
                each["name"],
                f"{sum(table['read_units'] for table in tables):,.1f}",
                f"{sum(table['write_units'] for table in tables):,.1f}",
                f"{each['throttled']:,}",
                f"{sum(table['split_count'] for table in tables):,}",
                f"{each['clients']['gave_up']:,}",
            ]
        )
        cost = each.get("cost")
        if cost is not None:
            head += ["US$/month"] if "US$/month" not in head else []
            lines[-1].append(f"{cost['month']:,.2f}")
    return aligned(lines)


def _scenario(scenario: Facts) -> str:
    parts = [f"== {scenario['name']} ({scenario['method']})"]
    if scenario["method"] == "aggregate":
        parts.append(
            f"   what arrives within a second has no order here: {scenario['error_units']:,.1f} units may be served or "
            "refused otherwise"
        )
    parts += [_table(each, scenario["first"]) for each in scenario["tables"]]
    clients = scenario["clients"]
    if clients["calls"]:
        parts.append(
            f"clients: {clients['calls']:,} calls met a throttle, {clients['got_through']:,} got through after "
            f"{clients['retries']:,} retries, {clients['gave_up']:,} gave up; they waited "
            f"{clients['wait_seconds_mean']} s on average, {clients['wait_seconds_max']} s at most"
        )
    if clients["error_calls"]:
        parts.append(f"   of clients an average is told: {clients['error_calls']:,} calls may fare otherwise")
    parts += [f"note: {note}" for note in scenario["notes"]]
    for each in scenario.get("advice", ()):
        parts += [f"advice: {each['text']}", *(f"    {request}" for request in each["requests"])]
    return "\n".join(parts)


def _table(table: Facts, first: float) -> str:
    name = f"index {table['index']} of {table['table']}" if table["index"] else f"table {table['table']}"
    parts = [
        f"{name}: {table['read_units']:,.1f} read units (peak {table['read_units_peak']:,.1f}/s), "
        f"{table['write_units']:,.1f} write units (peak {table['write_units_peak']:,.1f}/s), "
        f"{table['partitions']['first']} to {table['partitions']['last']} partitions"
    ]
    if "cost" in table:
        money = table["cost"]
        parts.append(
            f"  ${money['month']:,.2f} a month; its requests on demand ${money['on_demand']:,.2f}, units for its "
            f"busiest second ${money['provisioned_for_peak']:,.2f}"
        )
        parts += [f"    ${amount:,.2f} of it for {name}" for name, amount in money["features"].items()]
        parts += [f"    without {name}, of which the prices say nothing" for name in money["unpriced"]]
    if table["throttled"]:
        parts.append(
            f"  {table['throttled']:,} throttled in {table['throttled_seconds']:,} seconds, from "
            f"+{table['first_throttle'] - int(first):,} s to +{table['last_throttle'] - int(first):,} s, at worst "
            f"{table['worst_second']['throttled']:,} in second +{table['worst_second']['at'] - int(first):,}"
        )
        parts += [f"    {count:,} {reason}" for reason, count in table["reasons"].items()]
        parts.append(f"    {curve([second[3] for second in _filled(table['by_second'])])}")
        parts += [f"    {each['throttled']:,} of {each['key']}" for each in table["throttled_keys"][:KEYS_LISTED]]
    hot = [each for each in table["busiest_keys"] if each["shards"] > 1]
    parts += [
        f"  {each['key']} is asked for {each['read_units_peak']:,.1f} read and {each['write_units_peak']:,.1f} write "
        f"units in one second: {each['shards']} shards would hold it"
        for each in hot[:KEYS_LISTED]
    ]
    for split in table["splits"][:SPLITS_LISTED]:
        parts.append(
            f"  split of partition {split['partition']} for {split['reason']} at +{split['at'] - first:,.1f} s"
        )
    left = table["split_count"] - len(table["splits"][:SPLITS_LISTED])
    if left:
        parts.append(f"  and {left:,} more splits")
    if table["lag_seconds_max"]:
        parts.append(
            f"  the index was {table['lag_seconds_max']:,} s behind at most ({table['waiting_max']:,} changes)"
        )
    return "\n".join(parts)


def _filled(seconds: list[list[Any]]) -> list[list[Any]]:
    """All seconds from the first to the last; of very long times, those that have something."""
    if not seconds or seconds[-1][0] - seconds[0][0] > 1_000_000:
        return seconds
    found = {second[0]: second for second in seconds}
    return [found.get(number, [number, 0, 0, 0]) for number in range(seconds[0][0], seconds[-1][0] + 1)]


def curve(values: list[float]) -> str:
    """The values as a line of bars, each for the highest value of its part."""
    width = min(CURVE_WIDTH, len(values))
    parts = [values[len(values) * place // width : len(values) * (place + 1) // width] for place in range(width)]
    highest = max(values, default=0) or 1
    return "".join(BARS[-(-max(part) * (len(BARS) - 1) // highest).__int__()] for part in parts)


def aligned(lines: list[list[str]]) -> str:
    """The lines with the first entries to the left, the others to the right."""
    count = max(map(len, lines))
    full = [[*line, *[""] * (count - len(line))] for line in lines]
    widths = [max(len(line[place]) for line in full) for place in range(count)]
    return "\n".join(
        "  ".join(
            entry.ljust(width) if place == 0 else entry.rjust(width)
            for place, (entry, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in full
    )


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%d %H:%M:%S")
