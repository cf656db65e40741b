"""Key bytes: one flat byte string per item whose byte order is DynamoDB's order.

    item key    = token + partition part(s) + sort part(s)
    index entry = token + its partition part(s) + its sort part(s) + the table's key bytes
    part        = order bytes of the value with every 00 written 00 FF, then the terminator 00 01
    token       = first 8 bytes of MurmurHash3 x64 128 over the partition part(s)

Order bytes are UTF-8 for S, the bytes themselves for B, and `numbers.order_bytes` for N. The terminator sorts below
every continuation of a value, so a value comes before the longer ones that begin with it; and it makes parts
self-delimiting, so parts can be joined without a length.
"""

from binascii import a2b_base64, b2a_base64

from mmh3 import mmh3_x64_128_digest

from thermodynamo_storage.values import numbers

TOKEN_BYTES = 8
PARTITION_KEY_BYTES_MAX = 2048
SORT_KEY_BYTES_MAX = 1024
"""The largest key values (developer guide, Constraints)."""
TERMINATOR = b"\x00\x01"
_ESCAPE = b"\x00\xff"
_BYTES = [bytes((byte,)) for byte in range(256)]


def part(kind: str, value: str) -> bytes:
    """A key attribute's wire value (base64 for B, canonical for N) as a key part; `kind` is S, N or B."""
    if kind == "N":
        return numbers.order_bytes(value) + TERMINATOR
    raw = value.encode() if kind == "S" else a2b_base64(value)
    if 0 in raw:
        raw = raw.replace(b"\x00", _ESCAPE)
    return raw + TERMINATOR


def part_value(kind: str, raw: bytes) -> str:
    """The wire value of unescaped order bytes, as `split` gives them."""
    if kind == "S":
        return raw.decode()
    if kind == "N":
        return numbers.from_order_bytes(raw)
    return b2a_base64(raw, newline=False).decode()


def token(partition: bytes) -> bytes:
    """Where the partition key's hash puts an item; `partition` is its partition part(s)."""
    return mmh3_x64_128_digest(partition)[:TOKEN_BYTES]


def item_key(partition: bytes, sort: bytes = b"") -> bytes:
    """The key bytes of the item with these partition part(s) and sort part(s)."""
    return mmh3_x64_128_digest(partition)[:TOKEN_BYTES] + partition + sort


def after(prefix: bytes) -> bytes:
    """The smallest bytes greater than every string that starts with `prefix`.

    Raises ValueError if there are none (the prefix is empty or all FF), which no prefix that holds a whole part is.
    """
    kept = prefix.rstrip(b"\xff")
    if not kept:
        raise ValueError("nothing is greater than every string with this prefix")
    return kept[:-1] + _BYTES[kept[-1] + 1]


def collection_of(key: bytes, partition_parts: int = 1) -> bytes:
    """The beginning of an item's key bytes that its whole item collection shares: the token and the partition parts."""
    if partition_parts == 1:
        return key[: key.index(TERMINATOR, TOKEN_BYTES) + len(TERMINATOR)]
    return key[: _end_of_parts(key, partition_parts)]


def open_part(part: bytes) -> bytes:
    """The part without its terminator: the prefix of the parts of all values that begin with this value."""
    return part[: -len(TERMINATOR)]


def raw_size(part: bytes) -> int:
    """The size in bytes of a part's value: without its terminator and its escapes."""
    return len(part) - len(TERMINATOR) - part.count(_ESCAPE)


def split(key: bytes, count: int | None = None) -> tuple[bytes, list[bytes]]:
    """The token and the parts (unescaped order bytes) of key bytes; of an index entry only its first `count` parts.

    An index entry needs the count because the table's token in it is not a part.
    """
    parts: list[bytes] = []
    start = position = TOKEN_BYTES
    while start < len(key) and len(parts) != count:
        position = key.index(0, position)
        if key[position + 1] == TERMINATOR[1]:
            parts.append(key[start:position].replace(_ESCAPE, b"\x00"))
            start = position + 2
        position += 2
    return key[:TOKEN_BYTES], parts


def rest(key: bytes, count: int) -> bytes:
    """What follows the token and the first `count` parts: in an index entry, the table's key bytes."""
    return key[_end_of_parts(key, count) :]


def _end_of_parts(key: bytes, count: int) -> int:
    """Where the first `count` parts end."""
    position = TOKEN_BYTES
    for _ in range(count):
        # Within a part every 00 is followed by FF, so this pair is nothing but a terminator.
        position = key.index(TERMINATOR, position) + len(TERMINATOR)
    return position
