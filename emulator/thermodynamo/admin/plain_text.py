"""Lists of the admin API as aligned plain text, for people who ask with curl."""

from collections.abc import Iterator, Sequence
from typing import Any

from thermodynamo.api.key_text import printable

Described = dict[str, Any]


def aligned(headings: Sequence[str], entries: Sequence[Sequence[object]]) -> str:
    """Headings above entries, each cell as wide as the widest below its heading; "-" stands for nothing."""
    cells = [list(headings), *([_cell(value) for value in entry] for entry in entries)]
    widths = [max(map(len, below)) for below in zip(*cells, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells)
    return "\n".join(lines) + "\n"


def _cell(value: object) -> str:
    return "-" if value is None else printable(str(value))


def shown_key(key: Described | None) -> str | None:
    """A key such as pk=user#1 sk=7."""
    return " ".join(f"{name}={next(iter(value.values()))}" for name, value in key.items()) if key else None


def throttles(report: Described) -> str:
    """The last refusals, newest first, and what became of the calls."""
    names = ("time", "operation", "reason", "resource", "partition", "tokens")
    entries = [[*(each[name] for name in names), shown_key(each["key"])] for each in report["throttles"]]
    lines = [printable(f"{each['operation']} on {each['table']}: {each['summary']}") for each in report["retries"]]
    return aligned((*names, "key"), entries) + "".join(f"{line}\n" for line in lines)


def partitions(report: Described) -> str:
    """The partitions of a table, then those of its indexes."""
    places = [(report["table"], report), *report["indexes"].items()]
    return "\n".join("\n".join(_partitions(name, place)) for name, place in places)


def _partitions(name: str, place: Described) -> Iterator[str]:
    names = ("id", "low", "high", "items", "bytes", "parent")
    yield name
    yield aligned(names, [[partition[name] for name in names] for partition in place["partitions"]])


def insights(report: Described) -> str:
    """The contributors of each rule."""
    lines = [f"{report['table']}{' index ' + report['index'] if report['index'] else ''}: {report['status']}"]
    for rule, contributors in report["rules"].items():
        lines += ["", f"{rule}: {'; '.join(_contributor(each) for each in contributors) or 'none'}"]
    return "\n".join(lines) + "\n"


def _contributor(contributor: Described) -> str:
    measures = [f"{value:g} {name}" for name, value in contributor.items() if isinstance(value, int | float)]
    return f"{printable(shown_key(contributor['key']) or '-')} ({', '.join(measures)})"
