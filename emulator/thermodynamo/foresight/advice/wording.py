"""Advice for the terminal: each sentence with the requests that it follows from."""

from collections.abc import Mapping
from typing import Any

NOTHING = "there is nothing to advise: no limit was met, and no request pays for much that it is not given\n"


def text(report: Mapping[str, Any]) -> str:
    """The report of `advisor.report`."""
    lines = []
    for each in report["advice"]:
        lines += [f"{each['about']}: {each['text']}", *(f"    {request}" for request in each["requests"])]
    if not lines:
        return NOTHING
    if "prices" in report and any(
        "break_even" in each["evidence"] or each["about"] == "class" for each in report["advice"]
    ):
        prices = report["prices"]
        lines.append(
            f"a month like the time since each table was made, by the prices of {prices['region']} of {prices['date']}"
        )
    return "\n".join(lines) + "\n"
