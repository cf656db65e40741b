"""What the report of a failed test shows of its requests: throttles, conflicts, hot keys, the slowest."""

from collections.abc import Iterator, Sequence
from typing import Any

from thermodynamo.admin import plain_text
from thermodynamo.admin.reports import descriptions
from thermodynamo.admin.reports.diagnosis import diagnose
from thermodynamo.api.slices import finish
from thermodynamo.testing import assertions, callers
from thermodynamo.testing.requests import Requests
from thermodynamo.testing.shared_service import SharedService

SHOWN_MAX = 5
UNREMARKABLE = ("idle", "even", "unmetered")


def of_service(shared: SharedService) -> str:
    """The report on a service in this process."""
    with shared.lock:
        refusals = [descriptions.refusal(each) for each in _refusals(shared)]
        now = shared.service.clock.now()
        found = [(place, finish(diagnose(place.keyspace, (), now))) for place in assertions.places(shared)]
    heat = [
        f"{place.name}: {diagnosis.word}. {diagnosis.advice}\n"
        for place, diagnosis in found
        if diagnosis.word not in UNREMARKABLE
    ]
    denials = callers.denials(shared.callers.gate.observations.describe()) if shared.callers is not None else []
    return text(shared.requests, refusals, "".join(heat), denials)


def text(requests: Requests, refusals: list[dict[str, Any]], heat: str, denials: Sequence[str] = ()) -> str:
    """The sections that have something to say; `refusals` are as in `/_admin/throttles`, newest first."""
    return "\n".join(_sections(requests, refusals, heat, denials)).rstrip()


def _sections(requests: Requests, refusals: list[dict[str, Any]], heat: str, denials: Sequence[str]) -> Iterator[str]:
    failed = [request for request in requests if request.error is not None]
    yield f"{requests.count} request{'s' if requests.count != 1 else ''}, {len(failed)} failed"
    if refusals:
        yield f"\nthrottles, the last of {len(refusals)}:"
        yield finish(plain_text.throttles({"throttles": refusals[:SHOWN_MAX], "retries": []})).rstrip()
    conflicts = [request for request in requests if request.is_conflict]
    if conflicts:
        yield f"\nconflicts of transactions, the last of {len(conflicts)}:"
        yield from (f"  {request}: {request.error}" for request in conflicts[: -SHOWN_MAX - 1 : -1])
    if denials:
        yield "\ndenied by policies:"
        yield from (f"  {denial}" for denial in denials[:SHOWN_MAX])
    if heat:
        yield f"\nheat:\n{heat.rstrip()}"
    others = [request for request in failed if not request.is_conflict]
    if others:
        yield "\nthe last errors:"
        yield from (f"  {request}: {request.error}" for request in others[: -SHOWN_MAX - 1 : -1])
    slowest = requests.slowest(SHOWN_MAX)
    if slowest:
        yield "\nslowest:"
        yield from (f"  {request.seconds * 1000:8.2f} ms  {request}" for request in slowest)


def _refusals(shared: SharedService) -> Iterator[Any]:
    limits = shared.service.database.limits
    return reversed(limits.throttles.last) if limits is not None else iter(())
