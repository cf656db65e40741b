"""A batch that is only partly processed: some members are taken out before it runs, and handed back after it did."""

from typing import Any

import orjson

RequestItems = dict[str, Any]


def cut(request: dict[str, Any], positions: list[int]) -> tuple[dict[str, Any], RequestItems]:
    """The request without the members at the positions, and those members. One member at least stays."""
    kept: RequestItems = {}
    taken: RequestItems = {}
    position = 0
    left = sum(len(_members(given)) for given in request["RequestItems"].values())
    for name, given in request["RequestItems"].items():
        for member in _members(given):
            is_taken = position in positions and left > 1
            _add(taken if is_taken else kept, name, given, member)
            left -= is_taken
            position += 1
    return {**request, "RequestItems": kept}, taken


def hand_back(name: str, reply: bytes, taken: RequestItems) -> bytes:
    """The reply with what was taken added to its unprocessed members, which stand in its member `name`."""
    answer = orjson.loads(reply)
    unprocessed = answer.setdefault(name, {})
    for name, given in taken.items():
        for member in _members(given):
            _add(unprocessed, name, given, member)
    return orjson.dumps(answer)


def _members(given: Any) -> list[Any]:
    """The members for one table: write requests, or the keys of what is wanted of it."""
    members: list[Any] = given["Keys"] if isinstance(given, dict) else given
    return members


def _add(items: RequestItems, name: str, given: Any, member: Any) -> None:
    if name not in items:
        items[name] = {**given, "Keys": []} if isinstance(given, dict) else []
    _members(items[name]).append(member)
