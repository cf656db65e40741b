"""Signature Version 4: whether a request was signed with the secret of its access key, for this place and time.

The steps are those of the IAM user guide (create-signed-request). Digests are compared in constant time. Keys derived
from a secret are kept for the day they are good for.
"""

import hmac
from calendar import timegm
from functools import lru_cache
from hashlib import sha256
from time import gmtime, strftime, strptime
from urllib.parse import quote

from thermodynamo.access.identity import AccessKey
from thermodynamo.access.signatures.body_digest import digest
from thermodynamo.access.signatures.signed_request import SignedRequest, Statement
from thermodynamo.api import errors, messages
from thermodynamo.api.errors import ApiError

TERMINATOR = "aws4_request"
SKEW_MINUTES = 5
"""How far a signature's date may be off. DynamoDB's own replies show 5 minutes (artillery-dino issue 2, 2016;
aws-sdk-js-v3 issue 7605, December 2025) and 15 (aws-sdk-js issue 2565, 2019): the latest counts."""
SKEW_SECONDS = 60 * SKEW_MINUTES
EXPIRES_SECONDS_MAX = 7 * 24 * 3600
LEFT_OUT = b"(left out)"
"""Stands for a session token where an error shows what was signed."""
SIGNING_KEYS_MAX = 4096


def verify(
    signed: SignedRequest, key: AccessKey, service: str, regions: frozenset[str] | None, now: float
) -> ApiError | None:
    """What is wrong with the scope, the token and the date of a signature, or None. `now` is by the signing clock."""
    stated = signed.statement
    if (
        stated.service != service
        or stated.date != signed.timestamp[:8]
        or stated.terminator != TERMINATOR
        or not stated.region
        or (regions is not None and stated.region not in regions)
    ):
        complaint = _scope_complaint(signed, service, regions)
        if complaint:
            return errors.invalid_signature(complaint)
    if key.session_token is not None or signed.token is not None:
        # Every token is compared with some text, so that the time tells nothing of which keys have one.
        expected = (key.session_token or "").encode()
        if not hmac.compare_digest(expected, signed.token or b"") or key.session_token is None:
            return errors.unrecognized_client()
    return _date_error(signed, now)


def check_body(
    signed: SignedRequest, key: AccessKey, method: bytes, headers: dict[bytes, bytes], body: bytes
) -> ApiError | None:
    """Whether the signature is that of this request: what is wrong with it, or None."""
    stated = signed.statement
    if not stated.has_host:
        return errors.invalid_signature(messages.SIGNED_HOST_MISSING)
    # Headers that change what a request means must be signed where they are sent.
    if not stated.has_target and b"x-amz-target" in headers:
        return errors.invalid_signature(messages.SIGNED_HEADER_MISSING.format("X-Amz-Target"))
    if not stated.has_token and b"x-amz-security-token" in headers:
        return errors.invalid_signature(messages.SIGNED_HEADER_MISSING.format("X-Amz-Security-Token"))
    canonical = canonical_request(signed, method, headers, body)
    to_sign = string_to_sign(signed, canonical)
    signing = signing_key(key.secret, stated.date, stated.region, stated.service).copy()
    signing.update(to_sign)
    if hmac.compare_digest(signing.hexdigest().encode(), signed.signature):
        return None
    token = signed.token
    if token:
        for written in (token, quote(token, safe="-_.~").encode()):
            canonical = canonical.replace(written, LEFT_OUT)
    shown = canonical.decode("utf-8", "replace"), to_sign.decode("utf-8", "replace")
    return errors.invalid_signature(messages.SIGNATURE_MISMATCH.format(*shown))


def canonical_request(signed: SignedRequest, method: bytes, headers: dict[bytes, bytes], body: bytes) -> bytes:
    """The request as it is signed. A header that is listed and not sent counts as empty, as the service shows it."""
    return canonical_head(signed, method, headers) + digest(body)


def canonical_head(signed: SignedRequest, method: bytes, headers: dict[bytes, bytes]) -> bytes:
    """All of the canonical request but the digest of its body."""
    lines = [method, b"/", signed.query]
    for name in signed.statement.names:
        value = headers.get(name, b"").strip()
        lines.append(name + b":" + (b" ".join(value.split()) if b"  " in value else value))
    lines += (b"", signed.statement.signed_headers, b"")
    return b"\n".join(lines)


def string_to_sign(signed: SignedRequest, canonical: bytes) -> bytes:
    return to_sign_head(signed.timestamp, signed.statement) + sha256(canonical).hexdigest().encode()


def to_sign_head(timestamp: bytes, statement: Statement) -> bytes:
    """All of the string to sign but the digest of the canonical request."""
    return b"AWS4-HMAC-SHA256\n%b\n%b\n" % (timestamp, statement.scope)


@lru_cache(maxsize=SIGNING_KEYS_MAX)
def signing_key(secret: str, date: bytes, region: str, service: str) -> hmac.HMAC:
    """A beginning to copy: the copy and its digest take half the time of `hmac.digest`, which sets up the key anew."""
    key = f"AWS4{secret}".encode()
    for part in (date, *(text.encode("utf-8", "surrogateescape") for text in (region, service, TERMINATOR))):
        key = hmac.digest(key, part, "sha256")
    return hmac.new(key, digestmod="sha256")


def _scope_complaint(signed: SignedRequest, service: str, regions: frozenset[str] | None) -> str:
    stated = signed.statement
    complaint = ""
    if not stated.region or (regions is not None and stated.region not in regions):
        complaint += messages.SCOPE_REGION.format(stated.region)
    if stated.service != service:
        complaint += messages.SCOPE_SERVICE.format(service)
    if stated.terminator != TERMINATOR:
        complaint += messages.SCOPE_TERMINATOR.format(stated.terminator)
    day = signed.timestamp[:8]
    if stated.date != day and _instant(signed.timestamp) is not None:
        complaint += messages.SCOPE_DATE.format(*map(_text, (stated.date, day, signed.timestamp)))
    return complaint


def _date_error(signed: SignedRequest, now: float) -> ApiError | None:
    signed_at = _instant(signed.timestamp)
    if signed_at is None:
        return errors.incomplete_signature(messages.SIGNED_DATE_MALFORMED.format(_text(signed.timestamp)))
    expires = signed.expires_seconds
    lifetime = min(expires, EXPIRES_SECONDS_MAX) if expires is not None else SKEW_SECONDS
    if int(now) - lifetime <= signed_at <= now + SKEW_SECONDS:
        return None
    stamp = _text(signed.timestamp)
    if signed_at > now:
        limit = _written(now + SKEW_SECONDS)
        return errors.invalid_signature(messages.SIGNATURE_EARLY.format(stamp, limit, _written(now), SKEW_MINUTES))
    limit = _written(now - lifetime)
    return errors.invalid_signature(messages.SIGNATURE_EXPIRED.format(stamp, limit, _written(now), lifetime // 60))


@lru_cache(maxsize=64)
def _instant(timestamp: bytes) -> int | None:
    """Seconds of the epoch of a date in ISO 8601's basic format; None for any other."""
    if len(timestamp) != len("20120306T074514Z"):
        return None
    try:
        return timegm(strptime(_text(timestamp), "%Y%m%dT%H%M%SZ"))
    except ValueError:
        return None


def _written(instant: float) -> str:
    return strftime("%Y%m%dT%H%M%SZ", gmtime(instant))


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
