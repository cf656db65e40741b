"""The routes that show heat, refusals and partitions, and those that split partitions and drain or fill buckets."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from thermodynamo.admin import plain_text
from thermodynamo.admin.json_body import json_body
from thermodynamo.admin.json_reply import JSONReply
from thermodynamo.admin.problem import Problem
from thermodynamo.admin.reports import descriptions, heat, heat_text, insights, keyspaces, retries
from thermodynamo.admin.reports.keyspaces import Place
from thermodynamo.admin.sliced import finished, packed
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.slices import Slices
from thermodynamo.settings.bounds import is_number, shown
from thermodynamo.settings.clock import Clock
from thermodynamo_storage.partitions import split_points
from thermodynamo_storage.partitions.heat import RING_SECONDS
from thermodynamo_storage.partitions.partition import Partition
from thermodynamo_storage.values.errors import CannotSplit

TIMELINE_SECONDS = 60
PARTITIONS_AT_ONCE = 1_000
"""Partitions that one slice lists: about two milliseconds."""
REFUSALS_AT_ONCE = 500
"""Refusals that one slice describes: about three milliseconds."""
DRAIN_SECONDS = 1.0
DRAIN_SECONDS_MAX = 86_400
SPLIT_MEMBERS = ("partition", "index", "by")
CAPACITY_MEMBERS = ("drain", "fill", "index", "partition", "seconds")
WHOLE = re.compile(r"[0-9]{1,9}").fullmatch
WEIGHT = re.compile(r"q=([01](?:\.[0-9]{0,3})?)").fullmatch
"""How welcome a media type of an Accept header is (RFC 9110, section 12.4.2)."""
Body = dict[str, Any]


class CapacityRoutes:
    """The handlers; `namespace` finds the namespace that a request chooses."""

    def __init__(self, namespace: Callable[[Request], Namespace], clock: Clock) -> None:
        self.namespace = namespace
        self.clock = clock

    def routes(self) -> list[Route]:
        table = "/_admin/tables/{name}"
        return [
            Route("/_admin/heat", self.heat),
            Route("/_admin/heat/timeline", self.timeline),
            Route("/_admin/throttles", self.throttles),
            Route("/_admin/metrics", self.metrics),
            Route("/_admin/insights/{name}", self.insights),
            Route(table + "/partitions", self.partitions),
            Route(table + "/split", self.split, methods=["POST"]),
            Route(table + "/capacity", self.capacity, methods=["POST"]),
        ]

    async def heat(self, request: Request) -> Response:
        namespace = self.namespace(request)
        report = await finished(heat.report(namespace, self.clock, self.places(request)))
        if wants_text(request):
            return PlainTextResponse(await finished(heat_text.report(report)) or nothing(namespace))
        await finished(_packed(report))
        return JSONReply(report)

    async def timeline(self, request: Request) -> Response:
        """Of one table or index; as text of a table with its indexes, or of everything where no table is named."""
        now = self.clock.now()
        query = request.query_params
        seconds = whole(query.get("seconds"), "seconds", TIMELINE_SECONDS, RING_SECONDS)
        if wants_text(request):
            is_coloured = whole(query.get("colour"), "colour", 1, 1, low=0) == 1
            text = await finished(_heat_maps(self.places(request), seconds, is_coloured, now))
            return PlainTextResponse(text or nothing(self.namespace(request)))
        if "table" not in query:
            raise Problem("no table named", "add ?table=; ?index= chooses one of its global indexes")
        place = self.place(request, query["table"], query.get("index"))
        if whole(query.get("sparse"), "sparse", 0, 1, low=0):
            return JSONReply(await finished(heat.sparse_timeline(place, seconds, self.clock)))
        report = await finished(heat.timeline(place, seconds, now))
        await finished(packed(report["partitions"]))
        return JSONReply(report)

    async def throttles(self, request: Request) -> Response:
        """Newest first."""
        report = await finished(_throttles(self.namespace(request), self.clock.now()))
        if wants_text(request):
            return PlainTextResponse(await finished(plain_text.throttles(report)))
        return JSONReply(report)

    async def metrics(self, request: Request) -> Response:
        # Imported here: it takes tens of milliseconds, which a start without a scrape need not spend.
        from thermodynamo.admin.metrics import exposition

        text = await finished(exposition.text(self.namespace(request), self.clock.now()))
        return Response(text, media_type=exposition.CONTENT_TYPE)

    async def insights(self, request: Request) -> Response:
        place = self.place(request, request.path_params["name"], request.query_params.get("index"))
        report = await finished(insights.report(place, self.clock.now()))
        return PlainTextResponse(plain_text.insights(report)) if wants_text(request) else JSONReply(report)

    async def partitions(self, request: Request) -> Response:
        name = request.path_params["name"]
        self.place(request, name, None)
        table = self.namespace(request).tables[name]
        own, *indexes = keyspaces.of_table(table)
        report = {
            "table": name,
            **await finished(_partitions(own)),
            "indexes": {place.index_name: await finished(_partitions(place)) for place in indexes},
        }
        if wants_text(request):
            return PlainTextResponse(await finished(plain_text.partitions(report)))
        for each in (report, *report["indexes"].values()):
            await finished(packed(each["partitions"]))
            await finished(packed(each["splits"]))
        return JSONReply(report)

    async def split(self, request: Request) -> Response:
        """`{"partition": id, "index"?: name, "by"?: "load" | "size" | "range"}`; by range where `by` is not given."""
        body = await object_of(request, SPLIT_MEMBERS, 'send a JSON object, such as {"partition": 0, "by": "size"}')
        place = self.place(request, request.path_params["name"], body.get("index"))
        partition = partition_of(place, body.get("partition"))
        rules = {"load": split_points.by_load, "size": split_points.by_size, "range": split_points.by_range}
        by = body.get("by", "range")
        if not isinstance(by, str) or by not in rules:
            raise Problem(f"cannot split by {shown(by)}", "by is load, size or range")
        now = self.clock.now()
        try:
            at = rules[by](partition, place.keyspace.keeps_collections)
        except CannotSplit as why:
            raise Problem(f"partition {partition.id} cannot be split: {why}", 'try another "by"', 409) from None
        database = self.namespace(request).database
        children = database.split(place.keyspace, partition, at, "manual", now)
        return JSONReply({"parent": partition.id, "children": [descriptions.bounds(child) for child in children]})

    async def capacity(self, request: Request) -> Response:
        """`{"drain" | "fill": "read" | "write", "index"?: name, "partition"?: id, "seconds"?: of debt}`.

        Of a partition's bucket where one is named, else of the table's or the index's.
        """
        body = await object_of(request, CAPACITY_MEMBERS, 'send a JSON object, such as {"drain": "write"}')
        place = self.place(request, request.path_params["name"], body.get("index"))
        is_write, partition = bucket_of(place, body, self.clock.now())
        seconds = body.get("seconds", DRAIN_SECONDS)
        if not is_number(seconds) or not 0 <= seconds <= DRAIN_SECONDS_MAX:
            hint = "it is how long a drained bucket takes to recover"
            raise Problem(f"seconds must be a number from 0 to {DRAIN_SECONDS_MAX}", hint)
        admission, now = place.keyspace.admission, self.clock.now()
        if "drain" in body:
            half_units_left = admission.drain(is_write, partition, seconds, now)
        else:
            half_units_left = admission.fill(is_write, partition, now)
        assert half_units_left is not None
        return JSONReply({"table": place.name, "units_left": half_units_left / 2})

    def places(self, request: Request) -> list[Place]:
        """The index that the query names, else its table with all indexes, else everything."""
        name, index_name = request.query_params.get("table"), request.query_params.get("index")
        if index_name is not None:
            if name is None:
                raise Problem(f"index {index_name} of which table?", "add ?table=")
            return [self.place(request, name, index_name)]
        if name is not None:
            return list(keyspaces.of_table(self.place(request, name, None).table))
        tables = keyspaces.tables(self.namespace(request), self.clock.now())
        return [place for table in tables for place in keyspaces.of_table(table)]

    def place(self, request: Request, name: str, index_name: str | None) -> Place:
        namespace = self.namespace(request)
        if not namespace.exists(name, self.clock.now()):
            hint = f"?region= and ?account= choose the namespace; this is {namespace.account} in {namespace.region}"
            raise Problem(f"no table {name}", hint, 404)
        for place in keyspaces.of_table(namespace.tables[name]):
            if place.index_name == index_name:
                return place
        names = [
            place.index_name for place in keyspaces.of_table(namespace.tables[name]) if place.index_name is not None
        ]
        raise Problem(f"no global index {index_name}", f"{name} has {', '.join(names) or 'none'}", 404)


def _packed(report: Body) -> Slices[None]:
    """Makes the partitions of each table JSON, then the tables."""
    for table in report["tables"]:
        yield from packed(table["partitions"])
        yield
    yield from packed(report["tables"])


def _heat_maps(places: Sequence[Place], seconds: int, is_coloured: bool, now: float) -> Slices[str]:
    """A map of each keyspace; partitions without a line in it are not looked at."""
    maps = []
    for place in places:
        timeline = yield from heat.timeline(place, seconds, now, heat_text.LINES_MAX)
        maps.append(heat_text.heat_map(timeline, is_coloured, len(place.keyspace.partitions)))
        yield
    return "\n".join(maps)


def _throttles(namespace: Namespace, now: float) -> Slices[Body]:
    """The last refusals of a namespace, newest first, and what became of the calls."""
    owner = (namespace.account, namespace.region)
    found: list[Body] = []
    for number, refusal in enumerate(reversed(list(namespace.throttles.last))):
        if number and number % REFUSALS_AT_ONCE == 0:
            yield
        if (refusal.account, refusal.region) == owner:
            found.append(descriptions.refusal(refusal))
    retried = yield from retries.report(namespace, keyspaces.tables(namespace, now), now)
    return {"throttles": found, "retries": retried}


def _partitions(place: Place) -> Slices[Body]:
    found: list[Body] = []
    for partition in list(place.keyspace.partitions):
        found.append(descriptions.bounds(partition))
        if len(found) % PARTITIONS_AT_ONCE == 0:
            yield
    return {"partitions": found, "splits": (yield from descriptions.lineage(place.keyspace))}


def partition_of(place: Place, id: object) -> Partition:
    if id is None:
        raise Problem("no partition named", f"GET /_admin/tables/{place.table.schema.name}/partitions lists them")
    for partition in place.keyspace.partitions:
        if partition.id == id and not isinstance(id, bool):
            return partition
    raise Problem(f"no partition {id}", f"GET /_admin/tables/{place.table.schema.name}/partitions lists them", 404)


def bucket_of(place: Place, body: Body, now: float) -> tuple[bool, Partition | None]:
    """The bucket that a request to drain or fill means: whether it is one of writes, and the partition that has it."""
    kind = body.get("drain", body.get("fill"))
    if kind not in ("read", "write") or ("drain" in body) == ("fill" in body):
        raise Problem("nothing to drain or fill", 'send {"drain": "read"}, {"drain": "write"}, {"fill": ...}')
    if place.keyspace.admission.report(now) is None:
        raise Problem("nothing is metered", "start the server with --capacity enforce or observe", 409)
    return kind == "write", partition_of(place, body["partition"]) if "partition" in body else None


def wants_text(request: Request) -> bool:
    """Whether plain text is preferred to JSON; of two that are equally welcome, the one named first is.

    Some clients name both by default: axios sends `application/json, text/plain, */*`.
    """
    welcome: dict[str, float] = {}
    for each in request.headers.get("accept", "").lower().split(","):
        name, *parameters = (part.strip() for part in each.split(";"))
        quality = next((WEIGHT(parameter) for parameter in parameters if parameter.startswith("q=")), None)
        welcome.setdefault(name, float(quality[1]) if quality is not None else 1.0)
    ranked = sorted(welcome, key=lambda name: -welcome[name])
    chosen = next((name for name in ranked if name in ("text/plain", "application/json") and welcome[name]), None)
    return chosen == "text/plain"


def nothing(namespace: Namespace) -> str:
    """What a person is shown where there are no tables: perhaps they are in another namespace."""
    return f"no tables in {namespace.region} of account {namespace.account}; ?region= and ?account= choose others\n"


def whole(text: str | None, name: str, default: int, high: int, low: int = 1) -> int:
    """A whole number of the query, from `low` to `high`."""
    if text is None:
        return default
    if WHOLE(text) and low <= int(text) <= high:
        return int(text)
    raise Problem(f"{name} is {shown(text)}", f"it must be a whole number from {low} to {high}")


async def object_of(request: Request, members: Sequence[str], hint: str) -> Body:
    """The JSON object that was sent. Raises Problem, also for a member that means nothing: it may be misspelt."""
    body = await json_body(request, hint)
    if not isinstance(body, dict):
        raise Problem("the body is not a JSON object", hint)
    unknown = next((name for name in body if name not in members), None)
    if unknown is not None:
        raise Problem(f"unknown member {shown(unknown)}", f"the members are {', '.join(members)}")
    return body
