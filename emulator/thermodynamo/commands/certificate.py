"""The certificate with which the server speaks TLS: one made at the start, or the user's own."""

import contextlib
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

from thermodynamo.settings.config import Config
from thermodynamo_storage.values.dataclass import dataclass

EVERY_ADDRESS = ("0.0.0.0", "::")
LOCAL_NAMES = ("localhost", "127.0.0.1", "::1")


class CertificateError(Exception):
    """There is no certificate to serve with; the text says why, and what can be done."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """PEM files. `authority` is what clients need to trust; None where the certificate is the user's own."""

    chain: str
    key: str
    authority: str | None = None


@contextlib.contextmanager
def of_config(config: Config) -> Iterator[Certificate | None]:
    """The certificate that the settings ask for, as long as the context lasts; None for plain HTTP.

    Raises CertificateError.
    """
    if config.tls_cert:
        yield _checked(Certificate(config.tls_cert, config.tls_key))
    elif config.is_encrypted:
        import tempfile

        with tempfile.TemporaryDirectory(prefix="thermodynamo-tls-") as folder:
            yield _made(config.host, Path(folder))
    else:
        yield None


def _checked(certificate: Certificate) -> Certificate:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate.chain, certificate.key)
    except ssl.SSLError as error:
        reason = error.reason or error
        raise CertificateError(
            f"--tls-cert {certificate.chain} and --tls-key {certificate.key} are no pair of PEM files: {reason}"
        ) from None
    except OSError as error:
        given = next((path for path in (certificate.chain, certificate.key) if not Path(path).is_file()), "a file")
        raise CertificateError(f"--tls-cert and --tls-key: cannot read {given}: {error.strerror}") from None
    return certificate


def _made(host: str, folder: Path) -> Certificate:
    """A certificate for this machine by an authority that signs nothing else. The folder is the user's alone."""
    try:
        import trustme
    except ImportError:
        raise CertificateError(
            "--tls needs the package trustme: pip install 'thermodynamo[tls]', or give --tls-cert and --tls-key"
        ) from None
    names = dict.fromkeys((*LOCAL_NAMES, socket.gethostname(), *(() if host in EVERY_ADDRESS else (host,))))
    authority = trustme.CA()
    issued = authority.issue_cert(*names)
    authority.cert_pem.write_to_path(folder / "ca.pem")
    issued.private_key_pem.write_to_path(folder / "key.pem")
    for number, part in enumerate(issued.cert_chain_pems):
        part.write_to_path(folder / "chain.pem", append=number > 0)
    return Certificate(str(folder / "chain.pem"), str(folder / "key.pem"), str(folder / "ca.pem"))
