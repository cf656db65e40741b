"""The whole page, of the facts that the text and the JSON are made of."""

from datetime import UTC, datetime

from thermodynamo.foresight.reports.facts import Facts
from thermodynamo.foresight.reports.page import charts, heat, tables
from thermodynamo.foresight.reports.page.markup import Markup, element, joined
from thermodynamo.foresight.reports.page.style import POLICY, STYLE

TITLE = "Foresight"


def page(report: Facts) -> str:
    """One HTML file. Raises KeyError, TypeError for what is no report."""
    scenarios = report["scenarios"]
    head = joined(
        [
            Markup('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'),
            Markup(f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'),
            element("title", f"{TITLE}: {report['trace']['file']}"),
            element("style", Markup(STYLE)),
        ]
    )
    body = element(
        "main",
        element("h1", TITLE),
        *_trace(report),
        element("section", element("h2", "Scenarios"), tables.side_by_side(scenarios), _prices(report)),
        *(_scenario(each) for each in scenarios),
    )
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head><body>{body}</body></html>\n'


def _trace(report: Facts) -> list[Markup]:
    trace = report["trace"]
    told = f"{trace['file']}: {trace['accesses']:,} accesses"
    if trace["first"] is not None:
        told += f", {_moment(trace['first'])} to {_moment(trace['last'])}"
    parts = [element("p", told, class_="muted")]
    if trace["bad_lines"]:
        text = f"{trace['bad_lines']:,} lines are no events and were passed over"
        if trace.get("first_bad_line"):
            text += f", the first of them line {trace['first_bad_line']:,}"
        parts.append(element("p", text, class_="bad"))
    return parts


def _prices(report: Facts) -> Markup:
    if "prices" not in report:
        return Markup("")
    prices = report["prices"]
    return element(
        "p",
        f"A month like this time, by the prices of {prices['region']} of {prices['date']}: {prices['source']}. Storage "
        "is that of the items in the trace.",
        class_="muted",
    )


def _scenario(scenario: Facts) -> Markup:
    parts: list[object] = [element("h2", f"{scenario['name']} ({scenario['method']})")]
    if scenario["method"] == "aggregate":
        parts.append(
            element(
                "p",
                f"What arrives within a second has no order here: {scenario['error_units']:,.1f} units may be served "
                "or refused otherwise. Partitions far below their limits are not in the heat maps.",
                class_="muted",
            )
        )
    clients = scenario["clients"]
    if clients["calls"]:
        parts.append(
            element(
                "p",
                f"{clients['calls']:,} calls met a throttle: {clients['got_through']:,} got through after "
                f"{clients['retries']:,} retries, {clients['gave_up']:,} gave up; they waited "
                f"{clients['wait_seconds_mean']} s on average, {clients['wait_seconds_max']} s at most.",
            )
        )
    parts += [element("p", note, class_="muted") for note in scenario["notes"]]
    parts.append(tables.advice(scenario))
    for found in scenario["tables"]:
        parts.append(_table(found, int(scenario["first"]), scenario["seconds"]))
    return element("section", *parts)


def _table(found: Facts, first: int, seconds: int) -> Markup:
    partitions = found["partitions"]
    told = f"{partitions['first']:,} to {partitions['last']:,} partitions"
    if found["lag_seconds_max"]:
        told += f"; {found['lag_seconds_max']:,} s behind its table at most, with {found['waiting_max']:,} changes"
    name = charts.name_of(found)
    return joined(
        [
            element("h3", name[0].upper() + name[1:]),
            element("p", told, class_="muted"),
            charts.curves(found, first, seconds),
            heat.heat_map(found, first, seconds),
            tables.throttles(found, first),
            tables.keys(found),
            tables.splits(found, first),
            tables.cost(found),
        ]
    )


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%d %H:%M:%S")
