"""Copies of a request: how they are numbered, and which keys they have.

With more traffic a request comes several times. Its copies go round `keys` partition keys, and within each of them,
where a table has a sort key, round `items` items. A copy of a write is one more change like that which was recorded: it
costs the table and each index as much. `replays.repeats` makes it so where copies write one item.
"""

from thermodynamo.foresight.scenarios.key_change import head_of, sharded, suffixed

Key = bytes
COPY_BITS = 32
"""A request's number is in the low bits, that of its copy above them."""


def numbered(request: int, copy: int) -> int:
    """The number of a copy of a request; the first one, 0, has that of the request."""
    return (copy << COPY_BITS) + request


def request_of(number: int) -> int:
    """The number of the request that a number is of a copy of."""
    return number & ((1 << COPY_BITS) - 1)


def copied(key: Key, kinds: str, key_copy: int, item_copy: int = 0) -> Key:
    """The key of a copy: of another partition key, of another item, or of both. `kinds` are the types of its parts."""
    if not key or not (key_copy or item_copy):
        return key
    head = head_of(key)
    sort = key[len(head) :]
    if item_copy and sort:
        sort = suffixed(sort, -item_copy, kinds[-1])
    return sharded(head, -key_copy, kinds[0]) + sort if key_copy else head + sort


def slots(key: Key, key_count: int, item_count: int) -> int:
    """Over how many keys the copies of an access of a key go round."""
    return key_count * item_count if len(key) > len(head_of(key)) else key_count


def share(slot: int, count: int, traffic: float) -> float:
    """Which share of a request's copies goes to one of so many keys; a fraction of a copy is the chance of one."""
    left = traffic - slot
    if left <= 0:
        return 0.0
    rounds = int(left // count)
    return (rounds + min(1.0, left - rounds * count)) / traffic
