"""Say whether two replies are the same answer and, if not, of which kind the difference is."""

import json
import re
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Any

from tests.golden.wire import Reply

SETS = ("SS", "NS", "BS")
ENVELOPE = "1 validation error detected: "
ENVELOPED = re.compile(r"^1 validation error detected: (?!Value )")
CHANGING = (
    "TableId",
    "TableArn",
    "CreationDateTime",
    "LastUpdateToPayPerRequestDateTime",
    "WarmThroughput",
    "TableStatus",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a client can see of a reply, with what no server can be blamed for taken out."""

    status: int
    name: str
    message: str
    body: str

    def brief(self) -> str:
        return f"200 {self.body}" if self.status == 200 else f"{self.status} {self.name}: {self.message}"


def answer(reply: Reply | None) -> Answer:
    if reply is None:
        return Answer(0, "NoReply", "the connection broke", "")
    body = reply.json()
    if not isinstance(body, dict):
        return Answer(reply.status, "NoJson", str(body)[:200], "")
    if reply.status == 200:
        return Answer(200, "", "", json.dumps(_plain(body), sort_keys=True))
    message = str(body.get("message", body.get("Message", "")))
    # The newer regions put an envelope around single rules; us-east-1 does not.
    message = ENVELOPED.sub("", message)
    reasons = body.get("CancellationReasons")
    if isinstance(reasons, list):
        message += "".join(f"; {each.get('Code')}: {each.get('Message')}" for each in reasons)
    shown = json.dumps(_plain([each.get("Item") for each in reasons]), sort_keys=True) if reasons else ""
    return Answer(reply.status, str(body.get("__type", "")).rpartition("#")[2], message, shown)


def _plain(data: Any, name: str = "") -> Any:
    if isinstance(data, dict):
        return {key: _plain(entry, key) for key, entry in data.items() if key not in CHANGING}
    if name == "N" and isinstance(data, str):
        # DynamoDB Local answers a number as it was written.
        return _number(data)
    if isinstance(data, list):
        entries = [_plain(entry, "N" if name == "NS" else "") for entry in data]
        return sorted(entries, key=str) if name in SETS or name in ("Ordered", "AttributeDefinitions") else entries
    return float(data) if isinstance(data, int) and not isinstance(data, bool) else data


def _number(text: str) -> str:
    try:
        return str(Decimal(text).normalize(Context(prec=60)))
    except ArithmeticError:
        return text


def kind(ours: Answer, theirs: Answer) -> str | None:
    """None when the answers are the same."""
    if ours == theirs:
        return None
    if theirs.status in (0, 500):
        return None
    if ours.status in (0, 500):
        return "we broke"
    if (ours.status == 200) != (theirs.status == 200):
        return "we accept" if ours.status == 200 else "we refuse"
    if ours.name != theirs.name:
        return "type"
    return "message" if ours.status != 200 else "body"


def template(found: Answer) -> str:
    """The answer with names, values and numbers blurred, so that one difference is told once."""
    if found.status == 200:
        return "200"
    text = re.sub(r"'[^']*'|\"[^\"]*\"|\[[^\]]*\]|\{[^}]*\}", "~", found.message)
    text = re.sub(
        r"(attribute value|attribute name|keyword|function|operator|operand type|key|Key|Attribute|type): \S+",
        r"\1: ~",
        text,
    )
    return f"{found.name}: {re.sub(r'[0-9]+', '0', text)}"
