"""Whether a difference is one of order alone: the request breaks two rules, and each side names another of them.

That is shown by experiment: a smaller version of the request gets the same refusal from this server, and from the
reference one that says the same, or an answer that has a reason. Which of two rules is named is then right where
another reference names it too, or where it belongs to an earlier stage of what the service looks at.
"""

import re
from typing import Any

from tests.differential.judge import Answer, blurred, kind, template
from tests.differential.shrink import simpler
from tests.differential.trial import Example, Key, Trial, reason

TRIES_MAX = 120
STAGES = (
    "^SerializationException",
    "errors? detected: Value|The parameter ~ is required",
    # All that the request alone tells is without a pattern of its own.
    "^ResourceNotFound|does not have the specified index",
    "does not match the schema|starting key|missed key schema|schema type|conditions on the keys|required keys",
    "^ConditionalCheck|document path provided|does not exist in the item|incorrect data type|significant digits|"
    "magnitude|^TransactionCanceled",
)
"""JSON types, constraints of the model, the request alone, tables and indexes, their keys, the item (README.md)."""
ALONE = 2
ITEM = len(STAGES)
WHY = (
    "the request breaks two rules, as a smaller version shows; ours is named by another reference, or looked at earlier"
)


def stage(told: str) -> int:
    """The place of a refusal's rule among the stages."""
    for place, pattern in enumerate(STAGES):
        if re.search(pattern, told):
            return place if place < ALONE else place + 1
    return ALONE


def of_order(trial: Trial, key: Key, example: Example) -> bool:
    """Whether both refuse, for two rules that the request breaks, and ours is the one to be named."""
    ours, theirs = example.ours, example.theirs
    if 200 in (ours.status, theirs.status):
        return False
    named_too = any(name not in ("ours", key[0]) and each == ours for name, each in example.others.items())
    places = stage(template(ours)), stage(template(theirs))
    # Of two actions that do not suit the item we name the first as written; DynamoDB Local goes by a hash, others by
    # sections, and no reply of the service is known.
    if not named_too and places[0] >= places[1] and places != (ITEM, ITEM):
        return False
    return _parted(trial, key, example)


def _parted(trial: Trial, key: Key, example: Example) -> bool:
    """Whether a smaller request is refused by both for our rule."""
    peer, operation = key[:2]
    before, request = example.case.steps[: example.step], example.case.steps[example.step][1]
    wanted = template(example.ours)
    tries = 0
    smaller: Any = None
    while smaller is not request:
        smaller = request
        for simple in simpler(request):
            tries += 1
            if tries > TRIES_MAX:
                return False
            ours, theirs = (_asked(trial, name, operation, before, simple, example) for name in ("ours", peer))
            if template(ours) != wanted:
                continue
            what = kind(ours, theirs)
            if ours == theirs or (what is not None and reason((peer, operation, what, *blurred(ours, theirs)))):
                return True
            if template(theirs) == template(example.theirs):
                request = simple
                break
    return False


def _asked(trial: Trial, name: str, operation: str, before: Any, request: Any, example: Example) -> Answer:
    for step_operation, step in before:
        trial.ask(name, step_operation, step, example.case.table)
    answered = trial.ask(name, operation, request, example.case.table)
    if example.case.table is not None:
        trial.drop(name, example.case.table)
    return answered
