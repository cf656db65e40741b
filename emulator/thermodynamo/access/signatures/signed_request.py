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
SIGNATURE_CHARACTERS = 64
_TARGET, _TOKEN, _HOST = b"x-amz-target", b"x-amz-security-token", b"host"


@dataclass(frozen=True, slots=True)
class Statement:
    """What a client states with every request: the credential scope, and which headers are signed.

    `scope` is all of the scope but the access key id. The date is bytes: it is compared with every timestamp.
    """

    access_key_id: str
    date: bytes
    region: str
    service: str
    terminator: str
    scope: bytes
    signed_headers: bytes
    names: tuple[bytes, ...]
    """The signed headers in their order."""
    has_host: bool
    has_target: bool
    has_token: bool


@dataclass(slots=True)
class SignedRequest:
    """A statement with what is of one request. `query` is canonical; `expires_seconds` is that of a query string."""

    statement: Statement
    signature: bytes
    timestamp: bytes
    token: bytes | None
    query: bytes
    expires_seconds: int | None = None


def of_headers(authorization: bytes, headers: dict[bytes, bytes], query: bytes) -> SignedRequest:
    """The signature of an Authorization header that is complete. Raises IncompleteSignatureException."""
    parameters = credentials.parameters_of(authorization.decode("latin-1"))
    statement = statement_of(parameters["Credential"], parameters["SignedHeaders"].encode("latin-1"))
    signature = parameters["Signature"].encode("latin-1")
    timestamp = headers.get(b"x-amz-date") or _of_http_date(headers.get(b"date", b""))
    signed_query = canonical_query(_pairs(query)) if query else b""
    return SignedRequest(statement, signature, timestamp, headers.get(_TOKEN), signed_query)


def _of_http_date(date: bytes) -> bytes:
    """The timestamp that a Date header stands for; one that is no date of HTTP as it is."""
    try:
        moment = parsedate_to_datetime(date.decode("latin-1"))
        return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ").encode()
    except (ValueError, OverflowError):
        return date


def of_query(query: bytes) -> SignedRequest:
    """The signature of a presigned query string that is complete. Raises IncompleteSignatureException."""
    pairs = _pairs(query)
    parameters = dict(pairs)
    token = parameters.get("X-Amz-Security-Token")
    expires = parameters.get("X-Amz-Expires", "")
    return SignedRequest(
        statement_of(parameters["X-Amz-Credential"], _bytes(parameters["X-Amz-SignedHeaders"])),
        _bytes(parameters["X-Amz-Signature"]),
        _bytes(parameters["X-Amz-Date"]),
        _bytes(token) if token is not None else None,
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
    return quote(_bytes(text), safe="-_.~")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def statement_of(credential: str, signed_headers: bytes) -> Statement:
    """Raises IncompleteSignatureException for a credential that has not five parts."""
    parts = credential.split("/")
    if len(parts) != SCOPE_PARTS:
        raise errors.incomplete_signature(messages.SCOPE_MALFORMED.format(credential))
    access_key_id, date, region, service, terminator = parts
    names = sorted(set(signed_headers.lower().split(b";")))
    return Statement(
        access_key_id,
        _bytes(date),
        region,
        service,
        terminator,
        _bytes(credential.partition("/")[2]),
        b";".join(names),
        tuple(names),
        _HOST in names,
        _TARGET in names,
        _TOKEN in names,
    )
