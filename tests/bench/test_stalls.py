"""The table of stalls measures each request that it names, on a small table."""

from bench.stalls import heavies, measure, reports, shown
from tests.conftest import Endpoint


def test_each_request_is_answered_and_measured() -> None:
    server = Endpoint("--capacity", "off")
    try:
        server.url()
        stalls = measure("127.0.0.1", server.port, 50, 2, 450_000, 2)
    finally:
        server.stop()
    expected = [*heavies(2, 450_000), *reports("wide-0", ", 80 partitions")]
    assert [each.name for each in stalls] == [heavy.name for heavy in expected]
    refused = [each.name for each in stalls if each.status != 200]
    assert refused == [
        "DeleteItem of one list, 99 x contains()",
        "TransactWriteItems, 25 such",
        "PutItem, 450,000 values",
    ]
    assert all(0 < each.middle_seconds <= each.worst_seconds and each.took_seconds > 0 for each in stalls)
    assert len(shown(stalls).splitlines()) == len(stalls) + 1
