"""The tables of a run, as Markdown that is also readable in a terminal."""

from collections.abc import Sequence

from bench.million import Filled
from bench.rounds import Results
from bench.servers import ECHOES

NOTHING = "-"


def table(heading: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A Markdown table with aligned columns: text to the left in the first, figures to the right in the others."""
    widths = [max(len(line[place]) for line in (heading, *lines)) for place in range(len(heading))]

    def shown(cells: Sequence[str]) -> str:
        padded = [
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
        ]
        return "| " + " | ".join(padded) + " |"

    rule = ["-" * (width - 1) + ":" if place else "-" * width for place, width in enumerate(widths)]
    return "\n".join(map(shown, (heading, rule, *lines)))


def throughput(results: Results, operations: Sequence[str], names: Sequence[str]) -> str:
    """Requests per second with p50 and p99 of every server."""
    lines = []
    for operation in operations:
        cells = [operation]
        for name in names:
            load = results.median(operation, name)
            if load is None:
                cells.append("wrong answer" if (operation, name) in results.refusals else NOTHING)
            else:
                failed = f", {load.errors:,} failed" if load.errors else ""
                cells.append(f"{load.requests_per_second:,.0f} ({load.p50_ms:.2f} / {load.p99_ms:.2f}{failed})")
        lines.append(cells)
    return table(["requests/s (p50 / p99 ms)", *names], lines)


def ratios(results: Results, operations: Sequence[str], names: Sequence[str]) -> str:
    """The first server's requests per second as a multiple of each other's, and of the fastest peer's."""
    subject, *others = names
    peers = [name for name in others if name not in ECHOES]
    lines = []
    for operation in operations:
        found = {name: results.ratio(operation, subject, name) for name in others}
        cells = [operation, *(f"{ratio:.2f}" if (ratio := found[name]) else NOTHING for name in others)]
        least = min((ratio for name in peers if (ratio := found[name])), default=None)
        load = results.median(operation, subject)
        spread = f"{load.p99_ms / load.p50_ms:.1f}" if load and load.p50_ms else NOTHING
        lines.append([*cells, *([f"{least:.2f}" if least else NOTHING] if peers else []), spread])
    fastest = ["× fastest peer"] if peers else []
    return table([subject, *(f"× {name}" for name in others), *fastest, "p99 / p50"], lines)


def footprint(results: Results, names: Sequence[str], filled: dict[str, Filled]) -> str:
    """Start-up and memory of every server but the echoes."""
    lines = []
    for name in names:
        if name in ECHOES:
            continue
        seconds, peak = results.start_seconds.get(name), results.peak_mb.get(name)
        cells = [name, f"{seconds:.2f}" if seconds else NOTHING, f"{peak:.0f}" if peak else NOTHING]
        if filled:
            cells.append(_filled(filled.get(name)))
        lines.append(cells)
    heading = ["server", "first answer after s", "peak MB in this run"]
    return table([*heading, "MB with 200-byte items"] if filled else heading, lines)


def _filled(after: Filled | None) -> str:
    if after is None:
        return NOTHING
    return (
        f"{after.resident_mb:,.0f} with {after.items:,} ({after.grown_mb:,.0f} more than empty, {after.seconds:.0f} s)"
    )


def refusals(results: Results) -> str:
    """Why an operation of a server was not measured."""
    return "\n".join(f"{server} {operation}: {why}" for (operation, server), why in results.refusals.items())
