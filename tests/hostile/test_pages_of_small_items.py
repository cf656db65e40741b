"""Pages of very many small items: how many are looked at one by one, and how many are written at once."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.hostile.test_long_pages import ACCOUNT, application, begun, call
from thermodynamo.api import slices
from thermodynamo.api.caller import Caller
from thermodynamo.api.operations import reply
from thermodynamo.api.operations.pages import evaluation, paging
from thermodynamo.server.application import Application
from thermodynamo_storage.partitions import sorted_items
from thermodynamo_storage.values.item import Item

ITEMS = 2_000
RUN_ITEMS = 32
PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "a Scan": ("Scan", {"TableName": "pages"}),
    "a segment": ("Scan", {"TableName": "pages", "Segment": 0, "TotalSegments": 2}),
    "a Scan that goes on": ("Scan", {"TableName": "pages", "ExclusiveStartKey": {"pk": {"S": "9"}, "sk": {"S": "0"}}}),
    "a limited Scan": ("Scan", {"TableName": "pages", "Limit": ITEMS - 5}),
    "a Query": (
        "Query",
        {
            "TableName": "pages",
            "KeyConditionExpression": "pk = :p",
            "ExpressionAttributeValues": {":p": {"S": "all"}},
        },
    ),
    "a Query backwards": (
        "Query",
        {
            "TableName": "pages",
            "KeyConditionExpression": "pk = :p AND sk > :s",
            "ExpressionAttributeValues": {":p": {"S": "all"}, ":s": {"S": "0100"}},
            "ScanIndexForward": False,
        },
    ),
    "a statement": ("ExecuteStatement", {"Statement": "SELECT * FROM pages"}),
}


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Application:
    """A table with one large item collection and many of one item, in short runs."""
    monkeypatch.setattr(sorted_items, "RUN_ITEMS_MAX", RUN_ITEMS)
    monkeypatch.setattr(sorted_items, "RUN_ITEMS_MIN", RUN_ITEMS // 4)
    monkeypatch.setattr(sorted_items, "JOINED_ITEMS_MAX", RUN_ITEMS * 3 // 4)
    made = application(0)
    for number in range(ITEMS):
        for key in ({"pk": {"S": "all"}, "sk": {"S": f"{number:04d}"}}, {"pk": {"S": str(number)}, "sk": {"S": "0"}}):
            call(made, "PutItem", {"TableName": "pages", "Item": {**key, "n": {"N": str(number % 10)}}})
    return made


class Singly:
    """How many entries are looked at one by one."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        inner = sorted_items.Run.within

        def counted(*given: Any) -> Iterator[Item]:
            for item in inner(*given):
                self.count += 1
                yield item

        monkeypatch.setattr(sorted_items.Run, "within", counted)


@pytest.mark.parametrize("what", PAGES)
def test_only_the_ends_of_a_page_are_walked_item_by_item(
    what: str, server: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = call(server, *PAGES[what])
    singly = Singly(monkeypatch)
    assert call(server, *PAGES[what]) == whole
    partitions = len(server.service.namespace(Caller(ACCOUNT, "us-east-1")).tables["pages"].keyspace.partitions)
    # The first and the last run of a partition, and the one in which the page ends.
    assert singly.count <= (2 * partitions + 1) * RUN_ITEMS < len(whole["Items"])


@pytest.mark.parametrize("what", PAGES)
def test_a_page_of_whole_runs_is_the_page_of_single_items(
    what: str, server: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the page ends at its bytes or its Limit, wherever in a run that is."""
    operation, request = PAGES[what]
    limits = [request.get("Limit"), 1, RUN_ITEMS - 1, RUN_ITEMS, RUN_ITEMS + 1, 10 * RUN_ITEMS + 3]
    for page_bytes_max in (paging.PAGE_BYTES_MAX, 1_000, 10_000, 10_007):
        monkeypatch.setattr(paging, "PAGE_BYTES_MAX", page_bytes_max)
        for limit in limits:
            limited = {**request, "Limit": limit} if limit is not None else request
            found = call(server, operation, limited)
            with monkeypatch.context() as patch:
                patch.setattr(sorted_items.SortedItems, "pieces", of_single_items)
                assert call(server, operation, limited) == found


def of_single_items(
    items: sorted_items.SortedItems, low: bytes, high: bytes | None, is_reverse: bool, is_whole: bool
) -> Iterator[sorted_items.Piece]:
    """As `SortedItems.pieces`, of which none is a whole run."""
    return iter(((None, (item for _, item in items.range(low, high, is_reverse))),))


@pytest.mark.parametrize("what", PAGES)
def test_a_slice_writes_few_items(what: str, server: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = call(server, *PAGES[what])
    monkeypatch.setattr(evaluation, "WHOLE_ITEMS", 100)
    monkeypatch.setattr(reply, "JOINED_BLOBS", 100)
    left = begun(server, *PAGES[what])
    count = 1
    while not isinstance(left, tuple):
        left = slices.begin(left)
        count += 1
    assert count >= 2 * len(whole["Items"]) // 100
    assert call(server, *PAGES[what]) == whole
