"""TableClass: one of two names, which the service checks by itself, in words of its own."""

from typing import Any

from thermodynamo.api import errors, messages

TABLE_CLASSES = ("STANDARD", "STANDARD_INFREQUENT_ACCESS")


def check(request: dict[str, Any]) -> None:
    """Raises ValidationException for an unknown class (ack-api-quirks, DDB-TABLE-442, October 2026)."""
    if request.get("TableClass", TABLE_CLASSES[0]) not in TABLE_CLASSES:
        raise errors.validation(messages.TABLE_CLASS_UNKNOWN)
