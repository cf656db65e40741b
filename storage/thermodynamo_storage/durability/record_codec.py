"""Records as bytes: what a turn of the server has committed and defined, one record after the other.

    record     = kind (1 byte), sequence (8), time (8, a float), then by kind:
        C, E   a commit, or one of time to live: changes
        T      a transaction: changes, then length (4) and a plain value: the token, the items held, until when
        D      definitions: length (4) and a plain value
    changes    = their number (4), then for each: the table's id, length of the key (2) and of the item (4; all ones for
                 no item), the item's size (4), the key, the item
    table's id = 0 (1) and the 16 bytes of a UUID, or for any other text its length (1) and its bytes

Numbers are big-endian.
"""

from collections.abc import Iterator
from struct import Struct, error

from thermodynamo_storage.changes.commit import Commit, TransactionCommit
from thermodynamo_storage.changes.request_tokens import RequestToken
from thermodynamo_storage.durability import plain
from thermodynamo_storage.durability.records import Record, RecordedChange, RecordedCommit
from thermodynamo_storage.tables.definition import Defined

HEAD = Struct(">cQd")
COUNT = Struct(">I")
HEAD_AND_COUNT = Struct(">cQdI")
CHANGE = Struct(">HII")
NO_ITEM = 0xFFFFFFFF
UUID_BYTES = 16
IDS_MAX = 10_000

_packed_ids: dict[str, bytes] = {}


def encode_commit(commit: Commit) -> bytes:
    """A commit that is about to be applied."""
    changes = commit.changes
    if len(changes) == 1 and type(commit) is Commit and changes[0].new is not None:
        # A write alone, as most commits are, is packed at once: the loop below takes a half longer.
        change = changes[0]
        packed = _packed_ids.get(change.table_id) or _packed(change.table_id)
        key, (blob, size_bytes) = change.key, changes[0].new
        kind = b"E" if commit.is_expiry else b"C"
        head = HEAD_AND_COUNT.pack(kind, commit.sequence, commit.now, 1)
        return b"".join((head, packed, CHANGE.pack(len(key), len(blob), size_bytes), key, blob))
    is_transaction = type(commit) is TransactionCommit
    kind = b"T" if is_transaction else b"E" if commit.is_expiry else b"C"
    parts = [HEAD_AND_COUNT.pack(kind, commit.sequence, commit.now, len(changes))]
    for change in changes:
        key, new = change.key, change.new
        packed = _packed_ids.get(change.table_id) or _packed(change.table_id)
        if new is None:
            parts += (packed, CHANGE.pack(len(key), NO_ITEM, 0), key)
        else:
            parts += (packed, CHANGE.pack(len(key), len(new[0]), new[1]), key, new[0])
    if isinstance(commit, TransactionCommit):
        token = commit.token
        given = (
            (token.account, token.region, token.token, token.fingerprint, token.half_units, token.in_progress_until)
            if token is not None
            else None
        )
        held = tuple((table.id, key) for table, key in commit.held)
        parts += _sized(plain.dumps((given, held, commit.held_until)))
    return b"".join(parts)


def encode_defined(defined: Defined) -> bytes:
    """Definitions that are about to be applied."""
    return b"".join((HEAD.pack(b"D", defined.sequence, defined.now), *_sized(plain.dumps(defined.definitions))))


def decode(body: bytes) -> Iterator[Record]:
    """The records in bytes. Raises ValueError for what is none."""
    position = 0
    try:
        while position < len(body):
            kind, sequence, now = HEAD.unpack_from(body, position)
            position += HEAD.size
            if kind == b"D":
                text, position = _text(body, position)
                yield Defined(sequence, now, plain.loads(text))
                continue
            if kind not in b"CET":
                raise ValueError(f"{kind!r} is no kind of record")
            changes, position = _changes(body, position)
            if kind != b"T":
                yield RecordedCommit(sequence, now, changes, kind == b"E")
                continue
            text, position = _text(body, position)
            token, held, held_until = plain.loads(text)
            given = RequestToken(*token) if token is not None else None
            yield RecordedCommit(sequence, now, changes, False, given, held, held_until)
    except (error, IndexError) as reason:
        raise ValueError(f"a record is cut short: {reason}") from reason


def _changes(body: bytes, position: int) -> tuple[tuple[RecordedChange, ...], int]:
    (count,) = COUNT.unpack_from(body, position)
    position += COUNT.size
    changes = []
    for _ in range(count):
        table_id, id_end = _id(body, position)
        key_bytes, item_bytes, size_bytes = CHANGE.unpack_from(body, id_end)
        key_start = id_end + CHANGE.size
        position = key_start + key_bytes
        key, item = body[key_start:position], None
        if item_bytes != NO_ITEM:
            item = body[position : position + item_bytes], size_bytes
            position += item_bytes
        changes.append(RecordedChange(table_id, key, item))
    return tuple(changes), position


def _sized(text: bytes) -> tuple[bytes, bytes]:
    return COUNT.pack(len(text)), text


def _text(body: bytes, position: int) -> tuple[bytes, int]:
    (length,) = COUNT.unpack_from(body, position)
    start = position + COUNT.size
    return body[start : start + length], start + length


def _packed(table_id: str) -> bytes:
    """The id as a record has it, which is remembered: every write needs that of its table."""
    raw = _uuid_bytes(table_id)
    if len(_packed_ids) >= IDS_MAX:
        _packed_ids.clear()
    packed = bytes((len(table_id.encode()),)) + table_id.encode() if raw is None else b"\x00" + raw
    _packed_ids[table_id] = packed
    return packed


def _uuid_bytes(text: str) -> bytes | None:
    """The bytes of a UUID, in the text that it always has; None for any other text."""
    try:
        raw = bytes.fromhex(text.replace("-", ""))
    except ValueError:
        return None
    return raw if len(raw) == UUID_BYTES and _uuid_text(raw) == text else None


def _uuid_text(raw: bytes) -> str:
    digits = raw.hex()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _id(body: bytes, position: int) -> tuple[str, int]:
    """A table's id, and where it ends."""
    start = position + 1
    end = start + (body[position] or UUID_BYTES)
    return (body[start:end].decode() if body[position] else _uuid_text(body[start:end])), end
