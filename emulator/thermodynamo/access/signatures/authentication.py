"""Who signed a request: the caller of the access file whose key verifies, or the error of the service.

A request is looked at in the service's order: whether it has a signature at all, whether that is complete, whose key
it names, for which place and time it is, and last whether it is the signature of this request.
"""

from thermodynamo.access import credentials
from thermodynamo.access.access_file import AccessFile
from thermodynamo.access.identity import Identity
from thermodynamo.access.signatures import signature, signed_request
from thermodynamo.access.signatures.signed_request import Headers, SignedRequest, Statement
from thermodynamo.api import errors

DYNAMODB = "dynamodb"
AUTO_SCALING = "application-autoscaling"


def authenticate(
    file: AccessFile,
    method: bytes,
    headers: Headers,
    query: bytes,
    body: bytes,
    service: str,
    default_region: str,
    signing_now: float,
    now: float,
) -> tuple[Identity, str]:
    """The caller and the region that the signature is for. Raises the service's errors.

    `signing_now` is what dates of signatures are compared with, `now` what the expiry of a key is.
    """
    joined = dict(headers)
    if len(joined) < len(headers):
        joined = _joined(headers)
    signed = _signed(joined, headers, query, default_region)
    found = file.keys.get(signed.statement.access_key_id)
    if found is None:
        raise errors.unrecognized_client()
    key, identity = found
    error = signature.verify(signed, key, service, file.regions, signing_now)
    error = error or signature.check_body(signed, key, method, joined, body)
    if error is None and key.expires_at is not None and now >= key.expires_at:
        error = errors.expired_token()
    if error is not None:
        raise error
    return identity, signed.statement.region


def _joined(headers: Headers) -> dict[bytes, bytes]:
    """The headers by name, of which some are sent more than once."""
    joined: dict[bytes, bytes] = {}
    for name, value in headers:
        joined[name] = joined[name] + b"," + value if name in joined else value
    return joined


def _signed(joined: dict[bytes, bytes], headers: Headers, query: bytes, default_region: str) -> SignedRequest:
    credentials.authenticate(headers, query, default_region)
    authorization = joined.get(b"authorization")
    if authorization:
        return signed_request.of_headers(authorization, joined, query)
    return signed_request.of_query(query)


def plain(authorization: bytes) -> Statement | None:
    """What an Authorization header states that ends in its digest, as SDKs write it; None for any other."""
    digest = authorization[-signed_request.SIGNATURE_CHARACTERS :]
    if credentials.SIGNATURE(authorization) is None or not authorization.endswith(b"Signature=" + digest):
        return None
    return signed_request.of_headers(authorization, {}, b"").statement
