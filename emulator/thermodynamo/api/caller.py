"""Who asks for a request, and in which account and region."""

from dataclasses import dataclass

DEFAULT_ACCOUNT = "000000000000"
ACCOUNT_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Caller:
    """`account` and `region` choose the namespace; `access_key_id` is None for a caller that signed nothing."""

    account: str
    region: str
    access_key_id: str | None = None
