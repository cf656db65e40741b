"""Parts of an image: runs of items, histories and stream records as bytes, member by member, in bounded pieces.

    items    = count (4), then lengths of the keys (4 each), lengths of the items (4 each), sizes (8 each), keys, items
    history  = count (4), then times (8, floats), lengths of keys (4), lengths (4; all ones for none) and sizes (8) of
               the images, keys, images
    records  = count (4), then numbers (8, from the lowest that there can be on), times (8, floats), kinds (1: the
               event, and expiry), lengths of keys (4), lengths (4; all ones for none) and sizes (8) of the old and the
               new images, keys, old images, new images

Numbers are little-endian. A piece ends with the item or record that makes it PART_BYTES long.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from struct import Struct, calcsize, pack, unpack_from
from typing import Any, get_args

from thermodynamo_storage.followers.item_history import Replaced
from thermodynamo_storage.followers.shard import EventName, StreamRecord
from thermodynamo_storage.followers.stream import FIRST_NUMBER
from thermodynamo_storage.values.item import Item

PART_BYTES = 128 * 1024
"""Writing so much takes about half a millisecond."""
COUNT = Struct("<I")
NONE = 0xFFFFFFFF
EVENTS = get_args(EventName)
EXPIRY = 0x10

Entries = Sequence[tuple[bytes, Item]]


def pieces(sizes: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Where each piece begins and ends, of things with these sizes."""
    start = total = position = 0
    for position, size in enumerate(sizes, start=1):
        total += size
        if total >= PART_BYTES:
            yield start, position
            start, total = position, 0
    if position > start:
        yield start, position


def items_bytes(entries: Entries) -> bytes:
    """Neighbours of a run."""
    keys, items = zip(*entries, strict=True)
    blobs, sizes = zip(*items, strict=True)
    return b"".join(
        (
            COUNT.pack(len(keys)),
            pack(f"<{len(keys)}I", *map(len, keys)),
            pack(f"<{len(keys)}I", *map(len, blobs)),
            pack(f"<{len(keys)}Q", *sizes),
            *keys,
            *blobs,
        )
    )


def items_of(body: bytes) -> Iterator[tuple[bytes, Item]]:
    """The keys and items that `items_bytes` wrote."""
    reader = Reader(body)
    key_bytes, blob_bytes, sizes = reader.series("I"), reader.series("I"), reader.series("Q")
    keys = reader.slices(key_bytes)
    return zip(keys, zip(reader.slices(blob_bytes), sizes, strict=True), strict=True)


def history_bytes(entries: Sequence[Replaced]) -> bytes:
    """A segment of a history."""
    count = len(entries)
    images = [image for _, _, image in entries]
    return b"".join(
        (
            COUNT.pack(count),
            pack(f"<{count}d", *(changed_at for changed_at, _, _ in entries)),
            pack(f"<{count}I", *(len(key) for _, key, _ in entries)),
            pack(f"<{count}I", *(len(image[0]) if image is not None else NONE for image in images)),
            pack(f"<{count}Q", *(image[1] if image is not None else 0 for image in images)),
            *(key for _, key, _ in entries),
            *(image[0] for image in images if image is not None),
        )
    )


def history_of(body: bytes) -> Iterator[Replaced]:
    """The entries that `history_bytes` wrote."""
    reader = Reader(body)
    times, key_bytes = reader.series("d"), reader.series("I")
    lengths, sizes = reader.series("I"), reader.series("Q")
    keys = reader.slices(key_bytes)
    return zip(times, keys, reader.images(lengths, sizes), strict=True)


def records_bytes(records: Sequence[StreamRecord], first_number: int = FIRST_NUMBER) -> bytes:
    """Neighbours of a shard or of a feed, whose numbers are `first_number` or higher."""
    count = len(records)
    heads = [
        COUNT.pack(count),
        pack(f"<{count}Q", *(record.number - first_number for record in records)),
        pack(f"<{count}d", *(record.created_at for record in records)),
        bytes(EVENTS.index(record.event) | (EXPIRY if record.is_expiry else 0) for record in records),
        pack(f"<{count}I", *(len(record.key) for record in records)),
    ]
    contents = [record.key for record in records]
    for images in ([record.old for record in records], [record.new for record in records]):
        heads.append(pack(f"<{count}I", *(len(image[0]) if image is not None else NONE for image in images)))
        heads.append(pack(f"<{count}Q", *(image[1] if image is not None else 0 for image in images)))
        contents += [image[0] for image in images if image is not None]
    return b"".join((*heads, *contents))


def records_of(body: bytes, first_number: int = FIRST_NUMBER) -> list[StreamRecord]:
    """The records that `records_bytes` wrote."""
    reader = Reader(body)
    numbers, times, kinds, key_bytes = (reader.series(kind) for kind in "QdBI")
    old, new = (reader.series("I"), reader.series("Q")), (reader.series("I"), reader.series("Q"))
    keys = reader.slices(key_bytes)
    olds, news = reader.images(*old), reader.images(*new)
    return [
        StreamRecord(first_number + number, time, EVENTS[kind & ~EXPIRY], key, before, after, bool(kind & EXPIRY))
        for number, time, kind, key, before, after in zip(numbers, times, kinds, keys, olds, news, strict=True)
    ]


class Reader:
    """Reads series of numbers of one length from bytes, then the contents."""

    __slots__ = ("body", "count", "position")

    def __init__(self, body: bytes) -> None:
        self.body = body
        (self.count,) = COUNT.unpack_from(body)
        self.position = COUNT.size

    def series(self, kind: str) -> tuple[Any, ...]:
        """The next series, of numbers of a kind as `struct` names it."""
        form = f"<{self.count}{kind}"
        values = unpack_from(form, self.body, self.position)
        self.position += calcsize(form)
        return values

    def slices(self, lengths: Iterable[int]) -> list[bytes]:
        """The next contents, which have these lengths."""
        body = self.body
        bounds = list(accumulate(lengths, initial=self.position))
        self.position = bounds[-1]
        return [body[start:end] for start, end in pairwise(bounds)]

    def images(self, lengths: Sequence[int], sizes: Sequence[int]) -> list[Item | None]:
        """The next items; None where a length says that there is none."""
        blobs = iter(self.slices(length for length in lengths if length != NONE))
        return [None if length == NONE else (next(blobs), size) for length, size in zip(lengths, sizes, strict=True)]
