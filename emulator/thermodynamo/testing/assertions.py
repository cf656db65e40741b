"""What tests assert of their requests: no Scan, no more units than planned, no hot key."""

from collections.abc import Sequence
from typing import Any, Literal

from thermodynamo.admin.reports import keyspaces
from thermodynamo.admin.reports.diagnosis import Diagnosis, diagnose
from thermodynamo.admin.reports.insights import report as insights_report
from thermodynamo.admin.reports.keyspaces import Place
from thermodynamo.testing.requests import Request, Requests
from thermodynamo.testing.shared_service import SharedService

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


def no_hot_key(shared: SharedService) -> None:
    """Raises AssertionError where one key of a table or an index has most of its load of the last minute."""
    __tracebackhide__ = True
    with shared.lock:
        found = [(place, diagnosis, _heaviest(place, shared)) for place, diagnosis in diagnosed(shared)]
    hot = [(place, diagnosis, heaviest) for place, diagnosis, heaviest in found if diagnosis.word == "hot key"]
    if hot:
        place, diagnosis, heaviest = hot[0]
        key = " ".join(f"{name}={next(iter(value.values()))}" for name, value in heaviest["key"].items())
        units = heaviest["ConsumedThroughputUnits"]
        last = next((each for each in reversed(list(shared.requests)) if _names(each, place, heaviest["key"])), None)
        named = f" The last that asked for it was {last}." if last is not None else ""
        raise AssertionError(f"{place.name} has a hot key: {key} ({units:g} weighted units).{named} {diagnosis.advice}")


def diagnosed(shared: SharedService) -> list[tuple[Place, Diagnosis]]:
    """The diagnosis of each table and global index of all namespaces. The lock is held."""
    service = shared.service
    now = service.clock.now()
    tables = [table for namespace in service.namespaces.values() for table in keyspaces.tables(namespace, now)]
    return [(place, diagnose(place.keyspace, (), now)) for table in tables for place in keyspaces.of_table(table)]


def _heaviest(place: Place, shared: SharedService) -> dict[str, Any]:
    contributors = insights_report(place, shared.service.clock.now())["rules"]["PKC"]
    return contributors[0] if contributors else {"key": {}, "ConsumedThroughputUnits": 0.0}


def _names(request: Request, place: Place, key: dict[str, Any]) -> bool:
    """Whether a request names the table and the key; any that names an index's table counts for the index."""
    for name, attributes in request.targets():
        if name.rpartition("/")[2] == place.table.schema.name:
            if attributes is None:
                return place.index_name is not None
            return all(attributes.get(each) == value for each, value in key.items())
    return False


def _units(request: Request, kind: Kind | None) -> float:
    return request.units if kind is None else request.read_units if kind == "read" else request.write_units


def _listed(requests: Sequence[Request]) -> str:
    shown = "; ".join(str(request) for request in requests[:SHOWN_MAX])
    return shown + (f"; and {len(requests) - SHOWN_MAX} more" if len(requests) > SHOWN_MAX else "")
