"""DescribeEndpoints: the address that clients with endpoint discovery should use, which is this server's own."""

from typing import Any

from emulator.engine import Engine

CACHE_MINUTES = 1440


def validate(request: dict[str, Any]) -> None:
    """The request has no members."""


def execute(engine: Engine, request: None) -> dict[str, Any]:
    address = f"{engine.config.host}:{engine.config.port}"
    return {"Endpoints": [{"Address": address, "CachePeriodInMinutes": CACHE_MINUTES}]}
