"""The namespace that an admin request chooses with `?account=` and `?region=`."""

import re
from collections.abc import Mapping

from thermodynamo.admin.problem import Problem
from thermodynamo.api.caller import ACCOUNT_DIGITS, DEFAULT_ACCOUNT, Caller
from thermodynamo.settings.bounds import shown

ACCOUNT = re.compile(rf"[0-9]{{{ACCOUNT_DIGITS}}}").fullmatch
REGION = re.compile(r"[!-.0-~]{1,128}").fullmatch


def of_query(query: Mapping[str, str], default_region: str) -> Caller:
    """Whether anything is there or not. Raises Problem for what names no account or no region."""
    account, region = query.get("account", DEFAULT_ACCOUNT), query.get("region")
    if not ACCOUNT(account):
        raise Problem(f"account is {shown(account)}", f"an account is {ACCOUNT_DIGITS} digits")
    if region is not None and not REGION(region):
        raise Problem(f"region is {shown(region)}", "a region is a name such as us-east-1")
    return Caller(account, region if region is not None else default_region)
