"""Whether JSON from a file has the types of attribute values, as PutItem would check them."""

from collections.abc import Callable
from functools import cache
from typing import Any

from thermodynamo.api import model
from thermodynamo.api.errors import ApiError


class WrongType(Exception):
    """A member of an attribute value has a wrong type; the text is the service's."""


def check(item: dict[str, Any]) -> dict[str, Any]:
    """The item, which may be changed: members that are null are gone. Raises WrongType."""
    request = {"TableName": "File", "Item": item}
    try:
        _of_put_item()(request)
    except ApiError as error:
        raise WrongType(error.message or "an attribute value has a wrong type") from error
    checked: dict[str, Any] = request["Item"]  # type: ignore[assignment]
    return checked


@cache
def _of_put_item() -> Callable[[Any], None]:
    return model.compile("PutItem")[0]
