"""Lists of the admin API as aligned plain text, for people who ask with curl."""

from collections.abc import Sequence
from typing import Any

from thermodynamo.api.key_text import printable
from thermodynamo.api.slices import Slices, finish

Described = dict[str, Any]
LINES_AT_ONCE = 250
"""Lines that one slice writes: about two milliseconds."""


def aligned(headings: Sequence[str], entries: Sequence[Sequence[object]]) -> str:
    """Headings above entries, each cell as wide as the widest below its heading; "-" stands for nothing."""
    return finish(_aligned(headings, entries))


def _aligned(headings: Sequence[str], entries: Sequence[Sequence[object]]) -> Slices[str]:
    cells = [list(headings)]
    widths = list(map(len, headings))
    for entry in entries:
        cells.append([_cell(value) for value in entry])
        widths = list(map(max, widths, map(len, cells[-1])))
        if len(cells) % LINES_AT_ONCE == 0:
            yield
    lines = []
    for line in cells:
        lines.append("  ".join(map(str.ljust, line, widths)).rstrip())
        if len(lines) % LINES_AT_ONCE == 0:
            yield
    return "\n".join(lines) + "\n"


def _cell(value: object) -> str:
    return "-" if value is None else printable(str(value))


def shown_key(key: Described | None) -> str | None:
    """A key such as pk=user#1 sk=7."""
    return " ".join(f"{name}={next(iter(value.values()))}" for name, value in key.items()) if key else None


def throttles(report: Described) -> Slices[str]:
    """The last refusals, newest first, and what became of the calls."""
    names = ("time", "operation", "reason", "resource", "partition", "tokens")
    entries = [[*(each[name] for name in names), shown_key(each["key"])] for each in report["throttles"]]
    lines = [printable(f"{each['operation']} on {each['table']}: {each['summary']}") for each in report["retries"]]
    return (yield from _aligned((*names, "key"), entries)) + "".join(f"{line}\n" for line in lines)


def partitions(report: Described) -> Slices[str]:
    """The partitions of a table, then those of its indexes."""
    names = ("id", "low", "high", "items", "bytes", "parent")
    texts = []
    for name, place in ((report["table"], report), *report["indexes"].items()):
        entries = [[partition[name] for name in names] for partition in place["partitions"]]
        texts.append(f"{name}\n{yield from _aligned(names, entries)}")
    return "\n".join(texts)


def insights(report: Described) -> str:
    """The contributors of each rule."""
    lines = [f"{report['table']}{' index ' + report['index'] if report['index'] else ''}: {report['status']}"]
    for rule, contributors in report["rules"].items():
        lines += ["", f"{rule}: {'; '.join(_contributor(each) for each in contributors) or 'none'}"]
    return "\n".join(lines) + "\n"


def _contributor(contributor: Described) -> str:
    measures = [f"{value:g} {name}" for name, value in contributor.items() if isinstance(value, int | float)]
    return f"{printable(shown_key(contributor['key']) or '-')} ({', '.join(measures)})"
