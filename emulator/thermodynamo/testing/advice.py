"""What the requests of tests could do better, as `thermodynamo advise` says it of a server, with the requests.

Nothing is said of money: the time of a test is like no month.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson

from thermodynamo.admin.reports import usage
from thermodynamo.api.slices import finish
from thermodynamo.faults import targets
from thermodynamo.foresight.advice import advisor
from thermodynamo.foresight.advice.evidence import Evidence, KeyEvidence, ReadEvidence
from thermodynamo.foresight.advice.finding import REQUESTS_SHOWN, Finding, counted
from thermodynamo.testing.requests import Request, Requests
from thermodynamo.testing.shared_service import SharedService

FILTERS = ("FilterExpression", "QueryFilter", "ScanFilter")
PROJECTIONS = ("ProjectionExpression", "AttributesToGet")
TESTS_SHOWN = 3


def of_service(shared: SharedService) -> list[Finding]:
    """The advice on what was asked of a service in this process."""
    with shared.lock:
        now = shared.service.clock.now()
        spaces = list(shared.service.namespaces.values())
        found = [each for namespace in spaces for each in finish(usage.of_namespace(namespace, now))]
    return of_evidence(found, shared.requests)


def of_evidence(found: Iterable[Evidence], requests: Requests) -> list[Finding]:
    """The advice that follows from evidence, with those of the requests that it is about."""
    kept = list(requests)
    return [
        finding
        for each in found
        for finding in advisor.advise(
            dataclasses.replace(
                each,
                reads=tuple(_with_examples(each, read, kept) for read in each.reads),
                keys=tuple(_with_requests(each, key, kept) for key in each.keys),
            )
        )
    ]


def _with_examples(evidence: Evidence, read: ReadEvidence, requests: Sequence[Request]) -> ReadEvidence:
    like = [str(request) for request in requests if _is_like(request, evidence, read)]
    return dataclasses.replace(read, examples=tuple(like[:REQUESTS_SHOWN]))


def _is_like(request: Request, evidence: Evidence, read: ReadEvidence) -> bool:
    """Whether a request is one of those that are counted together, by what its members are."""
    if request.error is not None or request.operation != read.operation.partition(" ")[0]:
        return False
    if not any(targets.table_name(name) == evidence.table for name, _ in request.targets()):
        return False
    try:
        body: dict[str, Any] = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        return False
    if "Statement" in body or "RequestItems" in body:
        return True
    has_filter, has_projection = (any(body.get(name) for name in names) for names in (FILTERS, PROJECTIONS))
    return (body.get("IndexName"), has_filter, has_projection) == (
        read.index,
        bool(read.filtered),
        bool(read.projected),
    )


def _with_requests(evidence: Evidence, key: KeyEvidence, requests: Sequence[Request]) -> KeyEvidence:
    asking = [
        request
        for request in requests
        if any(
            targets.table_name(name) == evidence.table and _is_key(key.key, attributes or {})
            for name, attributes in request.targets()
        )
    ]
    operations = Counter(request.operation for request in asking).most_common(REQUESTS_SHOWN)
    told = [f"{name}: {counted(count, 'request')}" for name, count in operations]
    return dataclasses.replace(key, requests=(*told, *(str(request) for request in asking[:1])) or key.requests)


def _is_key(text: str, attributes: Mapping[str, Any]) -> bool:
    """Whether an item or a key has all parts of a key that is told as pk=a sk=b."""
    parts = [
        f"{name}={next(iter(value.values()), '')}" for name, value in attributes.items() if isinstance(value, dict)
    ]
    return sum(f" {part} " in f" {text} " for part in parts) == len(text.split("=")) - 1


def summary(found: Iterable[tuple[str, Finding]]) -> Iterator[str]:
    """Lines for the end of a test run: each finding once, by the test that shows it most, with its tests."""
    together: dict[tuple[str, str, str, str], list[tuple[str, Finding]]] = {}
    for test, each in found:
        subject = each["requests"][0].partition(":")[0] if each["requests"] else ""
        together.setdefault((each["about"], each["table"], each["index"] or "", subject), []).append((test, each))
    for alike in together.values():
        _, most = max(alike, key=lambda pair: sum(value for value in pair[1]["evidence"].values() if _is_number(value)))
        yield f"{most['about']}: {most['text']}"
        yield from (f"    {request}" for request in most["requests"])
        tests = list(dict.fromkeys(test for test, _ in alike))
        yield from (f"    in {test}" for test in tests[:TESTS_SHOWN])
        if len(tests) > TESTS_SHOWN:
            yield f"    and in {counted(len(tests) - TESTS_SHOWN, 'more test')}"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)
