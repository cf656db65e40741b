"""DescribeEndpoints: this server's own address."""

from tests.emulator.api.operations.service import Service


def test_the_endpoint_is_this_server(service: Service) -> None:
    assert service.call("DescribeEndpoints") == {
        "Endpoints": [{"Address": "127.0.0.1:8000", "CachePeriodInMinutes": 1440}]
    }
