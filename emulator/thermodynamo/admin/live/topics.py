"""What a page listens to: `<account>/<region>`, or that with `/<table>` or `/<table>/<index>` behind it."""

from dataclasses import dataclass

from thermodynamo.admin import chosen_namespace
from thermodynamo.admin.problem import Problem
from thermodynamo.api.caller import Caller
from thermodynamo.settings.bounds import shown

HINT = "a topic is <account>/<region>, <account>/<region>/<table> or <account>/<region>/<table>/<index>"
TOPICS_MAX = 32
"""As many as a browser's pages listen to together; they share one connection."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A namespace, or a table or a global index in it; `text` is how it was asked for."""

    text: str
    caller: Caller
    table_name: str | None = None
    index_name: str | None = None


def parse(text: str) -> Topic:
    """Raises Problem for what is no topic. Whether the table is there is another question."""
    parts = text.split("/")
    if not 2 <= len(parts) <= 4 or not all(parts):
        raise Problem(f"topic is {shown(text)}", HINT)
    account, region, *names = parts
    caller = chosen_namespace.of_query({"account": account, "region": region}, region)
    return Topic(text, caller, *names)


def parse_all(texts: list[str]) -> list[Topic]:
    if not 1 <= len(texts) <= TOPICS_MAX:
        raise Problem(f"{len(texts)} topics", f"add ?topic= from 1 to {TOPICS_MAX} times; {HINT}")
    return [parse(text) for text in dict.fromkeys(texts)]
