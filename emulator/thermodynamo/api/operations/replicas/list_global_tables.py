"""ListGlobalTables: global tables of version 2017.11.29, of which there are none, on AWS as here.

Source: ack-api-quirks, DDB-GLOBALTABLE-001 to 004 and DDB-TABLE-448, October 2026.
"""

from typing import Any

from thermodynamo.api import regions
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.service_failures import ServiceFailure

FACTS = Facts(is_read=True)


def validate(request: dict[str, Any]) -> None:
    """Raises the service's internal error for what is no region of any partition."""
    if "RegionName" in request and request["RegionName"] not in regions.names():
        raise ServiceFailure.UNKNOWN_REGION.error()


def execute(namespace: Namespace, request: None, now: float) -> dict[str, Any]:
    return {"GlobalTables": []}
