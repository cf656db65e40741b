"""The heat map of one table or index: ranges of keys from top to bottom, time from left to right."""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from thermodynamo.foresight.reports.facts import Facts
from thermodynamo.foresight.reports.page.charts import LEFT, WIDTH, name_of
from thermodynamo.foresight.reports.page.markup import Markup, element
from thermodynamo.foresight.reports.page.style import COLOURS
from thermodynamo_storage.partitions.heat import WRITE_WEIGHT

BAND_HEIGHT = 6
TOP = 12
HOTTEST_SHOWN = 5


def heat_map(table: Facts, first: int, seconds: int) -> Markup:
    """The map with its key and its hottest places as a list; nothing where no key was asked for."""
    heat = table["heat"]
    if not heat["cells"]:
        return Markup("")
    width = heat["seconds"]
    per_second = (WIDTH - LEFT) / seconds
    start = (heat["first"] - first) * per_second + LEFT
    step = per_second * width
    height = heat["bands"] * BAND_HEIGHT
    weights = {(part, band): read + WRITE_WEIGHT * written for part, band, read, written, _ in heat["cells"]}
    most = max(weights.values()) or 1
    levels: dict[int, list[tuple[int, int]]] = {}
    for (part, band), weight in sorted(weights.items(), key=lambda item: (item[0][1], item[0][0])):
        levels.setdefault(min(len(COLOURS) - 1, int(weight / most * len(COLOURS))), []).append((part, band))
    drawn = [
        element("title", f"Heat of {name_of(table)}: ranges of keys by time"),
        element("desc", _described(table, most)),
        element("rect", x=LEFT, y=TOP, width=WIDTH - LEFT, height=height, class_="ground"),
        *(element("path", d=_cells(cells, start, step), class_=f"c{level}") for level, cells in sorted(levels.items())),
    ]
    met = [(part, band) for part, band, _, _, refused in heat["cells"] if refused]
    if met:
        drawn.append(element("path", d=_marks(met, start, step), class_="met"))
    splits = "".join(
        f"M{LEFT + (split['at'] - first) * per_second:.1f} {TOP - 8}v6m-3-3h6" for split in table["splits"]
    )
    if splits:
        drawn.append(element("path", d=splits, class_="split"))
    drawn += [
        element("text", "hash 0", x=LEFT - 6, y=TOP + 9, text_anchor="end"),
        element("text", "2^64", x=LEFT - 6, y=TOP + height, text_anchor="end"),
        element("text", "+0 s", x=LEFT, y=TOP + height + 14),
        element("text", f"+{seconds:,} s", x=WIDTH, y=TOP + height + 14, text_anchor="end"),
    ]
    svg = element("svg", *drawn, viewBox=f"0 0 {WIDTH} {TOP + height + 18}", role="img")
    return Markup(svg + _key(most / width, bool(met), bool(splits)))


def _described(table: Facts, most: float) -> str:
    heat = table["heat"]
    hottest = sorted(heat["cells"], key=lambda cell: -(cell[2] + WRITE_WEIGHT * cell[3]))[:HOTTEST_SHOWN]
    told = "; ".join(
        f"range {band + 1} of {heat['bands']} at +{part * heat['seconds']:,} s, {read:,.1f} read and {written:,.1f} "
        "write units"
        for part, band, read, written, _ in hottest
    )
    return f"The hottest of all: {told}."


def _cells(cells: list[tuple[int, int]], start: float, step: float) -> str:
    """Rectangles, one for each run of parts of one band."""
    return "".join(
        f"M{start + first * step:.1f} {TOP + band * BAND_HEIGHT}h{count * step:.1f}v{BAND_HEIGHT}h{-count * step:.1f}z"
        for band, first, count in _runs(cells)
    )


def _runs(cells: list[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """The band, the first part and the length of each run; the cells are in the order of bands, then of parts."""
    for band, several in groupby(cells, key=itemgetter(1)):
        for _, run in groupby(enumerate(several), key=lambda each: each[1][0] - each[0]):
            parts = [part for _, (part, _) in run]
            yield band, parts[0], len(parts)


def _marks(cells: list[tuple[int, int]], start: float, step: float) -> str:
    """A line along the lower edge of each place where something was refused."""
    ordered = sorted(cells, key=lambda cell: (cell[1], cell[0]))
    return "".join(
        f"M{start + first * step:.1f} {TOP + (band + 1) * BAND_HEIGHT - 2}h{count * step:.1f}v2h{-count * step:.1f}z"
        for band, first, count in _runs(ordered)
    )


def _key(most_a_second: float, has_met: bool, has_splits: bool) -> Markup:
    scale = [element("i", class_=f"of-c{number}") for number in range(len(COLOURS))]
    entries = [element("li", *scale, f"up to {most_a_second:,.0f} units a second, a write as {WRITE_WEIGHT}")]
    if has_met:
        entries.append(element("li", element("i", class_="of-met"), "throttled"))
    if has_splits:
        entries.append(element("li", "crosses above: splits"))
    return element("ul", *entries, class_="key")
