"""DescribeEndpoints: the address that clients with endpoint discovery should use, which is this server's own."""

from typing import Any

from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts

FACTS = Facts(is_read=True)

CACHE_MINUTES = 1440
EVERY_ADDRESS = ("0.0.0.0", "::")


def validate(request: dict[str, Any]) -> None:
    """The request has no members."""


def execute(namespace: Namespace, request: None, now: float) -> dict[str, Any]:
    host = namespace.config.host
    address = f"{'localhost' if host in EVERY_ADDRESS else host}:{namespace.config.port}"
    return {"Endpoints": [{"Address": address, "CachePeriodInMinutes": CACHE_MINUTES}]}
