"""Shard iterators: a position in a shard and the time it was given out, as a text that clients pass back.

The text is the stream's ARN, a version, and base64 of `shard id|number|seconds|CRC-32`: the check sum keeps an edited
iterator from being taken for another position.
"""

from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from zlib import crc32

from thermodynamo.api import errors, messages
from thermodynamo_storage.values.dataclass import dataclass

LIFETIME_SECONDS = 15 * 60
"""API reference, GetShardIterator."""
_VERSION = "|1|"


@dataclass(frozen=True, slots=True)
class ShardIterator:
    """Stands before the first record of a shard whose number is greater than `after`."""

    stream_arn: str
    shard_id: str
    after: int
    issued_at: float

    def __str__(self) -> str:
        content = f"{self.shard_id}|{self.after}|{self.issued_at!r}"
        checked = f"{content}|{_check_sum(self.stream_arn, content)}"
        return f"{self.stream_arn}{_VERSION}{b64encode(checked.encode()).decode()}"

    def is_expired(self, now: float) -> bool:
        return now > self.issued_at + LIFETIME_SECONDS


def parse(text: str) -> ShardIterator:
    """The iterator in a text. Raises ValidationException for any text that was not given out."""
    stream_arn, _, encoded = text.rpartition(_VERSION)
    try:
        content, _, check_sum = b64decode(encoded, validate=True).decode().rpartition("|")
        shard_id, after, issued_at = content.split("|")
        iterator = ShardIterator(stream_arn, shard_id, int(after), float(issued_at))
    except (Base64Error, ValueError):
        raise errors.validation(messages.SHARD_ITERATOR_INVALID) from None
    if check_sum != _check_sum(stream_arn, content):
        raise errors.validation(messages.SHARD_ITERATOR_INVALID)
    return iterator


def _check_sum(stream_arn: str, content: str) -> str:
    return f"{crc32((stream_arn + content).encode()):08x}"
