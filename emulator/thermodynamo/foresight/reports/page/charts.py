"""Curves of one table or index: units used and provisioned, and refusals, second by second."""

from collections.abc import Callable, Sequence
from typing import Any

from thermodynamo.foresight.reports.facts import Facts
from thermodynamo.foresight.reports.page.markup import Markup, element, text

WIDTH, HEIGHT, LEFT, BOTTOM = 960, 170, 56, 20
REFUSED_HEIGHT = 46
PARTS_MAX = 240
"""So many points a curve has at most; each stands for the most of its part of the time."""

Second = Sequence[Any]


def curves(table: Facts, first: int, seconds: int) -> Markup:
    """The curves from the second `first` on, with their key."""
    count = min(PARTS_MAX, seconds)
    reads, writes, refused = ([0.0] * count for _ in range(3))
    for number, read, written, refusals in table["by_second"]:
        part = min(count - 1, max(0, (number - first) * count // seconds))
        reads[part] = max(reads[part], read)
        writes[part] = max(writes[part], written)
        refused[part] += refusals
    provided = [each for each in table["provisioned"] if each["read_units"]]
    most = max([*reads, *writes, *(each[name] for each in provided for name in ("read_units", "write_units")), 1.0])
    scale: Callable[[float], float] = lambda value: round(HEIGHT - value / most * (HEIGHT - 14), 1)  # noqa: E731
    step = (WIDTH - LEFT) / count
    parts = [
        element("title", f"Units of {name_of(table)} by second"),
        element("desc", _described(table)),
        element("path", d=f"M{LEFT} 8V{HEIGHT}H{WIDTH}", class_="axis"),
        *_marks(most, scale),
        _line(reads, step, scale, "read"),
        _line(writes, step, scale, "write"),
    ]
    for kind in ("read", "write") if provided else ():
        parts.append(element("path", d=_steps(provided, kind, first, seconds, scale), class_=f"{kind} provided"))
    if any(refused):
        parts.append(_refusals(refused, step))
    bottom = HEIGHT + (REFUSED_HEIGHT if any(refused) else 0) + BOTTOM
    parts += [
        element("text", "+0 s", x=LEFT, y=bottom - 6),
        element("text", f"+{seconds:,} s", x=WIDTH, y=bottom - 6, text_anchor="end"),
    ]
    drawn = element("svg", *parts, viewBox=f"0 0 {WIDTH} {bottom}", role="img")
    return text(Markup(drawn + _key(bool(provided), any(refused))))


def name_of(table: Facts) -> str:
    return f"index {table['index']} of {table['table']}" if table["index"] else f"table {table['table']}"


def _described(table: Facts) -> str:
    told = (
        f"{table['read_units']:,.1f} read units, at most {table['read_units_peak']:,.1f} a second; "
        f"{table['write_units']:,.1f} write units, at most {table['write_units_peak']:,.1f} a second; "
    )
    return told + f"{table['throttled']:,} throttled in {table['throttled_seconds']:,} seconds."


def _marks(most: float, scale: Callable[[float], float]) -> list[Markup]:
    return [
        element("text", f"{value:,.0f}/s", x=LEFT - 6, y=scale(value) + 4, text_anchor="end")
        for value in (0, most / 2, most)
    ]


def _line(values: Sequence[float], step: float, scale: Callable[[float], float], class_: str) -> Markup:
    points = " ".join(f"{LEFT + (number + 0.5) * step:.1f},{scale(value)}" for number, value in enumerate(values))
    return element("polyline", points=points, class_=class_)


def _steps(provided: Sequence[Facts], kind: str, first: int, seconds: int, scale: Callable[[float], float]) -> str:
    """What is provisioned, from each change to the next."""
    path, place = "", "M"
    for each in provided:
        x = LEFT + min(1.0, max(0.0, (each["from"] - first) / seconds)) * (WIDTH - LEFT)
        path += (
            f"{place}{x:.1f} {scale(each[f'{kind}_units'])}"
            if place == "M"
            else f"H{x:.1f}V{scale(each[f'{kind}_units'])}"
        )
        place = "H"
    return f"{path}H{WIDTH}"


def _refusals(refused: Sequence[float], step: float) -> Markup:
    """Bars below the curves, the highest for the most refusals of a part."""
    most = max(refused)
    base = HEIGHT + REFUSED_HEIGHT
    bars = "".join(
        f"M{LEFT + number * step:.1f} {base}v-{max(1.0, value / most * (REFUSED_HEIGHT - 8)):.1f}"
        f"h{max(0.8, step - 0.4):.1f}V{base}z"
        for number, value in enumerate(refused)
        if value
    )
    mark = element("text", f"{most:,.0f}", x=LEFT - 6, y=HEIGHT + 22, text_anchor="end")
    return Markup(element("path", d=bars, class_="refused") + mark)


def _key(has_provided: bool, has_refused: bool) -> Markup:
    entries = [("of-read", "read units a second"), ("of-write", "write units a second")]
    if has_refused:
        entries.append(("of-refused", "throttled, below"))
    made = [element("li", element("i", class_=name), meaning) for name, meaning in entries]
    if has_provided:
        made.append(element("li", "dashed: provisioned"))
    return element("ul", *made, class_="key")
