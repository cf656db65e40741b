"""Select and the projection parameters of Query and Scan: which combinations mean something."""

from typing import Any

from emulator import errors, messages


def check(request: dict[str, Any], has_index: bool) -> None:
    """Refuses the combinations of Select, AttributesToGet and ProjectionExpression that contradict each other."""
    selected = request.get("Select")
    if selected is None:
        return
    projecting = next((name for name in ("ProjectionExpression", "AttributesToGet") if request.get(name)), None)
    if selected == "SPECIFIC_ATTRIBUTES":
        if projecting is None:
            raise errors.validation(messages.SELECT_WITHOUT_PROJECTION)
    elif projecting is not None:
        chosen = "only the Count" if selected == "COUNT" else selected
        raise errors.validation(messages.SELECT_WITH_PROJECTION.format(projecting, chosen))
    elif selected == "ALL_PROJECTED_ATTRIBUTES" and not has_index:
        raise errors.validation(messages.SELECT_WITHOUT_INDEX)
