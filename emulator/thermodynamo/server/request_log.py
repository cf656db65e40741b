"""`--log requests`: one line for each request of the data plane, with what it asked for, what it cost and how it ended.

    PutItem votes poll=best-song 12 WCU 200 0.4 ms
    Query orders - 2.5 RCU 200 1.1 ms
    UpdateItem votes poll=best-song - 400 ThrottlingException 0.2 ms

A batch or a transaction shows its tables, its first key and how many more there are. Units are those that the tables
and their indexes have counted; with `--capacity off` nothing is counted.
"""

import logging
from collections.abc import Iterator, Sequence
from time import perf_counter

import orjson

from thermodynamo.admin.reports import consumption
from thermodynamo.api.call import Perform, perform
from thermodynamo.api.caller import LOCAL, Connection
from thermodynamo.api.client_retries import Headers
from thermodynamo.api.errors import ApiError
from thermodynamo.api.key_text import fitted, printable
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.slices import Slices
from thermodynamo.faults import targets as request_targets
from thermodynamo.faults.targets import Target, table_name
from thermodynamo.server.arrivals.long_request import LongRequest
from thermodynamo.server.data_plane import DataPlane, Reply
from thermodynamo_storage.tables.table import Table

NOTHING = "-"
KEY_PLACES = 60
"""A longer key is shown by its beginning and its end."""

log = logging.getLogger("thermodynamo.requests")


class RequestLog:
    """Stands before `DataPlane.reply`, which it calls."""

    def __init__(self, plane: DataPlane) -> None:
        self.plane = plane
        self.inner = plane.reply
        log.setLevel(logging.INFO)

    def reply(
        self,
        headers: Headers,
        query: bytes,
        body: bytes,
        carry_out: Perform = perform,
        connection: Connection = LOCAL,
        refused: ApiError | None = None,
    ) -> Reply | Slices[Reply]:
        """As `DataPlane.reply`."""
        started = perf_counter()
        targets = targets_of(body)
        namespace = self._namespace(headers, query)
        before = consumption.half_units(tables_of(namespace, targets))
        answered = self.inner(headers, query, body, carry_out, connection, refused)
        # A table that the request made or deleted is not among both: its counts begin with 0.
        after = consumption.half_units(tables_of(namespace, targets))
        units = shown_units((after[0] - before[0]) / 2, (after[1] - before[1]) / 2)
        target = next((value for name, value in headers if name == b"x-amz-target"), b"")
        operation = printable(target.decode("latin-1").rpartition(".")[2])
        asked = (operation or NOTHING, shown_tables(targets), shown_key(namespace, targets), units)
        if isinstance(answered, tuple):
            write(asked, answered, started)
            return answered
        return _finish(asked, answered, started)

    def _namespace(self, headers: Headers, query: bytes) -> Namespace | None:
        try:
            return self.plane.identify(headers, query)[1]
        except ApiError:
            return None


def _finish(asked: Sequence[str], begun: Slices[Reply], started: float) -> Slices[Reply]:
    """Writes the line of a reply when all of it is made."""
    answered = yield from begun
    write(asked, answered, started)
    return answered


def write(asked: Sequence[str], answered: Reply, started: float) -> None:
    """Writes the line of a request: what it asked for, and how it ended."""
    status, _, reply = answered
    ended = f"{status} {error_name(reply)}" if status != 200 else "200"
    log.info("%s %s %s %s %s %.1f ms", *asked, ended, (perf_counter() - started) * 1_000)


def targets_of(body: bytes) -> Sequence[Target]:
    """The tables and items that a body names; none for one that is not JSON."""
    if isinstance(body, LongRequest):
        return body.targets if body.targets is not None else request_targets.targets_of(body.request)
    try:
        return request_targets.targets_of(orjson.loads(body))
    except orjson.JSONDecodeError:
        return []


def tables_of(namespace: Namespace | None, targets: Sequence[Target]) -> Iterator[Table]:
    """Each table that is there, once."""
    for name in dict.fromkeys(table_name(name) for name, _ in targets):
        if namespace is not None and name in namespace.tables:
            yield namespace.tables[name]


def shown_units(read_units: float, write_units: float) -> str:
    """Such as `0.5 RCU`; both kinds where both were used."""
    kinds = ((read_units, "RCU"), (write_units, "WCU"))
    return " ".join(f"{units:g} {kind}" for units, kind in kinds if units > 0) or NOTHING


def shown_tables(targets: Sequence[Target]) -> str:
    names = dict.fromkeys(table_name(name) for name, _ in targets)
    return printable(",".join(names)) or NOTHING


def shown_key(namespace: Namespace | None, targets: Sequence[Target]) -> str:
    """The first item's key, such as `pk=user#1,sk=7`, and the number of the others."""
    with_keys = [(table_name(name), given) for name, given in targets if given]
    for name, given in with_keys:
        table = namespace.tables.get(name) if namespace is not None else None
        attributes = [attribute.name for attribute in table.schema.key_schema.attributes] if table else list(given)
        parts = (f"{each}={_content(given[each])}" for each in attributes if each in given)
        more = f"(+{len(with_keys) - 1})" if len(with_keys) > 1 else ""
        return fitted(printable(",".join(parts)), KEY_PLACES) + more
    return NOTHING


def _content(value: object) -> str:
    """The content of an attribute value such as {"S": "x"}; anything else as it is."""
    return str(next(iter(value.values()))) if isinstance(value, dict) and len(value) == 1 else str(value)


def error_name(reply: bytes) -> str:
    """The name in the body of an error."""
    try:
        return str(orjson.loads(reply)["__type"]).rpartition("#")[2]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return NOTHING
