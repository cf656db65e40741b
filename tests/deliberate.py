"""The internal errors that a hostile request may meet: those that the service has, too, and that have names here."""

from collections.abc import Mapping
from typing import Any

from thermodynamo.api import deliberate_failures


def is_deliberate(body: Mapping[str, Any]) -> bool:
    """Whether an error of status 500 is one of the cases of `deliberate_failures`."""
    found = (str(body.get("__type")).partition("#")[2], body.get("message"))
    return found in deliberate_failures.CASES.values()
