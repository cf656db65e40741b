"""Which exports and imports a listing shows, newest first, and the token of its next page.

The transfers of the last 90 days are shown, those that run or failed among them, 10 on a page (API reference;
ack-api-quirks, DDB-IMPORT-016, October 2026). A token may come back with another table or another size of page
(DDB-EXPORT-006). Its digits are what the API model asks for: 112 or more, in groups of 16.
"""

from binascii import unhexlify
from collections.abc import Callable
from hashlib import blake2b

from thermodynamo.api import arn, errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.transfers import transfer_names
from thermodynamo_storage.facets.transfer import Kind, Transfer

PAGE_TRANSFERS = 10
SHOWN_SECONDS = 90 * 86_400
DIGEST_BYTES = 16
TOKEN_BYTES = 56
PADDING = b" "


def check_table_arn(text: str | None) -> str | None:
    """The ARN of a table, where one is given. Raises ValidationException for anything else."""
    if text is None:
        return None
    if not arn.is_arn(text) or len(text.split(":", 5)) <= 5:
        raise errors.validation(messages.TABLE_ARN_NOT_VALID)
    if arn.parse_table(text) is None:
        raise errors.validation(messages.TABLE_ARN_OF_PART)
    return text


def page(
    namespace: Namespace, kind: Kind, token: str | None, count: int, shows: Callable[[Transfer], bool], now: float
) -> tuple[list[Transfer], str | None]:
    """Up to `count` transfers that are shown, and the token of the next page. Raises ValidationException."""
    after = _id_of(kind, token)
    found: list[Transfer] = []
    for transfer in reversed(transfer_names.transfers(namespace).values()):
        if transfer.kind != kind:
            continue
        if after is None and transfer.begun_at > now - SHOWN_SECONDS and shows(transfer):
            if len(found) == count:
                return found, _token(kind, found[-1].id)
            found.append(transfer)
        elif transfer.id == after:
            after = None
    return found, None


def _token(kind: Kind, id: str) -> str:
    content = f"{kind} {id}".encode().ljust(TOKEN_BYTES - DIGEST_BYTES, PADDING)
    return (_digest(content) + content).hex()


def _id_of(kind: Kind, token: str | None) -> str | None:
    """The last id of the page before; None for the first page. Raises ValidationException."""
    if token is None:
        return None
    try:
        given = unhexlify(token)
        digest, content = given[:DIGEST_BYTES], given[DIGEST_BYTES:]
        its_kind, _, id = content.rstrip(PADDING).decode().partition(" ")
    except ValueError:
        digest, content, its_kind, id = b"", b"", "", ""
    if digest != _digest(content) or its_kind != kind:
        raise errors.validation(messages.TRANSFER_TOKEN_INVALID.format(token))
    return id


def _digest(content: bytes) -> bytes:
    return blake2b(content, digest_size=DIGEST_BYTES).digest()
