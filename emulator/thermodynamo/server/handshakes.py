"""TLS handshakes that fail because the client speaks plain HTTP: the log says so, as the client's own error does not.

The connection never comes to the HTTP protocol. Neither asyncio nor uvloop logs the failure, and the TLS library, which
meets it, does not know the address of the client.
"""

import ssl

from thermodynamo.server.connection_notices import ConnectionNotices

HTTP_REASONS = ("HTTP_REQUEST", "HTTPS_PROXY_REQUEST")
"""OpenSSL's words for a first record that begins as a request: of GET, POST, HEAD or PUT, and of CONNECT."""


def notice_plain_http(context: ssl.SSLContext, notices: ConnectionNotices) -> None:
    """Lets the handshakes of this context tell of plain HTTP."""

    class Handshake(ssl.SSLObject):
        def do_handshake(self) -> None:
            try:
                super().do_handshake()
            except ssl.SSLError as error:
                if error.reason in HTTP_REASONS:
                    notices.plain_http()
                raise

    context.sslobject_class = Handshake
