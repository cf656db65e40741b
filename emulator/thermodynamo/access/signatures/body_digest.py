"""The digest of a request's body, which is what a signature is of.

To digest 16 MB takes tens of milliseconds. A long request is digested beside the event loop, and its digest stands for
the body from then on.
"""

from hashlib import sha256


class Digested(bytes):
    """The digest of a body, in the body's place."""

    __slots__ = ()


def digested(body: bytes) -> Digested:
    """The digest, to be taken where others need not wait for it."""
    return Digested(sha256(body).hexdigest().encode())


def digest(body: bytes) -> bytes:
    """The SHA-256 digest of a body as hexadecimal text."""
    return body if type(body) is Digested else sha256(body).hexdigest().encode()
