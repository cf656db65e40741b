"""Compressed bodies: requests in gzip and deflate, and replies from 4 KB on for clients that accept them.

The SDKs' guide (feature-compression) names gzip for requests. That the service reads deflate as well, and gzip of
several members, and what it does with bodies that it cannot read, was tried against it: scylladb's pull requests 27049,
27080 and 27917. That it compresses long replies is known from aws-sdk-js issue 1614. Their checksum, `x-amz-crc32`, is
that of the bytes sent: the SDKs for Java and Go check it before they decompress.
"""

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache

from thermodynamo.api.slices import Slices

Header = tuple[bytes, bytes]

COMPRESSED_FROM_BYTES = 4096
"""The shortest reply that is compressed."""
LEVEL = 1
"""The fastest: 16 MB of items take a third of the time that zlib's default takes, and become a tenth longer."""
PIECE_BYTES = 65_536
SLICE_BYTES = 262_144
"""How much of a reply is compressed before others have their turn: two to five milliseconds."""
MEMBERS_MAX = 1_000
"""Members of one gzip body: each costs a decompressor, so without a bound 16 MB of empty ones would hold up others."""
CODINGS_KEPT_MAX = 64
"""How many texts that name codings are remembered with what was read in them: a client always sends the same."""
FORMATS = {b"gzip": 16 + zlib.MAX_WBITS, b"deflate": zlib.MAX_WBITS}
"""The `wbits` of zlib for each coding: deflate is the format of zlib (RFC 9110, section 8.4.1.2)."""
ACCEPTED = re.compile(rb"\s*([^\s;,]+)\s*(?:;\s*q=([01](?:\.[0-9]{0,3})?)\s*)?").fullmatch


class Unreadable(Exception):
    """A body that is not what its Content-Encoding says."""


class TooLong(Exception):
    """A body that becomes longer than it may be."""


def decoded(coding: bytes, body: bytes, bytes_max: int) -> bytes:
    """The body without its coding. Raises Unreadable, and TooLong as soon as it is longer than `bytes_max`."""
    wbits = FORMATS.get(coding.strip().lower())
    if wbits is None:
        raise Unreadable
    result = bytearray()
    decompressor = zlib.decompressobj(wbits)
    members = 1
    try:
        for start in range(0, len(body), PIECE_BYTES):
            piece = body[start : start + PIECE_BYTES]
            while piece:
                if decompressor.eof:
                    if coding.strip().lower() != b"gzip" or members == MEMBERS_MAX:
                        raise Unreadable
                    decompressor = zlib.decompressobj(wbits)
                    members += 1
                result += decompressor.decompress(piece, bytes_max + 1 - len(result))
                if len(result) > bytes_max:
                    raise TooLong
                piece = decompressor.unconsumed_tail or decompressor.unused_data
    except zlib.error:
        raise Unreadable from None
    if not decompressor.eof:
        raise Unreadable
    return bytes(result)


def encoded(headers: Sequence[Header], body: bytes) -> Slices[tuple[bytes, bytes]]:
    """The body as a client wants it that accepts gzip or deflate, and the header line that says so; else as it is."""
    coding = coding_of(headers)
    if coding is None:
        return body, b""
    compressor = zlib.compressobj(LEVEL, zlib.DEFLATED, FORMATS[coding])
    pieces = [compressor.compress(body[:SLICE_BYTES])]
    for start in range(SLICE_BYTES, len(body), SLICE_BYTES):
        yield
        pieces.append(compressor.compress(body[start : start + SLICE_BYTES]))
    return b"".join((*pieces, compressor.flush())), b"content-encoding: %b\r\n" % coding


def coding_of(headers: Sequence[Header]) -> bytes | None:
    """Of gzip and deflate the one that a client likes best; None where it likes neither, or does not say."""
    accepted = b""
    for name, value in headers:
        if name == b"accept-encoding":
            accepted = b"%b,%b" % (accepted, value) if accepted else value
    return best_coding(accepted) if accepted else None


@lru_cache(CODINGS_KEPT_MAX)
def best_coding(accepted: bytes) -> bytes | None:
    """Of gzip and deflate the one that an Accept-Encoding header likes best; None where it likes neither."""
    weights: dict[bytes, float] = {}
    for each in accepted.split(b","):
        if found := ACCEPTED(each):
            weights[found[1].lower()] = float(found[2] or 1)
    rest = weights.get(b"*", 0.0)
    best = max(FORMATS, key=lambda coding: weights.get(coding, rest))
    return best if weights.get(best, rest) > 0 else None
