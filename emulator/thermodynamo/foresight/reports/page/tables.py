"""What the page tells in tables and lists: scenarios side by side, keys, splits, costs, advice."""

from thermodynamo.foresight.advice.finding import counted
from thermodynamo.foresight.reports.facts import Facts
from thermodynamo.foresight.reports.page.markup import Markup, element, joined, table

NOTHING = Markup("")


def side_by_side(scenarios: list[Facts]) -> Markup:
    """One line for each scenario."""
    has_cost = any("cost" in each for each in scenarios)
    head = ["scenario", "replay", "read units", "write units", "throttled", "splits", "calls given up"]
    lines = []
    for each in scenarios:
        tables = each["tables"]
        line: list[object] = [
            each["name"],
            each["method"],
            f"{sum(found['read_units'] for found in tables):,.1f}",
            f"{sum(found['write_units'] for found in tables):,.1f}",
            element("span", f"{each['throttled']:,}", class_="bad" if each["throttled"] else None),
            f"{sum(found['split_count'] for found in tables):,}",
            f"{each['clients']['gave_up']:,}",
        ]
        lines.append([*line, f"${each['cost']['month']:,.2f}" if "cost" in each else "-"] if has_cost else line)
    return table("Scenarios side by side", [*head, "a month"] if has_cost else head, lines)


def throttles(found: Facts, first: int) -> Markup:
    """Which limits refused how much, and which keys met them."""
    if not found["throttled"]:
        return NOTHING
    told = element(
        "p",
        element("span", f"{found['throttled']:,} throttled", class_="bad"),
        f" in {found['throttled_seconds']:,} seconds, from +{found['first_throttle'] - first:,} s to "
        f"+{found['last_throttle'] - first:,} s; at worst {found['worst_second']['throttled']:,} in second "
        f"+{found['worst_second']['at'] - first:,}.",
    )
    reasons = table("By reason", ["reason", "throttled"], [[name, f"{n:,}"] for name, n in found["reasons"].items()])
    keys = table(
        "By key", ["key", "throttled"], [[each["key"], f"{each['throttled']:,}"] for each in found["throttled_keys"]]
    )
    return joined([told, reasons, keys])


def keys(found: Facts) -> Markup:
    """The hottest keys, and over how many each must be spread."""
    if not found["busiest_keys"]:
        return NOTHING
    lines = [
        [
            each["key"],
            f"{each['read_units_peak']:,.1f}",
            f"{each['write_units_peak']:,.1f}",
            element("span", f"{each['shards']:,}", class_="bad") if each["shards"] > 1 else "1",
        ]
        for each in found["busiest_keys"]
    ]
    head = ["key", "read units", "write units", "shards that hold it"]
    return table("Hottest keys, in their busiest second", head, lines)


def splits(found: Facts, first: float) -> Markup:
    """The first splits; the others are counted."""
    if not found["splits"]:
        return NOTHING
    lines = [
        [f"+{each['at'] - first:,.1f} s", each["partition"], each["reason"], each["point"]] for each in found["splits"]
    ]
    left = found["split_count"] - len(found["splits"])
    more = element("p", f"and {left:,} more", class_="muted") if left else NOTHING
    shown = table("Splits", ["time", "partition", "for", "at"], lines)
    return element("details", element("summary", counted(found["split_count"], "split")), shown, more)


def cost(found: Facts) -> Markup:
    """What one table or index costs in a month, and what it would otherwise."""
    if "cost" not in found:
        return NOTHING
    money = found["cost"]
    lines = [
        ["throughput", money["throughput"]],
        ["storage", money["storage"]],
        *money["features"].items(),
        ["together", money["month"]],
        ["its requests on demand", money["on_demand"]],
        ["units for its busiest second", money["provisioned_for_peak"]],
        ["throughput and storage in the other table class", money["other_class"]],
    ]
    unpriced = ", ".join(money["unpriced"])
    note = element("p", f"without {unpriced}, of which the prices say nothing", class_="muted") if unpriced else NOTHING
    shown = table("Dollars a month", ["what", "US$"], [[name, f"{amount:,.2f}"] for name, amount in lines])
    return element("details", element("summary", f"${money['month']:,.2f} a month"), shown, note)


def advice(scenario: Facts) -> Markup:
    """Each piece with the requests that it follows from."""
    found = scenario.get("advice", [])
    if not found:
        return NOTHING
    entries = [
        element(
            "li",
            element("strong", f"{each['about']}: "),
            each["text"],
            element("ul", *(element("li", request) for request in each["requests"])) if each["requests"] else NOTHING,
        )
        for each in found
    ]
    return joined([element("h3", "Advice"), element("ul", *entries, class_="advice")])
