"""What tests assert of their requests: no Scan, no more units than planned, no hot key; what callers may do."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal

from thermodynamo.access.explanation import Explanation
from thermodynamo.admin.reports import descriptions, keyspaces
from thermodynamo.admin.reports.diagnosis import QUIET_WEIGHT
from thermodynamo.admin.reports.keyspaces import Place
from thermodynamo.api import key_text
from thermodynamo.faults import targets
from thermodynamo.testing.requests import Request, Requests
from thermodynamo.testing.shared_service import SharedService
from thermodynamo_storage.partitions.heat import GENERATION_SECONDS

Kind = Literal["read", "write"]
SHOWN_MAX = 5


def no_scans(requests: Requests) -> None:
    """Raises AssertionError where a request read a table from end to end: a Scan, or a SELECT without a key."""
    __tracebackhide__ = True
    scans = [request for request in requests if request.is_scan]
    if scans:
        times = "once" if len(scans) == 1 else f"{len(scans)} times"
        raise AssertionError(f"a table was scanned {times}: {_listed(scans)}. Query it by a key or an index instead.")


def consumed(requests: Requests, at_most: float, kind: Kind | None) -> None:
    """Raises AssertionError where the requests used more capacity units, and names the one that went beyond."""
    __tracebackhide__ = True
    total, beyond = 0.0, None
    for request in requests:
        total += _units(request, kind)
        if beyond is None and total > at_most:
            beyond = request
    if beyond is None:
        return
    most = sorted(requests, key=lambda request: -_units(request, kind))[:SHOWN_MAX]
    listed = "; ".join(f"{request}: {_units(request, kind):g}" for request in most if _units(request, kind))
    name = f"{kind} units" if kind else "units"
    raise AssertionError(
        f"{total:g} {name} were used, {at_most:g} at most were allowed. What went beyond was {beyond}, "
        f"which used {_units(beyond, kind):g}. The most were used by {listed}."
    )


def no_hot_key(shared: SharedService, share: float) -> None:
    """Raises AssertionError where one partition key has more than `share` of the load of a table or an index.

    Of the last one to two minutes, with a write unit counted as three, as Contributor Insights counts. So little load
    as ten writes says nothing.
    """
    __tracebackhide__ = True
    with shared.lock:
        now = shared.service.clock.now()
        found = [hot for place in places(shared) if (hot := _hot_key(place, share, now)) is not None]
    if found:
        place, key, of_load = found[0]
        shown = " ".join(f"{name}={next(iter(value.values()))}" for name, value in key.items())
        last = next((each for each in reversed(list(shared.requests)) if _names(each, place, key)), None)
        named = f" The last that asked for it was {last}." if last is not None else ""
        raise AssertionError(
            f"{place.name} has a hot key: {key_text.printable(shown)} has {of_load:.0%} of its load, "
            f"{share:.0%} at most were allowed.{named}"
        )


def allowed(found: Explanation, name: str, operation: str) -> None:
    """Raises AssertionError where the policies deny a request, and says what each statement says of it."""
    __tracebackhide__ = True
    if not found.is_allowed:
        raise AssertionError(f"{name} may not send this {operation}:\n" + "\n".join(found.lines))


def denied(found: Explanation, name: str, operation: str) -> None:
    """Raises AssertionError where the policies allow a request, and says which statement does."""
    __tracebackhide__ = True
    if found.is_allowed:
        raise AssertionError(f"{name} may send this {operation}:\n" + "\n".join(found.lines))


def nothing_denied(denials: Sequence[str]) -> None:
    """Raises AssertionError where a request was denied, or would have been if policies were enforced."""
    __tracebackhide__ = True
    if denials:
        kinds = "a kind of request was" if len(denials) == 1 else f"{len(denials)} kinds of requests were"
        raise AssertionError("\n".join([f"{kinds} denied:", *denials[:SHOWN_MAX]]))


def _hot_key(place: Place, share: float, now: float) -> tuple[Place, dict[str, Any], float] | None:
    """The heaviest partition key with its share of the load, where that is more than `share`."""
    weights = Counter[bytes]()
    for meter in place.keyspace.meters(now - 2 * GENERATION_SECONDS):
        weights.update(dict(meter.heaviest_collections(now)[0]))
    if weights.total() <= QUIET_WEIGHT:
        return None
    (heaviest, weight), *_ = weights.most_common(1)
    of_load = weight / weights.total()
    return (place, descriptions.key(place.key_schema, heaviest), of_load) if of_load > share else None


def places(shared: SharedService) -> list[Place]:
    """The tables and global indexes of all namespaces. The lock is held."""
    service = shared.service
    now = service.clock.now()
    tables = [table for namespace in service.namespaces.values() for table in keyspaces.tables(namespace, now)]
    return [place for table in tables for place in keyspaces.of_table(table)]


def _names(request: Request, place: Place, key: dict[str, Any]) -> bool:
    """Whether a request names the table, and an item of it with this partition key."""
    return any(
        targets.table_name(name) == place.table.schema.name
        and all((attributes or {}).get(each) == value for each, value in key.items())
        for name, attributes in request.targets()
    )


def _units(request: Request, kind: Kind | None) -> float:
    return request.units if kind is None else request.read_units if kind == "read" else request.write_units


def _listed(requests: Sequence[Request]) -> str:
    shown = "; ".join(str(request) for request in requests[:SHOWN_MAX])
    return shown + (f"; and {len(requests) - SHOWN_MAX} more" if len(requests) > SHOWN_MAX else "")
