"""CreateGlobalTable: refused by the service in every region, in favour of version 2019.11.21 (DDB-GLOBALTABLE-001)."""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts

FACTS = Facts(is_read=False)


def validate(request: dict[str, Any]) -> None:
    raise errors.validation(messages.GLOBAL_TABLES_OF_2017)


def execute(namespace: Namespace, request: None, now: float) -> dict[str, Any]:
    raise AssertionError("no request of this operation is valid")
