"""Who asks for a request, and in which account and region."""

from collections.abc import Callable
from typing import Any

from thermodynamo_storage.values.dataclass import dataclass

DEFAULT_ACCOUNT = "000000000000"
ACCOUNT_DIGITS = 12

Permission = Callable[[Any, str, Any, Any, float], None]
"""Asks the policies about a request: its namespace, its operation's name, the request, what `validate` made of it, now.

Raises AccessDeniedException. In a batch of statements each refused one gets an error of its own instead.
"""


Connection = tuple[str | None, bool, bytes | None]
"""The address of the client, whether the connection is encrypted, and the body as it was sent where it may be coded."""
LOCAL: Connection = (None, False, None)


@dataclass(frozen=True, slots=True)
class Caller:
    """`account` and `region` choose the namespace; `access_key_id` is None for a caller that signed nothing."""

    account: str
    region: str
    access_key_id: str | None = None
    permission: Permission | None = None
    """None where any caller may do anything."""
