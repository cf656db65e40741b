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
from thermodynamo.access.signed_request import Scope, SignedRequest
from thermodynamo.api import errors, messages
from thermodynamo.api.errors import ApiError

ALGORITHM = "AWS4-HMAC-SHA256"
TERMINATOR = "aws4_request"
SKEW_MINUTES = 5
"""How far a signature's date may be off. DynamoDB's own replies show 5 minutes (artillery-dino issue 2, 2016;
aws-sdk-js-v3 issue 7605, December 2025) and 15 (aws-sdk-js issue 2565, 2019): the latest counts."""
EXPIRES_SECONDS_MAX = 7 * 24 * 3600
LEFT_OUT = "(left out)"
"""Stands for a session token where an error shows what was signed."""
SIGNING_KEYS_MAX = 4096
_UNSIGNED_REFUSED = (b"x-amz-target", b"x-amz-security-token")
"""Headers that change what a request means: they must be signed where they are sent."""


def verify(
    signed: SignedRequest, key: AccessKey, service: str, regions: frozenset[str] | None, now: float
) -> ApiError | None:
    """What is wrong with the scope, the token and the date of a signature, or None. `now` is by the signing clock."""
    scope = signed.scope
    if (
        scope.service != service
        or scope.terminator != TERMINATOR
        or not scope.region
        or (regions is not None and scope.region not in regions)
        or scope.date != signed.timestamp[:8]
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
    names = signed.signed_headers
    if b"host" not in names:
        return errors.invalid_signature(messages.SIGNED_HOST_MISSING)
    for name in _UNSIGNED_REFUSED:
        if name in headers and name not in names:
            return errors.invalid_signature(messages.SIGNED_HEADER_MISSING.format(name.decode().title()))
    canonical = canonical_request(signed, method, headers, body)
    scope = signed.scope
    to_sign = string_to_sign(signed, canonical)
    expected = hmac.digest(_signing_key(key.secret, scope.date, scope.region, scope.service), to_sign, "sha256")
    if hmac.compare_digest(expected.hex().encode(), signed.signature):
        return None
    token = signed.token
    if token:
        for written in (token, quote(token, safe="-_.~").encode()):
            canonical = canonical.replace(written, LEFT_OUT.encode())
    shown = canonical.decode("utf-8", "replace"), to_sign.decode("utf-8", "replace")
    return errors.invalid_signature(messages.SIGNATURE_MISMATCH.format(*shown))


def canonical_request(signed: SignedRequest, method: bytes, headers: dict[bytes, bytes], body: bytes) -> bytes:
    """The request as it is signed. A header that is listed and not sent counts as empty, as the service shows it."""
    lines = [method, b"/", signed.query]
    for name in signed.signed_headers:
        value = headers.get(name, b"").strip()
        lines.append(name + b":" + (b" ".join(value.split()) if b"  " in value else value))
    lines += (b"", b";".join(signed.signed_headers), sha256(body).hexdigest().encode())
    return b"\n".join(lines)


def string_to_sign(signed: SignedRequest, canonical: bytes) -> bytes:
    digest = sha256(canonical).hexdigest()
    return f"{ALGORITHM}\n{signed.timestamp}\n{signed.scope.text}\n{digest}".encode("utf-8", "surrogateescape")


@lru_cache(maxsize=SIGNING_KEYS_MAX)
def _signing_key(secret: str, date: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (date, region, service, TERMINATOR):
        key = hmac.digest(key, part.encode("utf-8", "surrogateescape"), "sha256")
    return key


def _scope_complaint(signed: SignedRequest, service: str, regions: frozenset[str] | None) -> str:
    scope: Scope = signed.scope
    complaint = ""
    if not scope.region or (regions is not None and scope.region not in regions):
        complaint += messages.SCOPE_REGION.format(scope.region)
    if scope.service != service:
        complaint += messages.SCOPE_SERVICE.format(service)
    if scope.terminator != TERMINATOR:
        complaint += messages.SCOPE_TERMINATOR.format(scope.terminator)
    day = signed.timestamp[:8]
    if scope.date != day and _instant(signed.timestamp) is not None:
        complaint += messages.SCOPE_DATE.format(scope.date, day, signed.timestamp)
    return complaint


def _date_error(signed: SignedRequest, now: float) -> ApiError | None:
    signed_at = _instant(signed.timestamp)
    if signed_at is None:
        return errors.incomplete_signature(messages.SIGNED_DATE_MALFORMED.format(signed.timestamp))
    seconds = SKEW_MINUTES * 60
    lifetime = signed.expires_seconds if signed.expires_seconds is not None else seconds
    lifetime = min(lifetime, EXPIRES_SECONDS_MAX)
    if signed_at < int(now) - lifetime:
        return errors.invalid_signature(
            messages.SIGNATURE_EXPIRED.format(signed.timestamp, _written(now - lifetime), _written(now), lifetime // 60)
        )
    if signed_at > now + seconds:
        return errors.invalid_signature(
            messages.SIGNATURE_EARLY.format(signed.timestamp, _written(now + seconds), _written(now), SKEW_MINUTES)
        )
    return None


@lru_cache(maxsize=64)
def _instant(timestamp: str) -> int | None:
    """Seconds of the epoch of a date in ISO 8601's basic format; None for any other."""
    if len(timestamp) != len("20120306T074514Z"):
        return None
    try:
        return timegm(strptime(timestamp, "%Y%m%dT%H%M%SZ"))
    except ValueError:
        return None


def _written(instant: float) -> str:
    return strftime("%Y%m%dT%H%M%SZ", gmtime(instant))
