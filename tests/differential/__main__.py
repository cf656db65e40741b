"""`make differential`: generate requests, send each to this server and to the peers, report where the answers differ.

python -m tests.differential [--requests 20000] [--seed 1] [--peers local,dynoxide,ministack,dynalite]
"""

import argparse
import json
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from tests.differential.generator import SEED, TABLES, Case, Generator
from tests.differential.judge import Answer, answer, kind, template
from tests.differential.peers import FIRST_PORT, HOME, NAMES, Server, running
from tests.differential.reasons import REASONS
from tests.differential.shrink import shrink
from tests.differential.transaction_reasons import TRANSACTION_REASONS
from tests.golden.wire import Wire

ACCOUNT = "000000000000"
ACTIVE_WITHIN_SECONDS = 10.0


@dataclass(slots=True)
class Difference:
    """One kind of difference with its first example and how often it was met."""

    peer: str
    operation: str
    kind: str
    ours: Answer
    theirs: Answer
    case: Case
    step: int
    count: int = 1
    reason: str | None = None
    alone: bool = False


@dataclass(slots=True)
class Trial:
    """The servers under trial and what was found so far."""

    servers: dict[str, Server]
    wires: dict[str, Wire] = field(default_factory=dict)
    found: dict[tuple[str, str, str, str, str], Difference] = field(default_factory=dict)
    broken: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    agreed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def prepare(self, name: str) -> None:
        wire = self.wires[name] = Wire(self.servers[name].url)
        for table in TABLES:
            wire.call("CreateTable", table, ACCOUNT)
            give_up = time.monotonic() + ACTIVE_WITHIN_SECONDS
            while time.monotonic() < give_up:
                body = wire.call("DescribeTable", {"TableName": table["TableName"]}, ACCOUNT).json()
                if body.get("Table", {}).get("TableStatus") == "ACTIVE":
                    break
                time.sleep(0.05)
        for operation, request in SEED:
            wire.call(operation, request, ACCOUNT)

    def ask(self, name: str, operation: str, request: Any) -> Answer:
        try:
            reply = self.wires[name].call(operation, request, ACCOUNT)
        except Exception:
            self.broken[name] += 1
            self.wires[name].close()
            if self.servers[name].process is not None and self.servers[name].process.poll() is not None:  # type: ignore[union-attr]
                self.servers[name].revive()
                self.prepare(name)
            return answer(None)
        if operation == "CreateTable" and reply.status == 200:
            self._drop(name, request["TableName"])
        return answer(reply)

    def _drop(self, name: str, table: str) -> None:
        give_up = time.monotonic() + ACTIVE_WITHIN_SECONDS
        while time.monotonic() < give_up:
            status = self.wires[name].call("DeleteTable", {"TableName": table}, ACCOUNT).status
            if status == 200:
                return
            time.sleep(0.02)

    def run(self, case: Case) -> None:
        open_peers = [name for name in self.servers if name != "ours"]
        for index, (operation, request) in enumerate(case.steps):
            answers = {name: self.ask(name, operation, request) for name in ["ours", *open_peers]}
            ours = answers["ours"]
            agreeing = [name for name in open_peers if answers[name] == ours]
            for name in list(open_peers):
                theirs = answers[name]
                what = kind(ours, theirs)
                if what is None:
                    if ours == theirs:
                        self.agreed[name].add(template(ours))
                    continue
                self.note(name, operation, what, ours, theirs, case, index, agreeing)
                if (ours.status == 200) != (theirs.status == 200) or what == "body":
                    open_peers.remove(name)  # Their states have parted.

    def note(
        self,
        peer: str,
        operation: str,
        what: str,
        ours: Answer,
        theirs: Answer,
        case: Case,
        step: int,
        agreeing: list[str],
    ) -> None:
        reason = None
        if "local" in agreeing or len(agreeing) > 1:
            reason = f"{' and '.join(agreeing)} answer{'s' if len(agreeing) == 1 else ''} as we do"
        key = (peer, operation, what, template(ours), template(theirs))
        known = self.found.get(key)
        if known is None:
            known = self.found[key] = Difference(peer, operation, what, ours, theirs, case, step, count=0)
            rows = (*REASONS, *TRANSACTION_REASONS)
            fitting = (row.why for row in rows if row.fits(peer, operation, template(ours), template(theirs)))
            known.reason = next(fitting, None)
        known.count += 1
        known.alone = known.alone or not agreeing
        known.reason = known.reason or reason

    def shrunk(self, key: tuple[str, str, str, str, str]) -> tuple[Any, Answer, Answer]:
        """The smallest request with the same difference; steps before it are sent again each time."""
        found = self.found[key]
        # What a read shows was done by the write before it.
        at = found.step - 1 if found.step > 1 else found.step
        request = found.case.steps[at][1]
        last = (found.ours, found.theirs)

        def differs(smaller: Any) -> bool:
            nonlocal last
            pair = []
            for name in ("ours", found.peer):
                for index, (operation, step) in enumerate(found.case.steps[: found.step + 1]):
                    pair_answer = self.ask(name, operation, smaller if index == at else step)
                pair.append(pair_answer)
            same = (found.peer, found.operation, kind(*pair), template(pair[0]), template(pair[1])) == key
            if same:
                last = (pair[0], pair[1])
            return same

        smallest = shrink(request, differs)
        return smallest, *last


def report(trial: Trial, requests: int, seed: int, shrinking: bool) -> tuple[str, int]:
    """The text, and how many differences have no reason."""
    groups: dict[tuple[str, str], list[tuple[str, str, str, str, str]]] = defaultdict(list)
    explained: dict[str, int] = defaultdict(int)
    for key, found in trial.found.items():
        if (
            found.reason is None
            and found.kind != "body"
            and key[3] in trial.agreed[found.peer]
            and key[4] in trial.agreed[found.peer]
        ):
            found.kind, found.reason = "order", None
        if found.reason is not None:
            explained[found.reason] += found.count
        else:
            groups[(found.operation, found.kind)].append(key)
    lines = [f"{requests} requests, seed {seed}, peers {', '.join(name for name in trial.servers if name != 'ours')}"]
    lines += [f"{count} broken connections of {name}" for name, count in trial.broken.items()]
    lines += [f"{len(trial.found)} differences, {sum(len(keys) for keys in groups.values())} without a reason", ""]
    for (operation, what), keys in sorted(groups.items()):
        lines.append(f"== {operation}: {what}")
        for key in sorted(keys, key=lambda k: (not trial.found[k].alone, -trial.found[k].count)):
            found = trial.found[key]
            request, ours, theirs = found.case.steps[found.step][1], found.ours, found.theirs
            if shrinking and what != "order":
                request, ours, theirs = trial.shrunk(key)
            lines += [
                f"-- {found.peer}, {found.count} times{', no peer answers as we do' if found.alone else ''}",
                f"   request {compact(request)}",
                f"   ours    {ours.brief()[:400]}",
                f"   theirs  {theirs.brief()[:400]}",
            ]
        lines.append("")
    lines.append("== explained")
    lines += [f"{count:6} {why}" for why, count in sorted(explained.items(), key=lambda entry: -entry[1])]
    return "\n".join(lines) + "\n", sum(map(len, groups.values()))


def compact(request: Any) -> str:
    return json.dumps(request, ensure_ascii=False)[:700]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.differential", description=__doc__)
    parser.add_argument("--requests", type=int, default=20000, help="how many requests to generate")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peers", default=",".join(NAMES))
    parser.add_argument("--no-shrink", action="store_true", help="show examples as they were generated")
    parser.add_argument("--only", help="the kind of case, by its method in generator.py, such as transaction")
    parser.add_argument("--first-port", type=int, default=FIRST_PORT, help="this server's; the others follow")
    options = parser.parse_args()
    with running(["ours", *options.peers.split(",")], options.first_port) as servers:
        trial = Trial(servers)
        for name in servers:
            trial.prepare(name)
        generator = Generator(options.seed, options.only)
        sent = 0
        while sent < options.requests:
            case = next(generator)
            trial.run(case)
            sent += len(case.steps)
        text, unexplained = report(trial, sent, options.seed, not options.no_shrink)
    path = HOME.parent / "differential.txt"
    path.write_text(text, encoding="utf-8")
    print(text, end="")
    print(f"written to {path}", file=sys.stderr)
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
