"""A batch that is only partly processed: some members are taken out before it runs, and handed back after it did."""

from typing import Any

import orjson

RequestItems = dict[str, Any]
KEYS_MAX = 100
"""Keys that may stand among the unprocessed members, each with an attribute of their name."""


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
    """The reply with what was taken added to its unprocessed members, which stand in its member `name`.

    Of a reply that ends with that member only this is read: it may have 16 MB of items before.
    """
    start, answer = _end_of(name, reply)
    unprocessed = answer.setdefault(name, {})
    for name, given in taken.items():
        for member in _members(given):
            _add(unprocessed, name, given, member)
    return reply[:start] + orjson.dumps(answer)[1 if start else 0 :]


def _end_of(name: str, reply: bytes) -> tuple[int, dict[str, Any]]:
    """Where the member begins with which the reply ends, and that as an object; 0 and the whole reply for another."""
    opening = orjson.dumps(name) + b":"
    start = reply.rfind(opening)
    for _ in range(KEYS_MAX + 1):
        if start < 0:
            break
        try:
            return start, orjson.loads(b"{" + reply[start:])
        except orjson.JSONDecodeError:  # It stands deeper: what closes the containers around it is too much.
            start = reply.rfind(opening, 0, start)
    return 0, orjson.loads(reply)


def _members(given: Any) -> list[Any]:
    """The members for one table: write requests, or the keys of what is wanted of it."""
    members: list[Any] = given["Keys"] if isinstance(given, dict) else given
    return members


def _add(items: RequestItems, name: str, given: Any, member: Any) -> None:
    if name not in items:
        items[name] = {**given, "Keys": []} if isinstance(given, dict) else []
    _members(items[name]).append(member)
