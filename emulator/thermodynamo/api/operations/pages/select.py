"""Select and the projection parameters of Query and Scan: which combinations mean something."""

from dataclasses import dataclass
from typing import Any

from thermodynamo.api import errors, messages


@dataclass(frozen=True, slots=True)
class Selection:
    """Select with the name of the projection parameter beside it, if any."""

    selected: str
    projecting: str | None
    has_index: bool
    is_query: bool

    def check(self) -> None:
        """Refuses what contradicts itself. The service looks at this last, after index, start key and conditions."""
        if self.selected == "SPECIFIC_ATTRIBUTES":
            if self.projecting is None:
                raise errors.validation(
                    messages.QUERY_SELECT_WITHOUT_PROJECTION if self.is_query else messages.SELECT_WITHOUT_PROJECTION
                )
        elif self.projecting is not None:
            chosen = "only the Count" if self.selected == "COUNT" else self.selected
            raise errors.validation(messages.SELECT_WITH_PROJECTION.format(self.projecting, chosen))
        elif self.selected == "ALL_PROJECTED_ATTRIBUTES" and not self.has_index:
            raise errors.validation(messages.SELECT_WITHOUT_INDEX)


def selection_of(request: dict[str, Any], *, is_query: bool) -> Selection | None:
    """What the request selects; None where it does not say."""
    selected = request.get("Select")
    if selected is None:
        return None
    projecting = next((name for name in ("ProjectionExpression", "AttributesToGet") if request.get(name)), None)
    return Selection(selected, projecting, "IndexName" in request, is_query)
