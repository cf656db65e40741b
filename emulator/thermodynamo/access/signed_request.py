"""A signature as a request states it, in its headers or in a presigned query string, before it is verified.

What a signature lacks is told by `credentials`; here are its parts. What one client repeats with every request is
parsed once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qsl, quote

from thermodynamo.access import credentials
from thermodynamo.api import errors, messages

Headers = Sequence[tuple[bytes, bytes]]
SCOPE_PARTS = 5
STATEMENTS_KNOWN_MAX = 1024
SIGNATURE_CHARACTERS = 64
_SIGNATURE = b"Signature="


@dataclass(frozen=True, slots=True)
class Scope:
    """The credential scope. `text` is all of it but the access key id."""

    access_key_id: str
    date: str
    region: str
    service: str
    terminator: str
    text: str


@dataclass(slots=True)
class SignedRequest:
    """What is signed, and the signature. `query` is canonical; `expires_seconds` is None outside of a query string."""

    scope: Scope
    signed_headers: tuple[bytes, ...]
    signature: bytes
    timestamp: str
    token: bytes | None
    query: bytes
    expires_seconds: int | None = None


_known: dict[bytes, tuple[Scope, tuple[bytes, ...]]] = {}
"""Authorization headers as SDKs write them, up to the signature."""


def of_known(headers: dict[bytes, bytes], query: bytes) -> SignedRequest | None:
    """The signature of a request from a client that was met before, but for what changes with every request.

    None where it must be looked at in full.
    """
    stated, _, signature = headers.get(b"authorization", b"").rpartition(_SIGNATURE)
    known = _known.get(stated)
    date = headers.get(b"x-amz-date")
    if known is None or date is None or query or len(signature) != SIGNATURE_CHARACTERS:
        return None
    scope, signed_headers = known
    return SignedRequest(
        scope, signed_headers, signature, date.decode("latin-1"), headers.get(b"x-amz-security-token"), b""
    )


def of_headers(authorization: bytes, headers: dict[bytes, bytes], query: bytes) -> SignedRequest:
    """The signature of an Authorization header that is complete. Raises IncompleteSignatureException."""
    parameters = credentials.parameters_of(authorization.decode("latin-1"))
    scope = parse_scope(parameters["Credential"])
    signed_headers = _names(parameters["SignedHeaders"].encode("latin-1"))
    signature = parameters["Signature"].encode("latin-1")
    stated, _, last = authorization.rpartition(_SIGNATURE)
    if last == signature and credentials.SIGNATURE(authorization) is not None:
        if len(_known) >= STATEMENTS_KNOWN_MAX:
            _known.clear()
        _known[stated] = scope, signed_headers
    date = headers.get(b"x-amz-date")
    timestamp = date.decode("latin-1") if date else _of_http_date(headers.get(b"date", b"").decode("latin-1"))
    signed_query = canonical_query(_pairs(query)) if query else b""
    return SignedRequest(
        scope, signed_headers, signature, timestamp, headers.get(b"x-amz-security-token"), signed_query
    )


def _of_http_date(date: str) -> str:
    """The timestamp that a Date header stands for; one that is no date of HTTP as it is."""
    try:
        return parsedate_to_datetime(date).astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    except (ValueError, OverflowError):
        return date


def of_query(query: bytes) -> SignedRequest:
    """The signature of a presigned query string that is complete. Raises IncompleteSignatureException."""
    pairs = _pairs(query)
    parameters = dict(pairs)
    token = parameters.get("X-Amz-Security-Token")
    expires = parameters.get("X-Amz-Expires", "")
    return SignedRequest(
        parse_scope(parameters["X-Amz-Credential"]),
        _names(parameters["X-Amz-SignedHeaders"].encode("utf-8", "surrogateescape")),
        parameters["X-Amz-Signature"].encode("utf-8", "surrogateescape"),
        parameters["X-Amz-Date"],
        token.encode("utf-8", "surrogateescape") if token is not None else None,
        canonical_query(pairs),
        int(expires) if expires.isascii() and expires.isdecimal() and len(expires) < 8 else None,
    )


def _pairs(query: bytes) -> list[tuple[str, str]]:
    """The parameters of a query string, in its order; bytes that are no UTF-8 stay what they are."""
    return parse_qsl(query.decode("latin-1"), keep_blank_values=True, encoding="utf-8", errors="surrogateescape")


def canonical_query(pairs: Sequence[tuple[str, str]]) -> bytes:
    """The query string as it is signed: without its signature, encoded strictly, and sorted."""
    encoded = sorted((_encoded(name), _encoded(value)) for name, value in pairs if name != "X-Amz-Signature")
    return "&".join(f"{name}={value}" for name, value in encoded).encode()


def _encoded(text: str) -> str:
    return quote(text.encode("utf-8", "surrogateescape"), safe="-_.~")


def parse_scope(credential: str) -> Scope:
    """Raises IncompleteSignatureException for what has not five parts."""
    parts = credential.split("/")
    if len(parts) != SCOPE_PARTS:
        raise errors.incomplete_signature(messages.SCOPE_MALFORMED.format(credential))
    access_key_id, date, region, service, terminator = parts
    return Scope(access_key_id, date, region, service, terminator, credential.partition("/")[2])


def _names(signed_headers: bytes) -> tuple[bytes, ...]:
    return tuple(sorted(set(signed_headers.lower().split(b";"))))
