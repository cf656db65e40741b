"""Items that come by `/_admin/seed`, 16 MB at once: parsed and validated in a thread, and put in slices."""

import asyncio
import threading
from typing import Any

import orjson
import pytest
from starlette.requests import Request

from tests.hostile.test_large_transfers import BY_GROUP, item
from thermodynamo.admin.routes.seeds import SeedRoutes
from thermodynamo.api.model import json_pieces
from thermodynamo.api.slices import finish
from thermodynamo.seeds import service_soil
from thermodynamo.seeds.seed import SeedError
from thermodynamo.seeds.service_soil import ServiceSoil, validated
from thermodynamo.service import Service
from thermodynamo.settings.config import Config
from thermodynamo_storage.database import Database

TABLE: dict[str, Any] = {
    "TableName": "seeded",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
    **BY_GROUP,
}
SMALL = [{"id": {"S": str(number)}, "g": {"S": "g"}} for number in range(3_000)]


@pytest.fixture
def service() -> Service:
    made = Service(Config(capacity="off", clock="virtual"))
    made.call("CreateTable", TABLE)
    made.turn(1)
    return made


def count(service: Service, **more: Any) -> int:
    found: int = service.call("Scan", {"TableName": "seeded", "Select": "COUNT", **more})["Count"]
    return found


def test_a_long_body_is_parsed_and_validated_beside_the_loop(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    threads: dict[str, set[str]] = {}

    def watch(owner: Any, name: str) -> None:
        inner = getattr(owner, name)

        def noted(*given: Any) -> Any:
            threads.setdefault(name, set()).add(threading.current_thread().name)
            return inner(*given)

        monkeypatch.setattr(owner, name, noted)

    watch(json_pieces, "loads")
    watch(service_soil, "encode")
    watch(Database, "commit")
    body = orjson.dumps({"table": "seeded", "items": [item("0"), item("1")]})

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {"type": "http", "method": "POST", "path": "/_admin/seed", "query_string": b"", "headers": []}
    sent = asyncio.run(SeedRoutes(service).take(Request(scope, receive)))
    assert sent.status_code == 200 and orjson.loads(sent.body) == {"table": "seeded", "items": 2}
    assert count(service) == count(service, IndexName="by-g") == 2
    assert threads["loads"].isdisjoint(threads["commit"]) and threads["encode"].isdisjoint(threads["commit"])


def test_items_are_put_in_slices(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    put = [0]
    inner = Database.commit

    def counted(self: Database, *given: Any, **more: Any) -> None:
        put[-1] += 1
        inner(self, *given, **more)

    monkeypatch.setattr(Database, "commit", counted)
    soil = ServiceSoil(service, service.caller)
    for _ in soil.putting("seeded", validated("seeded", SMALL)):
        put.append(0)
    assert sum(put) == len(SMALL) and max(put) <= 1 + service_soil.SLICE_BYTES // service_soil.ITEM_BYTES
    large = [{**each, "a": {"S": "x" * 200_000}} for each in SMALL[:10]]
    put[:] = [0]
    for _ in soil.putting("seeded", validated("seeded", large)):
        put.append(0)
    assert sum(put) == 10 and max(put) <= 2


def test_a_large_item_goes_into_an_index_too(service: Service) -> None:
    """It was refused with an internal error: nobody drafted it."""
    soil = ServiceSoil(service, service.caller)
    soil.put("seeded", [item("0"), {"id": {"S": "1"}}, item("2")])
    assert count(service) == 3 and count(service, IndexName="by-g") == 2


def test_a_table_that_goes_meanwhile_is_told(service: Service) -> None:
    soil = ServiceSoil(service, service.caller)
    left = soil.putting("seeded", validated("seeded", SMALL))
    next(left)
    service.call("DeleteTable", {"TableName": "seeded"})
    service.turn(60)
    with pytest.raises(SeedError, match="not found"):
        finish(left)
    service.call("CreateTable", TABLE)
    service.turn(1)
    left = soil.putting("seeded", validated("seeded", SMALL))
    next(left)
    service.call("DeleteTable", {"TableName": "seeded"})
    service.turn(60)
    service.call("CreateTable", TABLE)
    service.turn(1)
    with pytest.raises(SeedError, match="replaced"):
        finish(left)
    assert count(service) == 0
