"""A client that signed before: what its next signature is compared with, in as little work as that takes.

A client repeats all of a signature but the time and the digests. What was found out for it holds while the access file
is the same; a signature that is not right here is looked at again in full, where it gets its error.
"""

import hmac
from hashlib import sha256

from thermodynamo.access.access_file import AccessFile
from thermodynamo.access.identity import AccessKey, Identity
from thermodynamo.access.requirement import Transport
from thermodynamo.access.signatures import signature
from thermodynamo.access.signatures.body_digest import digest as digest_of
from thermodynamo.access.signatures.signed_request import SignedRequest, Statement
from thermodynamo.api.caller import Caller

GOOD_SECONDS = 1.0
HEADS_MAX = 32


class Session:
    """One access key with one statement of what is signed, for DynamoDB in one region."""

    __slots__ = (
        "caller",
        "file",
        "heads",
        "identity",
        "key",
        "signing",
        "statement",
        "timestamp",
        "to_sign",
        "token",
        "transport",
        "until",
    )

    def __init__(
        self,
        file: AccessFile,
        statement: Statement,
        key: AccessKey,
        identity: Identity,
        caller: Caller,
        transport: Transport,
    ) -> None:
        self.file = file
        self.statement = statement
        self.key = key
        self.identity = identity
        self.caller = caller
        self.transport = transport
        """That of the caller's permission."""
        self.heads: dict[tuple[bytes | None, ...], bytes] = {}
        """Canonical requests without the digest of the body, by the values of their signed headers."""
        self.signing = signature.signing_key(key.secret, statement.date, statement.region, statement.service)
        self.token = (key.session_token or "").encode()
        self.timestamp = b""
        self.to_sign = b""
        """The string to sign, without the digest of the canonical request."""
        self.until = 0.0
        """How long that timestamp needs no other look, by the signing clock."""

    def admits(self, headers: dict[bytes, bytes], digest: bytes, body: bytes, signing_now: float) -> bool:
        """Whether the signature `digest` is that of a POST with these headers, each sent once, and this body.

        False also where that must be looked at in full, as every second once.
        """
        statement, get = self.statement, headers.get
        if signing_now > self.until or get(b"x-amz-date") != self.timestamp:
            return False
        token = get(b"x-amz-security-token", b"")
        if not hmac.compare_digest(self.token, token) or (token and not statement.has_token):
            return False
        values = tuple(map(get, statement.names))
        head = self.heads.get(values)
        if head is None:
            if len(self.heads) >= HEADS_MAX:
                self.heads.clear()
            signed = SignedRequest(statement, digest, self.timestamp, token, b"")
            head = self.heads[values] = signature.canonical_head(signed, b"POST", headers)
        canonical = head + digest_of(body)
        signing = self.signing.copy()
        signing.update(self.to_sign + sha256(canonical).hexdigest().encode())
        return hmac.compare_digest(signing.hexdigest().encode(), digest)

    def renew(self, timestamp: bytes, signing_now: float) -> None:
        """A request of the client was looked at in full: its timestamp is good for a second."""
        self.timestamp = timestamp
        self.until = signing_now + GOOD_SECONDS
        self.to_sign = signature.to_sign_head(timestamp, self.statement)
