"""The servers under trial: send each case to all of them, and remember where the answers differ."""

import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from tests.differential.control_plane_reasons import CONTROL_PLANE_REASONS
from tests.differential.generator import SEED, TABLES, Case
from tests.differential.judge import Answer, answer, blurred, kind, template
from tests.differential.peers import Server
from tests.differential.reading_reasons import READING_REASONS
from tests.differential.reasons import REASONS
from tests.differential.shrink import shrink
from tests.differential.table_reasons import TABLE_REASONS
from tests.differential.transaction_reasons import TRANSACTION_REASONS
from tests.differential.update_reasons import UPDATE_REASONS
from tests.golden.wire import Reply, Wire

ACCOUNT = "000000000000"
SETTLED_WITHIN_SECONDS = 10.0
DESCRIBING = ("CreateTable", "UpdateTable", "DescribeTable")
"""Each reference describes tables with members fewer or more; the tables are the same for that."""
UNITED = 3
"""As many references that agree against us need one reason for all."""
PUBLISHED = "^SerializationException|errors? detected: Value|The parameter ~ is required"
PLACES: dict[str, tuple[tuple[str, tuple[str | int, ...]], ...]] = {
    "GetShardIterator": (("$iterator", ("ShardIterator",)),),
    "GetRecords": (("$iterator", ("NextShardIterator",)), ("$sequence", ("Records", -1, "dynamodb", "SequenceNumber"))),
    "DescribeTable": (("$own-stream", ("Table", "LatestStreamArn")),),
    "DescribeStream": (("$own-shard", ("StreamDescription", "Shards", 0, "ShardId")),),
}
"""Words of later requests that stand for a member of the reply to an operation; without the member they stay."""
FOLLOWING = {
    "Query": ('"$last"', "LastEvaluatedKey"),
    "Scan": ('"$last"', "LastEvaluatedKey"),
    "ExecuteStatement": ('"$next"', "NextToken"),
}
"""How a request names the place where the next page begins, and the member that tells it; null after the last page."""
Key = tuple[str, str, str, str, str]
"""Peer, operation, kind, and both answers blurred."""


@dataclass(slots=True)
class Example:
    """A case in which a difference was met, and the answers to its step that differ."""

    case: Case
    step: int
    ours: Answer
    theirs: Answer
    others: dict[str, Answer] = field(default_factory=dict)
    """What each peer whose state had not parted from ours answered."""


@dataclass(slots=True)
class Difference:
    """One kind of difference: how often others confirmed our answer, and what speaks for it where they did not."""

    peer: str
    operation: str
    kind: str
    confirmed: Counter[str] = field(default_factory=Counter)
    example: Example | None = None
    """The first one in which no other server confirmed our answer."""
    count: int = 0
    """How often nobody confirmed our answer."""
    alone: int = 0
    """How often no peer at all answered as we do."""
    outvoted: int = 0
    """How often no peer answered as we do, and another as this one."""
    reason: str | None = None

    @property
    def weight(self) -> tuple[int, int, int]:
        """What is to be looked at first has most."""
        return self.outvoted, self.alone, self.count


def reason(key: Key, united: Collection[str] = ()) -> str | None:
    """What the tables say of a difference; of one between us and many who agree, in a row that holds for all of them.

    Else one row could call another reference its witness that says the same as the first. What the published model
    says of the request needs no witness.
    """
    operation, ours, theirs = key[1], key[3], key[4]
    peers = {key[0]} if len(united) < UNITED or re.search(PUBLISHED, ours) else {key[0], *united}
    rows = (*REASONS, *UPDATE_REASONS, *READING_REASONS, *TRANSACTION_REASONS, *TABLE_REASONS, *CONTROL_PLANE_REASONS)
    return next((row.why for row in rows if all(row.fits(peer, operation, ours, theirs) for peer in peers)), None)


def _at(body: Any, path: tuple[str | int, ...]) -> Any:
    """A member of a reply, or None where there is none."""
    for step in path:
        try:
            body = body[step]
        except (KeyError, IndexError, TypeError):
            return None
    return body


def _in_other_words(name: str, operation: str, what: str, example: Example) -> bool:
    """Whether a peer accepts or refuses as we do, but for what has a reason, where that is the question."""
    ours, theirs = example.ours, example.others[name]
    if what not in ("we accept", "we refuse") or (ours.status == 200) != (theirs.status == 200):
        return False
    pair = kind(ours, theirs)
    return pair in ("body", "message") and reason((name, operation, pair, *blurred(ours, theirs))) is not None


@dataclass(slots=True)
class Trial:
    """The servers under trial and what was found so far."""

    servers: dict[str, Server]
    wires: dict[str, Wire] = field(default_factory=dict)
    found: dict[Key, Difference] = field(default_factory=dict)
    broken: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    agreed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    """What the `$words` of requests stand for on each server."""

    def prepare(self, name: str) -> None:
        wire = self.wires[name] = Wire(self.servers[name].url)
        for table in TABLES:
            wire.call("CreateTable", table, ACCOUNT)
            self._settled(name, table["TableName"], "ACTIVE")
        for operation, request in SEED:
            wire.call(operation, request, ACCOUNT)
        words = self.words[name] = {}
        words["$arn"] = self._member(name, "DescribeTable", {"TableName": "Ordered"}, "Table", "TableArn")
        words["$stream"] = self._member(name, "DescribeTable", {"TableName": "Streamed"}, "Table", "LatestStreamArn")
        described = {"StreamArn": words["$stream"]}
        words["$shard"] = self._member(name, "DescribeStream", described, "StreamDescription", "Shards", 0, "ShardId")

    def _member(self, name: str, operation: str, request: Any, *path: str | int) -> str:
        """A member of a reply; a word that names nothing where the server has none."""
        return str(_at(self.wires[name].call(operation, request, ACCOUNT).json(), path) or "none")

    def _settled(self, name: str, table: str, status: str | None) -> None:
        """Wait until a table has a status; None stands for a table that is gone."""
        give_up = time.monotonic() + SETTLED_WITHIN_SECONDS
        while time.monotonic() < give_up:
            body = self.wires[name].call("DescribeTable", {"TableName": table}, ACCOUNT).json()
            described = body.get("Table", {}) if isinstance(body, dict) else {}
            indexes = described.get("GlobalSecondaryIndexes", [])
            if described.get("TableStatus") == status and all(each.get("IndexStatus") == "ACTIVE" for each in indexes):
                return
            time.sleep(0.02)

    def ask(self, name: str, operation: str, request: Any, table: str | None = None) -> Answer:
        """One request; a table that it makes is dropped at once unless it is the case's own."""
        text = json.dumps(request)
        for word, meant in self.words[name].items():
            text = text.replace(word, meant)
        reply = self._called(name, operation, text)
        if reply is None:
            return answer(None)
        if operation in FOLLOWING:
            self._follow(name, operation, reply.json() if reply.status == 200 else {})
        if reply.status == 200:
            if operation == "CreateTable" and request["TableName"] != table:
                self.drop(name, request["TableName"])
            elif operation in ("CreateTable", "UpdateTable"):
                self._settled(name, request["TableName"], "ACTIVE")
            self._remember(name, operation, reply.json())
        return answer(reply)

    def _called(self, name: str, operation: str, request: Any) -> Reply | None:
        """The reply, or None where the connection broke; a server that died of the request is started again."""
        try:
            return self.wires[name].call(operation, request, ACCOUNT)
        except Exception:
            self.broken[name] += 1
            self.wires[name].close()
            if self.servers[name].process is not None and self.servers[name].process.poll() is not None:  # type: ignore[union-attr]
                self.servers[name].revive()
                self.prepare(name)
            return None

    def _follow(self, name: str, operation: str, body: Any) -> None:
        """Where the page ends, for the request for the next one."""
        word, member = FOLLOWING[operation]
        self.words[name][word] = json.dumps(body.get(member))

    def _remember(self, name: str, operation: str, body: Any) -> None:
        """The places that the server named, for the requests that go on from there."""
        for word, path in PLACES.get(operation, ()):
            found = _at(body, path)
            if found is not None:
                self.words[name][word] = str(found)

    def drop(self, name: str, table: str) -> None:
        give_up = time.monotonic() + SETTLED_WITHIN_SECONDS
        while time.monotonic() < give_up:
            reply = self._called(name, "DeleteTable", {"TableName": table})
            if reply is not None and (reply.status == 200 or b"ResourceNotFound" in reply.body):
                self._settled(name, table, None)
                return
            time.sleep(0.02)

    def run(self, case: Case) -> None:
        open_peers = [name for name in self.servers if name != "ours"]
        for index, (operation, request) in enumerate(case.steps):
            answers = {name: self.ask(name, operation, request, case.table) for name in ["ours", *open_peers]}
            ours = answers["ours"]
            for name in list(open_peers):
                theirs = answers[name]
                what = kind(ours, theirs)
                if what is None:
                    if ours == theirs:
                        self.agreed[name].add(template(ours))
                    elif theirs.unknown() or theirs.status in (0, 500):
                        open_peers.remove(name)  # What follows rests on what it cannot do, or did by half.
                    continue
                self.note(name, operation, what, Example(case, index, ours, theirs, answers))
                if (ours.status == 200) != (theirs.status == 200) or (what == "body" and operation not in DESCRIBING):
                    open_peers.remove(name)  # Their states have parted.
        if case.table is not None:
            for name in self.servers:
                self.drop(name, case.table)

    def note(self, peer: str, operation: str, what: str, example: Example) -> None:
        key = (peer, operation, what, *blurred(example.ours, example.theirs))
        known = self.found.get(key)
        answers = example.others
        why = reason(key, [name for name, each in answers.items() if name != "ours" and each == example.theirs])
        if known is None:
            known = self.found[key] = Difference(peer, operation, what, reason=why)
        agreeing = [
            name
            for name, each in answers.items()
            if name not in ("ours", peer) and (each == example.ours or _in_other_words(name, operation, what, example))
        ]
        if "local" in agreeing or len(agreeing) > 1:
            known.confirmed[f"{' and '.join(agreeing)} answer{'s' if len(agreeing) == 1 else ''} as we do"] += 1
            return
        if known.example is None or (why is None and known.reason is not None):
            known.example, known.reason = example, why
        known.count += 1
        known.alone += not agreeing
        known.outvoted += not agreeing and sum(each == example.theirs for each in answers.values()) > 1

    def shrunk(self, key: Key, example: Example) -> tuple[Any, Answer, Answer]:
        """The smallest request with the same difference; steps before it are sent again each time."""
        # What a read shows was done by the write before it.
        at = example.step - 1 if example.step > 1 else example.step
        peer, operation = key[:2]
        last = (example.ours, example.theirs)

        def differs(smaller: Any) -> bool:
            nonlocal last
            pair = []
            for name in ("ours", peer):
                for index, (step_operation, step) in enumerate(example.case.steps[: example.step + 1]):
                    sent = smaller if index == at else step
                    pair_answer = self.ask(name, step_operation, sent, example.case.table)
                pair.append(pair_answer)
                if example.case.table is not None:
                    self.drop(name, example.case.table)
            ours, theirs = pair
            same = (peer, operation, kind(ours, theirs), *blurred(ours, theirs)) == key
            if same:
                last = (ours, theirs)
            return same

        smallest = shrink(example.case.steps[at][1], differs)
        return smallest, *last
