"""The measurement of expiry removes what it says, with few items."""

from bench.expiry import measure
from tests.conftest import Endpoint


def test_few_items_expire_while_others_are_read() -> None:
    server = Endpoint("--capacity", "off", "--ttl-delay", "0.5")
    try:
        server.url()
        figures = measure(server.port, 200, 0.2)
    finally:
        server.stop()
    assert figures.removed == 200
    assert 0 < figures.quiet_p50 <= figures.quiet_p99 and 0 < figures.expiring_p50 <= figures.expiring_p99
