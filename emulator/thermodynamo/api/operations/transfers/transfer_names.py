"""Ids and ARNs of exports and imports.

An id is the time of the request in milliseconds, with 14 digits, and eight hexadecimal digits: ack-api-quirks,
DDB-EXPORT-016 and 017, October 2026.
"""

from collections.abc import Callable

from thermodynamo.api import arn, errors, messages
from thermodynamo.api.errors import ApiError
from thermodynamo.api.namespace import Namespace
from thermodynamo_storage.facets.transfer import Kind, Transfer
from thermodynamo_storage.values.dataclass import dataclass

PARTS = 5
HEX_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Complaints:
    """What is said of an ARN that names no transfer here."""

    malformed: str
    elsewhere: str
    unknown: str
    not_found: Callable[[str], ApiError]


COMPLAINTS: dict[Kind, Complaints] = {
    "export": Complaints(
        messages.EXPORT_ARN_INVALID, messages.EXPORT_ELSEWHERE, messages.EXPORT_NOT_FOUND, errors.export_not_found
    ),
    "import": Complaints(
        messages.IMPORT_ARN_INVALID, messages.IMPORT_ELSEWHERE, messages.IMPORT_NOT_FOUND, errors.import_not_found
    ),
    "bulk-operation": Complaints(
        messages.BULK_ARN_INVALID, messages.BULK_ELSEWHERE, messages.BULK_NOT_FOUND, errors.resource_not_found
    ),
}


def new_id(namespace: Namespace, kind: Kind, table_name: str, now: float) -> str:
    """An id that no other transfer of the namespace has. Equal requests at one instant get different ones."""
    count = len(transfers(namespace))
    return f"{int(now * 1000):014d}-{namespace.new_table_id(f'{kind}/{table_name}/{count}', now)[:HEX_DIGITS]}"


def transfers(namespace: Namespace) -> dict[tuple[str, str], Transfer]:
    """All transfers of a namespace by kind and id, oldest first."""
    return namespace.database.catalog.transfers.get((namespace.account, namespace.region), {})


def table_arn(namespace: Namespace, transfer: Transfer) -> str:
    return str(arn.TableArn(namespace.region, namespace.account, transfer.table_name))


def transfer_arn(namespace: Namespace, transfer: Transfer) -> str:
    return f"{table_arn(namespace, transfer)}/{transfer.kind}/{transfer.id}"


def find(namespace: Namespace, kind: Kind, text: str) -> Transfer:
    """The transfer with an ARN.

    Raises ValidationException for what is no ARN of its kind, AccessDeniedException for another account, and
    ExportNotFoundException or ImportNotFoundException: ack-api-quirks, DDB-EXPORT-006 and DDB-IMPORT-010, October 2026.
    """
    complaints = COMPLAINTS[kind]
    table_text, separator, id = text.rpartition(f"/{kind}/")
    table = arn.parse_table(table_text)
    if table is None or not separator or not id or "/" in id:
        raise errors.validation(complaints.malformed)
    if table.account != namespace.account:
        raise errors.access_denied(messages.ARN_OF_OTHER_ACCOUNT)
    if table.region != namespace.region:
        raise complaints.not_found(complaints.elsewhere)
    found = transfers(namespace).get((kind, id))
    if found is None or found.table_name != table.table_name:
        raise complaints.not_found(complaints.unknown.format(text))
    return found


def with_token(namespace: Namespace, kind: Kind, token: str | None, now: float) -> Transfer | None:
    """The transfer that began with a client's token, up to eight hours after its end (API reference, ClientToken)."""
    if token is None:
        return None
    for transfer in reversed(transfers(namespace).values()):
        is_known = transfer.ended_at is None or now < transfer.ended_at + TOKEN_SECONDS
        if (transfer.kind, transfer.token) == (kind, token) and is_known:
            return transfer
    return None


TOKEN_SECONDS = 8 * 3600
