"""Who asks, and for which region: the account and region that a request's signature names.

Signatures are not verified: any access key, secret and region are welcome. What the service calls an incomplete
signature is refused all the same, because a client that sends one would be refused there.
"""

import re
from collections.abc import Sequence
from urllib.parse import parse_qs

from thermodynamo.api import errors, messages
from thermodynamo.api.caller import ACCOUNT_DIGITS, DEFAULT_ACCOUNT, Caller

ALGORITHM = "AWS4-HMAC-SHA256"
SIGNATURE = re.compile(rb"AWS4-HMAC-SHA256 Credential=([^,\s]+), ?SignedHeaders=[^,\s]+, ?Signature=[^,\s]+").fullmatch
"""An Authorization header as SDKs write it, which lacks nothing but perhaps a date."""
_PAIR = re.compile(r"[^,\s]+").findall
"""Blanks part pairs too: https://github.com/awslabs/fhir-works-on-aws-deployment/issues/379 has such a reply."""
_QUERY_PARAMETERS = ("X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date")


def parse_scope(scope: str, default_region: str) -> Caller:
    """The caller of the scope `<access key id>/<date>/<region>/dynamodb/aws4_request`; all but the slashes is free.

    A 12-digit access key id is taken as the account; any other means the default account.
    """
    access_key, *rest = scope.split("/")
    region = rest[1] if len(rest) > 1 and rest[1] else default_region
    is_account = len(access_key) == ACCOUNT_DIGITS and access_key.isdecimal() and access_key.isascii()
    return Caller(access_key if is_account else DEFAULT_ACCOUNT, region, access_key)


def parameters_of(authorization: str) -> dict[str, str]:
    """The parameters of an Authorization header. Raises IncompleteSignatureException for what is no pair."""
    parameters = {}
    for pair in _PAIR(authorization, len(ALGORITHM)):
        name, separator, value = pair.partition("=")
        if not separator:
            raise errors.incomplete_signature(messages.HEADER_PAIR_INVALID.format(pair, authorization))
        parameters[name] = value
    return parameters


def from_header(authorization: str, has_date: bool, default_region: str) -> Caller:
    """The caller of an Authorization header. Raises what the service raises for a missing or incomplete one."""
    if not authorization.startswith(ALGORITHM):
        raise errors.missing_authentication_token(messages.AUTHENTICATION_MISSING)
    parameters = parameters_of(authorization)
    complaints = [
        messages.HEADER_REQUIRES_PARAMETER.format(name)
        for name in ("Credential", "Signature", "SignedHeaders")
        if not parameters.get(name)
    ]
    if not has_date:
        complaints.append(messages.HEADER_REQUIRES_DATE)
    if complaints:
        raise errors.incomplete_signature(" ".join([*complaints, f"Authorization={authorization.strip()}"]))
    return parse_scope(parameters["Credential"], default_region)


def from_query(query: str, default_region: str) -> Caller:
    """The caller of a presigned query string. Raises what the service raises for an absent or incomplete one."""
    parameters = parse_qs(query, keep_blank_values=False)
    if "X-Amz-Algorithm" not in parameters:
        raise errors.missing_authentication_token(messages.AUTHENTICATION_MISSING)
    complaints = [messages.QUERY_MUST_INCLUDE.format(name) for name in _QUERY_PARAMETERS if name not in parameters]
    if complaints:
        raise errors.incomplete_signature(" ".join([*complaints, messages.QUERY_RE_EXAMINE]))
    return parse_scope(parameters["X-Amz-Credential"][0], default_region)


def authenticate(headers: Sequence[tuple[bytes, bytes]], query: bytes, default_region: str) -> Caller:
    """The caller of a request from its (lower-case) headers and query string."""
    authorization = ""
    has_date = False
    for name, value in headers:
        if name == b"authorization":
            authorization = value.decode("latin-1")
        elif name in (b"x-amz-date", b"date"):
            has_date = True
    if b"X-Amz-Algorithm" in query and authorization:
        raise errors.invalid_signature(messages.AUTHENTICATION_TWICE)
    if authorization:
        return from_header(authorization, has_date, default_region)
    return from_query(query.decode("latin-1"), default_region)
