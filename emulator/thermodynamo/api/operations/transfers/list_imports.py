"""ListImports: nothing can be imported here yet, so the list is empty, and no token leads to a further page."""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts

FACTS = Facts(is_read=True)


def validate(request: dict[str, Any]) -> None:
    """Raises ValidationException for a token (ack-api-quirks, DDB-TABLE-442, October 2026): none was ever given out."""
    if "NextToken" in request:
        raise errors.validation(messages.TRANSFER_TOKEN_INVALID.format(request["NextToken"]))


def execute(namespace: Namespace, request: None, now: float) -> dict[str, Any]:
    return {"ImportSummaryList": []}
