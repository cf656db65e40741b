"""`sts:GetCallerIdentity`, which tools ask first: AWS's query protocol, with replies in XML.

It needs no permission (STS API reference, GetCallerIdentity). Other actions of STS are not here.
"""

import re
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from thermodynamo.access.identity import Identity
from thermodynamo.api import errors, messages
from thermodynamo.api.caller import Caller
from thermodynamo.api.errors import ApiError

SERVICE = "sts"
XML = b"text/xml"
ACTION = "GetCallerIdentity"
VERSION = "2011-06-15"
_NAMESPACE = f"https://sts.amazonaws.com/doc/{VERSION}/"
FORM_BYTES_MAX = 65_536
PARAMETERS_MAX = 100
"""A longer form asks for nothing: the actions of STS take a few short parameters, and 16 MB of them take seconds."""
_CODES = {
    "AccessDeniedException": "AccessDenied",
    "ExpiredTokenException": "ExpiredToken",
    "IncompleteSignatureException": "IncompleteSignature",
    "InvalidSignatureException": "SignatureDoesNotMatch",
    "MissingAuthenticationTokenException": "MissingAuthenticationToken",
    "UnrecognizedClientException": "InvalidClientTokenId",
    "ValidationException": "InvalidAction",
}
"""The names that the query protocol has for the errors of DynamoDB's."""
_BAD_REQUESTS = frozenset({"IncompleteSignature", "InvalidAction"})
BAD_REQUEST, FORBIDDEN = 400, 403
_NO_TEXT = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]").sub
"""Characters that XML cannot have."""


def action_of(form: bytes) -> str:
    """The action that a form asks for. Raises ValidationException for one that is not here."""
    parameters: dict[str, list[str]] = {}
    if len(form) <= FORM_BYTES_MAX and form.count(b"&") < PARAMETERS_MAX:
        parameters = parse_qs(form.decode("latin-1"))
    action = parameters.get("Action", [""])[0]
    if action != ACTION:
        version = parameters.get("Version", [VERSION])[0]
        raise errors.validation(messages.ACTION_NOT_FOUND.format(action, version))
    return action


def reply(action: str, caller: Caller, identity: Identity | None, request_number: int) -> tuple[int, bytes]:
    """The status and the body that tell a caller who it is. One that no file names is the root of its account."""
    arn = identity.arn if identity is not None else f"arn:aws:iam::{caller.account}:root"
    user_id = identity.user_id if identity is not None else caller.account
    return 200, (
        f'<{action}Response xmlns="{_NAMESPACE}">\n'
        f"  <{action}Result>\n"
        f"    <Arn>{escape(arn)}</Arn>\n"
        f"    <UserId>{escape(user_id)}</UserId>\n"
        f"    <Account>{caller.account}</Account>\n"
        f"  </{action}Result>\n"
        f"  <ResponseMetadata>\n"
        f"    <RequestId>{request_number:032d}</RequestId>\n"
        f"  </ResponseMetadata>\n"
        f"</{action}Response>\n"
    ).encode()


def refusal(error: ApiError, request_number: int) -> tuple[int, bytes]:
    """The status and the body of an error."""
    code = _CODES.get(error.name, error.name)
    return BAD_REQUEST if code in _BAD_REQUESTS else FORBIDDEN, (
        f'<ErrorResponse xmlns="{_NAMESPACE}">\n'
        f"  <Error>\n"
        f"    <Type>Sender</Type>\n"
        f"    <Code>{code}</Code>\n"
        f"    <Message>{escape(_NO_TEXT('?', error.message or ''))}</Message>\n"
        f"  </Error>\n"
        f"  <RequestId>{request_number:032d}</RequestId>\n"
        f"</ErrorResponse>\n"
    ).encode("utf-8", "replace")
