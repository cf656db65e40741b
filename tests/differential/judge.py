"""Say whether two replies are the same answer and, if not, of which kind the difference is."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Any

from tests.golden.wire import Reply

SETS = ("SS", "NS", "BS")
ENVELOPE = "1 validation error detected: "
ENVELOPED = re.compile(r"^1 validation error detected: (?!Value (?!provided in))")
KEY_CONDITION = re.compile(r"Invalid KeyConditionExpression: (?=KeyConditionExpressions )")
ATTRIBUTE_MAPS = ("Item", "Attributes", "Keys", "NewImage", "OldImage")
"""Members whose entries are a user's attributes: a difference inside is told as one."""
MEMBERWISE = ("Responses", "Records", "ConsumedCapacity", "Streams")
"""Lists in which each entry of one server is that of the other: what differs is told of the entries."""
CHANGING = (
    *("TableId", "TableArn", "IndexArn", "StreamArn", "LatestStreamArn", "StreamLabel", "LatestStreamLabel", "ShardId"),
    *("CreationDateTime", "LastUpdateToPayPerRequestDateTime", "CreationRequestDateTime", "LastIncreaseDateTime"),
    *("LastDecreaseDateTime", "LastUpdateDateTime", "ApproximateCreationDateTime", "TableStatus", "IndexStatus"),
    *("WarmThroughput", "eventID", "awsRegion", "SequenceNumber", "SequenceNumberRange", "ShardIterator"),
    *("NextShardIterator", "KMSMasterKeyArn"),
)
TOLD_MAX = 60
"""Characters of a scalar that are told."""
TYPE_SET = re.compile(r", typeSet: ALLOWED_FOR_\w+_OPERAND")
VALID_TYPES = re.compile(r"valid types: \{([A-Z,]+)\}")
LOCAL_VALUE = re.compile(r"(?:AttributeValue: )?\{(\w+): ([^,}]*),\}")
KEYS = re.compile(r"keys: \{([^}]*)\}")
UNORDERED = (
    *("Ordered", "Single", "Indexed", "AttributeDefinitions", "GlobalSecondaryIndexes", "LocalSecondaryIndexes"),
    *("Tags", "NonKeyAttributes", "ConsumedCapacity"),
)
"""Lists whose order no documentation promises; a table's name is that of a BatchGetItem's reply."""
ARN = re.compile(r"arn:aws:dynamodb:[^\s,;'\"]*")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a client can see of a reply, with what no server can be blamed for taken out."""

    status: int
    name: str
    message: str
    body: str

    def unknown(self) -> bool:
        """Whether the server lacks the operation."""
        return self.status != 200 and self.name in ("UnknownOperationException", "", "NoJson")

    def brief(self) -> str:
        return f"200 {self.body}" if self.status == 200 else f"{self.status} {self.name}: {self.message}"


def answer(reply: Reply | None) -> Answer:
    if reply is None:
        return Answer(0, "NoReply", "the connection broke", "")
    body = reply.json() or {}
    if not isinstance(body, dict):
        return Answer(reply.status, "NoJson", str(body)[:200], "")
    if reply.status == 200:
        return Answer(200, "", "", json.dumps(_plain(body), sort_keys=True))
    message = str(body.get("message", body.get("Message", "")))
    # The newer regions put an envelope around single rules; us-east-1 does not.
    message = _spelled(ARN.sub("arn", ENVELOPED.sub("", message)))
    reasons = body.get("CancellationReasons")
    if isinstance(reasons, list):
        message += "".join(f"; {each.get('Code')}: {each.get('Message')}" for each in reasons)
    shown = json.dumps(_plain([each.get("Item") for each in reasons]), sort_keys=True) if reasons else ""
    return Answer(reply.status, str(body.get("__type", "")).rpartition("#")[2], message, shown)


def _spelled(message: str) -> str:
    """The message without what only the spelling of a server adds; the golden scripts hold the service's."""
    # Users' reports of ADD and DELETE have the typeSet; the references have it or not.
    message = TYPE_SET.sub("", message)
    # Said since about 2025; the references have it or not.
    message = KEY_CONDITION.sub("", message)
    # The order of hash sets.
    message = VALID_TYPES.sub(lambda found: f"valid types: {sorted(found[1].split(','))}", message)
    message = KEYS.sub(lambda found: f"keys: {sorted(found[1].split(', '))}", message)
    # DynamoDB Local writes a value as `{N: 1,}`, the service as `{N:1}`.
    return LOCAL_VALUE.sub(r"AttributeValue: {\1:\2}", message)


def _plain(data: Any, name: str = "") -> Any:
    if isinstance(data, dict):
        return {key: _plain(entry, key) for key, entry in data.items() if key not in CHANGING}
    if name == "NextToken":
        return "a token" if data else data
    if name == "N" and isinstance(data, str):
        # DynamoDB Local answers a number as it was written.
        return _number(data)
    if isinstance(data, list):
        entries = [_plain(entry, "N" if name == "NS" else "") for entry in data]
        return sorted(entries, key=_sorted_text) if name in SETS or name in UNORDERED else entries
    return float(data) if isinstance(data, int) and not isinstance(data, bool) else data


def _sorted_text(entry: Any) -> str:
    """A text that is equal for entries whose members come in different orders."""
    return json.dumps(entry, sort_keys=True)


def _number(text: str) -> str:
    try:
        return str(Decimal(text).normalize(Context(prec=60)) + 0)
    except ArithmeticError:
        return text


def kind(ours: Answer, theirs: Answer) -> str | None:
    """None when the answers are the same."""
    if ours == theirs:
        return None
    if theirs.status in (0, 500) or theirs.unknown():
        return None
    if ours.status in (0, 500):
        return "we broke"
    if (ours.status == 200) != (theirs.status == 200):
        return "we accept" if ours.status == 200 else "we refuse"
    if ours.name != theirs.name:
        return "type"
    return "message" if ours.status != 200 else "body"


def blurred(ours: Answer, theirs: Answer) -> tuple[str, str]:
    """Both answers with names, values and numbers blurred, so that one difference is told once."""
    if kind(ours, theirs) == "body" or (ours.name, ours.message) == (theirs.name, theirs.message):
        parts = sorted(set(_parts(_loaded(ours), _loaded(theirs))))
        words = (
            [f"{path}: {_sized(path, ours_told)};" for path, ours_told, _ in parts],
            [f"{path}: {_sized(path, told)};" for path, _, told in parts],
        )
        return " ".join([template(ours), *words[0]]), " ".join([template(theirs), *words[1]])
    return template(ours), template(theirs)


def _loaded(found: Answer) -> Any:
    return json.loads(found.body) if found.body else None


def _parts(ours: Any, theirs: Any, path: str = "") -> Iterator[tuple[str, str, str]]:
    """The members in which two bodies differ: their path, and what each of the two has there."""
    if ours == theirs:
        return
    name = path.rpartition(".")[2]
    if isinstance(ours, dict) and isinstance(theirs, dict) and name not in ATTRIBUTE_MAPS:
        for member in sorted({*ours, *theirs}):
            yield from _parts(ours.get(member), theirs.get(member), f"{path}.{member}" if path else member)
    elif name in MEMBERWISE and isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for entry, other in zip(ours, theirs, strict=True):
            yield from _parts(entry, other, f"{path}[]")
    else:
        yield path, _told(ours, theirs), _told(theirs, ours)


def _sized(path: str, told: str) -> str:
    """A size is that of what each case wrote; units are few."""
    return "some" if path.endswith("SizeBytes") and told != "absent" else told


def _told(entry: Any, other: Any) -> str:
    if entry is None:
        return "absent"
    if isinstance(entry, list):
        same = isinstance(other, list) and sorted(entry, key=str) == sorted(other, key=str)
        count = "some order" if same else f"{len(entry)}"
        return f"[{count}]" if not entry or not isinstance(entry[0], str) else f"{count} words"
    return "{...}" if isinstance(entry, dict) else f"{entry}".split(";")[0][:TOLD_MAX]


def template(found: Answer) -> str:
    """One answer with names, values and numbers blurred."""
    if found.status == 200:
        return "200"
    text = re.sub(r" at '([^']*)' failed", r" at \1 failed", found.message)
    text = re.sub(r"'[^']*'|\"[^\"]*\"|\[[^\]]*\]|\{[^}]*\}", "~", text)
    text = re.sub(
        r"(attribute value|attribute name|keyword|function|operator|operand type|key|Key|Attribute|type): \S+",
        r"\1: ~",
        text,
    )
    return f"{found.name}: {re.sub(r'[0-9]+', '0', text)}"
