"""Select and the projection parameters of Query and Scan: which combinations mean something."""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo_storage.values.dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Selection:
    """Select with the name of the projection parameter beside it, if any."""

    selected: str
    projecting: str | None
    has_index: bool
    is_query: bool

    def check(self) -> None:
        """Refuses what contradicts itself. The service looks at this last, after index, start key and conditions.

        A Query has an envelope around it, a Scan has none: recorded in October 2026.
        """
        message = self._conflict()
        if message is not None:
            raise errors.validation(messages.ONE_ERROR + message if self.is_query else message)

    def _conflict(self) -> str | None:
        if self.selected == "SPECIFIC_ATTRIBUTES":
            return messages.SELECT_WITHOUT_PROJECTION if self.projecting is None else None
        if self.projecting is not None:
            chosen = "only the Count" if self.selected == "COUNT" else self.selected
            return messages.SELECT_WITH_PROJECTION.format(self.projecting, chosen)
        if self.selected == "ALL_PROJECTED_ATTRIBUTES" and not self.has_index:
            return messages.SELECT_WITHOUT_INDEX
        return None


def selection_of(request: dict[str, Any], *, is_query: bool) -> Selection | None:
    """What the request selects; None where it does not say."""
    selected = request.get("Select")
    if selected is None:
        return None
    projecting = next((name for name in ("ProjectionExpression", "AttributesToGet") if request.get(name)), None)
    return Selection(selected, projecting, "IndexName" in request, is_query)
