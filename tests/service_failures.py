"""The internal errors that a hostile request may meet: those that are the service's own, and have names here."""

from collections.abc import Mapping
from typing import Any

from thermodynamo.api.service_failures import ServiceFailure


def is_the_services_own(body: Mapping[str, Any]) -> bool:
    """Whether the body of an error of status 500 is that of a `ServiceFailure`."""
    return any(body == failure.error().body() for failure in ServiceFailure)
