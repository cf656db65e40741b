"""The report of a trial: each difference once, by operation and kind; and what the reasons explain."""

import json
from collections import Counter, defaultdict
from typing import Any

from tests.differential.judge import Answer
from tests.differential.order import WHY, of_order
from tests.differential.trial import Difference, Example, Key, Trial

SHOWN_PER_REASON = 50
SHOWN_OF_REQUEST = 700
SHOWN_OF_ANSWER = 400


def report(trial: Trial, requests: int, seed: int, shrinking: bool) -> tuple[str, int]:
    """The text, and how many differences have no reason."""
    groups: dict[tuple[str, str], list[Key]] = defaultdict(list)
    for key, found in trial.found.items():
        if found.reason is None and found.example is not None and of_order(trial, key, found.example):
            found.reason = WHY
        if found.reason is None and found.example is not None:
            groups[(found.operation, _kind(trial, key, found))].append(key)
    unexplained = sum(map(len, groups.values()))
    lines = [f"{requests} requests, seed {seed}, peers {', '.join(name for name in trial.servers if name != 'ours')}"]
    lines += [f"{count} broken connections of {name}" for name, count in trial.broken.items()]
    lines += [f"{len(trial.found)} differences, {unexplained} without a reason", ""]
    for (operation, what), keys in sorted(groups.items()):
        lines.append(f"== {operation}: {what}")
        for together in _met_together(trial, keys):
            lines += _told(trial, together, shrinking and what != "order")
        lines.append("")
    lines.append("== explained")
    lines += [f"{count:6} {why}" for why, count in _explained(trial).most_common()]
    return "\n".join(lines) + "\n", unexplained


def swallowed(trial: Trial) -> str:
    """What each row of the reasons explains: the differences that nobody confirmed, the most outvoted first."""
    rows: dict[str, list[Key]] = defaultdict(list)
    for key, found in trial.found.items():
        if found.reason is not None and found.example is not None:
            rows[found.reason].append(key)
    lines: list[str] = []
    for why, keys in sorted(rows.items(), key=lambda entry: -sum(trial.found[key].count for key in entry[1])):
        lines.append(f"== {why}: {len(keys)} differences")
        for together in _met_together(trial, keys)[:SHOWN_PER_REASON]:
            lines += _told(trial, together, False)
    return "\n".join(lines) + "\n"


def _kind(trial: Trial, key: Key, found: Difference) -> str:
    agreed = trial.agreed[found.peer]
    return "order" if found.kind != "body" and key[3] in agreed and key[4] in agreed else found.kind


def _explained(trial: Trial) -> Counter[str]:
    counts: Counter[str] = Counter()
    for found in trial.found.values():
        counts.update(found.confirmed)
        if found.reason is not None:
            counts[found.reason] += found.count
    return counts


def _example(trial: Trial, key: Key) -> Example:
    example = trial.found[key].example
    assert example is not None
    return example


def _met_together(trial: Trial, keys: list[Key]) -> list[list[Key]]:
    """The differences of several references whose first example is the same request, the most outvoted first."""
    groups: dict[tuple[int, int], list[Key]] = defaultdict(list)
    for key in keys:
        groups[(id(_example(trial, key).case), _example(trial, key).step)].append(key)
    return sorted(groups.values(), key=lambda group: max(trial.found[key].weight for key in group), reverse=True)


def _told(trial: Trial, keys: list[Key], shrinking: bool) -> list[str]:
    """The request, our answer, and what everybody else answers; with whom we differ and how often comes first."""
    example = _example(trial, keys[0])
    request, answers = example.case.steps[example.step][1], dict(example.others)
    if shrinking:
        request, answers["ours"], answers[keys[0][0]] = trial.shrunk(keys[0], example)
    counts = ", ".join(
        f"{found.peer} {found.count} times ({found.alone} without a peer of ours, {found.outvoted} outvoted)"
        for found in (trial.found[key] for key in keys)
    )
    differing = {key[0] for key in keys}
    lines = [f"-- {counts}", f"   request {_compact(request)}"]
    for name, each in answers.items():
        mark = "!" if name in differing else " "
        same = name != "ours" and each == answers["ours"]
        lines.append(f"  {mark}{name:<10}{'as ours' if same else _brief(each)}")
    return lines


def _brief(each: Answer) -> str:
    return each.brief()[:SHOWN_OF_ANSWER]


def _compact(request: Any) -> str:
    return json.dumps(request, ensure_ascii=False)[:SHOWN_OF_REQUEST]
